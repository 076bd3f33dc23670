"""Packed exports and tables for fetching are kept for some days, and gone afterwards."""

from __future__ import annotations

from pathlib import Path

from scheduler.made import Made
from storage.files import FileStore

DAY = 24 * 3600 * 1_000_000


async def test_what_was_made_long_ago_goes_and_what_is_new_stays(tmp_path: Path) -> None:
    store, folder = FileStore(tmp_path / "files"), tmp_path / "exports"
    made = Made(store, folder)
    old = await made.keep_bytes("旧.xlsx", b"old", at=1 * DAY)
    again = await made.keep_bytes("又.xlsx", b"again", at=1 * DAY)
    await made.keep_bytes("又.xlsx", b"again", at=9 * DAY)
    (folder / "xian-2024").mkdir()
    (tmp_path / "packed").write_bytes(b"zip")
    new = await made.keep_file("新.zip", tmp_path / "packed", at=9 * DAY)
    assert await made.forget(before=9 * DAY) == 1
    assert [store.path(each.sha256).exists() for each in (old, again, new)] == [False, True, True]
    assert (folder / "xian-2024").exists()
    assert await made.forget(before=10 * DAY) == 2
    assert [store.path(each.sha256).exists() for each in (old, again, new)] == [False] * 3
    assert not (folder / "xian-2024").exists()


async def test_nothing_made_is_nothing_to_forget(tmp_path: Path) -> None:
    assert await Made(FileStore(tmp_path / "files"), tmp_path / "exports").forget(before=DAY) == 0
