"""Published bundles with one thing dropped, stuffed, altered or put elsewhere: a recount finds each.

`python -m tests.ballots.mutations [COUNT] [SEED]` tries so many (1000) and prints what was done and found. Two in three
keep the old hash of the result; a third is hashed anew, as a cheat would, where more than a signature binds what was
changed.
Exit code 1 where one was not found, or the honest bundle was not agreed with.
"""

from __future__ import annotations

import copy
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rules.ballots import Kind, digest
from rules.recount import recount
from tests.sealing.round import played

KINDS: tuple[Kind, ...] = ("scores", "approve", "yesno", "grades", "rank")
WAYS = ("dropped", "stuffed", "altered", "reordered")
#: What only the signature and the experts' own rows and receipts bind: a tracker, a mark, who of the roll voted.
UNSEEN = ("board", "cast")


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a bundle that can be changed."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places_in(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places_in(inner, (*path, index))


def changed(honest: dict[str, Any], dice: random.Random, way: str = "") -> dict[str, Any] | None:
    """A bundle with one thing changed in this way, or one by chance; None where that changes nothing."""
    found = copy.deepcopy(honest)
    path = dice.choice([each for each in places_in(found) if each and each != ("result",)])
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    value, last = holder[path[-1]], path[-1]
    match way or dice.choice(WAYS):
        case "dropped":
            del holder[last]
        case "stuffed" if isinstance(holder, list):
            holder.insert(last, copy.deepcopy(dice.choice(holder)))
        case "reordered" if isinstance(holder, list) and len(holder) > 1:
            holder.append(holder.pop(last))
        case "altered":
            holder[last] = altered(value, dice)
    return None if found == honest else found


def altered(value: Any, dice: random.Random) -> Any:
    """Something else in the place of this."""
    match value:
        case bool():
            return not value
        case int():
            return value + dice.choice((-1, 1))
        case str():
            return f"{value[:-1]}{dice.choice('0123456789abcdefXYZ')}"
        case list():
            return value[:-1]
        case dict():
            return {**value, "x": 1}
        case _:
            return 1


def hashed_anew(honest: dict[str, Any], found: dict[str, Any]) -> dict[str, Any] | None:
    """The same with a hash of its own; None where only signature, receipts and the experts' rows bind the change."""
    if any(found.get(key) != honest[key] for key in UNSEEN):
        return None
    plain = {key: value for key, value in found.items() if key != "result"}
    return {**plain, "result": digest("result", plain)}


def tried(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How many were tried in each way, and which were not found."""
    dice, done, missed = random.Random(seed), Counter[str](), list[str]()
    bundles = {kind: played(kind=kind).bundle() for kind in KINDS}
    missed += [f"honest {kind}" for kind, honest in bundles.items() if recount(honest)]
    while sum(done.values()) < count:
        kind, way = dice.choice(KINDS), dice.choice(WAYS)
        found = changed(bundles[kind], dice, way)
        if found is not None and not dice.randrange(3):
            found, way = hashed_anew(bundles[kind], found), f"{way}, hashed anew"
        if found is None:
            continue
        done[way] += 1
        if not recount(found):
            missed.append(f"{kind} {way}")
    return done, missed


def main(count: int = 1000, seed: int = 1) -> int:
    """Try and tell."""
    began = time.monotonic()
    done, missed = tried(count, seed)
    for way, number in sorted(done.items()):
        print(f"{way}: {number}")  # noqa: T201  a report
    print(f"found {count - len(missed)} of {count}; seed {seed}, {time.monotonic() - began:.0f} s")  # noqa: T201
    for each in missed:
        print(f"not found: {each}")  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
