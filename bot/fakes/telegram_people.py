"""People with a Telegram account that is not real, and the groups they are in."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bot.fakes.telegram_limits import START_CODE
from bot.fakes.telegram_voice import Stage, Voice
from bot.fakes.telegram_world import Chat

_CODE = re.compile(rf"[A-Za-z0-9_-]{{0,{START_CODE}}}")


class People:
    """Everybody who has an account, and the groups they are in."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: dict[int, TelegramPerson] = {}

    def person(self, number: int, name: str = "") -> TelegramPerson:
        """The person with this number; a new one with this name."""
        if number <= 0:
            raise ValueError(f"expected a person's number above 0, found {number}; groups have numbers below 0")
        if number not in self.known:
            self.known[number] = TelegramPerson(self, self.stage, number, name or f"用户{number}")
        return self.known[number]

    def group(self, number: int) -> Chat:
        """A group that the bot is in; the bot is told when it is put into a new one."""
        if number >= 0:
            raise ValueError(f"expected a group's number below 0, found {number}")
        if number not in self.stage.world.chats:
            wire = {"id": number, "type": "group", "title": f"群{-number}", "all_members_are_administrators": False}
            self.stage.world.chats[number] = Chat(wire)
        return self.stage.world.chats[number]


class TelegramPerson(Voice):
    """A person in their own chat with the bot. The chat begins with the first thing they send."""

    def __init__(self, people: People, stage: Stage, number: int, name: str) -> None:
        user = {"id": number, "is_bot": False, "first_name": name, "language_code": "zh-hans"}
        super().__init__(stage, user, Chat({"id": number, "type": "private", "first_name": name}))
        self._people = people

    def start(self, code: str = "") -> int:
        """Opens the bot by a deep link (or its code) and presses 开始. A code that Telegram drops is a violation."""
        if "://" in code:
            code = parse_qs(urlsplit(code).query).get("start", [""])[0]
        if not _CODE.fullmatch(code):
            why = f"expected a start code of at most {START_CODE} of A-Z a-z 0-9 _ -, found {len(code)} characters"
            self._stage.blame("start", why, chat=self.chat.id)
            raise ValueError(why)
        return self.say(f"/start {code}".strip())

    def block(self) -> int:
        """Blocks the bot."""
        return self._stand(joined=False)

    def unblock(self) -> int:
        """Lets the bot write again."""
        return self._stand(joined=True)

    def in_group(self, number: int) -> InGroup:
        """The same person in a group (a number below 0) that the bot is in."""
        new = number not in self._stage.world.chats
        voice = InGroup(self._stage, self.user, self._people.group(number))
        if new:
            voice.add_bot()
        return voice


class InGroup(Voice):
    """A person in a group."""

    def add_bot(self) -> int:
        """Puts the bot into the group."""
        return self._stand(joined=True)

    def remove_bot(self) -> int:
        """Puts the bot out of the group."""
        return self._stand(joined=False)
