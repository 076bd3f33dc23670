"""A ballot by buttons in Telegram: one card edited in place, choices in pop-ups only, cast after two confirmations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.telegram_world import Shown
from bot.talk.messages import BALLOT
from tests.ballots.hall import Hall, hall
from tests.ballots.test_round import prepared


@asynccontextmanager
async def booth(folder: Path, telegram: FakeTelegram, *, at: str = "2024-05-10 09:00") -> AsyncIterator[Hall]:
    """The program with a Telegram beside it."""
    async with hall(folder, "xian-2024", at, telegram=telegram) as here:
        yield here


class Booth:
    """An expert with a card on the phone."""

    def __init__(self, person: TelegramPerson) -> None:
        self.person = person
        self.card: Shown = person.messages[-1]

    @classmethod
    async def entered(cls, person: TelegramPerson) -> Booth:
        """Ask for a card and wait for it."""
        person.say(BALLOT)
        await person.heard(lambda shown: "选票" in shown.text and bool(shown.buttons))
        return cls(person)

    async def press(self, label: str) -> str:
        """Press a button of the card; gives what popped up once the card is as it stays."""
        person, count = self.person, len(self.person.answers)
        person.press(label, on=self.card)
        await until(lambda: len(person.answers) > count and person.answers[-1].answered)
        await settled(self.card)
        return person.answers[-1].text


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


async def settled(card: Shown) -> None:
    """Wait until a card was not edited for a moment."""
    seen = -1
    while seen != card.edits:
        seen = card.edits
        await asyncio.sleep(0.06)


async def test_a_paper_is_filled_in_by_buttons_and_cast_after_two_confirmations(tmp_path: Path) -> None:
    telegram = FakeTelegram(limits=False)
    async with telegram.running(), booth(tmp_path, telegram) as here:
        await prepared(here, phones=1)
        [person] = [each for each in telegram.people if each.user["id"] == 501]
        person.say("选票")
        await person.heard("按钮投票")
        person.press(BALLOT)
        await person.heard("已评 0/6")
        one = Booth(person)
        assert one.card.text.startswith("专家评审 选票：已评 0/6，截止 5月20日（周一）17:00\n\nT-C0001（信用案例）案例第 1 件")
        assert one.card.labels == [*map(str, range(1, 11)), "◀ 上一项", "我评的", "下一项 ▶", "申报表", "还缺哪些", "检查并投出"]
        assert one.card.protected
        assert await one.press("8") == "T-C0001：8 分"
        assert "已评 1/6" in one.card.text and "T-C0002" in one.card.text
        print(one.card.text)
        assert await one.press("◀ 上一项") == ""
        assert await one.press("我评的") == "T-C0001：8"
        assert await one.press("检查并投出") == "还有 5 项没有评（应评 6 项）。您评过的都在草稿里，请评完再投出。"
        for level in range(2, 7):
            await one.press(str(level))
        assert "可以投出了" in one.card.text
        assert await one.press("确认投票") == "请再点一次“确认投票”。"
        said = await one.press("确认投票")
        assert said.startswith("已投出。回执：")
        assert one.card.labels == []
        assert telegram.violations == []
