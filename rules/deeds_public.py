"""What is done about the public vote: votes are cast; admins time and weigh it, set votes aside, import totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Deed, Done
from rules.looks_public import Doubt


@dataclass(frozen=True, slots=True)
class Voted:
    """A vote was kept; `left` are those that the person still has, today or at all."""

    left: int


@dataclass(frozen=True, slots=True)
class CastVote(Deed):
    """One vote of `person` for `entry`. Everything it must satisfy is judged in the statement that writes it.

    `bucket`: what votes are counted together with, of which a person has `limit`, where `daily` on each day of `zone`.
    `opens` and `closes` are the notice's (0 where it has none); what an admin set goes before them. `network`
    is a keyed hash of where a page was used from, "" in chat.
    Declined: not open yet, over, no votes left, voted for already, no such work.
    """

    result = Voted
    campaign: str
    round: str
    entry: int
    track: str
    person: int
    bucket: str
    limit: int
    daily: bool
    zone: str
    opens: int
    closes: int
    network: str = ""


@dataclass(frozen=True, slots=True)
class TimeVote(AdminDeed):
    """Set from when until when votes are taken, in place of the notice's times.

    Declined: votes were cast before that opening, the round of experts is published.
    """

    command = "votes"
    result = Done
    campaign: str
    round: str
    opens: int
    closes: int
    reason: str
    by: int

    def told(self) -> dict[str, Any]:
        return {
            "step": "time", "round": self.round, "opens": self.opens, "closes": self.closes, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CloseVote(AdminDeed):
    """Take no more votes from this instant on; `opens` is the present opening. Declined: not open, published."""

    command = "votes"
    result = Done
    campaign: str
    round: str
    opens: int
    closes: int
    reason: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "close", "round": self.round, "before": self.closes, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class WeighVote(AdminDeed):
    """Settle the share of the public vote ("3/10") and how votes become points, where the notice does not.

    Declined: votes were cast already.
    """

    command = "votes"
    result = Done
    campaign: str
    round: str
    public: str
    normalise: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "weigh", "round": self.round, "public": self.public, "normalise": self.normalise}


@dataclass(frozen=True, slots=True)
class SetApart:
    """How many votes were moved, and what each entry has now: counted, and with those set aside."""

    votes: int
    counted: Mapping[str, int]
    everything: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SetAside(AdminDeed):
    """Leave the votes of one signal out of what counts (`back`: count them again). They stay, and so does the reason.

    `mark` is the signal's: the minute of a burst, the hash of a network. Declined: nothing to move, published.
    """

    command = "votes"
    result = SetApart
    campaign: str
    round: str
    doubt: Doubt
    entry: int
    mark: str
    reason: str
    by: int
    back: bool = False

    def told(self) -> dict[str, Any]:
        return {
            "step": "back" if self.back else "aside", "round": self.round, "doubt": self.doubt, "entry": self.entry,
            "mark": self.mark, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportTotals(AdminDeed):
    """Keep the totals of another platform, by entry, in place of what was imported before.

    `added`: to the votes given here, otherwise instead of them. Declined: published.
    """

    command = "votes"
    result = Done
    campaign: str
    round: str
    votes: Mapping[int, int]
    file: str
    sha256: str
    added: bool
    by: int

    def told(self) -> dict[str, Any]:
        votes = {str(entry): count for entry, count in self.votes.items()}
        return {
            "step": "import", "round": self.round, "file": self.file, "sha256": self.sha256, "added": self.added,
            "votes": votes,
        }  # fmt: skip
