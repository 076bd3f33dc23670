"""Which works that wait for a screener are told of now: what waits too long, and what a closing leaves behind.

Works are told of together, desk by desk: whoever opens one sees the others, too. A desk is told

- when one of its works has waited for the notice's `idle`, and nothing was said for as long;
- a unit's desk also at the moments before the closing of what it has to pass on;
- the host's, where screening has a stage of its own that has not begun, only while the number doubles.

What no unit passed on by the closing is told to the host, once for each work, and the unit is not told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rules.instants import micros
from rules.looks_screening import Case
from rules.notice import Notice
from rules.screening import HOST

#: Whose a desk is: ("person", whom it was handed to), ("unit", its number), or the host's.
Desk = tuple[str, int]
OFFICE: Desk = ("host", HOST)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is to be known of a campaign at an instant (UTC microseconds).

    `idle`: the longest wait that is not told of, None for none. `begins`: when the host's stage of screening begins,
    0 for no stage of its own. `closings`: the first late instant of what each entry belongs to, by the entry.
    `moments`: when is reminded before each closing.
    """

    now: int
    idle: int | None
    begins: int = 0
    closings: Mapping[int, int] = field(default_factory=dict)
    moments: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def closes(self, case: Case) -> int:
        """The first late instant of what an entry belongs to."""
        return self.closings[case.entry.id]


def begins_of(notice: Notice) -> int:
    """When the host's own stage of screening begins (UTC microseconds), 0 where the notice gives it none."""
    rounds = notice.judging.rounds if notice.judging is not None else ()
    stages = [each.stage for each in rounds if each.kind == "screening" and each.stage is not None]
    return micros(notice.stage(stages[0]).opens) if stages else 0


def desk_of(case: Case) -> Desk:
    """Who is to decide a work that waits."""
    handed = case.stand.handed
    if handed:
        return "person", handed
    if handed == HOST or case.vacant or case.stand.desk == HOST:
        return OFFICE
    return "unit", case.stand.desk


def due(cases: Iterable[Case], watch: Watch) -> dict[Desk, list[Case]]:
    """The desks that are to be told now, each with all that waits there."""
    desks: dict[Desk, list[Case]] = {}
    for case in cases:
        if case.stand.level is not None and not _is_given_up(case):
            desks.setdefault(desk_of(case), []).append(case)
    return {desk: waiting for desk, waiting in desks.items() if _is_due(desk, waiting, watch)}


def _is_given_up(case: Case) -> bool:
    """Whether the host was told that a unit did not pass it on; from then on the two settle it between them."""
    return case.stand.missed and desk_of(case)[0] == "unit"


def _is_due(desk: Desk, waiting: Sequence[Case], watch: Watch) -> bool:
    if desk[0] == "unit" and any(_nears(case, watch) for case in waiting):
        return True
    if watch.idle is None:
        return False
    before = watch.now - watch.idle
    if desk == OFFICE and watch.now < watch.begins:
        told = sum(_was_told(case) for case in waiting)
        return len(waiting) >= 2 * told and any(case.stand.told <= before for case in waiting if not _was_told(case))
    return any(case.stand.told <= before for case in waiting)


def _was_told(case: Case) -> bool:
    """Whether somebody was told of it since it came to its level."""
    return case.stand.told > case.stand.since


def _nears(case: Case, watch: Watch) -> bool:
    """Whether a moment before its closing has come since it was told of last."""
    closes = watch.closes(case)
    return watch.now < closes and any(case.stand.told < at <= watch.now for at in watch.moments.get(closes, ()))


def missed(cases: Iterable[Case], watch: Watch) -> list[Case]:
    """What waits at a unit's desk although it is closed, and the host was not told yet.

    What came there only after the closing (by a leave, or mended) has the time that anything may wait.
    """
    return [
        case for case in cases
        if case.stand.level is not None and desk_of(case)[0] == "unit" and not case.stand.missed
        and watch.closes(case) <= watch.now and _had_time(case, watch)
    ]  # fmt: skip


def _had_time(case: Case, watch: Watch) -> bool:
    return case.stand.since < watch.closes(case) or case.stand.since + (watch.idle or 0) <= watch.now
