"""Seats made from outside a conversation: rosters imported, invitations written, personas for trying things out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.app import App
from documents.sheet_reading import read_sheet
from rules.deeds import Invite, Invited
from rules.looks import UnitsLike
from rules.people import Role, Unit
from rules.roster import Roster, read_roster
from storage.units import import_roster, units_called, units_like


class NoSuchUnit(LookupError):
    """A unit's name is not in the roster, or fits several; the message lists what comes near."""


async def take_roster(app: App, campaign: str, path: Path) -> tuple[Roster, int, int]:
    """Import a roster file; gives what was read, how many units were added and how many updated."""
    classes = {klass.key: klass.label for klass in app.notices[campaign].classes}
    roster = read_roster(read_sheet(path), classes)
    added, updated = await import_roster(app.database, campaign, roster.rows, app.numbers)
    return roster, added, updated


async def unit_named(app: App, campaign: str, name: str) -> Unit:
    """The one unit of exactly this name, short name or alias. Raises `NoSuchUnit`: nobody is invited by likeness."""
    async with app.database.read() as connection:
        found = await units_called(connection, campaign, name)
        if len(found) == 1:
            return found[0]
        near = found or await units_like(connection, UnitsLike(campaign, name))
    what = f"名单里有 {len(found)} 个单位都叫“{name}”" if found else f"名单里没有“{name}”"
    names = "、".join(unit.name for unit in near)
    listed = f"；{'请写全称' if found else '相近的有'}：{names}" if names else ""
    raise NoSuchUnit(f"{what}{listed}。名单用 ./xinshi roster import 导入。")


async def make_invite(
    app: App, campaign: str, role: Role, unit: Unit | None, *, at: datetime, uses: int = 1, days: int = 60
) -> Invited:
    """Write an invitation outside of any conversation."""
    async with app.turns.open() as turns:
        deed = Invite(campaign, role.value, unit.id if unit else None, by=0, uses=uses, days=days)
        invited: Invited = await turns.perform(deed, at)
    return invited
