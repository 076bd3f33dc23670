"""`./xinshi export`: everything of a campaign as a folder of tables, forms and files."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import app as roof
from bot import config as settings
from bot.commands.people import HERE, ConfigFile, open_app
from bot.commands.stop import Stop, stopped
from bot.wording import house_wording
from scheduler.export_folder import NotOurs
from scheduler.exporting import Exported, Exporter

#: Of the lists that are printed, the most lines.
_MOST = 20


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("export")(export)


@stopped
def export(
    campaign: Annotated[str, typer.Argument(help="活动的编号")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="导出到哪个目录：新的、空的，或以前导出过的")],
    csv: Annotated[bool, typer.Option("--csv", help="各表另存一份 CSV")] = False,
    papers: Annotated[bool, typer.Option("--papers", help="只要表格和文档，不要视频、扫描件和图片")] = False,
    config: ConfigFile = HERE,
) -> None:
    """导出一个活动：总表、申报表、联系人、公示名单、任务报送和校验清单；再次运行只更新有变动的。

    例：./xinshi export xian-2024 导出/
    """
    done = asyncio.run(_export(settings.load(config), campaign, folder, csv=csv, stored=not papers))
    _tell(done, folder)
    if done.gone or done.written.left:
        raise typer.Exit(1)


async def _export(config: settings.Config, campaign: str, folder: Path, *, csv: bool, stored: bool) -> Exported:
    async with open_app(config, campaign) as app:
        exporter = Exporter(
            app.database, app.made, app.notices, app.house.duties, house_wording(), root=roof.ROOT,
            numbers=app.numbers, clock=app.clock, banks=app.house.banks,
        )  # fmt: skip
        try:
            return await exporter.export(campaign, folder, csv=csv, stored=stored, progress=show_progress)
        except NotOurs as wrong:
            raise Stop(str(wrong)) from None
        except OSError as wrong:
            raise Stop(f"写不进“{folder}”：{wrong.strerror or wrong}。已写好的都在，排除后再运行会接着来。") from None


def show_progress(done: int, total: int) -> None:
    """One line that is written over, where somebody looks."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r已整理 {done}/{total}{end}")
        sys.stderr.flush()


def _tell(done: Exported, folder: Path) -> None:
    written = done.written
    typer.echo(
        f"导出到“{folder}”：共 {done.files} 个文件，新的或有变动 {len(written.fresh)} 个，"
        f"没有变 {len(written.same)} 个，移除 {len(written.removed)} 个。"
    )
    for path in done.gone[:_MOST]:
        typer.echo(f"库里找不到，没有导出：{path}", err=True)
    for path in written.left[:_MOST]:
        typer.echo(f"导出后被改过，没有动它：{path}", err=True)
