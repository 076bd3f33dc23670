"""What looks like bought followers: stars, chains, bursts, followers who only came. Signs, never verdicts.

Nobody loses anything by a sign. Each carries its threshold, so that whoever reads it can judge the sign, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.looks_payout import Follow

MINUTE = 60 * 1_000_000
#: Followers of one person; followers in a row of who brought whom; followers of one person in so many minutes.
STAR_LEAST, CHAIN_LEAST = 10, 4
BURST_LEAST, BURST_MINUTES = 5, 10
#: Followers of one person of whom this share never ended an attempt, or left again.
IDLE_LEAST, IDLE_SHARE = 5, 0.8


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: whose followers it is about (of a chain: its beginning), how many, and of how many in all."""

    kind: Literal["star", "chain", "burst", "idle", "gone"]
    person: int
    count: int
    of: int = 0


def signs(follows: Sequence[Follow]) -> tuple[Sign, ...]:
    """Everything that stands out, the largest first."""
    brought: defaultdict[int, list[Follow]] = defaultdict(list)
    for each in follows:
        brought[each.inviter].append(each)
    found = [*_each(brought), *_chains(follows)]
    return tuple(sorted(found, key=lambda each: (-each.count, each.kind, each.person)))


def _each(brought: Mapping[int, list[Follow]]) -> Iterator[Sign]:
    for person, mine in brought.items():
        if len(mine) >= STAR_LEAST:
            yield Sign("star", person, len(mine))
        if (most := _most_at_once(sorted(each.at for each in mine))) >= BURST_LEAST:
            yield Sign("burst", person, most, len(mine))
        if len(mine) < IDLE_LEAST:
            continue
        idle, gone = sum(not each.played for each in mine), sum(not each.stays for each in mine)
        if idle >= IDLE_SHARE * len(mine):
            yield Sign("idle", person, idle, len(mine))
        if gone >= IDLE_SHARE * len(mine):
            yield Sign("gone", person, gone, len(mine))


def _most_at_once(instants: Sequence[int]) -> int:
    """The most followers within any `BURST_MINUTES`."""
    most = begins = 0
    for at, instant in enumerate(instants):
        while instant - instants[begins] > BURST_MINUTES * MINUTE:
            begins += 1
        most = max(most, at - begins + 1)
    return most


def _chains(follows: Sequence[Follow]) -> Iterator[Sign]:
    """The longest chain below each person whom nobody brought. Everybody is brought once, by who was there before."""
    place: dict[int, tuple[int, int]] = {}
    longest: Counter[int] = Counter()
    for each in sorted(follows, key=lambda one: one.at):
        top, length = place.get(each.inviter, (each.inviter, 0))
        place[each.follower] = (top, length + 1)
        longest[top] = max(longest[top], length + 1)
    for person, length in longest.items():
        if length >= CHAIN_LEAST:
            yield Sign("chain", person, length)
