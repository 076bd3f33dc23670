"""What looks like farmed votes: bursts, one network, voters who had only just come. Signs, never verdicts.

Nothing here removes a vote. Each sign carries its threshold, so that whoever reads it can judge the sign, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.looks_public import Doubt

#: Votes of a work in one minute that are looked at, and how many times its own usual minute they must be.
BURST_LEAST, BURST_TIMES = 20, 10
#: Votes for a work from one network on one day.
NETWORK_LEAST = 20
#: Votes for a work by voters whose address was younger than a day, and their share of all its votes.
FRESH_LEAST, FRESH_SHARE = 20, 0.5


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign: `votes` of `entry` that it concerns, of which `aside` are set aside, and what marks them.

    `mark`: the minute (since 1970) of a burst, the hash of a network, "" otherwise. `usual`: votes in the work's usual
    minute (burst), or all its votes (fresh).
    """

    doubt: Doubt
    entry: int
    mark: str
    votes: int
    aside: int
    usual: int = 0


#: entry → votes by minute (or network), each with how many of them are set aside.
Counts = Mapping[int, Mapping[str, tuple[int, int]]]


def signals(minutes: Counts, networks: Counts, fresh: Mapping[int, tuple[int, int, int]]) -> tuple[Signal, ...]:
    """Everything that stands out, the most votes first. `fresh`: entry → (votes of newcomers, set aside, all votes)."""
    found = [*_bursts(minutes), *_networks(networks), *_fresh(fresh)]
    return tuple(sorted(found, key=lambda each: (-each.votes, each.doubt, each.entry, each.mark)))


def _bursts(minutes: Counts) -> Iterator[Signal]:
    for entry, counts in minutes.items():
        ordered = sorted(votes for votes, _ in counts.values())
        for minute, (votes, aside) in counts.items():
            if votes >= BURST_LEAST and votes >= BURST_TIMES * (usual := _usual(ordered, votes)):
                yield Signal("burst", entry, minute, votes, aside, usual)


def _usual(ordered: Sequence[int], votes: int) -> int:
    """The lower median of the other minutes that have any votes, 1 where there are none; one with `votes` left out."""
    if len(ordered) < 2:
        return 1
    middle = (len(ordered) - 2) // 2
    return ordered[middle] if middle < bisect_left(ordered, votes) else ordered[middle + 1]


def _networks(networks: Counts) -> Iterable[Signal]:
    return [
        Signal("network", entry, network, votes, aside)
        for entry, counts in networks.items()
        for network, (votes, aside) in counts.items()
        if votes >= NETWORK_LEAST
    ]


def _fresh(fresh: Mapping[int, tuple[int, int, int]]) -> Iterable[Signal]:
    return [
        Signal("fresh", entry, "", votes, aside, every)
        for entry, (votes, aside, every) in fresh.items()
        if votes >= FRESH_LEAST and votes >= FRESH_SHARE * every
    ]
