"""In a rush people hear at once how many are ahead, and then their answer: as a message, or for 继续."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.fakes.wechat import Account
from tests.channels.town import town

KEPT = "收到，已经记下，不用重发。现在人多，"


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is ever answered soon enough."""
    monkeypatch.setattr("bot.desk.PATIENCE", -1.0)


async def test_the_answer_follows_as_a_customer_message(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        li = place.wechat.person("o-li", "李")
        await li.say(await place.invite())
        assert li.texts[0] == f"{KEPT}轮到您时马上把答复发过来。"
        assert (await li.heard(lambda one: "怎么称呼" in one.text)).way == "customer"
        assert place.wechat.violations == []


async def test_an_account_that_may_not_send_gives_it_for_the_word(tmp_path: Path) -> None:
    async with town(tmp_path, account=Account(kind="subscription", verified=False)) as place:
        li = place.wechat.person("o-li", "李")
        await li.say(await place.invite())
        assert li.texts == [f"{KEPT}请过几分钟回复“继续”，查看给您的答复。"]
        # What the dispatcher could not send is there for the word within moments.
        for _ in range(200):
            await asyncio.sleep(0.05)
            if place.app.intake.holds("wechat:o-li") and "怎么称呼" in (await li.say("继续")).text:
                break
        assert "怎么称呼" in li.texts[-1]
        assert place.wechat.violations == []
