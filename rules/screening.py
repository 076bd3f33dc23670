"""The screening chain: which levels an entry passes, who decides at each of them, and where it stands now.

A level is decided for one version of an entry. The entrant's own level is done by handing in; a level that has nobody
to decide it passes by itself (an entrant that recommends itself, a lead department's own work) or falls to the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.notice import Notice
from rules.tracks import Level, Track

#: Who decides, where it is no unit: the host's own people, or nobody, because the level is done by handing in.
HOST, NOBODY = 0, -1
#: What may be decided. "straight": the result of a selection that was run before goes in without further levels.
What = Literal["passed", "straight", "returned", "rejected", "handed", "reopened", "reminded", "missed"]
#: What is noted of an entry beside decisions: that its screeners, or the host, were told that it waits.
_NOTED = ("reminded", "missed")
PASSING: frozenset[str] = frozenset(("passed", "straight"))
#: States of an entry, as `entries.state` has them.
SUBMITTED, RETURNED, REJECTED = "submitted", "returned", "rejected"


@dataclass(frozen=True, slots=True)
class Chains:
    """The levels of every track of a notice, by its key, and the classes of units that are lead departments."""

    tracks: tuple[tuple[str, tuple[Level, ...]], ...]
    leads: frozenset[str] = frozenset()

    def of(self, track: str) -> tuple[Level, ...]:
        """The levels of one track, in order."""
        return next((levels for key, levels in self.tracks if key == track), ())

    def asks(self, *by: str) -> bool:
        """Whether any level is decided by one of these (as `rules.tracks.Level.by` names them)."""
        return any(level.by in by for _, levels in self.tracks for level in levels)


def chains_of(notice: Notice) -> Chains:
    """What a notice says: each track's own chain, and the host's screening round where the chain has no host level."""
    leads = frozenset(klass.key for klass in notice.classes if klass.leads)
    return Chains(tuple((track.key, _levels(notice, track)) for track in notice.tracks), leads)


def _levels(notice: Notice, track: Track) -> tuple[Level, ...]:
    rounds = notice.judging.rounds if notice.judging is not None else ()
    of_host = [
        Level(f"round/{each.key}", each.label, "host", each.clause) for each in rounds if each.kind == "screening"
    ]
    if any(level.by == "host" for level in track.chain):
        return track.chain
    return (*track.chain, *of_host[:1])


@dataclass(frozen=True, slots=True)
class Member:
    """A unit as the roster has it; `parent`, `recommender` and `lead` are the names written there."""

    id: int
    name: str
    short: str = ""
    klass: str = ""
    parent: str = ""
    recommender: str = ""
    lead: str = ""


class Roster:
    """The units of a campaign, to be found by the names that other rows use."""

    def __init__(self, members: Iterable[Member], leads: frozenset[str] = frozenset()) -> None:
        every = tuple(members)
        # Works of somebody by themselves belong to no unit, which nobody recommends and nobody leads.
        self._members = {0: Member(0, "")} | {each.id: each for each in every}
        self._named = {each.short: each.id for each in every if each.short} | {each.name: each.id for each in every}
        self._leads = leads

    def desk(self, levels: Sequence[Level], level: Level, unit: int) -> int:
        """Who decides a level for the entries of a unit: a unit's number, `HOST`, or `NOBODY`."""
        match level.by:
            case "unit":
                return NOBODY
            case "host":
                return HOST
            case "lead":
                return self._lead(unit)
            case "recommender":
                found = self._recommender(levels, level, unit)
                return found if found or not level.self_recommends else NOBODY

    def _recommender(self, levels: Sequence[Level], level: Level, unit: int) -> int:
        """The recommender of the roster, else the unit above, unless that is the lead department that decides later."""
        member = self._members[unit]
        if found := self._named.get(member.recommender, 0):
            return found if found != unit else 0
        above = self._named.get(member.parent, 0)
        later = levels[levels.index(level) + 1 :]
        return 0 if above == unit or (any(each.by == "lead" for each in later) and above == self._lead(unit)) else above

    def _lead(self, unit: int) -> int:
        """The lead department of the roster, else the nearest one above; nobody for a lead department itself."""
        member = self._members[unit]
        if found := self._named.get(member.lead, 0):
            return found if found != unit else NOBODY
        if member.klass in self._leads:
            return NOBODY
        above = self._above(unit)
        led = [each for each in above if self._members[each].klass in self._leads]
        return next(iter(led or above[-1:]), HOST)

    def _above(self, unit: int) -> list[int]:
        """The units above one, the nearest first. A circle in the roster ends where it began."""
        found: list[int] = []
        at = unit
        while (at := self._named.get(self._members[at].parent, 0)) and at != unit and at not in found:
            found.append(at)
        return found


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided at one level. `unit` is who the level belongs to, "" for the host.

    `target`: to whom it was handed over (0: the host). `carried`: it was made for an earlier version and still holds.
    """

    level: str
    what: What
    by: str
    unit: str
    opinion: str
    clause: str
    at: int
    target: int = 0
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an entry stands: "waiting" at a `level` since an instant, "through", "returned" or "rejected".

    `desk` is who decides the level, `place` its number from 1 among the `steps` that others than the entrant decide.
    `handed`: whom it was handed to at this level (0: the host), None for nobody. `then` is the level that comes next,
    with its `then_desk`.
    """

    state: Literal["waiting", "through", "returned", "rejected"]
    level: Level | None = None
    desk: int = NOBODY
    place: int = 0
    steps: int = 0
    since: int = 0
    handed: int | None = None
    decisions: tuple[Decision, ...] = ()
    then: Level | None = None
    then_desk: int = NOBODY
    #: Since when nobody was told that it waits.
    told: int = 0
    #: Whether the host was told that a unit did not pass it on by the closing.
    missed: bool = False

    @property
    def passed(self) -> tuple[Decision, ...]:
        """The opinions in force."""
        return tuple(each for each in self.decisions if each.what in PASSING)


def stand(
    levels: Sequence[Level], roster: Roster, unit: int, state: str, decisions: Sequence[Decision], received: int
) -> Stand:
    """Where an entry of a unit stands, from the decisions (oldest first) on its version."""
    desks = {level.key: roster.desk(levels, level, unit) for level in levels}
    asked = asked_of(levels, roster, unit)
    made = tuple(each for each in decisions if each.what not in _NOTED)
    since = max([received, *(each.at for each in made if not each.carried)])
    if state in (RETURNED, REJECTED):
        return Stand("returned" if state == RETURNED else "rejected", steps=len(asked), since=since, decisions=made)
    done = {each.level for each in made if each.what in PASSING}
    straight = any(each.what == "straight" for each in made)
    left = [] if straight else [level for level in asked if level.key not in done]
    if left:
        level, then = left[0], left[1] if len(left) > 1 else None
        handed = [each.target for each in made if each.what == "handed" and each.level == level.key]
        return Stand(
            "waiting", level, desks[level.key], asked.index(level) + 1, len(asked), since,
            handed[-1] if handed else None, made, then, desks[then.key] if then is not None else NOBODY,
            max([since, *(each.at for each in decisions if each.what == "reminded")]),
            any(each.what == "missed" and each.level == level.key for each in decisions),
        )  # fmt: skip
    return Stand("through", steps=len(asked), since=since, decisions=made)


def asked_of(levels: Sequence[Level], roster: Roster, unit: int) -> tuple[Level, ...]:
    """The levels that somebody decides for the entries of a unit."""
    return tuple(level for level in levels if roster.desk(levels, level, unit) != NOBODY)


def is_through(asked: Sequence[Level], made: Mapping[str, str]) -> bool:
    """Whether the decisions that let an entry pass (by level) are all that it takes."""
    return "straight" in made.values() or all(level.key in made for level in asked)


def again_after(levels: Sequence[Level], returned: Level | None) -> tuple[str, ...]:
    """The levels that look again at an entry that one of them sent back: it and those after it."""
    keys = [level.key for level in levels]
    return tuple(keys[keys.index(returned.key) :]) if returned is not None else ()
