"""The quiz in both messengers: letters below each other in WeChat, buttons in Telegram, and a break."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.wechat import WeChatPerson
from rules.instants import opening
from tests.channels.test_form import tell
from tests.channels.town import Town, town
from tests.flows.variants import as_it_is

QUIZ = "hongze-quiz-2020"


@pytest.fixture(autouse=True)
def hongze(monkeypatch: pytest.MonkeyPatch) -> None:
    """The town's campaign is the quiz."""
    monkeypatch.setattr("tests.channels.town.CAMPAIGN", QUIZ)


def right(place: Town, shown: str) -> str:
    """The right option of the question that stands last in a message."""
    bank = place.app.house.banks[QUIZ].values()
    asked = max((each for each in bank if each.text in shown), key=lambda each: shown.rfind(each.text))
    return asked.options[asked.key]


def letter(place: Town, shown: str) -> str:
    """Its letter, as the options stand below the question."""
    [line] = [line for line in shown.splitlines() if line[1:3] == ". " and line[3:] == right(place, shown)]
    return line[0]


async def played(place: Town, person: WeChatPerson, shown: str, places: int) -> str:
    """Answer so many questions rightly; gives what was said last."""
    for _ in range(places):
        place.clock.advance(timedelta(seconds=5))
        shown = (await person.say(letter(place, shown))).text
    return shown


async def test_a_follower_plays_in_wechat_by_letters(tmp_path: Path) -> None:
    async with town(tmp_path, start="2020-07-07 23:59", variant=as_it_is) as place:
        person: WeChatPerson = place.wechat.person("o-player", "民")
        assert "要参加知识竞赛，请发“答题”，不用登记" in (await person.follow("")).text
        assert "还有 1 分钟" in (await person.say("答题")).text
        place.clock.move(opening("2020-07-08", "Asia/Shanghai"))
        assert "1 代表单位\n2 以个人身份" in (await person.say("答题")).text
        await person.say("1")
        assert "您代表：税务局。" in (await person.say("税务")).text
        shown = await played(place, person, (await person.say("开始答题")).text, 4)
        assert shown.startswith("第 5/10 题\n") and "\nA. " in shown and "\nD. " in shown
        assert "没有对上“什么”" in (await person.say("什么")).text
        await person.say("菜单")
        assert (await person.say("答题")).text == shown
        assert "答对 10/10 题，合格" in await played(place, person, shown, 6)
        assert place.wechat.violations == []


async def test_a_user_plays_in_telegram_by_buttons(tmp_path: Path) -> None:
    async with town(tmp_path, start="2020-07-08 08:00", variant=as_it_is) as place:
        person: TelegramPerson = place.telegram.person(7, "民")
        person.start("")
        await person.heard("要参加知识竞赛")
        await tell(person, "答题")
        await tell(person, "以个人身份")
        shown = await tell(person, "开始答题")
        for _ in range(10):
            assert [label[0] for label in person.labels] == list("ABCD")[: len(person.labels)]
            key = right(place, shown)
            label = next((each for each in person.labels if each[3:] == key), "") or letter(place, shown)
            place.clock.advance(timedelta(seconds=5))
            person.press(label)
            shown = (await person.heard(1))[-1].text
        assert "答对 10/10 题，合格" in shown
        assert person.labels == ["答题", "我的红包"]
        assert place.telegram.violations == []
