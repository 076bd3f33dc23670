"""A message finds its person by the cheapest way that is still open, and whoever cannot be reached is named."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.wechat import Account, Template
from bot.settings import Mail
from rules.people import Role
from tests.channels.test_form import CODE, begun_in_wechat, moved_to_telegram, tell
from tests.channels.town import Town, free_port, town

NOTICE = "请于周五前至少报一个案例"
TWO_DAYS = timedelta(hours=48)


async def admin_of(place: Town) -> TelegramPerson:
    admin = place.telegram.person(8, "管")
    admin.start(await place.invite(Role.ADMIN))
    await admin.heard("怎么称呼")
    await tell(admin, "陈主任")
    return admin


async def broadcast(admin: TelegramPerson) -> None:
    for said in ("群发", "全部联络员", NOTICE, "发送"):
        await tell(admin, said)


async def test_after_48_hours_the_other_messenger_is_used(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        wechat = await begun_in_wechat(place)
        telegram = await moved_to_telegram(place, wechat)
        await wechat.say("菜单")
        admin = await admin_of(place)
        place.clock.advance(TWO_DAYS)
        await broadcast(admin)
        assert NOTICE in (await telegram.heard(NOTICE))[-1].text
        assert [bubble.text for bubble in wechat.messages if NOTICE in bubble.text] == []
        assert (place.telegram.violations, place.wechat.violations) == ([], [])


async def test_within_48_hours_a_customer_message_is_sent(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        wechat = await begun_in_wechat(place)
        admin = await admin_of(place)
        place.clock.advance(TWO_DAYS - timedelta(seconds=2))
        await broadcast(admin)
        assert (await wechat.heard(lambda bubble: NOTICE in bubble.text)).way == "customer"
        assert place.wechat.violations == []


async def test_whoever_cannot_be_reached_is_named_and_hears_it_when_they_write(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        wechat = await begun_in_wechat(place)
        admin = await admin_of(place)
        place.clock.advance(TWO_DAYS)
        await broadcast(admin)
        await admin.heard("没有送到的 1 位", seconds=8)
        told = await tell(admin, "联系不上")
        assert "· 西安市市场监督管理局 李老师" in told
        await wechat.say("菜单")
        assert NOTICE in (await wechat.heard(lambda bubble: NOTICE in bubble.text)).text
        assert place.wechat.violations == []


async def test_a_template_carries_what_no_window_lets_through(tmp_path: Path) -> None:
    wanted = Template("T-notice", "活动通知", ("thing1", "thing2"))
    account = Account(templates=(wanted,))
    settings = {"broadcast": {"id": "T-notice", "way": "template", "fields": {"thing1": "campaign", "thing2": "text"}}}
    async with town(tmp_path, account=account, templates=settings) as place:
        wechat = await begun_in_wechat(place)
        admin = await admin_of(place)
        place.clock.advance(TWO_DAYS)
        await broadcast(admin)
        assert (await wechat.heard(lambda bubble: bubble.way == "template")).way == "template"
        assert place.wechat.violations == []


async def test_an_account_that_may_not_write_first_keeps_it_until_asked(tmp_path: Path) -> None:
    async with town(tmp_path, account=Account(kind="subscription", verified=False)) as place:
        wechat = await begun_in_wechat(place)
        admin = await admin_of(place)
        place.clock.advance(timedelta(minutes=1))
        await broadcast(admin)
        await admin.heard("没有送到的 1 位", seconds=8)
        told = await wechat.say("菜单")
        assert told.text.endswith("（还有先前的消息，回复“继续”查看）")
        assert NOTICE in (await wechat.say("继续")).text
        async with asyncio.timeout(3):  # what was handed over is written down within moments
            while (await wechat.say("帮助")).text.endswith("查看）"):
                pass
        assert [bubble.way for bubble in wechat.messages if bubble.way == "customer"] == []
        assert place.wechat.violations == []


class _Postbox:
    """An SMTP server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.came = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a letter."""
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self._loop.call_soon_threadsafe(self.came.set)
        return "250 OK"


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[_Postbox, Mail]]:
    """A mail server on this machine, with the settings that lead to it."""
    postbox = _Postbox()
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield postbox, Mail(host="127.0.0.1", port=port, security="none", user="", sender="xinshi@example.org")
    finally:
        await asyncio.to_thread(controller.stop)


async def test_mail_is_the_last_way_and_its_owner_proved_it_theirs(tmp_path: Path) -> None:
    async with post_office() as (postbox, mail), town(tmp_path, mail=mail) as place:
        person = place.telegram.person(7, "张")
        person.start(await place.invite())
        await person.heard("怎么称呼")
        for said in ("李老师", "/email", "zhang@example.org"):
            await tell(person, said)
        code = await _code(postbox)
        assert "已登记" in await tell(person, code)
        admin = await admin_of(place)
        person.block()
        await broadcast(admin)
        await admin.heard("其中 1 位转邮件", seconds=8)
        letter = postbox.letters[-1]
        assert (letter["To"], letter["Subject"]) == ("zhang@example.org", "2024年度典型案例及优秀短视频征集通知")
        assert NOTICE in letter.get_content()
        assert place.telegram.violations == []


async def _code(postbox: _Postbox) -> str:
    async with asyncio.timeout(5):
        await postbox.came.wait()
    found = CODE.search(postbox.letters[0].get_content())
    assert found is not None
    return found[0]


async def test_updates_may_come_by_webhook(tmp_path: Path) -> None:
    async with town(tmp_path, mode="webhook") as place:
        person = place.telegram.person(7, "张")
        person.start(await place.invite())
        await person.heard("怎么称呼")
        assert "谢谢您，李老师" in await tell(person, "李老师")
        assert place.telegram.updates.webhook is not None
        assert place.telegram.violations == []


async def test_a_group_hears_nothing_but_that_the_admin_was_answered(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        admin = await admin_of(place)
        stranger = place.telegram.person(9, "路人").in_group(-5)
        group = admin.in_group(-5)
        group.add_bot()
        stranger.say("/standing")
        group.say("大家好")
        group.say("/standing")
        await admin.heard("报送情况")
        await group.heard("已在私聊里回复您")
        assert [one.text for one in group.messages] == ["已在私聊里回复您。"]
        assert re.search(r"共 \d", group.messages[0].text) is None
