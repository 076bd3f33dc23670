"""Rehearsals written down by hand, for trying what is made of them: a calm one, and pieces to spoil it with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rehearsal.record import OWN, REPLY, Line, Moment, Owing, Record, Rehearsed, Table
from rules.notice import Notice
from tests.campaigns.shipped import at, notice

#: Units of the calm rehearsal, with their class.
UNITS = {
    **{f"市级部门{number}": "department" for number in range(1, 13)},
    **{f"区县{number}": "district" for number in range(1, 9)},
}
DAY = timedelta(days=1)


def own(moment: datetime, text: str = "你好") -> Line:
    """What a person wrote."""
    return Line(moment, OWN, text)


def reply(moment: datetime, text: str) -> Line:
    """What answered it."""
    return Line(moment, REPLY, text)


def letter(moment: datetime, text: str = "还差 1 个案例", kind: str = "reminder") -> Line:
    """What the program said by itself."""
    return Line(moment, kind, text, ("继续填报", "今天不再提醒"), "telegram")


def person(name: str, unit: str, lines: Iterable[Line], *, role: str = "联络员") -> Rehearsed:
    """Somebody with a chat in order."""
    ordered = tuple(sorted(lines, key=lambda line: line.at))
    return Rehearsed(name, f"telegram:{name}", role, unit, "按时报送", ordered)


def owing(
    unit: str, klass: str, have: Sequence[tuple[datetime, int]], *, floor: int, track: str = "case"
) -> list[Owing]:
    """What a unit had handed in at instants."""
    return [Owing(moment, unit, klass, track, floor, count) for moment, count in have]


def record(name: str = "xian-2024", **changes: Any) -> Record:
    """A rehearsal in which nobody suffers: all report in good time, are reminded once, and hear back."""
    of = notice(name)
    track = of.entered[0] if of.entered else None
    opens = track.opens if track is not None else of.stages[0].opens
    closes = track.closes if track is not None else of.stages[-1].closes
    people = [_liaison(unit, opens, closes, place) for place, unit in enumerate(UNITS)] if track is not None else []
    owed = [each for unit, klass in UNITS.items() for each in _owed(of, unit, klass, opens, closes)]
    won = (("1", "信用菜市场", "区县1"), ("2", "一码通管", "区县2"))
    calm = Record(
        notice=of, seed=7, units=len(UNITS), began=opens, ended=closes + DAY, took=83.4, people=tuple(people),
        timeline=tuple(
            [Moment(each.opens, f"“{each.label}”开始") for each in of.stages]
            + [Moment(each.closes, f"“{each.label}”结束") for each in of.stages]
        ),
        owing=tuple(owed) if track is not None else (), unreached=(),
        results=(Table("典型案例", ("名次", "作品", "单位"), won),),
        files={}, faults=(),
    )  # fmt: skip
    return replace(calm, **changes)


def with_lines(whole: Record, lines: Sequence[Line], *, people: int = 1) -> Record:
    """The same with more lines for the first so many people."""
    first = [
        replace(each, lines=tuple(sorted((*each.lines, *lines), key=lambda line: line.at)))
        for each in whole.people[:people]
    ]
    return replace(whole, people=(*first, *whole.people[people:]))


def having(whole: Record, units: Sequence[str], counts: Sequence[tuple[str, int]]) -> Record:
    """The same where these units had so many works at these instants ("04-20 10:00"), and at no others."""
    year = whole.notice.stages[0].opens.year
    have = [(at(f"{year}-{moment}"), count) for moment, count in counts]
    owed = {each.unit: each for each in whole.owing if each.unit in units and each.floor}
    mine = [row for unit, each in owed.items() for row in owing(unit, each.klass, have, floor=each.floor)]
    kept = [each for each in whole.owing if not (each.unit in owed and each.track == owed[each.unit].track)]
    return replace(whole, owing=(*kept, *mine))


def blank(folder: Path, name: str, content: str = "附件") -> Path:
    """A file that the rehearsal made."""
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def _liaison(unit: str, opens: datetime, closes: datetime, place: int) -> Rehearsed:
    begins = opens + timedelta(days=3, hours=9 + place % 5)
    lines = [
        own(begins, "K7M2P-9QRST"), reply(begins, "您好，这里是信使。"), own(begins + DAY, "填报新作品"),
        reply(begins + DAY, "请写案例题目。"), letter(opens + timedelta(days=9)), own(begins + 9 * DAY, "确认报送"),
        reply(begins + 9 * DAY, "已收到，编号 XA-A0001。"),
        letter(closes + timedelta(hours=12), "结果已公布", "notice"),
    ]  # fmt: skip
    return person(f"{unit}联络员", unit, lines)


def _owed(of: Notice, unit: str, klass: str, opens: datetime, closes: datetime) -> list[Owing]:
    found = []
    for track in of.entered:
        floor = track.quota(klass).floor
        days = (closes - opens) // DAY + 1
        have = [(opens + day * DAY, 0 if day < 13 else floor) for day in range(0, days, 2)]
        found += owing(unit, klass, [*have, (closes, floor)], floor=floor, track=track.key)
    return found
