"""Encrypted WeChat callbacks a second through the whole program, beside the smallest echo that wechatpy allows.

Ours decrypts, settles the turn with a durable commit, answers encrypted and writes down that it did; the echo keeps
nothing. `ours` asks the ten questions of `bench.turns`; `house` takes everybody from their invitation into the form of
xian-2024. The contestants run one after another in every round, each in a process of its own on uvicorn with uvloop and
httptools; the load comes from this one. A sample of the answers is opened and compared, and what our database holds
afterwards is counted. Then ours alone: how long answers take at 80 % of its best rate, requests coming whether or not
answers go out; and a rush of people who have never written before, once with a greeting and once with an invitation,
which is redeemed. Run it with `./xinshi bench callbacks`.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console
from rich.table import Table

from bench.callbacks_load import Heard, paced, rush
from bench.callbacks_servers import Running, kept, started
from bench.load import ANSWERS
from bench.turns import machine
from bot.commands.serve import DEMO_START
from bot.fakes.wechat import FakeWeChat, Prepared
from bot.handlers.wechat_asgi import PATH
from rules.instants import opening
from scheduler.clock import SimulatedClock

HELLO = "你好"
#: What one person sends, in order; in the house after the invitation's code.
FORM = (HELLO, *ANSWERS[:-1])
HOUSE = (
    "张示例",
    "填报",
    "1",
    "李示例",
    "029-12345678",
    "liaison@example.org",
    "示例市示例区示例路 8 号",
    "一码通办",
    "返回",
)
CONTESTANTS = {
    "ours": "信使 (durable)",
    "house": "信使, from invitation to form (durable)",
    "echo": "wechatpy echo (memory)",
    "nothing": "fixed bytes: what the load can do",
}
#: Every how many-th answer is opened, and the share of the best rate at which waiting times are measured.
SAMPLE, PART = 20, 0.8
_PUT_OFF = b"success"
#: Connections of the rush, seconds for its slowest answer and, in ms, for 99 of 100 at that share.
MOST_CONNECTIONS, SLOWEST, P99 = 1000, 5.0, 1000.0


class WrongAnswer(AssertionError):
    """An answer is none, or not the one that everybody gets there; the message says which."""


@dataclass(frozen=True, slots=True)
class Round:
    """One contestant's round: answers a second, microseconds of its processor for each, and their times in ms."""

    rate: float
    each_us: float
    p50_ms: float
    p99_ms: float


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench callbacks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=20_000, help="of each contestant in a round")
    parser.add_argument("--rush", type=int, default=20_000, help="first messages of as many people; 0 for none")
    parser.add_argument("--connections", type=int, default=512)
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    if asked.messages < asked.connections * len(FORM):
        parser.error(f"--messages {asked.messages} is too few: nobody has two messages under way at once")
    return asked


class Platform:
    """The fake platform's side of one load: it makes the requests, and judges the answers."""

    def __init__(self, server: Running, *, start: datetime | None = None) -> None:
        """`start`: the server's clock at its beginning, if not that of the demonstration."""
        self._url = f"http://127.0.0.1:{server.port}{PATH}"
        self._codes = server.codes
        self._fake = FakeWeChat(clock=SimulatedClock(start or opening(DEMO_START, "Asia/Shanghai")))
        self._prepared: list[Prepared] = []
        self._steps = 1

    def crowd(self, messages: int) -> list[bytes]:
        """The whole script of as many people as it takes, everybody's first message first."""
        script, codes = (FORM, self._codes) if not self._codes else (("", *HOUSE), self._codes)
        people = -(-messages // len(script))
        self._steps = len(script)
        return self._made(len(script) * people, people, lambda at: script[at // people] or codes[at % len(codes)])

    def strangers(self, people: int, *, invited: bool) -> list[bytes]:
        """Everybody's first message: a greeting, or the code of an invitation."""
        codes = self._codes if invited else (HELLO,)
        return self._made(people, people, lambda at: codes[at % len(codes)])

    def flood(self, count: int) -> list[bytes]:
        """Messages of one more person, who sends without end."""
        made = self._fake.prepare(count, url=self._url, text=lambda at: f"快{at}", people=1, prefix="flood")
        return [one.raw for one in made]

    def _made(self, count: int, people: int, text: Callable[[int], str]) -> list[bytes]:
        self._prepared = self._fake.prepare(count, url=self._url, text=text, people=people)
        return [one.raw for one in self._prepared]

    def check(self, heard: Heard) -> int:
        """Open a sample of the answers; gives how many were put off ("success": the person is written to later).

        Raises `WrongAnswer`, and `BadAnswer` for one the platform would not show.
        """
        if heard.refused or not all(heard.bodies):
            raise WrongAnswer(f"expected 200 and a body for each, found {heard.refused[:3] or 'an empty one'}")
        people, said = len(self._prepared) // self._steps, set[str]()
        for step in range(self._steps):
            sample = range(step * people, (step + 1) * people, SAMPLE)
            texts = {self._read(at, heard) for at in sample if heard.bodies[at] != _PUT_OFF}
            # In the house, what is said at the beginning names the unit.
            if "" in texts or texts & said or (len(texts) != 1 and not self._codes):
                raise WrongAnswer(f"expected at step {step} an answer of its own for all, found {sorted(texts)[:3]}")
            said |= texts
        return heard.bodies.count(_PUT_OFF)

    def _read(self, at: int, heard: Heard) -> str:
        return self._fake.rush.read(self._prepared[at], heard.bodies[at]).text


def measure(asked: argparse.Namespace) -> dict[str, list[Round]]:
    """All rounds, contestants interleaved."""
    rounds: dict[str, list[Round]] = {name: [] for name in asked.only}
    for _ in range(asked.rounds):
        for name, results in rounds.items():
            with tempfile.TemporaryDirectory(dir=asked.data) as folder:
                results.append(_round(name, Path(folder), asked.messages, asked.connections))
    return rounds


def _round(name: str, data: Path, messages: int, connections: int) -> Round:
    with started(name, data) as server:
        platform = Platform(server)
        requests = platform.crowd(messages)
        spent = server.spent()
        heard = uvloop.run(rush(server.port, requests, connections=connections))
        spent = server.spent() - spent
    if name in ("ours", "house") and not platform.check(heard):
        _counted(data, len(requests))
    return Round(heard.rate, spent / len(requests) * 1e6, heard.within(0.5), heard.within(0.99))


def _counted(data: Path, count: int) -> None:
    """Everything that came is in the database once, and so is that it was answered. Raises `WrongAnswer`."""
    found, expected = kept(data), {"in": count, "sent passive": count}
    if found != expected:
        raise WrongAnswer(f"expected {expected} in the database, found {found}")


def waiting(asked: argparse.Namespace, rate: float) -> tuple[Heard, int]:
    """Ours alone at this rate, whether or not answers go out."""

    def load(server: Running, platform: Platform) -> Heard:
        requests = platform.crowd(asked.messages)
        return uvloop.run(paced(server.port, requests, rate=rate, connections=MOST_CONNECTIONS))

    return _alone("ours", asked.data, load)


def first_messages(asked: argparse.Namespace, *, invited: bool) -> tuple[Heard, int]:
    """The house alone, and so many people who have never written before."""

    def load(server: Running, platform: Platform) -> Heard:
        requests = platform.strangers(asked.rush, invited=invited)
        return uvloop.run(rush(server.port, requests, connections=MOST_CONNECTIONS))

    return _alone("house", asked.data, load)


def _alone(name: str, data: Path, load: Callable[[Running, Platform], Heard]) -> tuple[Heard, int]:
    with tempfile.TemporaryDirectory(dir=data) as folder:
        with started(name, Path(folder)) as server:
            platform = Platform(server)
            heard = load(server, platform)
        put_off = platform.check(heard)
        if not put_off:
            _counted(Path(folder), len(heard.bodies))
    return heard, put_off


def table_of(asked: argparse.Namespace, rounds: dict[str, list[Round]]) -> Table:
    """The medians, and how each stands to the echo."""
    title = f"{asked.messages} callbacks, {asked.connections} connections, one worker, median of {asked.rounds} rounds"
    table = Table("", "messages/s", "÷ echo", "CPU µs each", "p50 ms", "p99 ms", "spread", title=title)
    rates = {name: median(one.rate for one in ran) for name, ran in rounds.items()}
    for name, ran in rounds.items():
        ratio = f"{rates[name] / rates['echo']:.2f}" if "echo" in rates and name != "nothing" else ""
        cpu, p50, p99 = (median(getattr(one, what) for one in ran) for what in ("each_us", "p50_ms", "p99_ms"))
        spread = (max(one.rate for one in ran) - min(one.rate for one in ran)) / rates[name]
        row = (f"{rates[name]:,.0f}", ratio, f"{cpu:.0f}", f"{p50:.1f}", f"{p99:.1f}", f"{spread:.0%}")
        table.add_row(CONTESTANTS[name], *row)
    return table


def main() -> None:
    """Measures and prints."""
    asked = arguments()
    logging.disable(logging.INFO)
    console = Console(width=max(110, Console().width), highlight=False)
    before = machine(asked.data)
    rounds = measure(asked)
    console.print(table_of(asked, rounds))
    if "ours" in rounds:
        top = max(one.rate for one in rounds["ours"])
        heard, put_off = waiting(asked, PART * top)
        console.print(
            f"at {PART:.0%} of our best round ({PART * top:,.0f}/s, open): p50 {heard.within(0.5):.0f} ms, "
            f"p99 {heard.within(0.99):.0f} ms (goal < {P99:.0f}), slowest {heard.within(1):.0f} ms, "
            f"{put_off} put off"
        )
    for what, invited in (("greetings", False), ("invitations", True)):
        if asked.rush:
            heard, put_off = first_messages(asked, invited=invited)
            console.print(
                f"rush of {asked.rush} first messages ({what}) on {MOST_CONNECTIONS} connections: {heard.rate:,.0f}/s, "
                f"p99 {heard.within(0.99):.0f} ms, slowest {heard.within(1):.0f} ms (goal < {SLOWEST * 1000:.0f}), "
                f"{put_off} put off, the last after {heard.whole:.1f} s"
            )
    console.print(before)


if __name__ == "__main__":
    main()
