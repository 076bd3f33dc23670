"""Files that people sent stream in: with a limit, from the platform's own hosts only, and without the token there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from bot.handlers.wechat_client import Broken, Refused, TooLarge, Unreached, WeChatApi
from tests.bot.handlers.wechat_server import Platform, connected, cut, dripping, platform, status

STALE = {"errcode": 40001, "errmsg": "invalid credential"}


@pytest.fixture
def script() -> Iterator[Platform]:
    with platform() as one:
        yield one


@pytest.fixture
def api(script: Platform) -> Iterator[WeChatApi]:
    with connected(script) as one:
        yield one


async def _whole(api: WeChatApi, ref: str = "MEDIA", limit: int = 1000) -> bytes:
    return b"".join([chunk async for chunk in api.media(ref, limit)])


async def test_a_file_streams_in_and_is_cut_off_at_the_limit(script: Platform, api: WeChatApi) -> None:
    picture = b"\xff\xd8" + bytes(998)
    script.answers["media/get"] = [picture]
    assert await _whole(api) == picture
    assert [dict(each.query) for each in script.asked if each.path == "media/get"] == [
        {"access_token": "t1", "media_id": "MEDIA"}
    ]
    with pytest.raises(TooLarge, match="expected at most 999 bytes, found 1000 declared"):
        await _whole(api, limit=999)
    script.answers["media/get"] = [status(200, picture, Transfer_Encoding="identity", Content_Length="")]
    with pytest.raises(TooLarge, match="expected at most 999 bytes, found more"):
        await _whole(api, limit=999)


async def test_a_file_renews_a_refused_token_too(script: Platform, api: WeChatApi) -> None:
    script.answers["media/get"] = [STALE, b"\xff\xd8"]
    assert await _whole(api) == b"\xff\xd8"
    script.answers["media/get"] = [{"errcode": 40007, "errmsg": "invalid media_id"}]
    with pytest.raises(Refused) as refused:
        await _whole(api)
    assert refused.value.code == 40007


async def test_a_film_is_fetched_where_the_platform_says_and_without_the_token(
    script: Platform, api: WeChatApi
) -> None:
    script.answers["media/get"] = [{"video_url": f"{script.url}/kept/film.mp4"}]
    script.answers["/kept/film.mp4"] = [status(302, Location="/kept/moved.mp4")]
    script.answers["/kept/moved.mp4"] = [b"\x00\x00\x00\x18ftypmp42"]
    assert await _whole(api) == b"\x00\x00\x00\x18ftypmp42"
    assert [(each.path, dict(each.query)) for each in script.asked[-2:]] == [
        ("/kept/film.mp4", {}),
        ("/kept/moved.mp4", {}),
    ]
    script.answers["/kept/film.mp4"] = [status(302, Location="/kept/film.mp4")]
    with pytest.raises(Unreached, match="after at most 4 addresses"):
        await _whole(api)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/film.mp4",
        "https://example.org/film.mp4",
        "https://qq.com.example.org/x",
        "https://notqq.com/x",
        "https://user@video.qq.com/x",
        "https://video.qq.com:8443/x",
        "ftp://video.qq.com/x",
        "file:///etc/passwd",
        "/relative",
    ],
)
async def test_no_other_host_is_asked_for_a_film(script: Platform, api: WeChatApi, url: str) -> None:
    script.answers["media/get"] = [{"video_url": url}]
    with pytest.raises(Unreached, match="expected an address of the platform"):
        await _whole(api)


async def test_a_download_that_breaks_or_never_ends_is_told(script: Platform, api: WeChatApi) -> None:
    until = threading.Event()
    script.answers["media/get"] = [cut]
    with pytest.raises(Broken):
        await _whole(api)
    script.answers["media/get"] = [dripping(until)]
    begun = time.monotonic()
    try:
        with pytest.raises(Broken):
            await _whole(api, limit=10**9)
    finally:
        until.set()
    assert time.monotonic() - begun < 2
    for code, fault in ((404, Refused), (500, Unreached)):
        script.answers["media/get"] = [status(code)]
        with pytest.raises(fault):
            await _whole(api)
