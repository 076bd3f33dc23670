"""The adapter to the platform: one token for all, one retry of our own, limits on every call, and no secret let out."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.wechat_client import Broken, OwnToken, QrCode, Refused, Token, Unreached, WeChatApi
from tests.bot.handlers.wechat_server import (
    OK,
    SECRET,
    START,
    Clock,
    Platform,
    connected,
    cut,
    dripping,
    hung_up,
    platform,
    silent,
    status,
)

SEND = "message/custom/send"
STALE = {"errcode": 40001, "errmsg": "invalid credential"}


@pytest.fixture
def script() -> Iterator[Platform]:
    with platform() as one:
        yield one


@pytest.fixture
def api(script: Platform) -> Iterator[WeChatApi]:
    with connected(script) as one:
        yield one


async def test_calls_have_the_platforms_shape(script: Platform, api: WeChatApi) -> None:
    script.answers["message/template/send"] = [{**OK, "msgid": 77}]
    await api.send_text("o1", "您好")
    await api.send_menu("o1", "请选择", [("a-1", "1. 接着填"), ("a-2", "2. 先不填")])
    assert await api.send_template("o1", "T1", {"thing1": "征集"}, "https://example.org/x") == "77"
    await api.send_subscribe("o1", "T2", {"thing1": "征集"})
    await api.publish_menu({"button": []})
    told = [(each.path, each.body) for each in script.asked]
    assert told == [
        (
            "stable_token",
            {
                "grant_type": "client_credential",
                "appid": "wx0000000000000000",
                "secret": SECRET,
                "force_refresh": False,
            },
        ),
        (SEND, {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}),
        (
            SEND,
            {
                "touser": "o1",
                "msgtype": "msgmenu",
                "msgmenu": {
                    "head_content": "请选择",
                    "list": [{"id": "a-1", "content": "1. 接着填"}, {"id": "a-2", "content": "2. 先不填"}],
                    "tail_content": "",
                },
            },
        ),
        (
            "message/template/send",
            {
                "touser": "o1",
                "template_id": "T1",
                "url": "https://example.org/x",
                "data": {"thing1": {"value": "征集"}},
            },
        ),
        ("message/subscribe/bizsend", {"touser": "o1", "template_id": "T2", "data": {"thing1": {"value": "征集"}}}),
        ("menu/create", {"button": []}),
    ]
    assert script.bearers(SEND) == ["t1", "t1"]


async def test_a_menu_that_was_never_published_is_none(script: Platform, api: WeChatApi) -> None:
    script.answers["menu/get"] = [{"errcode": 46003, "errmsg": "menu no exist"}, {"menu": {"button": []}}]
    assert await api.menu() is None
    assert await api.menu() == {"menu": {"button": []}}


async def test_a_qr_code_carries_a_text_and_ends_unless_it_is_permanent(script: Platform, api: WeChatApi) -> None:
    url = "http://weixin.qq.com/q/x"
    script.answers["qrcode/create"] = [
        {"ticket": "T", "expire_seconds": 2592000, "url": url},
        {"ticket": "T", "url": url},
        {"ticket": "T"},
    ]
    assert await api.qrcode("K7M2P9QRST", seconds=10**9) == QrCode(url, 2592000)
    assert await api.qrcode("K7M2P9QRST", seconds=None) == QrCode(url, None)
    with pytest.raises(Broken):
        await api.qrcode("K7M2P9QRST")
    with pytest.raises(ValueError, match="expected a scene of 1 to 64 characters, found 65"):
        await api.qrcode("x" * 65)
    scene = {"scene": {"scene_str": "K7M2P9QRST"}}
    assert [each.body for each in script.asked if each.path == "qrcode/create"][:2] == [
        {"action_name": "QR_STR_SCENE", "action_info": scene, "expire_seconds": 2592000},
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": scene},
    ]


async def test_the_token_is_kept_with_its_end_and_shared_by_processes(script: Platform) -> None:
    store, clock = OwnToken(), Clock()
    with connected(script, tokens=store, clock=clock) as one, connected(script, tokens=store, clock=clock) as other:
        await asyncio.gather(*(one.send_text("o1", "x") for _ in range(12)))
        await other.send_text("o1", "x")
        assert await store.load() == Token("t1", START + timedelta(seconds=7200))
        assert script.paths().count("stable_token") == 1
        script.tokens = ["t2"]
        clock.forward(7200 - 241)
        await one.send_text("o1", "x")
        assert script.paths().count("stable_token") == 1
        clock.forward(1)
        await one.send_text("o1", "x")
        await other.send_text("o1", "x")
        assert script.paths().count("stable_token") == 2
        assert script.bearers(SEND)[-2:] == ["t2", "t2"]


async def test_a_refused_token_is_renewed_and_the_call_made_once_more(script: Platform) -> None:
    for code in (40001, 40014, 42001):
        script.tokens, script.answers = ["old", "new"], {SEND: [{"errcode": code, "errmsg": "x"}, OK]}
        script.asked.clear()
        with connected(script) as api:
            await api.send_text("o1", "x")
        assert script.paths() == ["stable_token", SEND, "stable_token", SEND]
        assert script.bearers(SEND) == ["old", "new"]
        assert {each.body["force_refresh"] for each in script.asked if each.path == "stable_token"} == {False}


async def test_a_token_that_is_refused_again_is_not_asked_for_without_end(script: Platform, api: WeChatApi) -> None:
    script.answers[SEND] = [STALE]
    with pytest.raises(Refused) as refused:
        await api.send_text("o1", "x")
    assert refused.value.code == 40001
    assert script.paths() == ["stable_token", SEND, "stable_token", SEND]


async def test_a_token_that_another_process_has_renewed_is_taken_from_the_store(script: Platform) -> None:
    store = OwnToken()
    with connected(script, tokens=store) as api:
        await api.send_text("o1", "x")
        await store.save(Token("theirs", START + timedelta(seconds=7000)))
        script.answers[SEND] = [STALE, OK]
        await api.send_text("o1", "x")
    assert script.bearers(SEND) == ["t1", "t1", "theirs"]
    assert script.paths().count("stable_token") == 1


async def test_every_kind_of_failure_has_its_name(script: Platform, api: WeChatApi) -> None:
    await api.send_text("o1", "x")
    for given, fault in [
        ({"errcode": 45015, "errmsg": "out of time"}, Refused),
        (status(502), Broken),
        (status(404), Unreached),
        (b"<html>busy</html>", Broken),
        (b"[1, 2]", Broken),
        ({"message": "upstream"}, Broken),
        ({"errcode": "many", "errmsg": "x"}, Broken),
        (status(302, Location="http://127.0.0.1:1/"), Broken),
        (cut, Broken),
        (hung_up, Broken),
    ]:
        script.answers["message/template/send"] = [given]
        with pytest.raises((Refused, Unreached, Broken)) as wrong:
            await api.send_template("o1", "T", {})
        assert type(wrong.value) is fault, given


async def test_a_server_that_is_not_there_is_unreached(script: Platform) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    for base_url in (address, "http://no-such-host.invalid"):
        with connected(script, base_url=base_url) as api, pytest.raises(Unreached):
            await api.send_text("o1", "x")


async def test_no_call_waits_for_ever_not_even_the_tokens(script: Platform) -> None:
    until = threading.Event()
    try:
        for path in ("stable_token", SEND):
            for wait in (silent(until), dripping(until)):
                script.answers = {path: [wait]}
                begun = time.monotonic()
                with connected(script) as api, pytest.raises(Broken):
                    await api.send_text("o1", "x")
                assert time.monotonic() - begun < 2
    finally:
        until.set()


async def test_no_fault_and_no_log_holds_a_secret(
    script: Platform, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    token = "token-that-opens-everything"
    script.tokens = [token]
    kept = Token(token, START)
    for given in (STALE, {"errcode": 40003, "errmsg": f"for {token}"}, status(500), cut, b"x", hung_up):
        script.answers[SEND] = [given]
        with connected(script) as api:
            with pytest.raises((Refused, Broken)) as wrong:
                await api.send_text("o1", "x")
            seen = [repr(api), repr(api._tokens), repr(api._wire), repr(kept), str(kept)]
        fault: BaseException | None = wrong.value
        while fault is not None:
            seen += [repr(fault), str(fault), str(vars(fault))]
            fault = fault.__cause__ or fault.__context__
        assert [text for text in seen if token in text or SECRET in text] == []
    script.answers = {"stable_token": [{"errcode": 40125, "errmsg": f"invalid appsecret {SECRET}"}]}
    with connected(script) as api, pytest.raises(Refused) as refused:
        await api.token()
    assert (refused.value.code, SECRET in str(refused.value)) == (40125, False)
    logged = caplog.text + "".join(capfd.readouterr())
    assert "/cgi-bin/message/custom/send?access_token=…" in logged, "requests were logged, and masked"
    assert (token in logged, SECRET in logged) == (False, False)


async def test_at_most_eight_calls_wait_at_once(script: Platform) -> None:
    until, guard, busy = threading.Event(), threading.Lock(), []
    most = [0]

    def slow(handler: object) -> None:
        with guard:
            busy.append(1)
            most[0] = max(most[0], len(busy))
        until.wait(0.04)
        with guard:
            busy.pop()
        status(200, b'{"errcode": 0}')(handler)  # type: ignore[arg-type]  # a handler, whatever its exact kind

    script.answers[SEND] = [slow]
    with connected(script) as api:
        await asyncio.gather(*(api.send_text("o1", str(n)) for n in range(24)))
    assert (most[0], script.paths().count(SEND)) == (8, 24)


async def test_a_proxy_of_the_environment_is_not_used(script: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with connected(script) as api:
        assert (await api.token()).value == "t1"


async def test_the_platforms_clock_is_read_from_its_answers(script: Platform, api: WeChatApi) -> None:
    def given(first: str, then: str) -> None:
        token = b'{"access_token": "t1", "expires_in": 7200}'
        script.answers["stable_token"] = [status(200, token, Date=first)]
        script.answers[SEND] = [status(200, b'{"errcode": 0}', Date=then)]

    assert api.platform_time() is None
    given("Fri, 01 Mar 2024 01:59:58 GMT", "Fri, 01 Mar 2024 02:00:00 GMT")
    await api.send_text("o1", "x")
    assert api.platform_time() == START
    given("tomorrow", "the day after")
    with connected(script) as other:
        await other.send_text("o1", "x")
        assert other.platform_time() is None


def test_a_token_shows_its_end_only() -> None:
    token = Token("hidden", START)
    assert repr(token) == f"Token(expires={START!r})"
    assert replace(token, expires=START + timedelta(1)).value == "hidden"
