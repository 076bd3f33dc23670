"""In WeChat from following a friend's code to the red packet, with the whole program and both platforms' fakes."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import time
from pathlib import Path

from pydantic import SecretStr

from bot import app as roof
from bot.channels import with_callbacks
from bot.fakes import FakeClock
from bot.fakes.phones import settings_for
from bot.fakes.serving import serving
from bot.fakes.telegram import FakeTelegram
from bot.fakes.wechat import FakeWeChat, WeChatPerson
from bot.fakes.wechat_pay import fake_pay
from bot.handlers.wechat_asgi import PATH
from bot.handlers.wechat_pay import RedPackets
from rules.deeds_payout import AllowReferral
from rules.deeds_quiz import FillPool
from rules.instants import micros, opening
from rules.packets import Pool
from rules.payouts import Hours
from rules.referral import SENTENCE
from scheduler.paying import Purse
from storage.database import sqlite_url
from storage.moments import Moment
from storage.registry import DEEDS
from tests.channels.town import KEY, free_port
from tests.flows.test_payout import paid_by
from tests.flows.test_quiz import QUIZ
from tests.flows.variants import opened_as
from web.app import create
from web.config import WebConfig


async def do(app: roof.App, deed: object, at: int) -> None:
    async with app.database.write() as connection:
        await DEEDS[type(deed)](Moment(connection, at, app.numbers, KEY), deed)


async def answers(app: roof.App, person: WeChatPerson, said: str) -> None:
    """Ten right answers, by their letters."""
    for place in range(1, 11):
        assert f"第 {place}/10 题" in said
        [asked] = [each for each in app.house.banks[QUIZ].values() if f"{each.text}\n" in said]
        right = next(row.strip() for row in said.split("\n") if row.strip()[3:] == asked.options[asked.key])
        said = (await person.say(right[0])).text


async def test_who_follows_a_friends_code_and_passes_has_the_red_packet_in_wechat(tmp_path: Path) -> None:
    clock, port = FakeClock(opening("2020-07-07 20:00", "Asia/Shanghai")), free_port()
    wechat = FakeWeChat(clock=clock, callback_url=f"http://127.0.0.1:{port}{PATH}")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(wechat)
        pay = await stack.enter_async_context(fake_pay(clock))
        settings = settings_for(FakeTelegram(), wechat, pace=0.0)
        secrets = settings.secrets.model_copy(update={"telegram_token": SecretStr("")})
        stack.enter_context(opened_as(paid_by("wechat", referral=True, per_person=2)))
        app = await stack.enter_async_context(
            roof.running(
                data=tmp_path, database_url=sqlite_url(tmp_path), campaign_ids=(QUIZ,), key=KEY, clock=clock,
                channels=replace(settings, secrets=secrets), ticking=True,
                purse=Purse(RedPackets(pay.account), pay.account.merchant, 100, 10, 100_000, Hours(time(), time())),
            )
        )  # fmt: skip
        site = create(app.web_ports(), config=WebConfig(secret=KEY, secure=False, public_url=""))
        await stack.enter_async_context(
            serving(with_callbacks(site, app.channels), port=port, ending=site.state.end_streams)
        )
        opens = micros(opening("2020-07-08 00:00", "Asia/Shanghai"))
        await do(app, FillPool(QUIZ, Pool(600, 3, 200, 200), opens, 0), opens - 1)
        await do(app, AllowReferral(QUIZ, SENTENCE, "", 0), opens - 1)
        clock.move(opening("2020-07-08 09:00", "Asia/Shanghai"))
        inviter, friend = [wechat.person(name, name, following=False) for name in ("o_inviter", "o_friend")]
        await inviter.follow()
        [word] = re.findall(r"YQ\w{10}", (await inviter.say("我的邀请")).text)
        said = (await friend.follow(word)).text
        assert "已经记下是朋友带您来的" in said
        await friend.say("2")
        await answers(app, friend, (await friend.say("1")).text)
        told = await friend.heard(lambda bubble: "已由微信支付发出" in bubble.text, timeout=20)
        assert told.way == "customer"
        assert [(each.openid, each.amount) for each in pay.packets.values()] == [("o_friend", 200)]
        assert (pay.violations, wechat.violations) == ([], [])
        assert "已带来 1 位，其中仍在关注、计入的 1 位" in (await inviter.say("我的邀请")).text
        await friend.unfollow()
        assert "其中仍在关注、计入的 0 位" in (await inviter.say("我的邀请")).text
