"""`./xinshi certificates`: every certificate of a campaign as a file, numbered, with the register."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app as roof
from bot import config as settings
from bot.commands.export import show_progress
from bot.commands.people import HERE, ConfigFile, open_app
from bot.commands.stop import Stop, stopped
from documents.certificates import BadTemplate
from rules.certificates import bears_none, issuing
from rules.deeds_publication import IssueCertificates, Issued
from scheduler.certifying import Certified
from scheduler.export_folder import NotOurs


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("certificates")(certificates)


@stopped
def certificates(
    campaign: Annotated[str, typer.Argument(help="活动的编号")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="放到哪个目录：新的、空的，或以前放过证书的")] = Path("证书"),
    config: ConfigFile = HERE,
) -> None:
    """给最后确定的奖项编证书号，做出每张证书（PDF 和 Word）和证书登记表；再次运行只更新有变动的。

    例：./xinshi certificates weifang-2023 --out 证书/
    """
    issued, done = asyncio.run(_write(settings.load(config), campaign, out))
    written = done.written
    typer.echo(
        f"新编号 {issued.fresh} 张，共 {done.certificates} 张证书，放在“{out}”："
        f"新的或有变动 {len(written.fresh)} 个文件，没有变 {len(written.same)} 个，移除 {len(written.removed)} 个。"
    )
    for path in written.left:
        typer.echo(f"放好后被改过，没有动它：{path}", err=True)
    if done.no_font:
        typer.echo(f"没有做 PDF，只有 Word。{done.no_font}", err=True)
    if done.no_font or written.left:
        raise typer.Exit(1)


async def _write(config: settings.Config, campaign: str, out: Path) -> tuple[Issued, Certified]:
    async with open_app(config, campaign) as app:
        issued = await _issued(app, campaign)
        try:
            return issued, await app.certificates.certifier.write(campaign, out, progress=show_progress)
        except (NotOurs, BadTemplate) as wrong:
            raise Stop(str(wrong)) from None
        except OSError as wrong:
            raise Stop(f"写不进“{out}”：{wrong.strerror or wrong}。已写好的都在，排除后再运行会接着来。") from None


async def _issued(app: roof.App, campaign: str) -> Issued:
    """Number what has no number yet. Raises `Stop` where nothing bears a certificate."""
    notice = app.notices[campaign]
    if bears_none(notice):
        mend = "要发的话，请在活动文件相应的 [[awards.prize]] 下写 certificate = true。"
        raise Stop(f"“{campaign}”的通知没有写明哪些奖项发证书。{mend}")
    async with app.turns.open() as turns:
        issued: Issued = await turns.perform(IssueCertificates(campaign, issuing(notice), by=0), app.clock.now())
    if not issued.total:
        raise Stop("还没有最后确定的奖项，没有证书可做。请先完成评奖和公示。")
    return issued
