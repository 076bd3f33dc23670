"""Files from Telegram's server and from our own disk, and why some cannot be had."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.handlers.ports import CannotFetch, Fetcher, Wanted
from bot.handlers.telegram_files import TelegramFetcher
from bot.handlers.telegram_http import CutOff, Refused, Unreached
from tests.bot.handlers.telegram_script import TOKEN, Scripted, scripted


class Streaming(Scripted):
    """A scripted server that also streams: pieces, or an exception at the end."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        super().__init__()
        self.pieces, self.urls = pieces, list[str]()

    async def stream(self, url: str) -> AsyncGenerator[bytes, None]:
        self.urls.append(url)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


async def got(
    *pieces: bytes | Exception,
    wanted: Wanted = Wanted("F1", "a.docx"),  # noqa: B008  frozen
    found: object = {"file_path": "documents/file 1.docx"},
    largest: int | None = 100,
    folder: Path | None = None,
) -> tuple[bytes, list[str]]:
    bot, _ = scripted()
    request = Streaming(*pieces)
    request.script("getFile", found)
    bot._request = (request, request)
    fetcher: Fetcher = TelegramFetcher(bot, request, largest=largest, folder=folder)
    return b"".join([piece async for piece in fetcher.fetch(wanted)]), request.urls


async def kind_of(*pieces: bytes | Exception, **more: object) -> str:
    with pytest.raises(CannotFetch) as caught:
        await got(*pieces, **more)  # type: ignore[arg-type]  # passed through
    assert TOKEN not in str(caught.value)
    return caught.value.kind


async def test_a_file_is_streamed_from_below_the_bots_address() -> None:
    data, urls = await got(b"PK", b"..", wanted=Wanted("F1", "a.docx", 4))
    assert (data, [url.partition(TOKEN)[2] for url in urls]) == (b"PK..", ["/documents/file%201.docx"])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Refused(400, "Bad Request: file is too big"), "too_large"),
        (Refused(400, "Bad Request: invalid file_id"), "expired"),
        (Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), "unreachable"),
        (Refused(429, "Too Many Requests", 3), "unreachable"),
        (Refused(502, "?"), "unreachable"),
        (Unreached("?"), "unreachable"),
        (CutOff("?"), "unreachable"),
        ({"file_id": "F1"}, "unreachable"),
        (True, "unreachable"),
        ({"file_path": "../../etc/passwd"}, "unreachable"),
        ({"file_path": "a//b"}, "unreachable"),
    ],
)
async def test_what_getfile_says_has_its_kind(error: object, kind: str) -> None:
    assert await kind_of(b"x", found=error) == kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Refused(404, "a file"), "expired"),
        (Refused(502, "a file"), "unreachable"),
        (CutOff("half"), "unreachable"),
        (Unreached("?"), "unreachable"),
    ],
)
async def test_a_download_that_fails_has_its_kind(error: Exception, kind: str) -> None:
    assert await kind_of(b"half", error) == kind


async def test_more_than_the_limit_is_not_read() -> None:
    assert await kind_of(b"x" * 60, b"x" * 41, ZeroDivisionError()) == "too_large"
    assert await kind_of(b"x", wanted=Wanted("F1", "a", 101)) == "too_large"
    assert len((await got(b"x" * 100))[0]) == 100
    assert len((await got(b"x" * 500, largest=None, wanted=Wanted("F1", "a", 500)))[0]) == 500


async def test_a_file_that_came_in_part_is_not_taken_for_whole() -> None:
    assert await kind_of(b"x" * 9, wanted=Wanted("F1", "a", 10)) == "unreachable"


async def test_ones_own_server_names_a_path_on_our_disk(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    kept = tmp_path / "documents" / "file_1.docx"
    kept.write_bytes(b"PK" * 1000)
    data, urls = await got(found={"file_path": str(kept)}, folder=tmp_path, largest=None)
    assert (data, urls) == (b"PK" * 1000, [])


async def test_no_path_outside_the_folder_is_read(tmp_path: Path) -> None:
    inside, secret = tmp_path / "files", tmp_path / "secret.txt"
    inside.mkdir()
    secret.write_text("秘密")
    (inside / "link").symlink_to(secret)
    (inside / "fine").write_text("x")
    paths = [str(secret), f"{inside}/../secret.txt", f"{inside}/link", str(inside), "/etc/passwd"]
    assert {await kind_of(found={"file_path": path}, folder=inside) for path in paths} == {"unreachable"}
    assert await kind_of(found={"file_path": f"{inside}/fine"}, folder=None) == "unreachable"
    assert await kind_of(found={"file_path": f"{inside}/gone"}, folder=inside) == "expired"
    assert (await got(found={"file_path": f"{inside}/fine"}, folder=inside))[0] == b"x"
