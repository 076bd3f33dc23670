"""What one WeChat account that sends as fast as a machine can costs fifty others who chat.

Fifty people are answered through the whole program (encrypted callbacks, durable commits), each as fast as they are
answered; then the same with one more account that keeps so many callbacks under way at any time. Load and server are
processes of their own; both ways run in every round, in turns, and what is compared stands in one run. Shown is the
median over the rounds of each figure, and of the ratio within a round. Run it with `./xinshi bench flood`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console
from rich.table import Table

from bench.callbacks import FORM, Platform
from bench.callbacks_load import Heard, Load, connected, rush
from bench.callbacks_servers import started
from bench.turns import machine

#: The 99 of 100 of the others may grow by this factor.
MOST = 1.10


@dataclass(frozen=True, slots=True)
class Chat:
    """How the others fared: answers a second, and times in ms; and how many messages of the flood were answered."""

    rate: float
    p50_ms: float
    p99_ms: float
    flood: int = 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench flood", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--others", type=int, default=50, help="people who chat")
    parser.add_argument("--messages", type=int, default=10_000, help="of the others in a round")
    parser.add_argument("--flood", type=int, nargs="+", default=[16, 256], help="callbacks of the one under way")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    if asked.messages < asked.others * len(FORM):
        parser.error(f"--messages {asked.messages} is too few: nobody has two messages under way at once")
    return asked


def measure(asked: argparse.Namespace) -> dict[int, list[Chat]]:
    """All rounds, with and without; the first of a round is another one each time."""
    ways = [0, *asked.flood]
    found: dict[int, list[Chat]] = {way: [] for way in ways}
    for number in range(asked.rounds):
        for way in [*ways[number % len(ways) :], *ways[: number % len(ways)]]:
            with tempfile.TemporaryDirectory(dir=asked.data) as folder:
                found[way].append(_round(Path(folder), asked, way))
    return found


def _round(data: Path, asked: argparse.Namespace, flood: int) -> Chat:
    with started("ours", data) as server:
        platform = Platform(server)
        # More than can be answered meanwhile, as the one never waits for anything.
        more = platform.flood(asked.messages) if flood else []
        requests = platform.crowd(asked.messages)
        heard, answered = uvloop.run(_both(server.port, requests, more, asked.others, flood))
    platform.check(heard)
    return Chat(heard.rate, heard.within(0.5), heard.within(0.99), answered)


async def _both(port: int, requests: list[bytes], more: list[bytes], others: int, flood: int) -> tuple[Heard, int]:
    """The others' load, with the flood beside it until all of them are answered."""
    if not flood:
        return await rush(port, requests, connections=others), 0
    load = Load(more)
    opened = await connected(load, port, flood)
    load.due.extend(range(len(more)))
    for connection in opened:
        connection.next()
    heard = await rush(port, requests, connections=others)
    answered, load.left = len(more) - load.left, 0
    for connection in opened:
        connection.close()
    with suppress(ConnectionError):
        load.ended.cancel()
    await asyncio.sleep(0)
    return heard, answered


def table_of(asked: argparse.Namespace, found: dict[int, list[Chat]]) -> Table:
    """The medians, and what the flood did to them."""
    title = f"{asked.others} people chat, {asked.messages} callbacks, median of {asked.rounds} rounds"
    table = Table(
        "beside them", "messages/s", "p50 ms", "p99 ms", "p99 ÷ without", "of the flood answered", title=title
    )
    alone = found[0]
    for way, rounds in found.items():
        ratios = [one.p99_ms / without.p99_ms for one, without in zip(rounds, alone, strict=True)]
        ratio = f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}; goal ≤ {MOST:.2f})" if way else ""
        rate, p50, p99 = (median(getattr(one, what) for one in rounds) for what in ("rate", "p50_ms", "p99_ms"))
        name = f"one with {way} callbacks under way" if way else "nobody"
        table.add_row(
            name, f"{rate:,.0f}", f"{p50:.1f}", f"{p99:.1f}", ratio, f"{median(o.flood for o in rounds):,.0f}"
        )
    return table


def main() -> None:
    """Measures and prints."""
    asked = arguments()
    logging.disable(logging.INFO)
    console = Console(width=max(120, Console().width), highlight=False)
    before = machine(asked.data)
    console.print(table_of(asked, measure(asked)))
    console.print(before)


if __name__ == "__main__":
    main()
