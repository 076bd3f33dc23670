"""Durable messages a second with one, two and four workers on PostgreSQL, beside one process on SQLite, in one run.

Each contestant is the program as `./xinshi serve` starts it, on a database of its own; the load is encrypted WeChat
callbacks of liaisons who come in by an invitation and then ask for what there is, from this process. Both databases
make every commit durable. The rate, the processor's time for each message (server and database together), and the
memory of the workers at the beginning and the end are printed, with the ratio to SQLite. What the database holds
afterwards is counted. Run it with `./xinshi bench scale`. What a message costs among 10³ and 10⁶ people:
`./xinshi bench flat`.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from bench.callbacks import WrongAnswer
from bench.callbacks_load import rush
from bench.scale_servers import Serving, prepared, served, settled, settled_on_sqlite
from bench.turns import machine
from bot.fakes.wechat import FakeWeChat
from bot.handlers.wechat_asgi import PATH
from scheduler.clock import SystemClock
from storage.database import sqlite_url
from tests.postgres import Postgres, serving

#: What one person sends after the code of their invitation.
SCRIPT = ("张示例", "菜单", "我的报送", "帮助", "报送情况", "菜单")
#: Every how many-th answer is opened.
SAMPLE = 50
_PUT_OFF = b"success"


@dataclass(frozen=True, slots=True)
class Round:
    """One contestant's round: messages a second, µs of processor for each, p99 in ms, MiB of a worker at both ends."""

    rate: float
    each_us: float
    before: float
    after: float
    p99_ms: float
    put_off: int


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=2000, help="of each contestant in a round")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--connections", type=int, default=32, help="more than are answered in 4 s are refused")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    return parser.parse_args()


def requests(url: str, codes: tuple[str, ...], people: int) -> tuple[FakeWeChat, list[bytes], list[object]]:
    """Everybody's messages, the first ones first."""
    fake = FakeWeChat(clock=SystemClock())
    script = ("", *SCRIPT)
    made = fake.prepare(
        len(script) * people, url=f"{url}{PATH}", people=people,
        text=lambda at: script[at // people] or codes[at % len(codes)],
    )  # fmt: skip
    return fake, [one.raw for one in made], list(made)


def measured(server: Serving, codes: tuple[str, ...], asked: argparse.Namespace) -> Round:
    """Carry the load to a server. Raises `WrongAnswer` where somebody was refused or heard nothing."""
    fake, raw, made = requests(server.url, codes, asked.people)
    before, spent = server.memory(), server.spent()
    heard = uvloop.run(rush(server.port, raw, connections=asked.connections))
    spent, after = server.spent() - spent, server.memory()
    if heard.refused or not all(heard.bodies):
        raise WrongAnswer(f"expected 200 and a body for each, found {heard.refused[:3] or 'an empty one'}")
    for at in range(0, len(made), SAMPLE):
        if heard.bodies[at] != _PUT_OFF and not fake.rush.read(made[at], heard.bodies[at]).text:  # type: ignore[arg-type]
            raise WrongAnswer(f"expected words in answer {at}, found none")
    put_off = heard.bodies.count(_PUT_OFF)
    return Round(heard.rate, spent / len(raw) * 1e6, before, after, heard.within(0.99), put_off)


def one_round(name: str, count: int, postgres: Postgres | None, asked: argparse.Namespace) -> Round:
    """A fresh database, a server on it, the load, and the count afterwards."""
    with tempfile.TemporaryDirectory(dir=asked.data) as folder, database(postgres, Path(folder)) as url:
        codes = asyncio.run(prepared(Path(folder), url))
        with served(Path(folder), url, count, postgres) as server:
            found = measured(server, codes, asked)
        kept = settled_on_sqlite(Path(folder)) if postgres is None else asyncio.run(settled(url))
        wanted = asked.people * (len(SCRIPT) + 1)
        if kept != wanted:
            raise WrongAnswer(f"expected {wanted} messages settled by {name}, found {kept}")
    return found


@contextmanager
def database(postgres: Postgres | None, folder: Path) -> Iterator[str]:
    """Where a fresh database is until the block ends."""
    if postgres is None:
        yield sqlite_url(folder)
        return
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


def main() -> None:
    """Measures by turns and prints."""
    asked = arguments()
    contestants = {"SQLite, one process": 0} | {f"PostgreSQL, {n} worker{'s'[: n - 1]}": n for n in asked.workers}
    rounds: dict[str, list[Round]] = defaultdict(list)
    with serving() if asked.workers else nullcontext() as postgres:
        if postgres is not None:
            postgres.set(fsync="DEFAULT", synchronous_commit="DEFAULT", full_page_writes="DEFAULT")
        for _ in range(asked.rounds):
            for name, count in contestants.items():
                rounds[name].append(one_round(name, count or 1, postgres if count else None, asked))
    print(f"{asked.people * (len(SCRIPT) + 1):,} durable messages of {asked.people:,} people; {machine(asked.data)}")
    base = median(each.rate for each in rounds["SQLite, one process"])
    for name, found in rounds.items():
        rate, each_us, p99, before, after = (
            median(getattr(each, what) for each in found) for what in ("rate", "each_us", "p99_ms", "before", "after")
        )
        print(
            f"{name:>21}: {rate:6,.0f} messages/s, {rate / base:.2f} of SQLite, {each_us:6,.0f} µs of processor each,"
            f" p99 {p99:,.0f} ms, a worker {before:.0f} → {after:.0f} MiB,"
            f" {sum(each.put_off for each in found)} put off"
        )


if __name__ == "__main__":
    main()
