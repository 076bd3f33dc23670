"""One person in one chat of the fake Telegram: what they see there, and what they do, which becomes updates.

All of it is done at once and without awaiting; only `heard` waits.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.fakes.person import NoSuchChoice, Silence
from bot.fakes.telegram_limits import TEXT, units
from bot.fakes.telegram_messages import Pressed
from bot.fakes.telegram_updates import Updates
from bot.fakes.telegram_world import Button, Chat, Kept, Shown, Wire, World, document, photo
from bot.fakes.trouble import Pulse

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@\w+)?(?!\S)")
_MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
}


class Blame(Protocol):
    """Whoever takes down what a correct program never does."""

    def __call__(self, method: str, why: str, code: int = 0, chat: int = 0) -> None:
        """Take down one violation."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What everybody shares: chats, the way for updates, and what was pressed so far, by the name of the query."""

    world: World
    updates: Updates
    pressed: dict[str, Pressed]
    pulse: Pulse
    blame: Blame
    privacy: bool


class Voice:
    """One person in one chat: their own with the bot, or a group."""

    def __init__(self, stage: Stage, user: Wire, chat: Chat) -> None:
        self._stage, self.user, self.chat = stage, user, chat
        self._mark = 0

    def __repr__(self) -> str:
        return f"<{self.user['first_name']} ({self.user['id']}) in chat {self.chat.id}>"

    # --- what is seen

    @property
    def messages(self) -> list[Shown]:
        """What the bot sent into this chat, oldest first, edited and without what was deleted."""
        return [each for each in self.chat.visible() if not each.sender]

    @property
    def conversation(self) -> list[Shown]:
        """Everything in this chat, oldest first."""
        return self.chat.visible()

    @property
    def fresh(self) -> list[Shown]:
        """What the bot sent or edited since this person last did something."""
        return [each for each in self.messages if each.changed > self._mark]

    @property
    def text(self) -> str:
        """The fresh messages as plain text."""
        return "\n\n".join(each.text for each in self.fresh)

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons under the newest message that has any."""
        return next((each.labels for each in reversed(self.messages) if each.buttons), [])

    @property
    def answers(self) -> list[Pressed]:
        """What this person pressed, with what the bot answered to it, oldest first."""
        return [each for each in self._stage.pressed.values() if each.person == self.user["id"]]

    async def heard(self, what: int | str | Callable[[Shown], bool] = 1, seconds: float = 30.0) -> list[Shown]:
        """Waits for fresh messages: so many, or one with this text in it, or one that fits. Raises `Silence`.

        Gives all fresh ones. `seconds` are the machine's own.
        """
        try:
            async with asyncio.timeout(seconds):
                while not _enough(self.fresh, what):
                    await self.chat.change()
        except TimeoutError:
            found = [each.text for each in self.fresh]
            raise Silence(f"expected {what!r} in chat {self.chat.id} within {seconds} s, found {found}") from None
        return self.fresh

    # --- what is done

    def say(self, text: str) -> int:
        """Sends a text, cut at 4096 units as every client cuts it; the number of the (last) update."""
        if not text.strip():
            raise ValueError("expected a text, found none; a client sends no empty message")
        number = 0
        for part in _parts(text):
            command = _COMMAND.match(part)
            entity = {"type": "bot_command", "offset": 0, "length": len(command[0])} if command else None
            number = self.send(text=part) if entity is None else self.send(text=part, entities=[entity])
        return number

    def send(self, file: Kept | None = None, **content: Any) -> int:
        """Sends a message with these fields of the API; the number of its update, 0 if the bot gets none."""
        self._act()
        shown = self._stage.world.write(self.chat, self.user, content, file)
        self._mark = self.chat.changes
        return self._stage.updates.put("message", shown.wire, self.chat.id) if self._reaches(content) else 0

    def send_file(self, name: str, data: bytes, *, caption: str = "", size: int | None = None) -> int:
        """Sends a document. `size` says how large the platform takes it for, to send 2 GB without having them."""
        kept = self._stage.world.keep(name, data, _mime(name), "documents", size)
        return self._send_kept(kept, {"document": document(kept)}, caption)

    def send_photo(self, data: bytes, *, caption: str = "", size: int | None = None) -> int:
        """Sends a picture."""
        kept = self._stage.world.keep("photo.jpg", data, "image/jpeg", "photos", size)
        return self._send_kept(kept, {"photo": photo(kept)}, caption)

    def send_video(self, name: str, data: bytes, *, size: int | None = None) -> int:
        """Sends a video."""
        kept = self._stage.world.keep(name, data, "video/mp4", "videos", size)
        return self.send(kept, video=document(kept) | {"width": 1080, "height": 1920, "duration": 60})

    def sticker(self) -> int:
        """Sends a sticker."""
        more = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}
        return self.send(sticker=self._named("stickers") | more)

    def voice(self) -> int:
        """Sends a voice message."""
        return self.send(voice=self._named("voice") | {"duration": 3, "mime_type": "audio/ogg"})

    def video_note(self) -> int:
        """Sends a round video message."""
        return self.send(video_note=self._named("video_notes") | {"length": 240, "duration": 3})

    def location(self) -> int:
        """Sends a place."""
        return self.send(location={"latitude": 34.25, "longitude": 108.95})

    def contact(self) -> int:
        """Sends somebody's card."""
        return self.send(contact={"phone_number": "13800138000", "first_name": "甲"})

    def edit(self, message: Shown | int | None, text: str) -> int:
        """Changes a message of one's own (the newest for None) afterwards."""
        self._act()
        if message is None or isinstance(message, int):
            mine = [each for each in self.conversation if each.sender == self.user["id"] and message in (None, each.id)]
            if not mine:
                raise LookupError(f"expected a message of {self!r} to edit, found none")
            message = mine[-1]
        message.wire = message.wire | {"text": text, "edit_date": self._stage.world.unix()}
        self.chat.touch(message)
        return self._stage.updates.put("edited_message", message.wire, self.chat.id)

    def press(self, what: str | int = 0, on: Shown | None = None) -> int:
        """Presses a button by its label or place, under the newest message that has buttons or under `on`."""
        message = on or next((each for each in reversed(self.messages) if each.buttons), None)
        buttons: list[Button] = message.buttons if message is not None else []
        found = buttons[what : what + 1] if isinstance(what, int) else [each for each in buttons if each.label == what]
        if message is None or not found or not found[0].data:
            raise NoSuchChoice(
                f"expected a button {what!r}, found {'、'.join(each.label for each in buttons) or 'none'}"
            )
        return self.forge(found[0].data, on=message)

    def forge(self, data: str, on: Shown | None = None) -> int:
        """Sends any callback data, as a client of one's own making can, under the newest message or `on`."""
        self._act()
        message = on or next(reversed(self.messages), None)
        if message is None:
            raise LookupError("expected a message to press a button under, found none")
        stage = self._stage
        number = str(7_000_000_000 + len(stage.pressed))
        stage.pressed[number] = Pressed(self.user["id"], self.chat, data, stage.pulse.monotonic())
        query = {"id": number, "from": self.user, "message": message.wire, "data": data}
        return stage.updates.put("callback_query", query | {"chat_instance": str(self.chat.id)}, self.chat.id)

    # --- shared

    def _send_kept(self, kept: Kept, content: Wire, caption: str) -> int:
        return self.send(kept, **content | ({"caption": caption} if caption else {}))

    def _act(self) -> None:
        if not self.chat.open:
            raise ValueError(f"expected a chat that the bot is in, found {self.chat.id} shut; unblock first")
        self._stage.world.chats.setdefault(self.chat.id, self.chat)
        self._mark = self.chat.changes

    def _reaches(self, content: Wire) -> bool:
        """In groups a bot with privacy hears only commands and its own name."""
        text = str(content.get("text", content.get("caption", "")))
        named = text.startswith("/") or f"@{self._stage.world.bot['username']}" in text
        return self.chat.id > 0 or named or not self._stage.privacy

    def _named(self, folder: str) -> Wire:
        kept = self._stage.world.keep("x.bin", b"?", "application/octet-stream", folder)
        return {"file_id": kept.id, "file_unique_id": kept.unique, "file_size": kept.size}

    def _stand(self, *, joined: bool) -> int:
        self.chat.open = joined
        group = self.chat.id < 0
        states = ("member", "left" if group else "kicked")
        old, new = reversed(states) if joined else states
        members = {
            f"{which}_chat_member": {"status": status, "user": self._stage.world.bot}
            | ({"until_date": 0} if status == "kicked" else {})
            for which, status in (("old", old), ("new", new))
        }
        self.chat.touch()
        self.chat.turned = self.chat.changes
        told = {"chat": self.chat.wire, "from": self.user, "date": self._stage.world.unix()} | members
        return self._stage.updates.put("my_chat_member", told, self.chat.id)


def _enough(fresh: list[Shown], what: int | str | Callable[[Shown], bool]) -> bool:
    if isinstance(what, int):
        return len(fresh) >= what
    if isinstance(what, str):
        return any(what in each.text for each in fresh)
    return any(what(each) for each in fresh)


def _parts(text: str) -> list[str]:
    parts, begun, length = [], 0, 0
    for place, character in enumerate(text):
        if length + units(character) > TEXT:
            parts.append(text[begun:place])
            begun, length = place, 0
        length += units(character)
    return [*parts, text[begun:]]


def _mime(name: str) -> str:
    return _MIMES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
