"""The minutes after a quiz opens at midnight: thousands of people at once, ten questions each, red packets to be won.

Everything comes as encrypted WeChat callbacks through the whole program on one SQLite file (`synchronous=FULL`), each
committed before it is answered; the load comes from a process of its own. Three parts:

1. As fast as answers come (512 connections), beside the bare wechatpy echo of `bench.callbacks`, by turns: the ratio.
2. The rush: everybody's messages have their instants from the start, most people begin early, and all comes at 80 % of
   the best rate of part 1 at the mean. Times run from the instant that was meant, whether or not a message could be
   sent then (nobody answers what they have not seen); so a slow answer is counted against all that it delays.
3. The flash: everybody's first word in one second, more than any machine answers in five. Who cannot be answered in
   time is told how many are ahead, and is answered afterwards.

Then the database is counted, and the books of the packets are proved. Run it with `./xinshi bench midnight`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console

from bench.callbacks import Platform, Round, WrongAnswer
from bench.callbacks_load import Heard, rush
from bench.callbacks_servers import Running, started
from bench.midnight_load import crowded, instants
from bench.midnight_server import OPENS, POOL, QUIZ, run
from bench.turns import machine
from rules.instants import micros
from rules.packets_audit import audit, balances
from storage.database import Database, sqlite_url
from storage.packets_read import books_of

#: What a person sends: the word, for nobody, begin, and ten numbers.
QUESTIONS, BEFORE = 10, ("答题", "以个人身份", "开始答题")
STEPS = len(BEFORE) + QUESTIONS
#: What stands in the answer to each, whether packets are left or not.
ANSWERS = ("代表单位", "红包", *(f"第 {place}/10 题" for place in range(1, 11)), "答对 ")
PUT_OFF = "收到，已经记下，不用重发。"
PART, CONNECTIONS = 0.8, 512
#: Connections of the rush, and of the flash: each takes a file descriptor of either process.
MOST_CONNECTIONS, MOST_AT_ONCE = 6000, 15_000
#: Seconds for the slowest answer, and for 99 of 100.
SLOWEST, P99 = 5.0, 2.0
#: Seconds in which people begin at most: the program refuses requests whose time is 300 s off its own.
MOST_WITHIN = 330.0
#: Seconds until all that was put off must be settled.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Books:
    """What the database holds afterwards."""

    messages: int
    attempts: int
    answers: int
    passed: int
    won: int
    faults: tuple[str, ...]
    balance: int


class Players(Platform):
    """The fake platform of a quiz."""

    def __init__(self, server: Running) -> None:
        # The requests of a rush are made before it and sent through minutes: within what may be between two clocks.
        super().__init__(server, start=OPENS + timedelta(seconds=100))

    def play(self, people: int, *, steps: int = STEPS, seed: int = 1) -> list[bytes]:
        """Everybody's messages, the first ones first; numbers are guessed: a letter may be an option of its own."""
        dice, self._steps = random.Random(seed), steps
        texts = [*BEFORE, *[""] * QUESTIONS]
        return self._made(steps * people, people, lambda at: texts[at // people] or dice.choice("1234"))

    def judged(self, heard: Heard) -> list[str]:
        """Open all answers; gives those that put somebody off ("": said later). Raises `WrongAnswer`."""
        if heard.refused or not all(heard.bodies):
            raise WrongAnswer(f"expected 200 and a body for each, found {heard.refused[:3] or 'an empty one'}")
        people, put_off = len(self._prepared) // self._steps, []
        for at in range(len(self._prepared)):
            text = self._read(at, heard)
            if not text or text.startswith(PUT_OFF):
                put_off.append(text)
            elif ANSWERS[at // people] not in text:
                raise WrongAnswer(f"expected {ANSWERS[at // people]!r} in an answer, found {text!r}")
        return put_off


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench midnight", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=20_000, help="of each contestant in a round of part 1")
    parser.add_argument("--people", type=int, default=20_000, help="of the rush; 0 for none")
    parser.add_argument("--within", type=float, help="seconds in which they begin, unless at 80%% of the best rate")
    parser.add_argument("--flash", type=int, default=15_000, help="people who write in one second; 0 for none")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    if (asked.within or 0) > MOST_WITHIN:
        parser.error(f"--within {asked.within:.0f} is too long: requests made beforehand are refused after 400 s")
    if asked.messages < CONNECTIONS * STEPS:
        parser.error(f"--messages {asked.messages} is too few: nobody has two messages under way at once")
    return asked


def side_by_side(asked: argparse.Namespace) -> dict[str, list[Round]]:
    """Part 1: rounds of the quiz and of the echo, by turns."""
    rounds: dict[str, list[Round]] = {"quiz": [], "echo": []}
    for _ in range(asked.rounds):
        for name, results in rounds.items():
            with tempfile.TemporaryDirectory(dir=asked.data) as folder:
                results.append(_round(name, Path(folder), asked.messages // STEPS))
    return rounds


def _round(name: str, data: Path, people: int) -> Round:
    with started(name, data, run=run if name == "quiz" else None) as server:
        players = Players(server)
        requests = players.play(people)
        spent = server.spent()
        heard = uvloop.run(rush(server.port, requests, connections=CONNECTIONS))
        spent = server.spent() - spent
    if name == "quiz" and not players.judged(heard):
        _proved(data, people)
    return Round(heard.rate, spent / len(requests) * 1e6, heard.within(0.5), heard.within(0.99))


def alone(asked: argparse.Namespace, load: Callable[[Running, Players], Heard]) -> tuple[Heard, list[str], Books]:
    """One load on a server of the quiz: what was heard, who was put off, and the books when all is settled."""
    with tempfile.TemporaryDirectory(dir=asked.data) as folder:
        data = Path(folder)
        with started("quiz", data, run=run) as server:
            players = Players(server)
            heard = load(server, players)
            _settled(data, len(heard.bodies))
        return heard, players.judged(heard), books(data)


def _settled(data: Path, messages: int) -> None:
    """Wait until every message is settled. Raises `WrongAnswer` where one never is."""
    found = 0
    for _ in range(_LONGEST):
        with closing(sqlite3.connect(data / "xinshi.db")) as database:
            [(found,)] = database.execute("SELECT count(*) FROM inbox").fetchall()
            [(kept,)] = database.execute("SELECT count(*) FROM spool").fetchall()
        if found == messages and not kept:
            return
        time.sleep(1)
    raise WrongAnswer(f"expected {messages} messages settled and none kept, found {found} and {kept}")


def books(data: Path) -> Books:
    """What a stopped server left."""
    with closing(sqlite3.connect(data / "xinshi.db")) as database:
        one = [database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0] for rows in _ROWS]  # noqa: S608  ours
        answered = database.execute(_UNANSWERED).fetchone()[0]
    if answered:
        raise WrongAnswer(f"expected an answer to every message, found none to {answered}")
    return asyncio.run(_books(data, one))


_ROWS = ("inbox", "quiz_attempts WHERE state = 'done'", "quiz_answers", "quiz_attempts WHERE passed = 1")
# No index leads from a cause to its answers: the causes are listed once.
_UNANSWERED = "SELECT count(*) FROM inbox WHERE id NOT IN (SELECT cause FROM outbox WHERE cause IS NOT NULL)"


async def _books(data: Path, counts: list[int]) -> Books:
    database = Database.open(sqlite_url(data))
    async with database.read() as connection:
        found = await books_of(connection, QUIZ, per_person=1, opens=micros(OPENS), closes=2**62)
    await database.close()
    assert found is not None, "the server made a pool"
    won = sum(1 for each in found.packets if each.person)
    messages, attempts, answers, passed = counts
    balance = sum(balances(found.ledger).values())
    return Books(messages, attempts, answers, passed, won, audit(found), balance)


def _proved(data: Path, people: int) -> None:
    """Everybody played once, and the packets went to whoever passed. Raises `WrongAnswer`."""
    found = books(data)
    wanted = Books(STEPS * people, people, QUESTIONS * people, found.passed, min(found.passed, POOL.count), (), 0)
    if found != wanted:
        raise WrongAnswer(f"expected {wanted}, found {found}")


def told(what: str, heard: Heard, put_off: list[str], found: Books) -> str:
    """One load in a few lines."""
    wire = max(begun + took - sent for begun, took, sent in zip(heard.meant, heard.took, heard.sent, strict=True))
    p50, p99, last = (heard.within(share) for share in (0.5, 0.99, 1))
    return (
        f"{what}: {len(heard.bodies)} messages in {heard.whole:.0f} s ({heard.rate:,.0f}/s)\n"
        f"    from the meant instant: p50 {p50:.0f}, p99 {p99:.0f} (goal < {P99 * 1000:.0f}), slowest {last:.0f} ms\n"
        f"    from sending: slowest {wire * 1000:.0f} ms (goal < {SLOWEST * 1000:.0f})\n"
        f"    {sum(map(bool, put_off))} told how many are ahead, {put_off.count('')} too late for the passive reply\n"
        f"    {found.attempts} attempts, {found.passed} passed, {found.won} of {POOL.count} packets won; ledger "
        f"{found.balance}, audit: {len(found.faults)} faults"
    )


def main() -> None:
    """Measures and prints."""
    asked = arguments()
    logging.disable(logging.WARNING)
    console = Console(width=max(120, Console().width), highlight=False)
    before = machine(asked.data)
    rounds = side_by_side(asked)
    rates = {name: median(each.rate for each in ran) for name, ran in rounds.items()}
    for name, ran in rounds.items():
        cpu, p99 = median(each.each_us for each in ran), median(each.p99_ms for each in ran)
        console.print(
            f"{name}: {rates[name]:,.0f} messages/s, {rates[name] / rates['echo']:.2f} of the echo, "
            f"CPU {cpu:.0f} µs each, p99 {p99:.0f} ms at {CONNECTIONS} connections"
        )
    if asked.people:
        best = PART * max(each.rate for each in rounds["quiz"])
        within = asked.within or max(10.0, asked.people * STEPS / best - (STEPS - 1) * 5.0)
        what = f"the rush of {asked.people} people who begin within {within:.0f} s"
        console.print(told(what, *alone(asked, lambda server, players: _rush(server, players, asked.people, within))))
    if asked.flash:
        what = f"the flash of {asked.flash} people in one second"
        heard, put_off, found = alone(asked, lambda server, players: _flash(server, players, asked.flash))
        console.print(told(what, heard, put_off, found))
        console.print(f"    the last of them: {put_off[-1] if put_off else 'nobody'}")
    console.print(f"{before}; load after {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def _rush(server: Running, players: Players, people: int, within: float) -> Heard:
    requests, at = players.play(people), instants(people, STEPS, within=within, seed=1)
    return uvloop.run(crowded(server.port, requests, at, people=people, connections=MOST_CONNECTIONS))


def _flash(server: Running, players: Players, people: int) -> Heard:
    requests, at = players.play(people, steps=1), [place / people for place in range(people)]
    return uvloop.run(crowded(server.port, requests, at, people=people, connections=min(people, MOST_AT_ONCE)))


if __name__ == "__main__":
    main()
