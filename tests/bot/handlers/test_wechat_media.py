"""Files from WeChat stream in, and what the platform will not give has its kind."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.handlers.ports import CannotFetch, Wanted
from bot.handlers.wechat_media import WeChatFetcher
from rules.accounts import VIDEO_BYTES
from tests.bot.handlers.wechat_server import SECRET, Platform, connected, cut, platform, status

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


@pytest.fixture
def script() -> Iterator[Platform]:
    with platform() as one:
        yield one


async def _fetched(script: Platform, wanted: Wanted, *, limit: int = VIDEO_BYTES, base_url: str = "") -> bytes:
    with connected(script, base_url=base_url) as api:
        return b"".join([chunk async for chunk in WeChatFetcher(api, limit=limit).fetch(wanted)])


async def _kind(script: Platform, wanted: Wanted, *, limit: int = VIDEO_BYTES, base_url: str = "") -> str:
    with pytest.raises(CannotFetch) as wrong:
        await _fetched(script, wanted, limit=limit, base_url=base_url)
    assert "t1" not in str(wrong.value).split() and SECRET not in str(wrong.value)
    return wrong.value.kind


async def test_a_picture_comes_whole_by_its_number_or_by_its_address(script: Platform) -> None:
    script.answers = {"media/get": [PICTURE], "/kept/picture": [PICTURE[:-1]]}
    assert await _fetched(script, Wanted("MEDIA", "1.jpg")) == PICTURE
    assert await _fetched(script, Wanted(f"{script.url}/kept/picture", "1.jpg")) == PICTURE[:-1]
    assert await _fetched(script, Wanted("MEDIA", "1.jpg"), limit=len(PICTURE)) == PICTURE


async def test_a_film_is_fetched_where_it_lies(script: Platform) -> None:
    script.answers = {"media/get": [{"video_url": f"{script.url}/kept/film"}], "/kept/film": [b"\x00\x00\x00\x18ftyp"]}
    assert await _fetched(script, Wanted("MEDIA", "1.mp4")) == b"\x00\x00\x00\x18ftyp"


async def test_what_is_not_given_has_its_kind(script: Platform) -> None:
    wanted = Wanted("MEDIA", "1.jpg")
    for given, kind in [
        ({"errcode": 40007, "errmsg": "invalid media_id"}, "expired"),
        ({"errcode": 48001, "errmsg": "api unauthorized"}, "unreachable"),
        ({"errcode": 45001, "errmsg": "media size out of limit"}, "too_large"),
        ({"errcode": -1, "errmsg": "system error"}, "unreachable"),
        ({"video_url": "https://example.org/x"}, "unreachable"),
        ({"something": "else"}, "unreachable"),
        (status(404), "expired"),
        (status(503), "unreachable"),
        (cut, "unreachable"),
    ]:
        script.answers["media/get"] = [given]
        assert await _kind(script, wanted) == kind, given


async def test_a_file_beyond_the_limit_is_not_taken(script: Platform) -> None:
    script.answers["media/get"] = [PICTURE]
    assert await _kind(script, Wanted("MEDIA", "1.jpg"), limit=len(PICTURE) - 1) == "too_large"
    script.asked.clear()
    assert await _kind(script, Wanted("MEDIA", "1.jpg", len(PICTURE)), limit=len(PICTURE) - 1) == "too_large"
    assert script.asked == [], "what is known to be too large is not asked for"


async def test_a_platform_that_is_away_is_worth_another_try(script: Platform) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert await _kind(script, Wanted("MEDIA", "1.jpg"), base_url=address) == "unreachable"
