"""`./xinshi dossier`: a campaign's closing dossier, as a folder and packed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app as roof
from bot import config as settings
from bot.campaigns.text import describe
from bot.certificates import checks
from bot.commands.export import show_progress
from bot.commands.people import HERE, ConfigFile, open_app
from bot.commands.stop import Stop, stopped
from bot.wording import house_wording
from rules.deeds_publication import TakeDossier
from scheduler.dossier import Archivist, Closed
from scheduler.export_folder import NotOurs

#: Of the lists that are printed, the most lines.
_MOST = 20


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("dossier")(dossier)


@stopped
def dossier(
    campaign: Annotated[str, typer.Argument(help="活动的编号")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="放到哪个目录")] = Path(),
    full: Annotated[bool, typer.Option("--full", help="不遮盖姓名电话，带全部原件；会记入操作记录")] = False,
    folder: Annotated[bool, typer.Option("--folder", help="只要文件夹，不另做压缩包")] = False,
    config: ConfigFile = HERE,
) -> None:
    """整理结项档案：目录、统计、申报表、评审、评奖、证书、操作记录，没有的也写明；中断了再运行会接着来。

    例：./xinshi dossier weifang-2023 --out 档案/
    """
    done = asyncio.run(_close(settings.load(config), campaign, out, full=full, packed=not folder))
    kind = "完整版" if full else "遮盖版"
    typer.echo(f"结项档案（{kind}）在“{done.folder}”，共 {done.files} 个文件，先看“00 目录.docx”。")
    if done.packed is not None:
        typer.echo(f"压缩包：“{done.packed}”")
    for path in done.gone[:_MOST]:
        typer.echo(f"库里找不到，档案里没有：{path}", err=True)
    if done.gone:
        raise typer.Exit(1)


async def _close(config: settings.Config, campaign: str, out: Path, *, full: bool, packed: bool) -> Closed:
    async with open_app(config, campaign) as app:
        archivist = Archivist(
            app.database, app.made, app.notices, app.house.duties, house_wording(), root=roof.ROOT, clock=app.clock,
            check=checks(config.key(), config.web.public_url),
        )  # fmt: skip
        async with app.turns.open() as turns:
            await turns.perform(TakeDossier(campaign, full, by=0), app.clock.now())
        about = describe(app.notices[campaign])
        try:
            return await archivist.close(campaign, out, full=full, about=about, packed=packed, progress=show_progress)
        except NotOurs as wrong:
            raise Stop(str(wrong)) from None
        except OSError as wrong:
            raise Stop(f"写不进“{out}”：{wrong.strerror or wrong}。已写好的都在，排除后再运行会接着来。") from None
