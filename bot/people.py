"""Seats made from outside a conversation: rosters imported, invitations written, personas for trying things out."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from bot.app import App
from rules.deeds import Invite, Invited
from rules.looks import UnitsLike
from rules.people import Role, Unit
from rules.roster import Roster, read_roster
from storage.units import import_roster, units_called, units_like


class UnreadableSheet(ValueError):
    """A roster file is no sheet that can be read; the message says what it is and what to send."""


class NoSuchUnit(LookupError):
    """A unit's name is not in the roster, or fits several; the message lists what comes near."""


def read_sheet(path: Path) -> list[list[str]]:
    """The rows of a .csv (UTF-8 or GB18030) or of the first sheet of an .xlsx, as texts. Raises `UnreadableSheet`."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx", ".xls", ".ods"):
        raise UnreadableSheet(f"{path.name}：请用 .xlsx 或 .csv 文件（写的是“{path.suffix or '无后缀'}”）。")
    try:
        return _csv(path) if kind == ".csv" else _workbook(path)
    except OSError as wrong:
        raise UnreadableSheet(f"{path.name}：读不了这个文件（{wrong.strerror or wrong}）。请核对路径和权限。") from None


def _workbook(path: Path) -> list[list[str]]:
    data = io.BytesIO(path.read_bytes())
    try:
        sheet = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0)
        # Empty rows above the titles count, so that a row has the number that its sheet shows.
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as wrong:
        raise UnreadableSheet(
            f"{path.name}：打不开，不是完整的 Excel 文件，或者设了密码（{wrong}）。请另存为 .xlsx 后再试。"
        ) from None
    return [[_cell(cell) for cell in row] for row in rows]


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline=None)))
        except csv.Error as wrong:
            raise UnreadableSheet(f"{path.name}：不是完整的 CSV 文件（{wrong}）。请另存为“CSV UTF-8”后再试。") from None
    raise UnreadableSheet(f"{path.name}：文字编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”后再试。")


def _cell(value: object) -> str:
    """A cell as a person reads it: a whole number without ".0", so that a phone number stays one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


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
