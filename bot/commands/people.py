"""`./xinshi roster` and `./xinshi invite`: units in, invitations out."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import app as roof
from bot import config as settings
from bot.commands.stop import Stop, stopped
from bot.people import NoSuchUnit, make_invite, take_roster, unit_named
from documents.sheet_reading import UnreadableSheet
from rules.codes import shown
from rules.instants import from_micros, spoken
from rules.looks import UnitsOf
from rules.people import Role, Unit
from rules.roster import COLUMNS
from storage.units import units_of

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
TITLES = "、".join(names[0] for names in COLUMNS.values())
HERE = settings.ROOT / "config.toml"


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    roster = typer.Typer(help="单位名单。", no_args_is_help=True)
    roster.command("import")(import_)
    app.add_typer(roster, name="roster")
    app.command("invite")(invite)


@stopped
def import_(
    campaign: Annotated[str, typer.Argument(help="活动的编号")],
    file: Annotated[Path, typer.Argument(help=f"名单：.xlsx 或 .csv，列名：{TITLES}")],
    config: ConfigFile = HERE,
) -> None:
    """导入单位名单；写错的行逐行报出，不影响其他行。

    例：./xinshi roster import xian-2024 名单.xlsx
    """
    if not file.is_file():
        raise Stop(f"找不到文件“{file}”，请核对路径。")
    if asyncio.run(_import(settings.load(config), campaign, file)):
        raise typer.Exit(1)


async def _import(config: settings.Config, campaign: str, file: Path) -> int:
    async with open_app(config, campaign) as app:
        try:
            roster, added, updated = await take_roster(app, campaign, file)
        except UnreadableSheet as wrong:
            raise Stop(str(wrong)) from None
    for fault in roster.faults:
        typer.echo(f"第 {fault.row} 行：{fault.message}", err=True)
    typer.echo(f"导入 {len(roster.rows)} 个单位：新增 {added}，更新 {updated}；有问题的 {len(roster.faults)} 行。")
    return len(roster.faults)


@stopped
def invite(
    campaign: Annotated[str, typer.Argument(help="活动的编号")],
    unit: Annotated[str, typer.Argument(help="单位名称、简称或别名；管理员写 admin；专家写 expert；全部单位写 all")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="有效天数")] = 60,
    config: ConfigFile = HERE,
) -> None:
    """发邀请码：一个码给一个人，用一次。

    例：./xinshi invite xian-2024 碑林区；管理员：./xinshi invite xian-2024 admin
    """
    asyncio.run(_invite(settings.load(config), campaign, unit, days))


async def _invite(config: settings.Config, campaign: str, unit: str, days: int) -> None:
    async with open_app(config, campaign) as app:
        for role, found in await _invited(app, campaign, unit):
            invited = await make_invite(app, campaign, role, found, at=app.clock.now(), days=days)
            until = from_micros(invited.expires).astimezone(ZoneInfo(app.notices[campaign].zone))
            expires = spoken(until.replace(second=0, microsecond=0))
            link = f"\t{config.web.public_url}/i/{invited.code}" if config.web.public_url else ""
            typer.echo(f"{found.name if found else _ROLES[role]}\t{shown(invited.code)}\t{expires} 前有效{link}")


#: Roles that speak for no unit.
_ROLES = {Role.ADMIN: "管理员", Role.EXPERT: "专家"}


async def _invited(app: roof.App, campaign: str, unit: str) -> tuple[tuple[Role, Unit | None], ...]:
    """Whom the command means: liaisons of units, or somebody who speaks for none."""
    if unit in _ROLES:
        return ((Role(unit), None),)
    if unit != "all":
        try:
            return ((Role.LIAISON, await unit_named(app, campaign, unit)),)
        except NoSuchUnit as wrong:
            raise Stop(str(wrong)) from None
    async with app.database.read() as connection:
        found = await units_of(connection, UnitsOf(campaign))
    if not found:
        raise Stop(f"“{campaign}”还没有单位名单，请先导入：./xinshi roster import {campaign} 名单.xlsx")
    return tuple((Role.LIAISON, each) for each in found)


def open_app(config: settings.Config, campaign: str) -> AbstractAsyncContextManager[roof.App]:
    """The program on its data, for one campaign. Raises `Stop` for a campaign that the configuration does not have."""
    if campaign not in config.campaigns:
        raise Stop(f"配置里没有活动“{campaign}”；有：{'、'.join(config.campaigns)}。")
    return roof.running(
        data=config.data, database_url=config.database_url(), campaign_ids=(campaign,), key=config.key(),
        files=(config.files, config.store_secrets()),
    )  # fmt: skip
