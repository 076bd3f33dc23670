"""Packed exports and tables for fetching are kept for some days, and gone afterwards."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from scheduler.made import Made
from storage.database import Database
from storage.files import FileStore
from storage.migrate import migrate
from storage.tables import work

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


async def test_files_noted_before_a_crash_go_afterwards_unless_something_names_them(
    tmp_path: Path, database_url: str
) -> None:
    database = Database.open(database_url)
    await migrate(database)
    made = Made(FileStore(tmp_path / "files"), tmp_path / "exports")
    gone, named = [await made.keep_bytes("a", data, at=1) for data in (b"gone", b"named")]
    made.note_unnamed([gone.sha256])
    made.note_unnamed([named.sha256, gone.sha256])
    async with database.write() as connection:
        await connection.execute(insert(work).values(id=1, kind="x", payload=named.sha256, state="done"))
    assert await made.remove_unnamed(database) == 1
    assert [await made.store.has(each.sha256) for each in (gone, named)] == [False, True]
    assert await made.remove_unnamed(database) == 0
    await database.close()


async def test_nothing_made_is_nothing_to_forget(tmp_path: Path) -> None:
    assert await Made(FileStore(tmp_path / "files"), tmp_path / "exports").forget(before=DAY) == 0
