"""The link attack on PostgreSQL: orders of voters beside orders of choices, from all that its reader has.

`python -m tests.ballots.attack_postgres [COUNT] [SEED] [pages|buttons]` holds 500 elections and prints how often each
way links a person to a choice. The reader owns the server: hidden columns (xmin, ctid), the bytes of the tables' files
with rows that are dead (nothing is vacuumed before), the write-ahead log, and the tables once more after VACUUM FULL.
Exit code 1 where ours is linked outside of the 99 % interval of guessing, or the twin is not linked.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg

from tests.ballots.attack import bounds
from tests.ballots.elections import EXPERTS, elect, linked, order_of
from tests.postgres import Postgres, serving

#: Bytes of a page of a table and of the write-ahead log; of a page's head in the log, a segment's first and others.
_PAGE, _FIRST, _OTHER = 8192, 40, 24
#: A row that begins with a round's key of ten letters and a number; a short text begins with its length.
_NUMBERED = re.compile(rb"\x17([0-9A-Z]{10})\x00(....)", re.DOTALL)
#: A leaf in hex.
_LEAF = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

Reader = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Remains:
    """What the bytes of the files tell: by round the numbers on the roll by place, and the places of words."""

    drafts: Mapping[str, list[int]]
    envelopes: Mapping[str, list[int]]
    board: Mapping[bytes, int]
    leaves: Mapping[bytes, int]
    trackers: Mapping[bytes, int]


def attack(
    server: Postgres, folder: Path, count: int, seed: int, *, buttons: bool = False
) -> tuple[dict[str, int], int]:
    """Hits by way of linking, of `count` times 11 tried, and how many voters share a transaction with a choice."""
    # What is dead stays in the files, and the whole log on the disk.
    server.set(autovacuum="off", max_wal_size="'64GB'", checkpoint_timeout="'1d'")
    name = server.create()
    held = asyncio.run(elect(folder, count, seed, buttons=buttons, url=server.url(name)))
    hits: dict[str, int] = {}
    with psycopg.connect(server.url(name).replace("+psycopg", ""), autocommit=True) as reader:
        remains = _remains(reader, server.data, _trackers(reader))
        for key, truth in held:
            _count(hits, _ways(reader, remains, key, truth))
        joined = _joined(reader)
        reader.execute("VACUUM FULL")
        for key, truth in held:
            _count(hits, ((f"{way} (vacuumed)", found) for way, found in _ways(reader, None, key, truth)))
        joined += _joined(reader)
    server.drop(name)
    server.set(autovacuum="DEFAULT", max_wal_size="DEFAULT", checkpoint_timeout="DEFAULT")
    return hits, joined


def _count(hits: dict[str, int], ways: Iterable[tuple[str, int]]) -> None:
    for way, found in ways:
        hits[way] = hits.get(way, 0) + found


def _ways(reader: Reader, remains: Remains | None, key: str, truth: dict[int, int]) -> Iterator[tuple[str, int]]:
    """Every order of voters beside every order of choices; without `remains` only what the tables tell."""
    voted = reader.execute("SELECT number, leaf FROM envelopes WHERE round = %s ORDER BY leaf", (key,)).fetchall()
    board = reader.execute("SELECT tracker, levels FROM board WHERE round = %s ORDER BY ctid", (key,)).fetchall()
    levels = {tracker.encode(): orjson.loads(level)[0] for tracker, level in board}
    voters: dict[str, list[Any]] = {
        "leaf": [number for number, _ in voted],
        "xmin of the roll": _numbers(reader, "roll", "xmin::text::bigint", key),
        "place on the roll": _numbers(reader, "roll", "ctid", key),
        "place of envelopes": _numbers(reader, "envelopes", "ctid", key),
    }
    choices = {"place": list(levels), "tracker": sorted(levels)}
    if remains is not None:
        voters["remains of drafts"] = _whole(remains.drafts.get(key, []))
        voters["remains of envelopes"] = _whole(remains.envelopes.get(key, []))
        voters["log"] = [number for _, number in sorted((remains.leaves[leaf.encode()], n) for n, leaf in voted)]
        choices["remains"] = sorted(levels, key=lambda tracker: remains.board[tracker])
        choices["log"] = sorted(levels, key=lambda tracker: remains.trackers[tracker])
    for name, order in voters.items():
        for other, trackers in choices.items():
            yield f"{name} beside {other}", linked(order, [levels[each] for each in trackers], truth)


def _whole(order: list[int]) -> list[int]:
    """An order of voters with those at its end of whom the file holds nothing any more."""
    return [*order, *(number for number in range(1, EXPERTS + 1) if number not in order)]


def _numbers(reader: Reader, table: str, order: str, key: str) -> list[Any]:
    asked = f"SELECT number FROM {table} WHERE round = %s ORDER BY {order}"  # noqa: S608  names of ours
    return [number for [number] in reader.execute(asked.encode(), (key,))]


def _joined(reader: Reader) -> int:
    """How many voters were marked by a transaction that wrote a choice."""
    asked = "SELECT count(*) FROM roll JOIN board USING (round) WHERE roll.xmin = board.xmin"
    [[found]] = reader.execute(asked).fetchall()
    return int(found)


def _trackers(reader: Reader) -> set[bytes]:
    return {tracker.encode() for [tracker] in reader.execute("SELECT tracker FROM board")}


def _remains(reader: Reader, data: Path, trackers: set[bytes]) -> Remains:
    reader.execute("CHECKPOINT")
    log = b"".join(_logged(path) for path in sorted((data / "pg_wal").iterdir()) if path.is_file())
    files = {}
    for table in ("ballot_drafts", "envelopes", "board"):
        [[place]] = reader.execute("SELECT pg_relation_filepath(%s)", (table,)).fetchall()
        files[table] = (data / place).read_bytes()
    words = re.compile(rb"[0-9A-Z]{%d}" % len(next(iter(trackers))))
    return Remains(
        _by_place(files["ballot_drafts"]),
        _by_place(files["envelopes"]),
        {word: _placed(at) for word, at in _first(words, files["board"], trackers).items()},
        _first(_LEAF, log, None),
        _first(words, log, trackers),
    )


def _logged(segment: Path) -> bytes:
    """A segment of the log without the heads of its pages, which would cut rows apart."""
    data = segment.read_bytes()
    heads = ((at, _OTHER if at else _FIRST) for at in range(0, len(data), _PAGE))
    return b"".join(data[at + head : at + _PAGE] for at, head in heads)


def _placed(at: int) -> int:
    """A place as rows are added: page after page, in each from its end."""
    return at // _PAGE * _PAGE + (_PAGE - at % _PAGE)


def _by_place(data: bytes) -> dict[str, list[int]]:
    """The numbers on the roll of each round, by the place of the newest row of each that is left in the file."""
    newest: dict[str, dict[int, int]] = {}
    for found in _NUMBERED.finditer(data):
        if found.start() % 8 == 0:
            number = int.from_bytes(found[2], "little")
            places = newest.setdefault(found[1].decode(), {})
            places[number] = max(_placed(found.start()), places.get(number, 0))
    return {key: sorted(places, key=lambda number: places[number]) for key, places in newest.items()}


def _first(shape: re.Pattern[bytes], data: bytes, wanted: set[bytes] | None) -> dict[bytes, int]:
    """Where each word is found first."""
    places: dict[bytes, int] = {}
    for found in shape.finditer(data):
        if wanted is None or found[0] in wanted:
            places.setdefault(found[0], found.start())
    return places


def naive(server: Postgres, count: int, seed: int) -> int:
    """The twin, linked by the transaction that wrote both of its rows, after VACUUM FULL; gives the hits."""
    dice, name = random.Random(seed), server.create()
    with psycopg.connect(server.url(name).replace("+psycopg", ""), autocommit=True) as base:
        base.execute("CREATE TABLE dedupe (key uuid PRIMARY KEY DEFAULT gen_random_uuid(), round int, voter int)")
        base.execute("CREATE TABLE ballot (key uuid PRIMARY KEY DEFAULT gen_random_uuid(), round int, choice int)")
        told = []
        for place in range(count):
            chosen = dict(enumerate(dice.sample(range(1, EXPERTS + 1), EXPERTS), start=1))
            for number in order_of(dice):
                with base.transaction():
                    base.execute("INSERT INTO dedupe (round, voter) VALUES (%s, %s)", (place, number))
                    base.execute("INSERT INTO ballot (round, choice) VALUES (%s, %s)", (place, chosen[number]))
            told.append(chosen)
        base.execute("VACUUM FULL")
        asked = "SELECT d.round, voter, choice FROM dedupe d JOIN ballot b ON d.xmin = b.xmin"
        hits = [told[place][voter] == choice for place, voter, choice in base.execute(asked)]
    server.drop(name)
    return hits.count(True)


def main(count: int = 500, seed: int = 1, way: str = "pages") -> int:
    """Attack and tell."""
    began, tried = time.monotonic(), count * EXPERTS
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        hits, joined = attack(server, Path(folder), count, seed, buttons=way == "buttons")
        twin = naive(server, count, seed)
    low, high = bounds(tried)
    for name, found in sorted(hits.items()):
        print(f"{name}: {found}/{tried} = {found / tried:.2%}")  # noqa: T201  a report
    print(f"voters and choices of one transaction: {joined}; naive twin: {twin / tried:.2%}")  # noqa: T201
    print(f"guessing, 99 %: {low / tried:.2%} to {high / tried:.2%}")  # noqa: T201
    print(f"seed {seed}, {count} elections by {way}, {time.monotonic() - began:.0f} s")  # noqa: T201
    return 0 if not joined and twin == tried and all(low <= found <= high for found in hits.values()) else 1


if __name__ == "__main__":
    count, seed, way = (*sys.argv[1:4], *("500", "1", "pages")[len(sys.argv[1:4]) :])
    sys.exit(main(int(count), int(seed), way))
