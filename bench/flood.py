"""What one WeChat account that sends as fast as a machine can costs fifty others who chat.

Fifty people are answered through the whole program (encrypted callbacks, durable commits), each as fast as they are
answered. Every few seconds one more account begins or ceases to keep so many callbacks under way at any time. What the
others waited is compared between the times with and without, on one server in one run, so that a busy machine slows
both; the beginning of each time is left out. Load and server are processes of their own. Run it with
`./xinshi bench flood`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop
from rich.console import Console
from rich.table import Table

from bench.callbacks import FORM, Platform
from bench.callbacks_load import Heard, Load, connected, rush
from bench.callbacks_servers import Running, started
from bench.turns import machine

#: The 99 of 100 of the others may grow by this factor.
MOST = 1.10
#: Seconds of one time with or without, and of its beginning that is left out: what waits of the one drains then.
SPAN, SETTLING = 2.0, 0.7


@dataclass(frozen=True, slots=True)
class Chat:
    """How the others fared without and with the flood: the server's processor for each answer, and times in ms.

    `flood`: how much of it was answered.
    """

    each_us: tuple[float, float]
    p50_ms: tuple[float, float]
    p99_ms: tuple[float, float]
    flood: int


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench flood", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--others", type=int, default=50, help="people who chat")
    parser.add_argument("--messages", type=int, default=30_000, help="of the others in a round")
    parser.add_argument("--flood", type=int, nargs="+", default=[16, 256], help="callbacks of the one under way")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    if asked.messages < asked.others * len(FORM):
        parser.error(f"--messages {asked.messages} is too few: nobody has two messages under way at once")
    return asked


def measure(asked: argparse.Namespace) -> dict[int, list[Chat]]:
    """All rounds, for each width of the flood."""
    found: dict[int, list[Chat]] = {wide: [] for wide in asked.flood}
    for _ in range(asked.rounds):
        for wide, chats in found.items():
            with tempfile.TemporaryDirectory(dir=asked.data) as folder, started("ours", Path(folder)) as server:
                platform = Platform(server)
                flood = platform.flood(asked.messages)
                requests = platform.crowd(asked.messages)
                chats.append(uvloop.run(_alternating(server, requests, flood, asked.others, wide)))
    return found


@dataclass(frozen=True, slots=True)
class _Span:
    """A time with the flood or without, and the seconds of its processor that the server used in it."""

    began: float
    ended: float
    on: bool
    spent: float


async def _alternating(
    server: Running, requests: Sequence[bytes], flood: Sequence[bytes], others: int, wide: int
) -> Chat:
    """The others' load, and beside it, from time to time, the one's."""
    load, spans = Load(flood), list[_Span]()
    load.idle = await connected(load, server.port, wide)
    turning = asyncio.ensure_future(_turning(server, load, spans))
    heard = await rush(server.port, requests, connections=others)
    turning.cancel()
    with suppress(asyncio.CancelledError):
        await turning
    answered, load.left = len(flood) - load.left, 0
    load.ended.cancel()
    return _told(heard, spans, answered)


async def _turning(server: Running, load: Load, spans: list[_Span]) -> None:
    """Let the flood begin and cease, and write down when."""
    waiting, on = deque(range(len(load.requests))), False
    while True:
        await asyncio.sleep(SETTLING)
        began, spent = perf_counter(), server.spent()
        await asyncio.sleep(SPAN - SETTLING)
        spans.append(_Span(began, perf_counter(), on, server.spent() - spent))
        on = not on
        load.due = waiting if on else deque()
        idle, load.idle = load.idle if on else [], [] if on else load.idle
        for connection in idle:
            connection.next()


def _told(heard: Heard, spans: Sequence[_Span], answered: int) -> Chat:
    took: tuple[list[float], list[float]] = [], []
    for sent, each in zip(heard.sent, heard.took, strict=True):
        for span in spans:
            if span.began <= sent < span.ended:
                took[span.on].append(each)
    if not all(took):
        raise ValueError("expected times with and without the flood, found one of them only; give more --messages")
    without, beside = map(sorted, took)
    spent = [sum(span.spent for span in spans if span.on is on) for on in (False, True)]
    return Chat(
        (spent[0] / len(without) * 1e6, spent[1] / len(beside) * 1e6),
        (_within(without, 0.5), _within(beside, 0.5)),
        (_within(without, 0.99), _within(beside, 0.99)),
        answered,
    )


def _within(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(len(ordered) * share) - 1] * 1000


def table_of(asked: argparse.Namespace, found: dict[int, list[Chat]]) -> Table:
    """The medians, and what the flood did to them."""
    title = f"{asked.others} people chat, {asked.messages} callbacks a round, median of {asked.rounds} rounds"
    heads = ("the one", "CPU µs each", "p50 ms", "p99 ms", "p99 with ÷ without", "rounds", "of the one answered")
    table = Table(*heads, title=title)
    for wide, chats in found.items():
        cpu, p50, p99 = (
            " → ".join(f"{median(getattr(each, name)[on] for each in chats):.{digits}f}" for on in (0, 1))
            for name, digits in (("each_us", 0), ("p50_ms", 1), ("p99_ms", 1))
        )
        ratios = [each.p99_ms[1] / each.p99_ms[0] for each in chats]
        ratio = f"{median(ratios):.2f} (goal ≤ {MOST:.2f})"
        rounds = " ".join(f"{each:.2f}" for each in ratios)
        answered = f"{median(each.flood for each in chats):,.0f}"
        table.add_row(f"{wide} under way", cpu, p50, p99, ratio, rounds, answered)
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
