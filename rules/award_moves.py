"""Who may take the place of a prize that was taken back: those next in rank, and the whole chain of moving up."""

from __future__ import annotations

from collections.abc import Sequence

from rules.award_field import Given
from rules.deeds_awards import Move
from rules.judging import Prize
from rules.looks_awards import Change, Honour
from rules.prizes import Contender

WITHDRAWN = "withdrawn"


def free_places(honours: Sequence[Honour], changes: Sequence[Change]) -> tuple[Honour, ...]:
    """Withdrawn prizes about whose place nobody decided yet."""
    settled = {each.place for each in changes}
    return tuple(each for each in honours if each.state == WITHDRAWN and each.id not in settled)


def next_up(free: Honour, prize: Prize, honours: Sequence[Honour], contenders: Sequence[Contender]) -> tuple[int, ...]:
    """The entries that have no prize and ran for this one, best first; nobody who had a prize taken back."""
    if not free.entry:
        return ()
    had = {each.entry for each in honours}
    running = [
        each for each in contenders
        if each.entry not in had and each.track == free.track
        and (prize.each != "theme" or each.theme == free.within)
        and (prize.each != "category" or each.category == prize.category)
    ]  # fmt: skip
    return tuple(each.entry for each in sorted(running, key=lambda each: (each.rank, each.entry)))


def moves_up(free: Sequence[Honour], honours: Sequence[Honour], given: Sequence[Given]) -> tuple[Move, ...]:
    """From the prizes that stand to those that would have been given without the withdrawn works.

    () where that would take a prize from anybody, or fill more places than are free: then only people can say.
    """
    standing = {(each.entry, each.prize, each.within): each for each in honours if each.state != WITHDRAWN}
    wanted = {(each.entry, each.prize, each.within): each for each in given if each.entry}
    leaving = {key: each for key, each in standing.items() if each.entry and key not in wanted}
    coming = [each for key, each in wanted.items() if key not in standing]
    places = list(free)
    moves: list[Move] = []
    for each in coming:
        old = next((key for key in leaving if key[0] == each.entry), None)
        moved = leaving.pop(old).id if old is not None else 0
        place = next((one for one in places if (one.prize, one.within) == (each.prize, each.within)), None)
        if place is not None:
            places.remove(place)
        moves.append(Move(moved, (place or free[0]).id, each))
    if leaving or sum(not move.honour for move in moves) > len(free):
        return ()
    return tuple(moves)
