"""What the chats of a rehearsal tell beside their words: who was refused what, what was sent back, when packets ended.

The sentences are those of `templates/wording/zh/`; a test says them and reads them here, so that neither moves alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rehearsal.record import OWN, REPLY, Line, Record, Rehearsed
from rules.instants import UnreadableInstant, closing

#: What kept something out: a rule on the work itself, the number of works, the clock.
RULE, CAP, LATE = "rule", "cap", "late"
_FINDING = re.compile(r"^✗ (?P<said>.+)$", re.MULTILINE)
#: A clause, which may hold brackets itself: 二（二）4.
_BRACKETED = r"(?:[^（）]|（[^（）]*）)+"
_CLAUSE = re.compile(rf"（《通知》(?P<clause>{_BRACKETED})）|（(?P<own>附{_BRACKETED})）")
_WANTED = re.compile(r"要求(?P<wanted>.+?)(?=（《通知》|（附|，还差|，超出|。|：|$)")
_CAP = re.compile(rf"达到上限 (?P<cap>\d+) ?(?P<measure>\S*?)(?:（《通知》(?P<clause>{_BRACKETED})）)?，不能再报新的")
_LATE = re.compile(r"^(?P<label>.+?)已于 .+? 截止，(?:晚了 .+?，没有收下|过了 .+?，现在不能报送)", re.MULTILINE)
_RETURNED = re.compile(r"（(?P<number>[A-Z]+-[A-Z]\d+)）需要补充，请在 (?P<until>.+?) 前改好")
_LATE_LETTER = re.compile(r"^（以下是 (?P<days>\d+) 天前发的，当时没能送到您这里）")
_GONE = re.compile(r"红包已经(?:全部)?领完")


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not taken in: from whom, what kind of obstacle, the rule in words, its clause."""

    at: datetime
    name: str
    unit: str
    kind: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A work that was sent back: its number, and until when it is wanted."""

    at: datetime
    name: str
    unit: str
    number: str
    until: datetime


def refusals(record: Record) -> Iterator[Refused]:
    """Everything that was not taken in, person by person in the order in which it happened."""
    for person in record.people:
        for line in person.lines:
            if line.kind == REPLY:
                yield from _refused(person, line)


def returns(record: Record) -> Iterator[Returned]:
    """Every work that somebody was told to mend."""
    for person in record.people:
        for line in person.lines:
            match = _RETURNED.search(line.text) if line.by_itself else None
            until = _instant(match["until"], line.at, record.notice.zone) if match else None
            if match and until is not None:
                yield Returned(line.at, person.name, person.unit, match["number"], until)


def late_letters(record: Record) -> Iterator[tuple[Rehearsed, int]]:
    """What reached somebody only when they wrote again, a day late or more: who it was, and how many days late."""
    for person in record.people:
        for line in person.lines:
            match = _LATE_LETTER.search(line.text) if line.by_itself else None
            if match is not None:
                yield person, int(match["days"])


def called(record: Record, names: Iterable[str]) -> dict[str, Rehearsed]:
    """Who is meant by each of these names: whoever bears it in the record, or gave it as theirs in the chat."""
    wanted = set(names)
    found: dict[str, Rehearsed] = {}
    for person in record.people:
        for line in person.lines:
            if line.kind == OWN and line.text in wanted:
                found.setdefault(line.text, person)
    return found | {person.name: person for person in record.people if person.name in wanted}


def packets_gone(record: Record) -> datetime | None:
    """When somebody was told first that no packet is left; None where nobody was."""
    told = (line.at for person in record.people for line in person.lines if _GONE.search(line.text))
    return min(told, default=None)


def _refused(person: Rehearsed, line: Line) -> Iterator[Refused]:
    for found in _FINDING.finditer(line.text):
        said = found["said"]
        clause, wanted = _CLAUSE.search(said), _WANTED.search(said)
        rule = wanted["wanted"] if wanted else re.split(r"[：。（]", said)[0]
        told = (clause["clause"] or clause["own"]) if clause else ""
        yield Refused(line.at, person.name, person.unit, RULE, rule, told)
    if found_cap := _CAP.search(line.text):
        rule = f"{found_cap['cap']} {found_cap['measure']}"
        yield Refused(line.at, person.name, person.unit, CAP, rule, found_cap["clause"] or "")
    if found_late := _LATE.search(line.text):
        yield Refused(line.at, person.name, person.unit, LATE, found_late["label"], "")


def _instant(text: str, near: datetime, zone: str) -> datetime | None:
    """The first late instant of a closing as people say it, in the year of `near` or the next; None if unreadable."""
    for year in (near.year, near.year + 1):
        try:
            found = closing(text if "年" in text else f"{year}年{text}", zone).first_late
        except UnreadableInstant:
            continue
        if found > near:
            return found
    return None
