"""Broadcast messages a second out of the outbox, beside a bare loop of `Bot.send_message`; then at Telegram's limits.

Ours works off rows that the real deed wrote: claimed and marked in SQLite (`synchronous=FULL`), through dispatcher and
sender. The loop sends the same text with the same request class, as many at once, and keeps nothing. Both send to the
fake Telegram without limits, which is a process of its own; they run one after another in every round. That fake may be
what limits both, so processor time is shown too: messages per second of one core are what a program can do.

Then the whole program, at its own pace, sends some to the fake with Telegram's limits: how much longer than the limits
dictate, and how often the answer was 429. Run it with `./xinshi bench broadcast`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert
from telegram import LinkPreviewOptions

from bench.turns import machine
from bot import app as roof
from bot.attachments import LetterFiles
from bot.channels import Settings
from bot.commands.serve import DEMO
from bot.fakes.telegram import TOKEN
from bot.fakes.telegram_limits import ALL_RATE
from bot.handlers.post import Letter, Outcome, Sender
from bot.handlers.telegram_http import RawBot, open_bot
from bot.handlers.telegram_post import TelegramSender
from bot.handlers.telegram_show import show
from bot.reply import worded
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from bot.talk.messages import Outgoing
from bot.tuning import settle_in
from bot.wording import house_wording
from rules.contact import Power
from rules.deeds_broadcast import Broadcast
from scheduler.clock import SystemClock
from scheduler.dispatch import MOST_UNDER_WAY, Dispatcher
from storage.database import sqlite_url
from storage.outbox import SENT
from storage.progress import Broadcasts
from storage.tables import addresses, people

KEY = b"bench" * 7
TITLE = "2024年度典型案例及优秀短视频征集"
TEXT = "各位联络员：信用案例的征集本周五截止，还没有报送的单位请抓紧；已经报送的请核对题目和联系人。有问题请直接回复。"
CONTESTANTS = {"ours": "信使 (outbox, durable)", "loop": "Bot.send_message in a loop (memory)"}


@dataclass(frozen=True, slots=True)
class Round:
    """One contestant's round: messages a second, and for each second of its processor."""

    rate: float
    per_core: float


@dataclass(slots=True)
class Fake:
    """The fake Telegram in its process: its address, and after its end what it counted."""

    url: str
    told: dict[str, Any] = field(default_factory=dict)

    def count(self, what: str) -> int:
        """Calls by method, or by method and answer, such as "sendMessage 429"."""
        return int(self.told["counts"].get(what, 0))


class Counting:
    """A sender that says when it has sent so many."""

    channel = "telegram"

    def __init__(self, sender: Sender, expected: int) -> None:
        self._sender, self._left = sender, expected
        self.done = asyncio.Event()

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Send one."""
        outcome = await self._sender.send(letter, way)
        self._left -= 1
        if self._left <= 0:
            self.done.set()
        return outcome


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="./xinshi bench broadcast", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=10_000, help="of each contestant in a round")
    parser.add_argument("--limited", type=int, default=900, help="messages at Telegram's limits; 0 leaves them out")
    parser.add_argument("--all", action="store_true", help="10 000 messages at Telegram's limits: almost six minutes")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    asked.limited = 10_000 if asked.all else asked.limited
    return asked


@contextmanager
def fake_telegram(receivers: int, *, limits: bool = False) -> Iterator[Fake]:
    """The fake Telegram until the block ends; so many people have written to the bot."""
    command = [sys.executable, "-m", "bot.fakes.telegram_alone", "--people", str(receivers)]
    process = subprocess.Popen([*command, *(["--limits"] if limits else [])], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None, "a pipe was asked for"
    try:
        fake = Fake(process.stdout.readline().strip())
        yield fake
    finally:
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=60)
    fake.told = json.loads(told)
    if fake.told["violations"]:
        raise AssertionError(f"expected calls that Telegram takes, found {fake.told['violations'][:3]}")


async def ours(url: str, messages: int, data: Path) -> Round:
    """The outbox worked off without any pace."""
    async with roof.running(data=data, database_url=sqlite_url(data), campaign_ids=(DEMO,), key=KEY) as app:
        bot, request = open_bot(TOKEN, url)
        await request.initialize()
        telegram = TelegramSender(bot, key=KEY, files=LetterFiles(app.attachments()), links=app.links, clock=app.clock)
        sender = Counting(telegram, messages)
        dispatcher = Dispatcher(
            app.outbox, app.contacts, {"telegram": sender}, {"telegram": Power("telegram")}, app.clock,
            worded=lambda outgoing, channel: worded(outgoing, house_wording(), channel),
        )  # fmt: skip
        batch = await _written(app, messages)
        began, spent = time.perf_counter(), time.process_time()
        async with _running(dispatcher):
            await sender.done.wait()
            await _all_sent(app, batch, messages)
            whole, spent = time.perf_counter() - began, time.process_time() - spent
        await request.shutdown()
    return Round(messages / whole, messages / spent)


async def loop(url: str, messages: int, data: Path) -> Round:
    """As many tasks as the dispatcher has messages under way, and each sends the next."""
    bot, request = open_bot(TOKEN, url)
    await request.initialize()
    said = Outgoing("", kind="broadcast", said=("broadcast.message", {"title": TITLE, "text": TEXT}))
    [part] = show(worded(said, house_wording(), "telegram"), key=KEY)
    receivers = iter(range(1, messages + 1))
    settle_in()
    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_send(bot, receivers, part.html) for _ in range(MOST_UNDER_WAY)))
    whole, spent = time.perf_counter() - began, time.process_time() - spent
    await request.shutdown()
    return Round(messages / whole, messages / spent)


async def _send(bot: RawBot, receivers: Iterator[int], html: str) -> None:
    preview = LinkPreviewOptions(is_disabled=True)
    for receiver in receivers:
        await bot.send_message(receiver, html, parse_mode="HTML", link_preview_options=preview)


async def limited(url: str, messages: int, data: Path) -> float:
    """The whole program at its own pace; gives the seconds from the deed's commit to the last mark."""
    none = SecretStr("")
    settings = Settings(
        Telegram.model_validate({"base_url": url}), WeChat.model_validate({}), Mail.model_validate({}),
        ChannelSecrets(
            telegram_token=SecretStr(TOKEN), wechat_secret=none, wechat_token=none, wechat_aes_key=none,
            mail_password=none,
        ),
    )  # fmt: skip
    async with roof.running(
        data=data, database_url=sqlite_url(data), campaign_ids=(DEMO,), key=KEY, channels=settings
    ) as app:
        batch = await _written(app, messages)
        began = time.perf_counter()
        app.intake.on_due()
        await asyncio.sleep(messages / ALL_RATE * 0.95)
        await _all_sent(app, batch, messages)
        return time.perf_counter() - began


async def _written(app: roof.App, messages: int) -> int:
    """People who wrote by Telegram last, and one message for each of them; gives the broadcast's number."""
    everybody = [app.numbers() for _ in range(messages)]
    people_rows = [
        {"id": person, "channel": "telegram", "address": str(number), "since": 0}
        for number, person in enumerate(everybody, start=1)
    ]
    address_rows = [{"id": f"telegram:{row['address']}", "person": row["id"], "since": 0} for row in people_rows]
    async with app.database.write() as connection:
        await connection.execute(insert(people), people_rows)
        await connection.execute(insert(addresses), address_rows)
    async with app.turns.open() as turns:
        begun = await turns.perform(Broadcast(DEMO, TITLE, TEXT, tuple(everybody), by=0), SystemClock().now())
    return int(begun.batch)


async def _all_sent(app: roof.App, batch: int, messages: int) -> None:
    """Wait until every message is marked as sent. Raises `TimeoutError`."""
    async with asyncio.timeout(messages / ALL_RATE + 60):
        counted = Broadcasts(app.database)
        while await counted.counts(batch) != {SENT: messages}:  # noqa: ASYNC110  marks tell nobody
            await asyncio.sleep(0.005)


@asynccontextmanager
async def _running(dispatcher: Dispatcher) -> AsyncIterator[None]:
    task = asyncio.create_task(dispatcher.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def measure(asked: argparse.Namespace) -> dict[str, list[Round]]:
    """All rounds, contestants interleaved."""
    rounds: dict[str, list[Round]] = {name: [] for name in CONTESTANTS}
    for _ in range(asked.rounds):
        for name, run in (("ours", ours), ("loop", loop)):
            with tempfile.TemporaryDirectory(dir=asked.data) as folder, fake_telegram(asked.messages) as fake:
                rounds[name].append(uvloop.run(run(fake.url, asked.messages, Path(folder))))
            if fake.count("sendMessage 200") != asked.messages:
                raise AssertionError(f"expected {asked.messages} messages from {name}, found {fake.told['counts']}")
    return rounds


def table_of(asked: argparse.Namespace, rounds: dict[str, list[Round]]) -> Table:
    """The medians, and how ours stands to the loop."""
    title = f"{asked.messages} messages, {MOST_UNDER_WAY} at once, median of {asked.rounds} rounds"
    table = Table("", "messages/s", "÷ loop", "per core", "÷ loop", "spread", title=title)
    rates = {name: median(one.rate for one in ran) for name, ran in rounds.items()}
    cores = {name: median(one.per_core for one in ran) for name, ran in rounds.items()}
    for name, ran in rounds.items():
        spread = (max(one.rate for one in ran) - min(one.rate for one in ran)) / rates[name]
        table.add_row(
            CONTESTANTS[name], f"{rates[name]:,.0f}", f"{rates[name] / rates['loop']:.2f}", f"{cores[name]:,.0f}",
            f"{cores[name] / cores['loop']:.2f}", f"{spread:.0%}",
        )  # fmt: skip
    return table


def at_the_limits(asked: argparse.Namespace) -> str:
    """The slice at Telegram's own limits, in words."""
    with tempfile.TemporaryDirectory(dir=asked.data) as folder, fake_telegram(asked.limited, limits=True) as fake:
        seconds = uvloop.run(limited(fake.url, asked.limited, Path(folder)))
    dictated = asked.limited / ALL_RATE
    return (
        f"{asked.limited} messages at Telegram's limits: {seconds:.1f} s, {seconds / dictated - 1:+.1%} on the "
        f"{dictated:.1f} s of {ALL_RATE:.0f} a second (goal ≤ +5 %); answers 429: {fake.count('sendMessage 429')}"
    )


def main() -> None:
    """Measures and prints."""
    asked = arguments()
    logging.disable(logging.INFO)
    console = Console(width=max(110, Console().width), highlight=False)
    before = machine(asked.data)
    console.print(table_of(asked, measure(asked)))
    if asked.limited:
        console.print(at_the_limits(asked))
    console.print(before)


if __name__ == "__main__":
    main()
