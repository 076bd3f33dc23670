"""What each unit hears of the results: its own prizes, or thanks; never another's, and no rank."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from rules.certificates import Issuing
from rules.deeds import Heard
from rules.deeds_publication import Telling
from rules.looks_awards import Honour
from rules.looks_publication import Participant
from rules.notice import Notice


def final_of(honours: Sequence[Honour], unit: int = 0) -> tuple[Honour, ...]:
    """The prizes that are final; of one unit only where `unit` is not 0."""
    return tuple(each for each in honours if each.state == "final" and unit in (0, each.unit))


def open_of(honours: Sequence[Honour]) -> tuple[Honour, ...]:
    """The prizes that are still shown for objections (公示)."""
    return tuple(each for each in honours if each.state == "listed")


def seen_mark(honours: Sequence[Honour]) -> str:
    """Names the prizes of a campaign as they stand; other prizes, or others of them final, give another."""
    told = ";".join(f"{each.id}:{each.state}:{each.label}" for each in sorted(honours, key=lambda one: one.id))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def mark_of(mine: Sequence[Honour]) -> str:
    """Names what one unit is told: its prizes, whatever their order."""
    told = ";".join(f"{each.id}:{each.label}" for each in sorted(mine, key=lambda one: one.id))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def tellings(
    notice: Notice,
    how: Issuing,
    honours: Sequence[Honour],
    participants: Sequence[Participant],
    told: Mapping[int, str],
) -> tuple[Telling, ...]:
    """What is to be told to each unit that was not told the same before."""
    found = []
    for each in participants:
        mine = final_of(honours, each.unit)
        if told.get(each.unit) == (mark := mark_of(mine)):
            continue
        found.append(Telling(each.unit, mark, heard_of(notice, how, mine, each, again=each.unit in told)))
    return tuple(found)


def heard_of(notice: Notice, how: Issuing, mine: Sequence[Honour], unit: Participant, *, again: bool) -> Heard:
    """One unit's results in its own words."""
    certified = any(each.prize not in how.without for each in mine)
    facts: dict[str, Any] = {
        "title": notice.short_title, "unit": unit.name, "works": unit.works, "again": again, "certified": certified,
        "natural": notice.natural(unit.klass),
        "prizes": [{"title": each.title, "label": each.label, "gift": each.gift} for each in mine],
        "outlets": [outlet.label for outlet in notice.outlets], "contact": notice.contact,
    }  # fmt: skip
    if mine:
        return Heard("publication.won", facts, ("证书",) if certified else ("我的报送",))
    return Heard("publication.thanks", facts, ("我的报送",))
