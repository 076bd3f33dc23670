"""`./xinshi rehearse CAMPAIGN`: a whole campaign on a simulated clock, before its notice is published."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot import campaigns
from bot.app import ROOT
from bot.commands.stop import Stop, stopped
from rehearsal import campaign, week
from rehearsal.filling import NotKnown
from rehearsal.house import NoAnswer
from rehearsal.hurts import hurts
from rehearsal.materials import BEYOND, Generated, Materials, StandIns, makes
from rehearsal.record import Record
from rehearsal.report import write
from rehearsal.scripting import NotPlayable, script_of
from rehearsal.setting import set_up
from rehearsal.size import Progress as Told
from rehearsal.size import Size
from rehearsal.writing import write_chats
from rules.notice import Notice

#: Units of a whole rehearsal without a roster.
_INVENTED = 40
#: Of a small rehearsal: units, players, and people who vote on the page.
_UNITS, _PLAYERS, _VOTERS = 8, 6, 4
#: Of a whole one, where nothing else is asked for.
_WHOLE_PLAYERS, _WHOLE_VOTERS = 300, 60
#: Of what hurts, so much is told at once; the report has all of it.
_MOST = 12


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("rehearse")(rehearse)


@stopped
def rehearse(
    name: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="活动的编号：campaigns/ 里任何一份没有问题的通知")],
    units: Annotated[int, typer.Option(min=0, help="多少家单位；0 按通知的规模")] = 0,
    players: Annotated[int, typer.Option(min=0, help="多少人答题或网络投票；0 按通常的规模")] = 0,
    seed: Annotated[int, typer.Option(help="换一个数，就换一批人和他们的习惯")] = 1,
    small: Annotated[bool, typer.Option("--small", help="几家单位、几个人，影片用替身，几秒钟演完")] = False,
    report: Annotated[Path, typer.Option(metavar="DIR", help="报告和所有聊天记录放到哪个目录")] = Path("彩排"),
    folder: Annotated[Path, typer.Option("--campaigns", help="通知文件所在的文件夹")] = ROOT / "campaigns",
) -> None:
    """彩排：在模拟的时钟上，用真的程序和各种习惯的人，把一个活动从通知演到结项，几分钟看出通知哪里会出问题。

    例：./xinshi rehearse xian-2024 --report 彩排/；先看个样子：./xinshi rehearse weifang-2023 --small
    自己的通知也一样演：通知没有写的日期、名额和决定，演的时候先假定一个，报告里“演的时候假定的”逐条列出。
    没有名单、题库、空白表的，用虚构的单位、示例的题和照栏目画的表。
    """
    notice = campaigns.load(folder, name)
    report.mkdir(parents=True, exist_ok=True)  # a place that cannot be used is told before anything is played
    record = asyncio.run(_played(notice, folder, units, players, seed, report, small=small))
    write_chats(record, report)
    page = write(record, report)
    _tell(record, page)
    if record.faults:
        raise typer.Exit(1)


async def _played(
    notice: Notice, folder: Path, units: int, players: int, seed: int, report: Path, *, small: bool
) -> Record:  # fmt: skip
    try:
        script = script_of(notice)
        listed = campaigns.beside(folder / f"{notice.id}.toml", "roster.csv").exists()
        size = Size(
            units or (_UNITS if small else script.units if listed else _INVENTED),
            players or (_PLAYERS if small else _WHOLE_PLAYERS),
            players or (_VOTERS if small else _WHOLE_VOTERS), seed, small,
        )  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="xinshi-rehearsal-") as made, _bar(notice.short_title) as moved:
            setting, out = set_up(notice, folder, Path(made)), report / "files"
            if not notice.entered:
                return await week.rehearse(setting, script, size, out, moved)
            materials = _materials(notice, Path(made), small=small)
            return await campaign.rehearse(setting, script, size, materials, out, moved)
    except (NotPlayable, NotKnown) as wrong:
        raise Stop(f"“{notice.id}”演不下去：{wrong}") from wrong
    except NoAnswer as wrong:
        raise Stop(f"“{notice.id}”演到一半停了，彩排里没有人会答这一问，请告诉维护程序的人：{wrong}") from wrong


def _materials(notice: Notice, folder: Path, *, small: bool) -> Materials:
    """Films are generated where a generated one can keep the notice's rules; else they have stand-ins."""
    if small:
        return StandIns()
    rules = [track.film for track in notice.entered if track.film is not None]
    return Generated(folder / "films") if all(map(makes, rules)) else StandIns(BEYOND)


@contextmanager
def _bar(title: str) -> Iterator[Told]:
    """A bar of the days that have passed, where somebody looks."""
    columns = TextColumn(title), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda said, share: progress.update(task, description=said, completed=share)


def _tell(record: Record, page: Path) -> None:
    lines = sum(len(each.lines) for each in record.people)
    typer.echo(
        f"演完了：{record.began:%Y-%m-%d} 到 {record.ended:%Y-%m-%d}，{record.units} 家单位、"
        f"{len(record.people)} 个人、{lines} 条消息，用了 {record.took:.0f} 秒（种子 {record.seed}）。"
    )
    if record.assumed:
        typer.echo(f"通知没有写、演的时候假定的有 {len(record.assumed)} 处，逐条列在报告里，请核对。")
    found = hurts(record)
    typer.echo(f"这份通知会在 {len(found)} 处出问题，重的在前：" if found else "没有看出这份通知会在哪里出问题。")
    for each in found[:_MOST]:
        clause = f"（{each.clause}）" if each.clause else ""
        typer.echo(f"· {each.called}{clause}：{each.what}")
    if len(found) > _MOST:
        typer.echo(f"· 另有 {len(found) - _MOST} 处，每一处的依据和改法都在报告里。")
    for fault in record.faults:
        typer.echo(f"程序算的和实际不一致：{fault}", err=True)
    typer.echo(f"报告：{page}")
