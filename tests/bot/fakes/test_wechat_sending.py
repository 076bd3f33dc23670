"""What a program sends through the fake WeChat platform of its own accord: windows, quotas, templates, limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.fakes import FakeClock
from bot.fakes.wechat import PICTURE, Account, Delivery, FakeWeChat, NothingToPress, Template
from bot.fakes.wechat_account import Refused
from bot.fakes.wechat_fields import fits
from bot.fakes.wechat_sending import Sending
from tests.bot.fakes.test_wechat_api import code
from tests.bot.fakes.wechat_program import Program, client, together

START = datetime(2024, 3, 1, 2, tzinfo=UTC)
TEMPLATES = (
    Template("T-remind", "报送提醒", ("thing1", "time2")),
    Template("S-once", "进度通知", ("thing1",), way="subscribe"),
    Template("S-long", "办理通知", ("thing1",), way="subscribe", once=False),
)
DATA = {"thing1": {"value": "还差 2 个案例"}, "time2": {"value": "2024年4月23日 24:00"}}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
async def fake(clock: FakeClock) -> AsyncIterator[FakeWeChat]:
    async with together(FakeWeChat(Account(templates=TEMPLATES), clock=clock), Program(Account())) as fake:
        yield fake


def sent(fake: FakeWeChat, openid: str = "o-wang", text: str = "好") -> int:
    """The errcode of one customer message, asked for without the wire."""
    sending = Sending(fake.book, fake.people.get, lambda *_: None)
    try:
        sending.customer({"touser": openid, "msgtype": "text", "text": {"content": text}})
    except Refused as refused:
        return refused.code
    return 0


async def test_five_messages_follow_a_message_within_two_days(fake: FakeWeChat, clock: FakeClock) -> None:
    person = fake.person("o-wang")
    assert sent(fake) == 45015
    await person.say("你好")
    assert [sent(fake) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    await person.say("再来")
    clock.advance(timedelta(hours=48) - timedelta(microseconds=1))
    assert sent(fake) == 0
    clock.advance(timedelta(microseconds=1))
    assert sent(fake) == 45015
    assert [one.way for one in person.messages] == ["passive", *["customer"] * 5, "passive", "customer"]


@pytest.mark.parametrize("deed", ["follow", "scan", "tap"])
async def test_three_messages_follow_an_event_within_a_minute(fake: FakeWeChat, clock: FakeClock, deed: str) -> None:
    person = fake.person("o-wang")
    fake.book.menu = {"button": [{"type": "click", "name": "菜单", "key": "/menu"}]}
    deeds: dict[str, Callable[[], Awaitable[Delivery]]] = {
        "follow": person.follow,
        "scan": partial(person.scan, "X"),
        "tap": partial(person.tap_menu, "/menu"),
    }
    await deeds[deed]()
    assert [sent(fake) for _ in range(4)] == [0, 0, 0, 45047]
    await person.follow()
    clock.advance(timedelta(seconds=59))
    assert sent(fake) == 0
    clock.advance(timedelta(seconds=1))
    assert sent(fake) == 45015


async def test_an_event_comes_on_top_of_a_message_and_ends_first(fake: FakeWeChat, clock: FakeClock) -> None:
    person = fake.person("o-wang")
    await person.say("你好")
    assert sent(fake) == 0
    await person.scan("X")
    assert (sent(fake), person.event_window.left, person.message_window.left) == (0, 2, 4)
    clock.advance(timedelta(minutes=1))
    assert [sent(fake) for _ in range(5)] == [0, 0, 0, 0, 45047]


async def test_an_address_that_opens_by_the_menu_opens_no_window(fake: FakeWeChat) -> None:
    fake.book.menu = {"button": [{"type": "view", "name": "网页", "url": "https://example.org/"}]}
    await fake.person("o-wang").tap_menu("网页")
    assert sent(fake) == 45015


async def test_whoever_left_gets_nothing(fake: FakeWeChat) -> None:
    person = fake.person("o-wang")
    await person.say("你好")
    assert (await person.unfollow()).outcome == "success"
    assert sent(fake) == 43004
    assert sent(fake, "o-nobody") == 40003
    assert len(person.messages) == 1


async def test_the_size_of_a_text_is_counted_in_bytes(fake: FakeWeChat) -> None:
    await fake.person("o-wang").say("你好")
    assert sent(fake, text="字" * 682 + "ab") == 0
    assert await code(fake, "message/custom/send", _text("字" * 683)) == 45002
    assert await code(fake, "message/custom/send", _text(" ")) == 44004
    assert await code(fake, "message/custom/send", {"touser": "o-wang", "msgtype": "file", "file": {}}) == 40008
    assert await code(fake, "message/custom/send", b"{") == 47001
    assert [one.split(" ")[1] for one in fake.violations] == ["45002", "44004", "40008", "47001"]


def _text(content: str) -> dict[str, Any]:
    return {"touser": "o-wang", "msgtype": "text", "text": {"content": content}}


async def test_wechatpy_sends_texts_pictures_and_menus(fake: FakeWeChat) -> None:
    person = fake.person("o-wang")
    await person.say("你好")
    api = await asyncio.to_thread(client, fake)
    await asyncio.to_thread(api.message.send_text, "o-wang", "收到")
    picture = fake.book.keep_medium("image", PICTURE, "image/jpeg").id
    await asyncio.to_thread(api.message.send_image, "o-wang", picture)
    menu = {"head_content": "是否提交？", "list": [{"id": "A", "content": "提交"}, {"id": "B", "content": "暂不"}]}
    await asyncio.to_thread(api.message.send_msg_menu, "o-wang", menu)
    assert [(one.kind, one.text, one.media) for one in person.messages[1:]] == [
        ("text", "收到", ""),
        ("image", "", picture),
        ("msgmenu", "是否提交？", ""),
    ]
    assert person.messages[-1].items == (("A", "提交"), ("B", "暂不"))
    with pytest.raises(NothingToPress, match="提交、暂不"):
        await person.press_msgmenu(2)
    assert (await person.press_msgmenu(1)).text == "您说：暂不"
    assert "<bizmsgmenuid>B</bizmsgmenuid>" in (await person.press_msgmenu(1)).xml
    assert fake.violations == []


@pytest.mark.parametrize(
    ("menu", "number"),
    [
        ({"list": [{"id": "A", "content": "甲"}]}, 0),
        ({"list": []}, 40097),
        ({"list": [{"id": str(n), "content": "甲"} for n in range(11)]}, 40097),
        ({"list": [{"id": "A", "content": "甲", "name": "x"}]}, 40097),
        ({"list": [{"id": 1, "content": "甲"}]}, 40097),
        ({"list": [{"id": "A", "content": "甲"}, {"id": "A", "content": "乙"}]}, 40097),
        ({"list": [{"id": "A" * 65, "content": "甲"}]}, 45002),
        ({"list": [{"id": "A", "content": "字" * 43}]}, 45002),
        ({"head_content": "字" * 342, "list": [{"id": "A", "content": "甲"}]}, 45002),
        ({"title": "x", "list": [{"id": "A", "content": "甲"}]}, 40097),
    ],
)
async def test_a_msgmenu_keeps_its_shape(fake: FakeWeChat, menu: dict[str, Any], number: int) -> None:
    await fake.person("o-wang").say("你好")
    asked = {"touser": "o-wang", "msgtype": "msgmenu", "msgmenu": menu}
    assert await code(fake, "message/custom/send", asked) == number


async def test_a_template_is_delivered_and_reported(fake: FakeWeChat) -> None:
    person = fake.person("o-wang")
    api = await asyncio.to_thread(client, fake)
    answer = await asyncio.to_thread(api.message.send_template, "o-wang", "T-remind", DATA, "https://example.org/f")
    await fake.settled()
    [seen] = person.messages
    assert (seen.way, seen.text, seen.url) == (
        "template",
        "报送提醒\nthing1：还差 2 个案例\ntime2：2024年4月23日 24:00",
        "https://example.org/f",
    )
    assert answer["msgid"] > 0
    assert fake.violations == []


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"template_id": "T-unknown"}, 40037),
        ({"template_id": "S-once"}, 40037),
        ({"touser": "o-nobody"}, 40003),
        ({"touser": "o-left"}, 43004),
        ({"data": {"thing1": {"value": "好"}}}, 47003),
        ({"data": DATA | {"thing9": {"value": "好"}}}, 47003),
        ({"data": DATA | {"thing1": {"value": "字" * 21}}}, 47003),
        ({"data": DATA | {"thing1": "好"}}, 47003),
        ({"data": None}, 47003),
    ],
)
async def test_a_template_message_keeps_its_rules(fake: FakeWeChat, changed: dict[str, Any], number: int) -> None:
    fake.person("o-wang")
    fake.person("o-left", following=False)
    asked = {"touser": "o-wang", "template_id": "T-remind", "data": DATA} | changed
    assert await code(fake, "message/template/send", asked) == number
    assert len(fake.violations) == (number != 43004)


async def test_a_grant_is_used_up_and_a_long_one_is_not(fake: FakeWeChat) -> None:
    person = fake.person("o-wang")
    data = {"thing1": DATA["thing1"]}
    once = {"touser": "o-wang", "template_id": "S-once", "page": "https://example.org/", "data": data}
    assert await code(fake, "message/subscribe/bizsend", once) == 43101
    await person.grant("S-once")
    assert [await code(fake, "message/subscribe/bizsend", once) for _ in range(2)] == [0, 43101]
    await person.grant("S-long")
    long = once | {"template_id": "S-long"}
    assert [await code(fake, "message/subscribe/bizsend", long) for _ in range(2)] == [0, 0]
    assert [one.way for one in person.messages] == ["subscribe"] * 3
    assert fake.violations == []


async def test_a_daily_limit_ends_with_the_day(clock: FakeClock) -> None:
    account = Account(templates=TEMPLATES, daily=(("message/template/send", 1),))
    async with FakeWeChat(account, clock=clock) as fake:
        fake.person("o-wang")
        asked = {"touser": "o-wang", "template_id": "T-remind", "data": DATA}
        assert [await code(fake, "message/template/send", asked) for _ in range(2)] == [0, 45009]
        clock.advance(timedelta(days=1))
        assert await code(fake, "message/template/send", asked) == 0


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("thing1", "字" * 20, "字" * 21),
        ("thing1", "一行", "两\n行"),
        ("number2", "-12.5", "12 个"),
        ("character_string3", "A-" * 16, "编号"),
        ("time4", "2024年4月23日 24:00", "下周"),
        ("phrase5", "未完成", "未完成的事项"),
        ("name6", "王小明", "王" * 11),
        ("phone_number7", "+86-029-12345678", "12345678 转 1"),
        ("keyword1", "字" * 200, " "),
    ],
)
def test_a_field_takes_what_its_kind_allows(name: str, good: str, bad: str) -> None:
    assert (fits(name, good), fits(name, bad)) == (True, False)
