"""Counting again from what was published: the bundle alone reproduces the ranking, or it is said where it differs.

A bundle is JSON-plain: `opening` (what was fixed before the vote), `commitment`, `cast` (roll numbers that voted),
`leaves` (hex, sorted), `root`, `board` (rows `[entry, tracker, [levels]]`, sorted), `withheld` (entries with so few
marks that they would tell whose they are: only their rank is published, and taken as told), `votes` of the public,
`lists` (the entries ranked together), `places`, and `result` over all of it. The server's signature stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from rules import merkle
from rules.ballots import YES, Opening, digest, in_scale
from rules.points import Marking
from rules.ranking import Formula, Judged, Place, rank

#: Marks on an entry below which they are not shown row by row.
LEAST_SHOWN = 5


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One mark on the board: of which entry, under which tracker, its levels by criterion."""

    entry: int
    tracker: str
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a bundle differs from what it should be: the part, what was expected and what was found, in few words."""

    part: str
    expected: str
    found: str


def formula_of(opening: Opening) -> Formula:
    """The formula that was fixed at the opening."""
    rule = opening.rule
    weights = tuple(Fraction(share) for share in rule["criteria"])
    top = 1 if opening.paper.kind in ("approve", "yesno") else opening.paper.top
    marking = Marking(top, weights, rule["trimmed"], rule["least"])
    return Formula(Fraction(rule["public"]), Fraction(rule["expert"]), marking, rule["normalise"], rule["ties"])


def marks_of(opening: Opening, rows: Sequence[Row]) -> dict[int, tuple[Fraction, ...]]:
    """Each entry's marks, on the scale of its `Marking`, in order of size.

    Approval and yes are 1, no is 0.
    """
    marking = formula_of(opening).marking
    found: dict[int, list[Fraction]] = {entry: [] for entry in opening.paper.entries}
    scales = _scales(opening)
    for row in rows:
        choice = opening.paper.kind in ("approve", "yesno")
        mark = Fraction(row.levels == (YES,)) if choice else marking.mark(row.levels) * scales.get(row.entry, 1)
        found[row.entry].append(mark)
    return {entry: tuple(sorted(marks)) for entry, marks in found.items()}


def _scales(opening: Opening) -> dict[int, Fraction]:
    """For entries that are ranked in groups of different sizes: what makes the first place of each worth the same."""
    paper = opening.paper
    return {entry: Fraction(paper.top, 2 * len(group) - 1) for group in paper.groups for entry in group}


def ranked(
    opening: Opening,
    marks: Mapping[int, Sequence[Fraction]],
    votes: Mapping[int, int],
    lists: Mapping[str, Sequence[int]],
) -> dict[str, tuple[Place, ...]]:
    """The places of every list by the formula of the opening, of the entries that have marks. Raises `TooFewMarks`."""
    formula = formula_of(opening)
    return {
        name: rank(
            [Judged(entry, votes.get(entry, 0), tuple(marks[entry])) for entry in entries if entry in marks],
            formula,
            {entry: votes.get(entry, 0) for entry in entries},
        )
        for name, entries in lists.items()
    }


def bundle(
    opening: Opening,
    cast: Sequence[int],
    leaves: Sequence[bytes],
    board: Sequence[Row],
    votes: Mapping[int, int],
    lists: Mapping[str, Sequence[int]],
) -> dict[str, Any]:
    """What is published of a round. Entries with fewer than `LEAST_SHOWN` marks show their rank and nothing else."""
    marks = marks_of(opening, board)
    few = {entry for entry, given in marks.items() if len(given) < LEAST_SHOWN}
    ordered = sorted(leaves)
    plain: dict[str, Any] = {
        "opening": opening.plain(),
        "commitment": opening.commitment(),
        "cast": sorted(cast),
        "leaves": [each.hex() for each in ordered],
        "root": merkle.root(ordered).hex(),
        "board": [[row.entry, row.tracker, list(row.levels)] for row in sorted(board) if row.entry not in few],
        "withheld": sorted(few),
        "votes": {str(entry): count for entry, count in sorted(votes.items())},
        "lists": {name: sorted(entries) for name, entries in lists.items()},
        "places": _plain_places(ranked(opening, marks, votes, lists), few),
    }
    return {**plain, "result": digest("result", plain)}


def recount(found: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Everything in which a bundle contradicts itself; empty for a sound one. Raises nothing for a misshapen one."""
    try:
        return tuple(_differences(found))
    except (LookupError, TypeError, ValueError, AttributeError, ZeroDivisionError) as wrong:
        return (Difference("bundle", "a bundle in its published form", f"{type(wrong).__name__}: {wrong}"),)


def _differences(found: Mapping[str, Any]) -> Iterator[Difference]:
    told = {key: value for key, value in found.items() if key not in ("result", "signature")}
    yield from _compared("result", digest("result", told), found["result"])
    opening = Opening.of(found["opening"])
    yield from _compared("opening", opening.plain(), found["opening"])
    yield from _compared("commitment", opening.commitment(), found["commitment"])
    yield from _leaves(found)
    yield from _counts(opening, found)
    rows = [Row(entry, tracker, tuple(levels)) for entry, tracker, levels in found["board"]]
    yield from _compared("order of the board", [list(_plain(row)) for row in sorted(rows)], found["board"])
    if not all(_possible(opening, row) for row in rows):
        yield Difference("board", "levels on the scale of the paper", "others")
    withheld = set(found["withheld"])
    marks = {entry: given for entry, given in marks_of(opening, rows).items() if entry not in withheld}
    votes = {int(entry): count for entry, count in found["votes"].items()}
    if any(not isinstance(count, int) or count < 0 for count in votes.values()):
        yield Difference("votes", "counts", "something else")
    yield from _places(ranked(opening, marks, votes, found["lists"]), found, withheld)


def _places(
    places: Mapping[str, Sequence[Place]], found: Mapping[str, Any], withheld: set[int]
) -> Iterator[Difference]:
    """The places told against those that were counted. Where marks are withheld, the rest must stand in this order."""
    told: Mapping[str, list[list[Any]]] = found["places"]
    yield from _compared(
        "entries of lists, in order", {k: sorted(v) for k, v in found["lists"].items()}, found["lists"]
    )
    yield from _compared("lists with places", sorted(found["lists"]), sorted(told))
    for name, listed in told.items():
        among = _plain_places({name: places[name]}, set())[name]
        shown = [row for row in listed if row[0] not in withheld]
        ranks = [row[1] for row in listed]
        yield from _compared(
            f"entries placed in {name}", sorted(found["lists"][name]), sorted(row[0] for row in listed)
        )
        yield from _compared(f"ranks of {name}", [1 + sum(other < each for other in ranks) for each in ranks], ranks)
        if len(shown) == len(listed):
            yield from _compared(f"places of {name}", among, listed)
            continue
        yield from _compared(
            f"points in {name}", [[row[0], *row[2:]] for row in among], [[row[0], *row[2:]] for row in shown]
        )
        steps = [[a[1] < b[1] for a, b in pairwise(rows)] for rows in (among, shown)]
        yield from _compared(f"order of {name}", *steps)
        if any(len(row) != 2 for row in listed if row[0] in withheld):
            yield Difference(f"places of {name}", "nothing but ranks of withheld entries", "points")


def _leaves(found: Mapping[str, Any]) -> Iterator[Difference]:
    leaves = [bytes.fromhex(each) for each in found["leaves"]]
    yield from _compared("order of the leaves", [each.hex() for each in sorted(set(leaves))], found["leaves"])
    yield from _compared("root of the leaves", merkle.root(sorted(leaves)).hex(), found["root"])
    yield from _compared("number of leaves", len(found["cast"]), len(leaves))


def _counts(opening: Opening, found: Mapping[str, Any]) -> Iterator[Difference]:
    cast = found["cast"]
    if sorted(set(cast)) != cast or not set(cast) <= set(opening.roll):
        yield Difference("cast", "numbers of the roll, each once, in order", str(cast))
        return
    if len(cast) < opening.quorum:
        yield Difference("quorum", str(opening.quorum), str(len(cast)))
    shown = Counter(entry for entry, _, _ in found["board"])
    trackers = {(entry, tracker) for entry, tracker, _ in found["board"]}
    yield from _compared("trackers, each once", len(found["board"]), len(trackers))
    for entry in opening.paper.entries:
        due = sum(entry not in opening.roll[number] for number in cast)
        few = due < LEAST_SHOWN
        yield from _compared(f"entry {entry} withheld", few, entry in found["withheld"])
        yield from _compared(f"marks on entry {entry}", 0 if few else due, shown[entry])
    yield from _compared("withheld, in order", sorted(set(found["withheld"])), found["withheld"])
    listed = sorted(entry for entries in found["lists"].values() for entry in entries)
    yield from _compared("entries of all lists", list(opening.paper.entries), listed)
    if opening.paper.kind == "rank" and not found["withheld"]:
        yield from _given_away(opening, found)
    if unknown := set(map(int, found["votes"])) - set(opening.paper.entries):
        yield Difference("votes", "entries of the round", f"others: {sorted(unknown)}")


def _given_away(opening: Opening, found: Mapping[str, Any]) -> Iterator[Difference]:
    """Every ranking gives away the same sum for each entry that it judges: the number of entries in its group."""
    levels: Counter[int] = Counter()
    for entry, _, given in found["board"]:
        levels[entry] += given[0]
    for place, group in enumerate(opening.paper.ranked, 1):
        judged = sum(entry not in opening.roll[number] for number in found["cast"] for entry in group)
        expected, given = judged * len(group), sum(levels[entry] for entry in group)
        yield from _compared(f"sum of the levels in group {place}", expected, given)


def _possible(opening: Opening, row: Row) -> bool:
    paper = opening.paper
    sound = [type(level) is int and level >= 1 for level in row.levels]
    return len(sound) == len(paper.criteria) and all(sound) and in_scale(paper, row.levels)


def _plain(row: Row) -> tuple[int, str, list[int]]:
    return row.entry, row.tracker, list(row.levels)


def _plain_places(places: Mapping[str, Sequence[Place]], few: set[int]) -> dict[str, list[list[Any]]]:
    return {
        name: [
            [each.entry, each.rank]
            if each.entry in few
            else [each.entry, each.rank, str(each.total), str(each.public), str(each.expert)]
            for each in listed
        ]
        for name, listed in places.items()
    }


def _compared(part: str, expected: Any, found: Any) -> Iterator[Difference]:
    if expected != found:
        yield Difference(part, _short(expected), _short(found))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
