"""What the fake Telegram keeps: chats with their messages, and files. Kept in memory, gone with it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Wire = dict[str, Any]
#: How many messages of one chat are kept, newest last.
KEPT = 5000


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: what it sends back, or the page it opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file: its content, and how large the platform says it is (a test need not make 2 GB to send them)."""

    id: str
    name: str
    data: bytes
    mime: str
    path: str
    size: int

    @property
    def unique(self) -> str:
        """The name that is the same for every bot."""
        return f"U{self.id}"


@dataclass(slots=True, eq=False)
class Shown:
    """One message of a chat as the people in it see it; edits are applied to it.

    `wire` is the message as the API gives it. `sender` is a person's number, 0 for the bot. `cut`: it was delivered,
    but the program's connection broke before it could know.
    """

    wire: Wire
    sender: int
    file: Kept | None = None
    edits: int = 0
    deleted: bool = False
    cut: bool = False
    #: The chat's count of changes when this message last changed.
    changed: int = 0

    @property
    def id(self) -> int:
        """The message's number."""
        return int(self.wire["message_id"])

    @property
    def text(self) -> str:
        """Its text or caption, without markup."""
        return str(self.wire.get("text", self.wire.get("caption", "")))

    @property
    def entities(self) -> list[Wire]:
        """What is bold, a link …, with places counted in UTF-16 units."""
        entities: list[Wire] = self.wire.get("entities") or self.wire.get("caption_entities") or []
        return entities

    @property
    def rows(self) -> list[list[Button]]:
        """Its buttons, row by row."""
        markup = self.wire.get("reply_markup") or {}
        return [
            [Button(each["text"], each.get("callback_data", ""), _opens(each)) for each in row]
            for row in markup.get("inline_keyboard", ())
        ]

    @property
    def buttons(self) -> list[Button]:
        """Its buttons in reading order."""
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons in reading order."""
        return [button.label for button in self.buttons]

    @property
    def protected(self) -> bool:
        """Whether it cannot be forwarded or saved."""
        return bool(self.wire.get("has_protected_content"))


def _opens(button: Wire) -> str:
    return str(button.get("url") or (button.get("web_app") or {}).get("url", ""))


@dataclass(slots=True, eq=False)
class Chat:
    """One chat: a person's own, or a group (negative numbers). `open` is False while the bot is shut out."""

    wire: Wire
    open: bool = True
    #: The count of changes when the bot was last let in or shut out.
    turned: int = 0
    messages: dict[int, Shown] = field(default_factory=dict)
    changes: int = 0
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> int:
        """The chat's number."""
        return int(self.wire["id"])

    def put(self, shown: Shown) -> Shown:
        """A new message."""
        self.messages[shown.id] = shown
        if len(self.messages) > KEPT:
            del self.messages[next(iter(self.messages))]
        self.touch(shown)
        return shown

    def touch(self, shown: Shown | None = None) -> None:
        """Something changed; whoever waits for that looks again."""
        self.changes += 1
        if shown is not None:
            shown.changed = self.changes
        self._bell.set()
        self._bell = asyncio.Event()

    async def change(self) -> None:
        """Returns when something changes."""
        await self._bell.wait()

    def visible(self) -> list[Shown]:
        """The messages that were not deleted, oldest first."""
        return [each for each in self.messages.values() if not each.deleted]


class World:
    """The chats and files of one bot. `unix` gives the present second of the deployment's clock."""

    def __init__(self, bot: Wire, unix: Callable[[], int]) -> None:
        self.bot = bot
        self.unix = unix
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Kept] = {}
        self.paths: dict[str, Kept] = {}
        #: Messages that arrived although the program was not told so.
        self.ambiguous: deque[Shown] = deque(maxlen=100_000)
        self._messages = 0
        self._files = 0

    def write(self, chat: Chat, sender: Wire, content: Wire, file: Kept | None = None) -> Shown:
        """A new message in a chat."""
        self._messages += 1
        wire = {"message_id": self._messages, "from": sender, "chat": chat.wire, "date": self.unix()} | content
        return chat.put(Shown(wire, 0 if sender is self.bot else sender["id"], file))

    def keep(self, name: str, data: bytes, mime: str, folder: str, size: int | None = None) -> Kept:
        """A new file."""
        self._files += 1
        ending = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{folder}/file_{self._files}.{ending if ending.isascii() and ending.isalnum() else 'bin'}"
        number = f"{folder[:3].upper()}-{self._files:08d}"
        kept = Kept(number, name, data, mime, path, len(data) if size is None else size)
        self.files[kept.id] = self.paths[kept.path] = kept
        return kept


def document(kept: Kept) -> Wire:
    """A file as the API describes a document."""
    return {
        "file_name": kept.name,
        "mime_type": kept.mime,
        "file_id": kept.id,
        "file_unique_id": kept.unique,
        "file_size": kept.size,
    }


def photo(kept: Kept) -> list[Wire]:
    """A picture as the API describes it: sizes, largest last. Nobody measured it, so the measures are invented."""
    name = {"file_id": kept.id, "file_unique_id": kept.unique}
    small = {"width": 90, "height": 67, "file_size": min(kept.size, 1024)}
    return [name | small, name | {"width": 1280, "height": 960, "file_size": kept.size}]
