"""The people of both fakes at their phones: they do what their lanes say, and go on while the program is dead."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from bot.fakes.person import Silence
from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.wechat import Delivery, FakeWeChat, WeChatPerson
from bot.handlers.wechat import read
from bot.handlers.wechat_codec import read_xml
from bot.handlers.wechat_post import AGAIN
from tests.crash.channels_plan import Deed, Lane

#: Seconds that somebody waits for an answer before they go on, and before they press no button but type.
PATIENCE, SEARCH = 0.3, 0.3
#: Seconds after which somebody gives up altogether: the run has failed.
LONGEST = 120.0
#: How often the platform's three tries are begun again. The real one does not; a lost message would end the comparison.
ROUNDS = 30
_NAP = 0.02
#: What ties two messengers; the codes of papers look alike.
_LINK = re.compile(r"把这个码发给我：\s*([0-9A-Z]{5}-[0-9A-Z]{5})")


class Crowd:
    """Everybody of a plan. `done` counts their deeds, `given_up` lanes that came to no end."""

    def __init__(self, telegram: FakeTelegram, wechat: FakeWeChat, lanes: Sequence[Lane]) -> None:
        self.telegram, self.wechat, self.lanes = telegram, wechat, lanes
        self.done, self.given_up, self.renewed = 0, 0, 0
        #: What the program has acknowledged, by the keys of its inbox.
        self.acknowledged: set[str] = set()
        #: The updates of each lane.
        self._sent = defaultdict[int, set[int]](set)
        self._joined = [asyncio.Event() for _ in lanes]

    async def play(self) -> None:
        """Everybody does everything; what Telegram has not handed over by then is waited for."""
        await asyncio.gather(*(self._live(place, lane) for place, lane in enumerate(self.lanes)))
        await self._all_confirmed()
        pending = self.telegram.updates._pending
        number = int(self.telegram.token.partition(":")[0])
        self.acknowledged |= {f"telegram:{number}/{each}" for each in self._all_sent() if each not in pending}

    async def menus(self) -> None:
        """Everybody asks for the menu, with which whatever waits for them comes, too."""
        await asyncio.gather(*(self.phone(lane).say("菜单") for lane in self.lanes if self._on(lane, "wechat")))
        for lane in self.lanes:
            if self._on(lane, "telegram"):
                self._sent[lane.number].add(self.person(lane).say("菜单"))
        await self._all_confirmed()

    def person(self, lane: Lane) -> TelegramPerson:
        """Somebody's Telegram."""
        return self.telegram.person(lane.user, f"{lane.number}号")

    def phone(self, lane: Lane) -> WeChatPerson:
        """Somebody's WeChat."""
        return self.wechat.person(lane.openid, f"{lane.number}号", following=False)

    def seen(self, text: str) -> bool:
        """Whether anybody got something with this in it as their newest message."""
        for lane in self.lanes:
            if self._on(lane, "telegram") and any(text in each.text for each in self.person(lane).messages[-1:]):
                return True
            if self._on(lane, "wechat") and any(text in each for each in self.phone(lane).texts[-1:]):
                return True
        return False

    @staticmethod
    def _on(lane: Lane, way: str) -> bool:
        return any(deed.way == way for deed in lane.deeds)

    async def _live(self, place: int, lane: Lane) -> None:
        way = ""
        try:
            for number, deed in enumerate(lane.deeds):
                if way == "telegram" and deed.way != way:
                    await self._confirmed(self._sent[lane.number])
                if lane.admin and number == 2:
                    await asyncio.wait_for(asyncio.gather(*(each.wait() for each in self._others(lane))), LONGEST)
                way = deed.way
                await (self._post(lane, deed) if way == "wechat" else self._write(lane, deed))
                self.done += 1
                if number == 1:
                    if way == "telegram":
                        await self._confirmed(self._sent[lane.number])
                    self._joined[place].set()
        except (Silence, TimeoutError):
            # Counted, and with it the run has failed; a broken twin may well leave people without an answer.
            self.given_up += 1
        finally:
            self._joined[place].set()

    def _others(self, lane: Lane) -> list[asyncio.Event]:
        return [event for event, each in zip(self._joined, self.lanes, strict=True) if each is not lane]

    async def _post(self, lane: Lane, deed: Deed) -> None:
        """A deed in WeChat, over when the platform has its answer."""
        phone = self.phone(lane)
        delivery = await (phone.follow(deed.text) if deed.what == "start" else phone.say(deed.text))
        for _ in range(ROUNDS):
            if delivery.outcome != "failure":
                self._note(delivery)
                return
            self.renewed += 1
            delivery = await phone.raw_xml(delivery.xml)
        raise TimeoutError

    def _note(self, delivery: Delivery) -> None:
        message = read(read_xml(delivery.xml.encode()), self.wechat.clock.now())
        self.acknowledged.add(f"wechat:{message.id}")

    async def _write(self, lane: Lane, deed: Deed) -> None:
        """A deed in Telegram, over when there was an answer or patience is at its end."""
        person = self.person(lane)
        if deed.what == "start":
            self._sent[lane.number].add(person.start(deed.text))
        elif deed.what == "link":
            self._sent[lane.number].add(person.start(await self._code(lane)))
        elif deed.what == "press" and await self._offered(person, deed.text):
            self._sent[lane.number].add(person.press(deed.text))
        else:
            self._sent[lane.number].add(person.say(deed.text))
        await self._heard(person)

    async def _code(self, lane: Lane) -> str:
        """A code for the link, asked for in WeChat."""
        await self._post(lane, Deed("wechat", "say", "绑定"))
        bubble = await self.phone(lane).heard(lambda one: _LINK.search(one.text) is not None, LONGEST)
        found = _LINK.search(bubble.text)
        assert found is not None, "just found"
        return found[1].replace("-", "")

    async def _offered(self, person: TelegramPerson, label: str) -> bool:
        """Whether the newest message offers a button; waits for it for a while."""
        try:
            await person.heard(lambda shown: label in shown.labels, SEARCH)
        except Silence:
            return False
        return label in person.labels

    async def _heard(self, person: TelegramPerson) -> None:
        try:
            await person.heard(lambda shown: not shown.text.startswith(AGAIN), PATIENCE)
        except Silence:
            return  # the program is slow or dead; people write on all the same

    async def _confirmed(self, numbers: set[int]) -> None:
        """Wait until the program has confirmed these updates. Raises `TimeoutError`: who goes on in another messenger
        before would have their messages taken in another order than they wrote them."""
        for _ in range(int(LONGEST / _NAP)):
            if not numbers & self.telegram.updates._pending.keys():
                return
            await asyncio.sleep(_NAP)
        raise TimeoutError

    def _all_sent(self) -> set[int]:
        return set().union(*self._sent.values())

    async def _all_confirmed(self) -> None:
        """At the end: what is not confirmed after so long is not counted."""
        with suppress(TimeoutError):
            await self._confirmed(self._all_sent())
