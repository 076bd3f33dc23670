"""The list of prizes for everybody's eyes (公示): in the notice's order, natural persons and numbers masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rules.looks_awards import Change, Honour
from rules.masking import masked_name, masked_phones
from rules.notice import Notice
from rules.people import Unit
from rules.stages import Stage

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list: the entry's number and title ("" for a prize of a unit), and whose it is, masked."""

    honour: int
    label: str
    number: str
    title: str
    unit: str


def shown_list(notice: Notice, honours: Sequence[Honour], units: Sequence[Unit]) -> tuple[Shown, ...]:
    """What stands of these prizes, best first: those of one name together, as the notice lists them."""
    classes = {unit.id: unit.klass for unit in units}
    standing = [each for each in honours if each.state != WITHDRAWN]
    places = {prize.key: place for place, prize in enumerate(notice.awards.prizes if notice.awards else ())}
    tracks = {track.key: place for place, track in enumerate(notice.tracks)}
    standing.sort(key=lambda each: (tracks.get(each.track, len(tracks)), places.get(each.prize, len(places)),
                                    each.within, each.id))  # fmt: skip
    return tuple(
        Shown(
            each.id, each.label, each.number, masked_phones(each.title),
            public_name(notice, each.unit_name, classes.get(each.unit, "")),
        )
        for each in standing
    )  # fmt: skip


def public_name(notice: Notice, name: str, klass: str) -> str:
    """The name of a unit as everybody may see it; of a natural person, the family name."""
    return masked_name(name) if notice.natural(klass) else name


def grouped(rows: Sequence[Shown]) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    """The lines of each prize together."""
    for label, lines in groupby(rows, key=lambda row: row.label):
        yield label, tuple(lines)


def changed_facts(change: Change) -> dict[str, Any]:
    """A change as everybody may read it: not who decided it, and no telephone number."""
    return {
        "what": change.what, "final": change.stage == "final", "before": change.before, "after": change.after,
        "reason": masked_phones(change.reason), "number": change.number,
    }  # fmt: skip


def publicity(notice: Notice) -> Stage | None:
    """The stage in which prizes are shown for objections (公示), None where the notice has none."""
    return next((stage for stage in notice.stages if "公示" in stage.label), None)
