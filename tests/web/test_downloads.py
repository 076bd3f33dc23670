"""Downloads by range: what is asked for and no more, and a file that changed is given whole."""

from __future__ import annotations

import pytest

from tests.web.test_signed import DOWN, SignedWorld, visitor

BODY = b"PK a Word form"


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-1", 206, BODY[:2], "bytes 0-1/14"),
        ("bytes=3-", 206, BODY[3:], "bytes 3-13/14"),
        ("bytes=-4", 206, BODY[-4:], "bytes 10-13/14"),
        ("bytes=-99", 206, BODY, "bytes 0-13/14"),
        ("bytes=5-99", 206, BODY[5:], "bytes 5-13/14"),
        ("bytes=14-", 416, b"", "bytes */14"),
        ("bytes=9-3", 416, b"", "bytes */14"),
        ("bytes=-0", 416, b"", "bytes */14"),
        ("bytes=-", 200, BODY, None),
        ("bytes=0-1,4-5", 200, BODY, None),
        ("lines=0-1", 200, BODY, None),
        ("bytes=" + "9" * 30 + "-", 200, BODY, None),
    ],
)
async def test_a_range_is_given_as_asked(asked: str, status: int, body: bytes, told: str | None) -> None:
    answer = await visitor(SignedWorld()).get(DOWN, headers={"range": asked})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, body, told)


async def test_a_download_goes_on_only_with_the_same_file() -> None:
    at = visitor(SignedWorld())
    mark = (await at.get(DOWN)).headers["etag"]
    same = await at.get(DOWN, headers={"range": "bytes=3-", "if-range": mark})
    other = await at.get(DOWN, headers={"range": "bytes=3-", "if-range": '"older"'})
    assert [(one.status_code, one.content) for one in (same, other)] == [(206, BODY[3:]), (200, BODY)]


async def test_a_head_tells_the_size_and_gives_nothing() -> None:
    answer = await visitor(SignedWorld()).http.head(DOWN)
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "14", b"")
