"""Messages out to WeChat: each way in its shape, and every answer of the platform as an outcome with its name."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.handlers.buttons import unseal
from bot.handlers.post import Later, Left, Letter, Sender, Sent, Shut, Unsure, Wrong
from bot.handlers.wechat_client import WeChatApi
from bot.handlers.wechat_post import AGAIN, About, WeChatPost
from bot.settings import Template
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Choice, Outgoing
from tests.bot.handlers.wechat_server import OK, Clock, Platform, connected, cut, platform, status

SEND, TEMPLATE, SUBSCRIBE = "message/custom/send", "message/template/send", "message/subscribe/bizsend"
KEY = b"key of the deployment"
YES_NO = (Choice("yes", "接着填"), Choice("no", "先不填"))
TEMPLATES = {
    "notice": Template(
        id="T1",
        way="template",
        once=False,
        fields={"thing1": "campaign", "time2": "time", "thing3": "text", "name4": "person"},
    ),
    "reminder": Template(id="T2", way="subscribe", once=True, fields={"phrase1": "text", "thing2": "unit"}),
}
ABOUT = About("2024年度典型案例及优秀短视频征集活动通知", "碑林区", "某某", "Asia/Shanghai", "https://example.org/i")


def _show(letter: Letter, *, listed: bool) -> Sequence[str]:
    """Two parts for a text with a "|", choices written under the last."""
    parts = letter.outgoing.text.split("|")
    if listed and letter.outgoing.choices:
        parts[-1] += "".join(f"\n{n} {each.label}" for n, each in enumerate(letter.outgoing.choices, 1))
    return parts


async def _about(letter: Letter) -> About:
    return replace(ABOUT, person="") if letter.address == "nameless" else ABOUT


def _post(api: WeChatApi, *, clock: Clock | None = None, **more: Any) -> WeChatPost:
    options = {"show": _show, "about": _about, "templates": TEMPLATES, "key": KEY, "clock": clock or Clock(), **more}
    return WeChatPost(api, **options)


@pytest.fixture
def script() -> Iterator[Platform]:
    with platform() as one:
        yield one


@pytest.fixture
def post(script: Platform) -> Iterator[Sender]:
    with connected(script) as api:
        yield _post(api)


def _letter(text: str = "您好", *, choices: tuple[Choice, ...] = (), done: int = 0, **more: Any) -> Letter:
    letter = {key: more.pop(key) for key in ("again", "address") if key in more}
    return Letter(
        7, letter.pop("address", "o1"), Outgoing(text, choices, id=more.pop("id", 7), **more), done=done, **letter
    )


def _bodies(script: Platform, path: str = SEND) -> list[Any]:
    return [each.body for each in script.asked if each.path == path]


async def test_a_long_message_goes_part_by_part(script: Platform, post: Sender) -> None:
    letter = _letter("一|二", choices=YES_NO)
    assert await post.send(letter, "customer") == Sent(1, whole=False)
    assert await post.send(replace(letter, done=1), "customer") == Sent(2, whole=True)
    assert await post.send(replace(letter, done=2), "customer") == Sent(2, whole=True)
    assert [each["text"]["content"] for each in _bodies(script)] == ["一", "二\n1 接着填\n2 先不填"]


async def test_choices_that_fit_stand_in_a_menu_of_sealed_buttons(script: Platform, post: Sender) -> None:
    assert await post.send(_letter("怎么办？", choices=YES_NO, id=12), "customer") == Sent(1, whole=True)
    [body] = _bodies(script)
    menu = body["msgmenu"]
    assert (menu["head_content"], menu["tail_content"]) == ("怎么办？", "")
    assert [each["content"] for each in menu["list"]] == ["1 接着填", "2 先不填"]
    assert [unseal(KEY, each["id"]) for each in menu["list"]] == [(12, 0), (12, 1)]


@pytest.mark.parametrize(
    ("letter", "menus"),
    [
        (_letter("选", choices=YES_NO), False),
        (_letter("选", choices=YES_NO[:1]), True),
        (_letter("选", choices=tuple(Choice(str(n), "项") for n in range(11))), True),
        (_letter("选", choices=YES_NO, several=True), True),
        (_letter("选", choices=YES_NO, id=0), True),
        (_letter("选", choices=(*YES_NO, Choice("long", "长" * 43))), True),
        (_letter("长" * 342, choices=YES_NO), True),
        (_letter("长" * 341, choices=YES_NO, again=True), True),
        (_letter("一|选", choices=YES_NO, done=1), True),
    ],
    ids=["switched off", "one", "eleven", "boxes", "unkept", "label", "text", "mark", "second part"],
)
async def test_choices_that_do_not_fit_a_menu_are_numbered(script: Platform, letter: Letter, menus: bool) -> None:
    with connected(script) as api:
        assert await _post(api, menus=menus).send(letter, "customer") == Sent(letter.done + 1, whole=True)
    [body] = _bodies(script)
    assert body["msgtype"] == "text"
    assert body["text"]["content"].count("\n") == len(letter.outgoing.choices)


async def test_choices_without_numbers_have_none_in_a_menu_either(script: Platform, post: Sender) -> None:
    await post.send(_letter("选", choices=YES_NO, numbered=False), "customer")
    assert [each["content"] for each in _bodies(script)[0]["msgmenu"]["list"]] == ["接着填", "先不填"]


async def test_a_message_that_may_have_arrived_says_so(script: Platform, post: Sender) -> None:
    await post.send(_letter("一|二", again=True, done=1), "customer")
    await post.send(_letter("选", choices=YES_NO, again=True), "customer")
    await post.send(_letter("还差一个", kind="notice", again=True), "template")
    assert AGAIN == "（重发）"
    first, second = _bodies(script)
    assert (first["text"]["content"], second["msgmenu"]["head_content"]) == ("（重发）二", "（重发）选")
    assert _bodies(script, TEMPLATE)[0]["data"]["thing3"] == {"value": "（重发）还差一个"}


async def test_a_template_is_filled_with_what_its_fields_take(script: Platform, post: Sender) -> None:
    script.answers[TEMPLATE] = [{**OK, "msgid": 200163836}]
    text = f"\n{BOLD}距截止还有 3 天{PLAIN}（4月23日 24:00）。贵单位还差：案例 2 个。\n从这里上传：{UPLOAD}"
    assert await post.send(_letter(text, kind="notice"), "template") == Sent(1, whole=True, remote="200163836")
    assert _bodies(script, TEMPLATE) == [
        {
            "touser": "o1",
            "template_id": "T1",
            "url": "https://example.org/i",
            "data": {
                "thing1": {"value": "2024年度典型案例及优秀短视频征集活…"},
                "time2": {"value": "2024年3月1日 10:00"},
                "thing3": {"value": "距截止还有 3 天（4月23日 24:…"},
                "name4": {"value": "某某"},
            },
        }
    ]
    assert [len(each["value"]) for each in _bodies(script, TEMPLATE)[0]["data"].values()] == [20, 15, 20, 2]


async def test_a_fact_that_is_empty_does_not_empty_its_field(script: Platform, post: Sender) -> None:
    await post.send(_letter("x", kind="notice", address="nameless"), "template")
    assert _bodies(script, TEMPLATE)[0]["data"]["name4"] == {"value": "—"}


async def test_a_subscription_notice_has_its_own_way(script: Platform, post: Sender) -> None:
    assert await post.send(_letter("请于周五前报送", kind="reminder"), "subscribe") == Sent(1, whole=True)
    assert _bodies(script, SUBSCRIBE) == [
        {
            "touser": "o1",
            "template_id": "T2",
            "page": "https://example.org/i",
            "data": {"phrase1": {"value": "请于周五前"}, "thing2": {"value": "碑林区"}},
        }
    ]


@pytest.mark.parametrize(
    ("kind", "way", "text"),
    [
        ("broadcast", "template", "x"),
        ("reminder", "template", "x"),
        ("notice", "subscribe", "x"),
        ("reminder", "subscribe", "OK"),
    ],
    ids=["no template", "the other way", "the other way round", "a field that nothing fits"],
)
async def test_without_a_template_that_fits_the_way_is_shut(
    script: Platform, post: Sender, kind: str, way: str, text: str
) -> None:
    assert type(await post.send(_letter(text, kind=kind), way)) is Shut
    assert script.asked == []


@pytest.mark.parametrize(
    ("code", "kind", "seconds", "everybody"),
    [
        (45015, Shut, None, None),
        (45047, Shut, None, None),
        (48001, Shut, None, None),
        (43101, Shut, None, None),
        (47003, Shut, None, None),
        (43004, Left, None, None),
        (43005, Left, None, None),
        (40003, Left, None, None),
        (-1, Later, 5, False),
        (45011, Later, 60, True),
        (40001, Later, 60, True),
        (40164, Later, 60, True),
        (45002, Wrong, None, None),
        (44004, Wrong, None, None),
        (40008, Wrong, None, None),
        (99999, Wrong, None, None),
    ],
)
async def test_a_refusal_has_its_outcome(
    script: Platform, post: Sender, code: int, kind: type, seconds: float | None, everybody: bool | None
) -> None:
    script.answers[SEND] = [{"errcode": code, "errmsg": "so it is"}]
    outcome = await post.send(_letter(), "customer")
    why = f"expected errcode 0 from the platform, found {code}: so it is"
    assert outcome == (Later(seconds, why, bool(everybody)) if seconds is not None else kind(why))
    assert script.paths().count(SEND) == (2 if code == 40001 else 1)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (datetime(2024, 3, 1, 15, 59, tzinfo=UTC), 120),
        (datetime(2024, 3, 1, 16, 0, tzinfo=UTC), 86_460),
    ],
    ids=["a minute before midnight in Beijing", "midnight in Beijing"],
)
async def test_a_used_up_day_ends_at_the_platforms_midnight(script: Platform, at: datetime, seconds: float) -> None:
    script.answers[TEMPLATE] = [{"errcode": 45009, "errmsg": "quota"}]
    with connected(script) as api:
        outcome = await _post(api, clock=Clock(at)).send(_letter(kind="notice"), "template")
    assert outcome == Later(seconds, "expected errcode 0 from the platform, found 45009: quota", everybody=True)


async def test_what_is_lost_on_the_way_is_told_from_what_never_left(script: Platform, post: Sender) -> None:
    for given in (cut, status(502), b"<html>"):
        script.answers[SEND] = [given]
        assert type(await post.send(_letter(), "customer")) is Unsure
    script.answers[SEND] = [status(404)]
    assert await post.send(_letter(), "customer") == Later(15, "expected HTTP 200 from the platform, found 404")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with connected(script, base_url=address) as api:
        outcome = await _post(api).send(_letter(), "customer")
    assert outcome == Later(15, "expected a connection to the platform, found ConnectionError")


async def test_nothing_is_raised_not_even_our_own_faults(script: Platform) -> None:
    def breaks(letter: Letter, *, listed: bool) -> Sequence[str]:
        raise ZeroDivisionError(letter.outgoing.text)

    with connected(script) as api, capture_logs() as logged:
        post = _post(api, show=breaks)
        assert post.channel == "wechat"
        why = "expected to make the message, found ZeroDivisionError"
        assert await post.send(_letter("秘密"), "customer") == Later(60, why)
        assert type(await post.send(_letter(), "pigeon")) is Wrong
    assert logged == [
        {"event": "wechat_post_broke", "letter": 7, "way": "customer", "exc_info": True, "log_level": "error"}
    ]
