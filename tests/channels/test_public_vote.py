"""The public votes in both messengers, as each lets people choose: by number in WeChat, by button in Telegram."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.channels.test_form import tell
from tests.channels.town import CAMPAIGN, town
from tests.flows.voting import put_in

UNITS = ("西安市教育局", "西安市公安局", "碑林区")
AT = "2024-05-06 09:00"


async def test_a_follower_votes_in_wechat_by_number_and_by_the_works_own_number(tmp_path: Path) -> None:
    async with town(tmp_path, start=AT) as place:
        await put_in(place.app, CAMPAIGN, UNITS)
        person = place.wechat.person("o-voter", "民")
        await person.follow("")
        listed = (await person.say("投票")).text
        assert "您今天还可以投 3 票" in listed and "（XA-C0001）" in listed
        assert "一摊一码，群众监督" in (await person.say("XA-C0002")).text
        assert "已投给 XA-C0002" in (await person.say("1")).text
        assert "您今天还可以投 2 票" in (await person.say("投票")).text
        [link] = re.findall(r"http://\S+/b/\S+/vote/xian-2024\.public", listed)
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            page = await browser.get(link)
        assert (page.status_code, page.url.path, page.text.count("已投<")) == (200, "/vote/xian-2024.public", 1)
        assert place.wechat.violations == []


async def test_a_user_votes_in_telegram_by_button(tmp_path: Path) -> None:
    async with town(tmp_path, start=AT) as place:
        await put_in(place.app, CAMPAIGN, UNITS)
        person = place.telegram.person(7, "民")
        person.start("")
        await person.heard("要参加网络投票")
        assert "您今天还可以投 3 票" in await tell(person, "投票")
        await tell(person, "（XA-C0001）")
        assert "您今天还可以投 2 票" in await tell(person, "投给这件")
        assert any(label.startswith("✓ ") and "XA-C0001" in label for label in person.labels)
        assert place.telegram.violations == []
