"""In a rush people hear at once how many are ahead, and then their answer."""

from __future__ import annotations

from pathlib import Path

import pytest

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
