"""A person and a clock that are not real, for rehearsals and for tests: they talk to the desk as a channel does.

clock = FakeClock(opening("2024-03-01 10:00", "Asia/Shanghai"))
liaison = Person(app.desk, clock, address="wang")
await liaison.say(f"/start {code}")
await liaison.press("填报新作品")
assert "要报送哪一类" in liaison.text
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.reply import worded
from bot.talk.messages import BOLD, PICKED, PLAIN, Choice, File, Incoming, Outgoing, Press
from bot.wording import house_wording
from scheduler.clock import SimulatedClock
from storage.chats import Chats

MOST_FILE = 100 * 1024 * 1024
#: Seconds between two looks for news.
PAUSE = 0.02


class NoSuchChoice(LookupError):
    """A button was to be pressed that no message showed; the message lists those of the last one."""


class Silence(TimeoutError):
    """The program was expected to say something on its own account, and said nothing."""


class Receives(Protocol):
    """Whoever takes messages: the desk."""

    async def receive(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        """Settle one message and give the replies."""
        ...


class Keeps(Protocol):
    """Whoever keeps files: the file store."""

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in."""
        ...


class FakeClock(SimulatedClock):
    """A clock that stands still until it is moved; it never goes back."""

    def now(self) -> datetime:
        """The present instant, aware."""
        return self._start

    def advance(self, span: timedelta) -> datetime:
        """Let this much time pass; gives the new present instant."""
        self.move(self._start + span)
        return self._start


@dataclass(slots=True)
class Exchange:
    """One message of a person and what was answered to it; `said` is "" where the program spoke first."""

    said: str
    replies: tuple[Outgoing, ...]


class Person:
    """Somebody at one address of one channel. Every message gets an id of its own, as from a real channel.

    `files` keeps what they send; `chats` is asked for what the program says on its own account.
    """

    def __init__(
        self,
        desk: Receives,
        clock: SimulatedClock,
        *,
        address: str = "1",
        channel: str = "fake",
        files: Keeps | None = None,
        chats: Chats | None = None,
    ) -> None:
        self.address, self.channel = address, channel
        self.exchanges: list[Exchange] = []
        self._desk, self._clock, self._files, self._chats = desk, clock, files, chats
        self._count = 0
        self._last: Incoming | None = None
        #: Replies that came straight back since the newest message that `news` has looked at.
        self._straight: list[Outgoing] = []
        self._mark = 0

    @property
    def replies(self) -> tuple[Outgoing, ...]:
        """The newest messages to this person."""
        return self.exchanges[-1].replies if self.exchanges else ()

    @property
    def text(self) -> str:
        """The newest messages as plain text."""
        return "\n\n".join(bare(reply.text) for reply in self.replies)

    @property
    def choices(self) -> list[str]:
        """The labels of the buttons under the newest messages."""
        return [choice.label for reply in self.replies for choice in reply.choices]

    async def say(self, text: str) -> str:
        """Send a text; gives the reply as plain text."""
        return await self.send_message(self.message(text=text), text)

    async def press(self, label: str) -> str:
        """Press the newest button with this label or code, however old; gives the reply as plain text."""
        for outgoing, choice in self._buttons():
            if label in (choice.label, choice.code):
                press = Press(outgoing.question, choice.code)
                return await self.send_message(self.message(press=press), f"【{choice.label}】")
        raise NoSuchChoice(f"expected a button {label!r}, found {'、'.join(self.choices) or 'none'} in the last reply")

    async def tick(self, *labels: str) -> str:
        """Tick several boxes under the last question and send them at once."""
        codes = {choice.label: choice.code for outgoing, choice in self._buttons() if outgoing in self.replies}
        if missing := [label for label in labels if label not in codes]:
            raise NoSuchChoice(f"expected boxes {'、'.join(missing)}, found {'、'.join(codes) or 'none'}")
        press = Press(self.replies[-1].question, "\n".join([PICKED, *(codes[label] for label in labels)]))
        return await self.send_message(self.message(press=press), f"【{'、'.join(labels)}】")

    async def send(self, *sent: Path | tuple[str, bytes], page: str = "") -> str:
        """Send files, each by its path or as its name and bytes; gives the reply as plain text.

        `page`: they are handed in on the page of this question, "" where they go into the conversation itself.
        """
        if self._files is None:
            raise TypeError("expected a file store for sending files, found none; give Person files=")
        pairs = [(each.name, each.read_bytes()) if isinstance(each, Path) else each for each in sent]
        files = tuple([await self._files.keep(name, _whole(data), MOST_FILE) for name, data in pairs])
        incoming = self.message(files=files)
        if page:
            incoming = replace(incoming, origin="page", bound=page)
        said = "".join(f"@{name}" for name, _ in pairs)
        return await self.send_message(incoming, f"（上传页）{said}" if page else said)

    async def again(self) -> str:
        """Deliver the last message once more, as a channel does that missed its acknowledgement."""
        if self._last is None:
            raise LookupError("expected a message to deliver again, found none")
        return await self.send_message(self._last, "（重发）")

    async def news(self, *, seconds: float = 30.0) -> str:
        """Wait for what the program says on its own account. Raises `Silence`."""
        if self._chats is None:
            raise TypeError("expected conversations to look for news in, found none; give Person chats=")
        for _ in range(int(seconds / PAUSE)):
            past = await self._chats.after(f"{self.channel}:{self.address}", number=self._mark, limit=1000)
            # What is worded only when it goes out, they read in the words of their channel.
            said = [worded(each.outgoing, house_wording(), self.channel) for each in past if each.outgoing is not None]
            for known in self._straight:
                if known in said:
                    said.remove(known)
            if said:
                self._mark = past[-1].number
                self._straight.clear()
                self.exchanges.append(Exchange("", tuple(said)))
                return self.text
            await asyncio.sleep(PAUSE)
        raise Silence(f"expected news for {self.channel}:{self.address} within {seconds} seconds, found none")

    def message(self, *, text: str = "", press: Press | None = None, files: tuple[File, ...] = ()) -> Incoming:
        """A new message from this person, not sent yet."""
        self._count += 1
        number = f"{self.address}/{self._count}"
        return Incoming(self.channel, self.address, number, self.now(), text, press, files)

    def now(self) -> datetime:
        """The present instant as it is for this person."""
        return self._clock.now()

    async def send_message(self, incoming: Incoming, said: str) -> str:
        """Send a message made by `message`; gives the reply as plain text."""
        self._last = incoming
        replies = await self._desk.receive(incoming)
        self.exchanges.append(Exchange(said, replies))
        self._straight.extend(replies)
        return self.text

    def _buttons(self) -> Iterator[tuple[Outgoing, Choice]]:
        """Every button shown, newest message first."""
        for exchange in reversed(self.exchanges):
            for outgoing in reversed(exchange.replies):
                for choice in outgoing.choices:
                    yield outgoing, choice


def bare(text: str) -> str:
    """Text without its marks of emphasis."""
    return text.replace(BOLD, "").replace(PLAIN, "")


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
