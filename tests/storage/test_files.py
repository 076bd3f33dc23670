"""Files are whole or absent, kept once, and readable by nobody else."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.messages import File
from storage.files import FileGone, FileStore, FileTooLarge


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@given(st.lists(st.binary(max_size=300), max_size=6))
async def test_a_file_comes_back_as_it_came_in(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(Path(folder))
        assert await store.keep("表.docx", _pieces(*pieces), 10_000) == File("表.docx", len(data), _digest(data))
        assert await store.read(_digest(data)) == data
        assert _files(Path(folder)) == [f"{_digest(data)[:2]}/{_digest(data)}"]


async def test_the_same_content_is_kept_once_under_each_senders_name(store: FileStore, tmp_path: Path) -> None:
    kept = [await store.keep(name, _pieces(b"same"), 10) for name in ("甲.docx", "乙.docx")]
    assert kept == [File("甲.docx", 4, _digest(b"same")), File("乙.docx", 4, _digest(b"same"))]
    assert len(_files(tmp_path)) == 1


@pytest.mark.parametrize(("limit", "fits"), [(9, False), (10, True)])
async def test_a_file_above_its_limit_is_refused_and_nothing_of_it_kept(
    store: FileStore, tmp_path: Path, limit: int, fits: bool
) -> None:
    if fits:
        assert (await store.keep("x", _pieces(b"12345", b"67890"), limit)).size == 10
        return
    with pytest.raises(FileTooLarge, match="at most 9 bytes"):
        await store.keep("x", _pieces(b"12345", b"67890"), limit)
    assert _files(tmp_path) == []


async def test_a_sender_who_breaks_off_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.keep("x", broken(), 100)
    assert _files(tmp_path) == []


async def test_what_a_crash_left_aside_is_swept_after_a_day(store: FileStore, tmp_path: Path) -> None:
    kept = await store.keep("x", _pieces(b"kept"), 10)
    folder = tmp_path / "files"
    old, young = folder / ".part-old", folder / ".part-young"
    for path in (old, young):
        path.write_bytes(b"half")
    long_ago = time.time() - 25 * 3600
    for path in (old, store.path(kept.sha256)):
        os.utime(path, (long_ago, long_ago))
    store.sweep()
    assert [path.exists() for path in (old, young, store.path(kept.sha256))] == [False, True, True]


def test_a_store_without_a_folder_has_nothing_to_sweep(store: FileStore) -> None:
    store.sweep()


async def test_a_file_that_is_gone_is_named(store: FileStore) -> None:
    with pytest.raises(FileGone, match="ab" * 32):
        await store.read("ab" * 32)


async def test_only_the_owner_may_look_into_the_store(store: FileStore, tmp_path: Path) -> None:
    await store.keep("x", _pieces(b"kept"), 10)
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


async def test_a_name_that_cannot_be_kept_as_text_is_cleaned(store: FileStore) -> None:
    kept = await store.keep("表\udcff\x00\u202excod.docx", _pieces(b"x"), 10)
    assert kept.name == "表xcod.docx"
