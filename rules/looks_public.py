"""What may be read of the public vote. Who may see totals is decided where they are read, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.judging import Round
from rules.looks import Look
from rules.notice import Notice


@dataclass(frozen=True, slots=True)
class VoteTerms(Look):
    """What admins settled about a public vote → `rules.public_vote.Kept`.

    Where only the expert round's plan says what counts how much, that is it.
    """

    campaign: str
    round: str


@dataclass(frozen=True, slots=True)
class MyVotes(Look):
    """The votes of a person on one day (0: of a vote that is not by days) → tuple of `MyVote`."""

    campaign: str
    round: str
    person: int
    day: int


@dataclass(frozen=True, slots=True)
class MyVote:
    """One vote of a person's own: for which entry, and what it is counted together with."""

    entry: int
    bucket: str


@dataclass(frozen=True, slots=True)
class WorkOf(Look):
    """A work as voters may look at it → `Work`, None where it is not in."""

    campaign: str
    entry: int


@dataclass(frozen=True, slots=True)
class Work:
    """A work with its unit's name, the answers on its form, and the SHA-256 of its film's preview ("" for none)."""

    id: int
    number: str
    title: str
    track: str
    form: str
    unit: str
    answers: Mapping[str, Any]
    preview: str = ""


@dataclass(frozen=True, slots=True)
class PublicTotals(Look):
    """The votes of a public round, as far as `person` (0: anybody) may see them → `Totals`.

    With `hidden` only admins see them before every one of the `experts` rounds is counted. Made by `totals_of`.
    """

    campaign: str
    round: str
    hidden: bool
    experts: tuple[str, ...]
    person: int = 0


def totals_of(notice: Notice, round_: Round, person: int = 0) -> PublicTotals:
    """The look at the totals of a round of this notice."""
    rounds = notice.judging.rounds if notice.judging is not None else ()
    experts = tuple(each.key for each in rounds if each.kind == "expert")
    return PublicTotals(notice.id, round_.key, round_.hidden, experts, person)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was imported from another platform: votes by entry, the file and its SHA-256, when, and by whom.

    `added`: to the votes that were given here; otherwise instead of them.
    """

    votes: Mapping[int, int]
    file: str
    sha256: str
    at: int
    by: int
    added: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """Votes by entry: all that were `given` here, those of them `aside`, and what was imported.

    `seen` is false for whoever may not see them; then there is nothing in it.
    """

    seen: bool
    given: Mapping[int, int] = field(default_factory=dict)
    aside: Mapping[int, int] = field(default_factory=dict)
    imported: Imported | None = None

    @property
    def counted(self) -> dict[int, int]:
        """What counts: without votes set aside, and with what was imported added or in their place."""
        return self._together({entry: given - self.aside.get(entry, 0) for entry, given in self.given.items()})

    @property
    def everything(self) -> dict[int, int]:
        """The same with the votes that were set aside."""
        return self._together(dict(self.given))

    @property
    def known(self) -> bool:
        """Whether there are any votes, given here or imported."""
        return bool(self.given) or self.imported is not None

    def _together(self, own: dict[int, int]) -> dict[int, int]:
        if self.imported is None:
            return own
        if not self.imported.added:
            return dict(self.imported.votes)
        entries = sorted({*own, *self.imported.votes})
        return {entry: own.get(entry, 0) + self.imported.votes.get(entry, 0) for entry in entries}


@dataclass(frozen=True, slots=True)
class VotesByHour(Look):
    """Votes given here of a round in the hours before an instant, oldest first → tuple of numbers, `hours` of them."""

    campaign: str
    round: str
    until: int
    hours: int = 24


#: What can make votes doubtful: many in a minute, many from one network in a day, voters who had just come.
Doubt = Literal["burst", "network", "fresh"]


@dataclass(frozen=True, slots=True)
class SignalsOf(Look):
    """What looks like farming in a round → tuple of `rules.public_signals.Signal`, the most votes first."""

    campaign: str
    round: str
