"""`./xinshi votes import`: the totals of a public vote on another platform, from its table into the record."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bot import app as roof
from bot import config as settings
from bot.commands.people import HERE, ConfigFile, open_app
from bot.commands.stop import Stop, stopped
from bot.commands.verdicts import said
from documents.sheet_reading import UnreadableSheet, read_sheet
from rules.deeds import Declined
from rules.deeds_public import ImportTotals
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.notice import Notice
from rules.public_vote import public_rounds
from rules.reaching import candidates
from rules.vote_sheet import Sheet, read_votes
from storage.judging import admitted

#: Works that are told one by one.
_FIRST = 5


def register(app: typer.Typer) -> None:
    """Mount the command in the group `votes`."""
    group = typer.Typer(help="网络投票：导入其他平台的票数。", no_args_is_help=True)
    group.callback()(_group)
    group.command("import")(import_)
    app.add_typer(group, name="votes")


def _group() -> None:
    """网络投票：导入其他平台的票数。"""


@stopped
def import_(
    campaign: Annotated[str, typer.Argument(help="活动的编号，如 xian-2024")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="票数表：.xlsx 或 .csv，列名：编号或作品名称、票数")],
    add: Annotated[bool, typer.Option("--add", help="和本程序收到的票相加；不写就只算导入的")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入")] = False,
    config: ConfigFile = HERE,
) -> None:
    """导入其他平台的网络投票票数，连同文件的 SHA-256 记入操作记录；有一处写错就不导入，逐行列出。

    例：./xinshi votes import xian-2024 票数.xlsx --dry-run
    """
    if not file.is_file():
        raise Stop(f"找不到文件“{file}”，请核对路径。")
    asyncio.run(_import(settings.load(config), campaign, file, add=add, dry_run=dry_run))


async def _import(config: settings.Config, campaign: str, file: Path, *, add: bool, dry_run: bool) -> None:
    async with open_app(config, campaign) as app:
        notice = app.notices[campaign]
        round_ = _round(notice)
        async with app.database.read() as connection:
            entries = await admitted(connection, candidates(notice, round_.key))
        try:
            sheet = await asyncio.to_thread(lambda: read_votes(read_sheet(file), entries))
        except UnreadableSheet as wrong:
            raise Stop(str(wrong)) from None
        for fault in sheet.faults:
            place = f"第 {fault.row} 行：" if fault.row else ""
            typer.echo(f"{place}{said(fault.key, dict(fault.facts))}", err=True)
        if sheet.faults:
            raise Stop(f"有 {len(sheet.faults)} 处问题，没有导入。请改好再导入一次。")
        votes = {each.id: sheet.votes.get(each.id, 0) for each in entries}
        _tell(sheet, entries, votes)
        if dry_run:
            typer.echo("没有导入（--dry-run）。")
            return
        await _keep(app, round_, campaign, file, votes, add=add)


def _round(notice: Notice) -> Round:
    rounds = public_rounds(notice)
    if not rounds:
        raise Stop(f"“{notice.id}”没有网络投票这一环节，用不上票数。请核对活动名。")
    return rounds[0]


def _tell(sheet: Sheet, entries: tuple[Candidate, ...], votes: dict[int, int]) -> None:
    named = len(entries) - len(sheet.missing)
    typer.echo(f"{named} 件作品，共 {sum(votes.values())} 票。")
    if sheet.missing:
        shown = "、".join(sheet.missing[:_FIRST])
        more = f" 等 {len(sheet.missing)} 件" if len(sheet.missing) > _FIRST else ""
        typer.echo(f"表里没有 {shown}{more}，按 0 票计。")
    for each in sorted(entries, key=lambda entry: (-votes[entry.id], entry.number))[:_FIRST]:
        typer.echo(f"  {votes[each.id]:>8} 票  {each.number}  {each.title}")


async def _keep(app: roof.App, round_: Round, campaign: str, file: Path, votes: dict[int, int], *, add: bool) -> None:
    digest = hashlib.sha256(await asyncio.to_thread(file.read_bytes)).hexdigest()
    deed = ImportTotals(campaign, round_.key, votes, file.name, digest, add, 0)
    async with app.turns.open() as turns:
        done = await turns.perform(deed, app.clock.now())
    if isinstance(done, Declined):
        raise Stop(said(done.why, dict(done.facts)))
    how = "和本程序收到的票相加" if add else "本程序收到的票不计"
    typer.echo(f"已导入，{how}。文件 SHA-256：{digest}，已记入操作记录。")
