"""A film is checked as work: the header's verdict first, then the whole, while the loop stays free."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.kinds import HEAD, Kind, kind_of
from rules.twins import similarity
from scheduler.films import FilmChecker
from storage.files import FileStore
from tests.campaigns.shipped import IDS, notice
from tests.films.making import bytes_of, film

KEYS = {
    "progress", "stage", "name", "size", "sha256", "measured", "findings", "refused", "unreadable", "length", "sheet",
    "preview", "prints",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of 1080×1920, small in bytes."""
    how = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p")
    return film(tmp_path_factory.mktemp("films") / "a.mp4", size="1080x1920", seconds="120", rate="5", how=how)


async def kept(store: FileStore, data: bytes) -> str:
    async def chunks() -> AsyncIterator[bytes]:
        yield data

    return (await store.keep("film", chunks(), 1 << 30)).sha256


async def checked(store: FileStore, data: bytes, **named: str) -> list[Mapping[str, Any]]:
    checker = FilmChecker(store, {name: notice(name) for name in IDS})
    payload = {"sha256": await kept(store, data), "name": "作品.mp4", "campaign": "xian-2024", "track": "video"}
    return [facts async for facts in checker.perform({**payload, "category": "", **named})]


async def test_a_fitting_film_gives_two_items_with_everything_that_was_made(store: FileStore, upright: Path) -> None:
    data = bytes_of(upright)
    first, last = await checked(store, data)
    assert (set(first), set(last)) == (KEYS, KEYS)
    assert [(each["stage"], each["progress"], each["refused"], each["findings"]) for each in (first, last)] == [
        ("header", True, False, []),
        ("whole", False, False, []),
    ]
    assert (last["length"], last["size"], last["sha256"]) == ("2 分", len(data), await kept(store, data))
    assert (first["sheet"], first["measured"]["whole"], last["measured"]["whole"]["frames"]) == ("", None, 600)
    sheet = Image.open(io.BytesIO(await store.read(last["sheet"])))
    assert (sheet.format, kind_of((await store.read(last["preview"]))[:HEAD])) == ("JPEG", Kind("mp4"))
    assert similarity(last["prints"], last["prints"]) in (0, 100)


async def test_the_headers_verdict_comes_before_the_decode(
    store: FileStore, upright: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decode waits for ever here, and the wrong shape is told all the same."""

    async def forever(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("scheduler.films.decode", forever)
    checker = FilmChecker(store, {"xinhua-2021": notice("xinhua-2021")})
    payload = {"sha256": await kept(store, bytes_of(upright)), "name": "a.mp4", "campaign": "xinhua-2021"}
    facts = await anext(aiter(checker.perform({**payload, "track": "video", "category": ""})))
    assert [each["key"] for each in facts["findings"]] == ["film.shape"]


async def test_what_is_no_film_is_said_in_one_item(store: FileStore) -> None:
    [only] = await checked(store, b"#EXTM3U\nhttp://example.org/a.ts\n")
    assert (only["progress"], only["unreadable"], only["refused"], only["measured"]) == (False, True, True, {})
    assert only["findings"] == [{"verdict": "refuse", "key": "film.unreadable.playlist", "facts": {"clause": ""}}]


async def test_a_film_that_is_gone_is_an_error_in_words(store: FileStore) -> None:
    checker = FilmChecker(store, {"xian-2024": notice("xian-2024")})
    payload = {"sha256": "0" * 64, "name": "a.mp4", "campaign": "xian-2024", "track": "video", "category": ""}
    assert [facts async for facts in checker.perform(payload)] == [{"error": {"key": "film.gone", "facts": {}}}]


async def test_a_missing_program_is_an_error_in_words(store: FileStore) -> None:
    checker = FilmChecker(store, {"xian-2024": notice("xian-2024")}, ffmpeg="/nowhere/ffmpeg")
    payload = {"sha256": await kept(store, b"x"), "name": "a.mp4", "campaign": "xian-2024", "track": "video"}
    assert [facts async for facts in checker.perform(payload)] == [{"error": {"key": "film.no_program", "facts": {}}}]


async def test_past_a_limit_the_header_counts_and_the_host_looks(
    store: FileStore, upright: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.decoding._SQUARES_LIMIT", 1000)
    _, last = await checked(store, bytes_of(upright))
    assert [(each["verdict"], each["key"]) for each in last["findings"]] == [("hold", "film.unchecked")]
    assert (last["refused"], last["length"], last["sheet"]) == (False, "2 分", "")


async def test_the_loop_stays_free_while_a_film_is_decoded(store: FileStore, upright: Path) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    await checked(store, bytes_of(upright))
    counting.cancel()
    assert turns > 20


async def test_a_check_that_is_cancelled_leaves_no_folder(
    store: FileStore, upright: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    task = asyncio.create_task(checked(store, bytes_of(upright)))
    while not any("xinshi-film" in name for name in names_in(tmp_path)):  # noqa: ASYNC110  a folder has no event
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names_in(tmp_path) == ["files"]


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]
