"""A secret ballot on paper: what is asked of each expert, what a filled one may hold, and its bytes of one length.

Levels are small whole numbers, one for each entry and criterion. 0 stands where an expert does not judge: recused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rules.faults import Fault

Kind = Literal["scores", "approve", "yesno", "grades", "rank"]
#: Levels of a choice between two: 1 no, 2 yes. So a recused slot (0) is something else than a no.
NO, YES = 1, 2
#: How the key of a criterion begins that is no mark but a tick: whether the entry fits the prize of the key behind it.
FIT = "fit/"
#: Bytes of one level in an envelope; enough for a ranking of every entry there may be.
_WIDTH = 2
MOST_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Paper:
    """What a round asks of every expert.

    `entries` in rising order; `criteria` by key (one or more); `top`: the best level (scores: 10 or fewer where secrecy
    matters; grades: their number; yes and no: 2; rank: see `levels_of_order`). `most`: entries that may be approved, or
    places that may be given; None for any number of approvals, and for a place for every entry. `groups`: the entries
    that are ranked against each other, () for all of them.
    """

    round: str
    kind: Kind
    entries: tuple[int, ...]
    criteria: tuple[str, ...]
    top: int
    most: int | None = None
    groups: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        if list(self.entries) != sorted(set(self.entries)) or not 0 < len(self.entries) <= MOST_ENTRIES:
            raise ValueError(f"expected 1 to {MOST_ENTRIES} entries in rising order, found {len(self.entries)}")
        if not self.criteria or not 0 < self.top < 256**_WIDTH:
            raise ValueError(f"expected criteria and a top level, found {self.criteria} and {self.top}")
        if self.groups and sorted(entry for group in self.groups for entry in group) != list(self.entries):
            raise ValueError("expected every entry in one group, found others")

    @property
    def ranked(self) -> tuple[tuple[int, ...], ...]:
        """The entries that are ranked against each other."""
        return self.groups or (self.entries,)

    @property
    def marks(self) -> int:
        """How many of the criteria are marks; those behind them are ticks, which hold no or yes and weigh nothing."""
        return sum(not key.startswith(FIT) for key in self.criteria)

    @property
    def fits(self) -> tuple[str, ...]:
        """The keys of the prizes that ticks are for."""
        return tuple(key.removeprefix(FIT) for key in self.criteria[self.marks :])

    @property
    def slots(self) -> int:
        """Levels on one paper."""
        return len(self.entries) * len(self.criteria)

    @property
    def length(self) -> int:
        """Bytes of every filled paper."""
        return self.slots * _WIDTH


#: entry → its levels by criterion.
Choices = Mapping[int, tuple[int, ...]]


def faults(paper: Paper, choices: Choices, recused: Sequence[int] = ()) -> tuple[Fault, ...]:
    """Everything that keeps a paper from being cast, all at once: what is missing, out of scale, too many."""
    return tuple(_faults(paper, choices, frozenset(recused)))


def _faults(paper: Paper, choices: Choices, recused: frozenset[int]) -> Iterator[Fault]:
    due = [entry for entry in paper.entries if entry not in recused]
    missing = [entry for entry in due if len(choices.get(entry, ())) != len(paper.criteria) or 0 in choices[entry]]
    if missing:
        yield Fault("ballot.incomplete", {"missing": len(missing), "due": len(due), "entries": missing})
    if wrong := sorted(entry for entry in choices if entry not in paper.entries or entry in recused):
        yield Fault("ballot.not_yours", {"entries": wrong})
    known = {entry: levels for entry, levels in choices.items() if entry in due}
    if off := sorted(entry for entry, levels in known.items() if not in_scale(paper, levels)):
        yield Fault("ballot.out_of_scale", {"entries": off, "top": paper.top})
    approved = sum(levels == (YES,) for levels in known.values())
    if paper.kind == "approve" and paper.most is not None and approved > paper.most:
        yield Fault("ballot.too_many", {"approved": approved, "most": paper.most})
    if paper.kind == "rank" and not missing:
        for group in paper.ranked:
            mine = [entry for entry in group if entry in known]
            if not _is_ranking(paper, {entry: known[entry][0] for entry in mine}):
                yield Fault("ballot.not_a_ranking", {"count": len(mine)})


def in_scale(paper: Paper, levels: Sequence[int]) -> bool:
    """Whether no level is above the best there is: `top` for marks, a yes for ticks."""
    marks, ticks = levels[: paper.marks], levels[paper.marks :]
    return all(0 <= level <= paper.top for level in marks) and all(0 <= level <= YES for level in ticks)


def _is_ranking(paper: Paper, levels: Mapping[int, int]) -> bool:
    """Whether the levels of one group are those of an order, as complete as the paper wants it."""
    if not levels:
        return True
    behind = list(levels.values()).count(min(levels.values()))
    placed = len(levels) - behind
    if behind > 1 if paper.most is None else not 0 < placed <= paper.most and len(levels) > 1:
        return False
    mine = list(levels)
    wanted = levels_of_order(paper, mine[:placed], mine[placed:])
    return sorted(levels.values()) == sorted(level for (level,) in wanted.values())


def levels_of_order(paper: Paper, order: Sequence[int], behind: Sequence[int] = ()) -> dict[int, tuple[int, ...]]:
    """The levels of a ranking, best first: 2 more for each entry left behind, and 1 for each that was not judged.

    Those `behind` were given no place: they share the places that are left. So every expert gives away the same sum
    for each entry judged, whether or not they are recused from others or leave some without a place. The best of n
    entries has 2n - 1, which is the `top` of such a paper. All entries are of one group.
    """
    first = (*order, *behind)[0]
    group = next(each for each in paper.ranked if first in each)
    due = len(order) + len(behind)
    spared = len(group) - due
    found: dict[int, tuple[int, ...]] = {
        entry: (2 * (due - place) + spared + 1,) for place, entry in enumerate(order, 1)
    }
    return found | dict.fromkeys(behind, (len(behind) + spared,))


def encode(paper: Paper, choices: Choices) -> bytes:
    """A paper as bytes; every paper of a round has the same length. What is not judged is 0."""
    levels = [level for entry in paper.entries for level in choices.get(entry, (0,) * len(paper.criteria))]
    if len(levels) != paper.slots:
        raise ValueError(f"expected {paper.slots} levels, found {len(levels)}; check the criteria")
    return b"".join(level.to_bytes(_WIDTH, "big") for level in levels)


def decode(paper: Paper, raw: bytes) -> dict[int, tuple[int, ...]]:
    """The levels of every entry; recused ones hold zeros. Raises `ValueError` for another length."""
    if len(raw) != paper.length:
        raise ValueError(f"expected a paper of {paper.length} bytes, found {len(raw)}")
    numbers = [int.from_bytes(raw[at : at + _WIDTH], "big") for at in range(0, len(raw), _WIDTH)]
    wide = len(paper.criteria)
    return {entry: tuple(numbers[at * wide : (at + 1) * wide]) for at, entry in enumerate(paper.entries)}


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that is fixed before the first ballot is cast, and that nobody may change afterwards.

    `roll` maps each expert's number on the roll to the entries that expert is recused from. `rule` holds the formula of
    the public vote, weights, ties and trimming as plain values. Instants in UTC microseconds, `closes` is the first
    that is late. `public_key` is X25519's, `verify_key` Ed25519's, in hex.
    """

    paper: Paper
    roll: Mapping[int, tuple[int, ...]]
    quorum: int
    rule: Mapping[str, Any]
    opens: int
    closes: int
    public_key: str
    verify_key: str
    threshold: int
    scrutineers: int

    def plain(self) -> dict[str, Any]:
        """The opening as JSON-plain values, for a bundle."""
        kept = asdict(self)
        kept["roll"] = {str(number): list(recused) for number, recused in self.roll.items()}
        kept["paper"]["entries"], kept["paper"]["criteria"] = list(self.paper.entries), list(self.paper.criteria)
        kept["paper"]["groups"] = [list(group) for group in self.paper.groups]
        if not self.paper.groups:  # bundles that were published before there were groups stay what they are
            del kept["paper"]["groups"]
        return kept

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Opening:
        """The opening from its plain values. Raises `KeyError`, `TypeError`, `ValueError` for anything else."""
        paper = dict(plain["paper"])
        paper["entries"], paper["criteria"] = tuple(paper["entries"]), tuple(paper["criteria"])
        paper["groups"] = tuple(tuple(group) for group in paper.get("groups", ()))
        roll = {int(number): tuple(recused) for number, recused in plain["roll"].items()}
        return cls(**{**plain, "paper": Paper(**paper), "roll": roll})

    def commitment(self) -> str:
        """SHA-256 (hex) over all of it: what every expert is shown before voting."""
        return digest("opening", self.plain())


def digest(what: str, plain: Any) -> str:
    """SHA-256 (hex) of JSON-plain values under a name; the same values give the same, whatever their order of keys."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"xinshi {what}\n{text}".encode()).hexdigest()


def recusals(entries: Mapping[int, int], unit: int, declared: Sequence[int] = ()) -> tuple[int, ...]:
    """The entries an expert stays away from: those of the expert's own unit (`entries`: entry → unit), and declared."""
    own = {entry for entry, owner in entries.items() if unit and owner == unit}
    return tuple(sorted(own | (set(declared) & set(entries))))
