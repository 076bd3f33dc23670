"""A campaign's roster of units, read from the rows of a sheet; a wrong row is named and stops nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.cleaning import clean

#: Column titles people use, by what they mean.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("单位名称", "单位", "名称", "责任单位"),
    "short": ("简称", "短名"),
    "aliases": ("别名", "曾用名", "其他名称"),
    "klass": ("类别", "单位类别", "分类"),
    "parent": ("上级", "主管部门", "上级单位"),
    "recommender": ("推荐单位", "推荐部门"),
    "lead": ("牵头部门", "省级牵头部门"),
    "contact": ("联系人", "联络员"),
    "phone": ("联系电话", "电话", "手机"),
}
_PARTED = re.compile(r"[、，,；;/|\n]+")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One unit as a sheet names it; `contacts` are (person, phone) pairs as written.

    `recommender` and `lead` name the units that screen its entries, where it is not `parent` (`rules/screening.py`).
    """

    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    klass: str = ""
    parent: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    recommender: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class RosterFault:
    """What is wrong with one row; `row` counts as the sheet does, from 1 with the title row."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The good rows and the faults of a sheet."""

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]


def read_roster(sheet: Sequence[Sequence[str]], classes: Mapping[str, str]) -> Roster:
    """Read a sheet: rows of cell texts, of which the first with a name's title is the row of titles.

    `classes` maps class keys to labels; both may stand. The same unit on several rows gives one unit with several
    contacts. What stands above the titles (a heading, an empty row) is passed over.
    """
    start = next((index for index, cells in enumerate(sheet) if "name" in _places(cells)), _first(sheet))
    if start is None:
        return Roster((), (RosterFault(1, "表是空的：要有一行列名，至少有“单位名称”和“类别”。"),))
    places = _places(sheet[start])
    missing = [COLUMNS[key][0] for key in ("name", "klass") if key not in places]
    if missing:
        found = "、".join(cell for cell in map(clean, sheet[start]) if cell.strip())
        fault = RosterFault(start + 1, f"缺少列：{'、'.join(missing)}。这一行读到的列名是：{found}。")
        return Roster((), (fault,))
    return _read_rows(sheet, start, places, classes)


def _first(sheet: Sequence[Sequence[str]]) -> int | None:
    """The first row that holds anything."""
    return next((index for index, cells in enumerate(sheet) if any(clean(cell).strip() for cell in cells)), None)


def _read_rows(
    sheet: Sequence[Sequence[str]], start: int, places: Mapping[str, int], classes: Mapping[str, str]
) -> Roster:
    keys = {label: key for key, label in classes.items()} | {key: key for key in classes}
    rows: dict[str, RosterRow] = {}
    faults: list[RosterFault] = []
    for number, cells in enumerate(sheet[start + 1 :], start=start + 2):
        values = {key: _cell(cells, place) for key, place in places.items()}
        if not any(values.values()):
            continue
        if fault := _fault(values, keys, rows, classes):
            faults.append(RosterFault(number, fault))
            continue
        rows[values["name"]] = _merged(rows.get(values["name"]), values, keys[values["klass"]])
    return Roster(tuple(rows.values()), tuple(faults))


def _places(titles: Sequence[str]) -> dict[str, int]:
    cells = ["".join(clean(title).split()) for title in titles]
    return {
        key: next(place for place, cell in enumerate(cells) if cell in names)
        for key, names in COLUMNS.items()
        if any(cell in names for cell in cells)
    }


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(clean(cells[place]).split()) if place < len(cells) else ""


def _fault(
    values: Mapping[str, str], keys: Mapping[str, str], rows: Mapping[str, RosterRow], classes: Mapping[str, str]
) -> str:
    name, klass = values["name"], values["klass"]
    if not name:
        return "没有单位名称。"
    if klass not in keys:
        return f"“{name}”的类别“{klass or '（空）'}”不在通知的单位类别里；可用：{'、'.join(classes.values())}。"
    if (same := rows.get(name)) is not None and same.klass != keys[klass]:
        return f"“{name}”在前面已列为“{classes[same.klass]}”，这里又列为“{klass}”，请只留一种。"
    return ""


def _merged(old: RosterRow | None, values: Mapping[str, str], klass: str) -> RosterRow:
    contact, phone = values.get("contact", ""), values.get("phone", "")
    contacts = ((contact, phone),) if contact or phone else ()
    aliases = tuple(part.strip() for part in _PARTED.split(values.get("aliases", "")) if part.strip())
    above = {key: values.get(key, "") for key in ("parent", "recommender", "lead")}
    if old is None:
        return RosterRow(values["name"], values.get("short", ""), aliases, klass, contacts=contacts, **above)
    return RosterRow(
        old.name,
        old.short or values.get("short", ""),
        tuple(dict.fromkeys((*old.aliases, *aliases))),
        old.klass,
        contacts=tuple(dict.fromkeys((*old.contacts, *contacts))),
        parent=old.parent or above["parent"],
        recommender=old.recommender or above["recommender"],
        lead=old.lead or above["lead"],
    )
