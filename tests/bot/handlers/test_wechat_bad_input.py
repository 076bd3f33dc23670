"""Bad callbacks: each is refused, or quietly kept for the operator; none changes anything, and none is a 500."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.messages import Outgoing
from tests.bot.handlers.wechat_platform import APP_ID, TOKEN, Intake, Platform, event, message, said, sign

LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def platform_with(text: str = "好") -> Platform:
    return Platform(Intake({"*": (Outgoing(text, id=1),)}))


async def test_the_platforms_check_of_the_address_is_answered() -> None:
    platform = platform_with()
    answer = await platform.door.callback("GET", platform.query() | {"echostr": "5927782489442352469"}, b"")
    assert (answer.status, answer.body) == (200, b"5927782489442352469")


@pytest.mark.parametrize(
    ("method", "change", "status"),
    [
        ("GET", {"signature": "0" * 40, "echostr": "1"}, 403),
        ("GET", {"timestamp": "1", "echostr": "1"}, 403),
        ("GET", {"echostr": "<script>"}, 403),
        ("GET", {}, 403),
        ("POST", {"signature": ""}, 403),
        ("PUT", {}, 405),
        ("PUT", {"signature": ""}, 403),
    ],
)
async def test_what_is_not_the_platform_hears_nothing(method: str, change: dict[str, str], status: int) -> None:
    platform = platform_with()
    answer = await platform.door.callback(method, platform.query() | change, b"<xml/>")
    assert (answer.status, answer.body, platform.intake.kept) == (status, b"", {})


async def test_a_forged_callback_changes_nothing() -> None:
    platform = platform_with()
    query, body = platform.sealed(said("好"))
    for forged in (
        (query | {"msg_signature": sign("wrong", query["timestamp"], query["nonce"])}, body),
        (query, platform.sealed(said("坏"))[1]),
        (query | {"timestamp": str(int(query["timestamp"]) + 1)}, body),
        ({key: value for key, value in query.items() if key != "signature"}, body),
    ):
        assert (await platform.door.callback("POST", *forged)).status == 403
    assert (platform.intake.accepted, platform.intake.kept) == ([], {})


@pytest.mark.parametrize(("seconds", "status"), [(-301, 403), (301, 403), (-300, 200), (300, 200)])
async def test_a_callback_counts_for_five_minutes(seconds: int, status: int) -> None:
    platform = platform_with()
    answer = await platform.door.callback("POST", *platform.sealed(said("好"), seconds=seconds))
    assert (answer.status, len(platform.intake.accepted)) == (status, int(status == 200))


@pytest.mark.parametrize(
    "xml",
    [
        LAUGHS + said("&b;"),
        OUTSIDE + said("好").replace("<![CDATA[好]]>", "&a;"),
        said("好").replace("</xml>", "<Content>坏</Content></xml>"),
        said("好").replace("</xml>", "<FromUserName>oOTHER</FromUserName></xml>"),
        said("好").replace("</xml>", ""),
        said("好").replace("xml>", "html>"),
        said("好").replace("</xml>", "<A><B><C><D>4</D></C></B></A></xml>"),
        event("teleported"),
        message("text", Content="好"),
        "MsgType=text",
        '{"MsgType":"text"}',
        "",
    ],
)
async def test_what_cannot_be_read_is_kept_once_and_acknowledged(xml: str) -> None:
    platform = platform_with()
    request = platform.sealed(xml)
    for _ in range(2):
        answer = await platform.door.callback("POST", *request)
        assert (answer.status, answer.body) == (200, b"success")
    [(number, (body, why))] = platform.intake.kept.items()
    assert (number, body, platform.intake.accepted) == (hashlib.sha256(body).hexdigest(), xml.encode(), [])
    assert why.startswith("expected ")


async def test_an_unknown_kind_is_kept_and_its_sender_hears_so() -> None:
    platform = platform_with()
    assert await platform.post(message("hologram", MsgId="1")) == "好"
    assert [(incoming.text, incoming.unread) for incoming, _ in platform.intake.accepted] == [("", "unknown")]
    assert len(platform.intake.kept) == 1


async def test_another_accounts_message_is_kept() -> None:
    platform = platform_with()
    crypto = type(platform.crypto)(TOKEN, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", f"{APP_ID}1")
    answer = await platform.door.callback("POST", *platform.sealed(said("好"), crypto=crypto))
    assert (answer.body, platform.intake.accepted) == (b"success", [])
    assert ["AppID" in why for _, why in platform.intake.kept.values()] == [True]


@pytest.mark.parametrize("sealed", ["QQ==", "A" * 64, "!", ""])
async def test_damaged_encryption_is_kept(sealed: str) -> None:
    platform = platform_with()
    answer = await platform.door.callback("POST", *platform.signed(sealed))
    assert (answer.status, len(platform.intake.kept), platform.intake.accepted) == (200, 1, [])


async def test_a_body_beyond_the_limit_is_kept_in_part() -> None:
    platform = platform_with()
    query, _ = platform.sealed(said("好"))
    answer = await platform.door.callback("POST", query, b"<" * 65_537)
    assert answer.body == b"success"
    assert [(len(body), why) for body, why in platform.intake.kept.values()] == [
        (65_536, "expected at most 65536 bytes, found more")
    ]


async def test_a_plain_body_is_refused_where_encryption_is_expected() -> None:
    platform = platform_with()
    answer = await platform.door.callback("POST", platform.query(), said("好").encode())
    assert (answer.status, platform.intake.accepted) == (403, [])
    assert [body for body, _ in platform.intake.kept.values()] == [said("好").encode()]


async def test_a_plain_signature_stands_for_one_message_only() -> None:
    platform = Platform(Intake({"*": (Outgoing("好", id=1),)}), plain=True)
    query = platform.query()
    statuses = [
        (await platform.door.callback("POST", query, said("好", number).encode())).status for number in (1, 1, 2)
    ]
    assert (statuses, len(platform.intake.accepted)) == ([200, 200, 403], 1)


async def test_a_plain_request_must_still_be_signed() -> None:
    platform = Platform(Intake(), plain=True)
    answer = await platform.door.callback("POST", platform.query() | {"signature": ""}, said("好").encode())
    assert (answer.status, platform.intake.accepted) == (403, [])


@pytest.mark.parametrize(
    "text", ["]]>", "a]]></Content><Evil><![CDATA[", "🏮\U0001f468\u200d\U0001f469", "</xml>&amp;<b>"]
)
async def test_a_reply_carries_any_text_as_it_is(text: str) -> None:
    assert await platform_with(text).post(said("好")) == text


async def test_surrogates_and_control_characters_are_left_out_of_a_reply() -> None:
    assert await platform_with("灯\ud83c\x07\x00笼").post(said("好")) == "灯笼"


async def test_ten_thousand_characters_reach_the_desk_whole() -> None:
    platform = platform_with()
    assert await platform.post(said("信" * 10_000)) == "好"
    assert [len(incoming.text) for incoming, _ in platform.intake.accepted] == [10_000]


@given(xml=st.text(max_size=120) | st.text(alphabet="<>/xml![]CDATA&; textMsgIdContent", max_size=160))
async def test_no_signed_message_is_ever_a_500(xml: str) -> None:
    platform = platform_with()
    for one in (xml, f"<xml>{xml}</xml>", said("好").replace("好", xml), message(xml, MsgId="1")):
        answer = await platform.door.callback("POST", *platform.sealed(one.encode("utf-8", "replace").decode()))
        assert answer.status == 200


@given(
    method=st.sampled_from(["GET", "POST", ""]),
    query=st.dictionaries(
        st.sampled_from(["signature", "timestamp", "nonce", "msg_signature", "echostr"]), st.text(max_size=12)
    ),
    signed=st.booleans(),
    body=st.binary(max_size=80),
)
async def test_no_request_at_all_is_ever_a_500(method: str, query: dict[str, str], signed: bool, body: bytes) -> None:
    platform = platform_with()
    answer = await platform.door.callback(method, query | (platform.query() if signed else {}), body)
    assert answer.status in (200, 403, 405)
