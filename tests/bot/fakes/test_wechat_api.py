"""The API of the fake WeChat platform: tokens, rights, menus, media, and troubles, called by wechatpy's own client."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from wechatpy.exceptions import WeChatClientException

from bot.fakes import FakeClock
from bot.fakes.trouble import Step
from bot.fakes.wechat import PICTURE, Account, FakeWeChat
from bot.fakes.wechat_account import ERRORS
from tests.bot.fakes.wechat_program import client

START = datetime(2024, 3, 1, 2, tzinfo=UTC)
ASKED = {"grant_type": "client_credential", "appid": Account().app_id, "secret": Account().secret}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
async def fake(clock: FakeClock) -> AsyncIterator[FakeWeChat]:
    async with FakeWeChat(clock=clock) as fake:
        yield fake


async def call(fake: FakeWeChat, path: str, body: Any = None, *, method: str = "POST", **query: str) -> dict[str, Any]:
    """One call, its answer as JSON."""
    data = body if isinstance(body, bytes | None) else json.dumps(body, ensure_ascii=False).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{fake.base_url}/cgi-bin/{path}", params=query, data=data) as answer,
    ):
        found: dict[str, Any] = json.loads(await answer.read())
        return found


async def token(fake: FakeWeChat, *, force: bool = False) -> str:
    answer = await call(fake, "stable_token", ASKED | ({"force_refresh": True} if force else {}))
    return str(answer["access_token"])


async def code(fake: FakeWeChat, path: str, body: Any = None, *, method: str = "POST", **query: str) -> int:
    """The errcode of a call with a good token; its words are the platform's."""
    answer = await call(fake, path, body, method=method, access_token=await token(fake), **query)
    if number := answer.get("errcode", 0):
        assert answer["errmsg"].startswith(f"{ERRORS[number]} rid: ")
    return int(number)


async def test_a_stable_token_stays_until_its_last_five_minutes(fake: FakeWeChat, clock: FakeClock) -> None:
    first = await call(fake, "stable_token", ASKED)
    assert first["expires_in"] == 7200
    clock.advance(timedelta(seconds=6899))
    assert await call(fake, "stable_token", ASKED) == {"access_token": first["access_token"], "expires_in": 301}
    clock.advance(timedelta(seconds=1))
    second = await token(fake)
    assert second != first["access_token"]
    assert (await call(fake, "menu/get", method="GET", access_token=first["access_token"]))["errcode"] == 46003
    clock.advance(timedelta(seconds=300))
    assert (await call(fake, "menu/get", method="GET", access_token=first["access_token"]))["errcode"] == 42001
    assert fake.violations == []


async def test_forcing_kills_the_old_token_but_not_twice_in_thirty_seconds(fake: FakeWeChat, clock: FakeClock) -> None:
    old, new = await token(fake), await token(fake, force=True)
    assert old != new
    assert (await call(fake, "menu/get", method="GET", access_token=old))["errcode"] == 40001
    assert await token(fake, force=True) == new
    for _ in range(19):
        clock.advance(timedelta(seconds=30))
        await token(fake, force=True)
    assert (await call(fake, "stable_token", ASKED | {"force_refresh": True}))["errcode"] == 45009


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (ASKED | {"grant_type": "x"}, 40002),
        (ASKED | {"appid": ""}, 41002),
        (ASKED | {"appid": "wx1"}, 40013),
        (ASKED | {"secret": ""}, 41004),
        (ASKED | {"secret": "wrong"}, 40125),
        (ASKED | {"force_refresh": "true"}, 47001),
        (b"grant_type=client_credential", 47001),
        (b"", 44002),
    ],
)
async def test_a_token_is_refused_by_name(fake: FakeWeChat, asked: Any, number: int) -> None:
    assert (await call(fake, "stable_token", asked))["errcode"] == number
    assert [one.split(" ")[1] for one in fake.violations] == [str(number)]
    assert Account().secret not in repr(fake.violations) + repr(fake.account)


async def test_more_than_ten_thousand_tokens_a_minute_are_refused(fake: FakeWeChat, clock: FakeClock) -> None:
    for _ in range(10_000):
        fake.api.tokens.stable(ASKED)
    assert (await call(fake, "stable_token", ASKED))["errcode"] == 45011
    clock.advance(timedelta(minutes=1))
    assert "access_token" in await call(fake, "stable_token", ASKED)


async def test_the_older_token_rotates_and_lives_five_minutes_more(fake: FakeWeChat, clock: FakeClock) -> None:
    first = (await call(fake, "token", method="GET", **ASKED))["access_token"]
    second = (await call(fake, "token", method="GET", **ASKED))["access_token"]
    assert first != second
    clock.advance(timedelta(minutes=5))
    assert (await call(fake, "menu/get", method="GET", access_token=first))["errcode"] == 42001
    assert (await call(fake, "menu/get", method="GET", access_token=second))["errcode"] == 46003


async def test_calls_without_a_token_or_by_the_wrong_method_are_refused(fake: FakeWeChat) -> None:
    assert (await call(fake, "menu/get", method="GET"))["errcode"] == 41001
    assert (await call(fake, "menu/get", method="GET", access_token="invented"))["errcode"] == 40001
    assert await code(fake, "menu/get") == 43001
    assert await code(fake, "menu/create", method="GET") == 43002
    assert await code(fake, "message/mass/sendall", {}) == 40066
    assert [one.code for one in fake.refusals] == [41001, 40001, 43001, 43002, 40066]
    assert len(fake.violations) == 4


RIGHTS = {
    "message/custom/send": "customer",
    "message/template/send": "template",
    "message/subscribe/bizsend": "subscribe",
    "media/upload": "media",
    "menu/create": "menu",
    "qrcode/create": "qrcode",
}


@pytest.mark.parametrize(
    ("kind", "verified", "barred"),
    [
        ("service", True, set()),
        ("service", False, set(RIGHTS) - {"menu/create"}),
        ("subscription", True, {"message/template/send", "message/subscribe/bizsend", "qrcode/create"}),
        ("subscription", False, set(RIGHTS)),
    ],
)
async def test_the_kind_of_account_decides_what_it_may(kind: Any, verified: bool, barred: set[str]) -> None:
    async with FakeWeChat(Account(kind=kind, verified=verified)) as fake:
        assert {path for path in RIGHTS if await code(fake, path, {}) == 48001} == barred
        assert sum("48001" in one for one in fake.violations) == len(barred)


def _button(**changed: Any) -> dict[str, Any]:
    return {"type": "click", "name": "菜单", "key": "/menu"} | changed


@pytest.mark.parametrize(
    ("buttons", "number"),
    [
        ([_button()] * 3, 0),
        ([_button()] * 4, 40016),
        ([], 40016),
        ([_button(name="一二三四五")], 0),
        ([_button(name="一二三四五六")], 40018),
        ([_button(key="k" * 128)], 0),
        ([_button(key="k" * 129)], 40019),
        ([_button(type="view", url="ftp://example.org")], 40020),
        ([_button(type="media_id")], 40017),
        ([{"name": "更多", "sub_button": [_button(name="二" * 20)] * 5}], 0),
        ([{"name": "更多", "sub_button": [_button()] * 6}], 40023),
        ([{"name": "更多", "sub_button": [_button(name="二" * 21)]}], 40025),
        ([{"name": "更多", "sub_button": [_button(key="")]}], 40026),
        ([{"name": "更多", "sub_button": [_button(type="view", url="")]}], 40027),
        ([{"name": "更多", "sub_button": [{"name": "再", "sub_button": [_button()]}]}], 40024),
    ],
)
async def test_a_menu_keeps_its_limits(fake: FakeWeChat, buttons: list[Any], number: int) -> None:
    assert await code(fake, "menu/create", {"button": buttons}) == number
    assert (await code(fake, "menu/get", method="GET") == 0) is (number == 0)
    assert len(fake.violations) == (number != 0)


async def test_wechatpy_publishes_reads_and_deletes_a_menu(fake: FakeWeChat) -> None:
    api = await asyncio.to_thread(client, fake)
    menu = {"button": [_button(name="继续", sub_button=[])]}
    await asyncio.to_thread(api.menu.create, menu)
    assert await asyncio.to_thread(api.menu.get) == {"menu": menu}
    await asyncio.to_thread(api.menu.delete)
    assert await asyncio.to_thread(api.menu.get) is None
    assert fake.violations == []


async def test_text_spelt_in_escapes_is_found_out(fake: FakeWeChat) -> None:
    spelt = json.dumps({"button": [_button(name="好")]}).encode()
    assert await code(fake, "menu/create", spelt) == 0
    assert fake.violations == ["a body spells characters as \\uXXXX, which people would read like that"]


async def test_wechatpy_uploads_and_fetches_media(fake: FakeWeChat, clock: FakeClock) -> None:
    api = await asyncio.to_thread(client, fake)
    kept = await asyncio.to_thread(api.media.upload, "image", ("a.jpg", io.BytesIO(PICTURE)))
    assert (kept["type"], kept["created_at"]) == ("image", int(START.timestamp()))
    answer = await asyncio.to_thread(api.media.download, kept["media_id"])
    assert (answer.content, answer.headers["Content-Type"]) == (PICTURE, "image/jpeg")
    clock.advance(timedelta(days=3))
    assert await code(fake, "media/get", method="GET", media_id=kept["media_id"]) == 40007
    assert fake.violations == []


async def test_a_video_is_given_by_its_address(fake: FakeWeChat) -> None:
    person, film = fake.person(), b"\0\0\0\x18ftypmp42" + b"film"
    await person.send_video(film)
    [number] = [one.id for one in fake.book.media.values() if one.kind == "video"]
    api = await asyncio.to_thread(client, fake)
    found = await asyncio.to_thread(api.media.download, number)
    assert found == {"video_url": f"{fake.base_url}/video/{number}"}
    async with aiohttp.ClientSession() as session, session.get(found["video_url"]) as answer:
        assert await answer.read() == film


@pytest.mark.parametrize(
    ("kind", "data", "number"),
    [
        ("file", PICTURE, 40004),
        ("image", b"<html>", 40005),
        ("image", b"", 44001),
        ("image", PICTURE + bytes(10 * 1024 * 1024), 40009),
        ("voice", b"#!AMR" + bytes(2 * 1024 * 1024), 40010),
        ("thumb", PICTURE + bytes(65536), 40012),
    ],
)
async def test_media_that_the_platform_does_not_take(fake: FakeWeChat, kind: str, data: bytes, number: int) -> None:
    api = await asyncio.to_thread(client, fake)
    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(api.media.upload, kind, ("a.jpg", io.BytesIO(data)))
    assert refused.value.errcode == number


async def test_a_code_and_a_follower_are_known(fake: FakeWeChat) -> None:
    asked = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "INVITE"}}, "expire_seconds": 60}
    api = await asyncio.to_thread(client, fake)
    made = await asyncio.to_thread(api.qrcode.create, asked)
    assert (made["expire_seconds"], made["ticket"]) == (60, fake.book.codes["INVITE"][0])
    fake.person("o-wang", following=False)
    assert (await asyncio.to_thread(api.user.get, "o-wang"))["subscribe"] == 0
    await fake.person("o-wang").scan("INVITE")
    known = await asyncio.to_thread(api.user.get, "o-wang")
    assert (known["subscribe"], known["qr_scene_str"]) == (1, "INVITE")
    long = {**asked, "action_info": {"scene": {"scene_str": "x" * 65}}}
    assert await code(fake, "qrcode/create", long) == 40053


async def test_the_account_says_what_it_is() -> None:
    async with FakeWeChat(Account(kind="subscription", verified=False)) as fake:
        known = await call(fake, "account/getaccountbasicinfo", method="GET", access_token=await token(fake))
    assert (known["errcode"], known["account_type"], known["wx_verify_info"]["qualification_verify"]) == (0, 1, False)


async def test_troubles_of_the_api_strike_as_planned(fake: FakeWeChat) -> None:
    good = await token(fake)
    path = f"{fake.base_url}/cgi-bin/menu/create?access_token={good}"
    steps = (Step.BROKEN, Step.BROKEN, Step.GARBAGE, Step.TOO_MANY, Step.CUT_BEFORE, Step.CUT_AFTER)
    fake.mischief.script(*steps, call="menu/create")
    seen: list[Any] = []
    async with aiohttp.ClientSession() as session:
        for _ in range(7):
            try:
                async with session.post(path, json={"button": []}) as answer:
                    body = await answer.read()
                    seen.append(json.loads(body)["errcode"] if body.startswith(b"{") else answer.status)
            except aiohttp.ServerDisconnectedError:
                seen.append("cut")
    assert seen == [-1, 502, 200, 45009, "cut", "cut", 40016]
    assert fake.book.calls["menu/create"] == 2
    fake.mishaps.plan("expire")
    assert (await call(fake, "menu/get", method="GET", access_token=good))["errcode"] == 40001
    assert len(fake.violations) == 2


async def test_media_may_be_gone_early(fake: FakeWeChat) -> None:
    number = fake.book.keep_medium("image", PICTURE, "image/jpeg").id
    fake.mishaps.plan("spoil")
    assert await code(fake, "media/get", method="GET", media_id=number) == 40007
