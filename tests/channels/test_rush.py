"""In a rush people hear at once how many are ahead, and then their answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
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


async def test_an_account_that_may_not_write_gives_the_answer_once_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path, account=Account(kind="subscription", verified=False)) as place:
        li = place.wechat.person("o-li", "李")
        await li.say(await place.invite())
        assert li.texts == [f"{KEPT}请过几分钟回复“继续”，查看给您的答复。"]
        monkeypatch.setattr("bot.desk.PATIENCE", 4.0)  # the rush is over
        async with asyncio.timeout(20):
            while "怎么称呼" not in li.texts[-1]:
                place.clock.advance(timedelta(seconds=10))
                await asyncio.sleep(0.05)
                await li.say("继续")
        assert {one.way for one in li.messages} == {"passive"}
        assert place.wechat.violations == []
