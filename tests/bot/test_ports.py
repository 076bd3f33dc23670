"""What is handed to people, and what the page of an upload link may see, from a real database and store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.attachments import LetterFiles
from bot.handlers.post import NoFile, Oversized
from bot.ports import Annexes, WebAnswers, WebFiles
from bot.talk.messages import Attachment, Outgoing
from storage.database import Database, sqlite_url
from storage.files import FileStore
from storage.letters import outgoing_body
from storage.migrate import migrate
from storage.store import FileInfected
from storage.tables import addresses, outbox, sessions
from web.ports import Asked, Gone, NotTaken

READER = "wechat:o1"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    yield database
    await database.close()


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_a_stored_file_is_handed_out_by_range_and_whole(database: Database, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    annexes = Annexes(database, {}, tmp_path, store)
    kept = await store.keep("a", pieces(b"0123456789"), 99)
    contents = await annexes.open(Attachment("file", kept.sha256, "预览.jpg"))
    assert (contents.size, contents.kind, contents.mark) == (10, "image/jpeg", kept.sha256[:32])
    assert b"".join([block async for block in contents.chunks(2, 5)]) == b"234"
    assert await annexes.make(Attachment("file", kept.sha256, "x.unheard")) == (
        b"0123456789",
        "application/octet-stream",
    )
    for absent in (Attachment("file", "ab" * 32, "x"), Attachment("annex", "NONE", "x"), Attachment("other", "1", "x")):
        with pytest.raises(Gone):
            await annexes.open(absent)


async def test_a_letter_holds_what_fits_and_a_film_is_left_to_its_link(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path / "files")
    files = LetterFiles(Annexes(database, {}, tmp_path, store))
    kept = await store.keep("a", pieces(b"0123456789"), 99)
    film = Attachment("file", kept.sha256, "片.mp4")
    assert await files.contents(film) == b"0123456789"
    monkeypatch.setattr("bot.attachments._MOST", 9)
    with pytest.raises(Oversized) as wrong:
        await files.contents(film)
    assert wrong.value.size == 10
    with pytest.raises(NoFile):
        await files.contents(Attachment("file", "ab" * 32, "x"))


async def test_the_web_is_told_what_the_scanner_is_against(tmp_path: Path) -> None:
    async def scan(path: Path) -> None:
        raise FileInfected("Eicar")

    with pytest.raises(NotTaken) as against:
        await WebFiles(FileStore(tmp_path, scan=scan)).keep("a", pieces(b"x"), 9)
    assert against.value.why == "infected"


async def _fill(database: Database) -> None:
    async with database.write() as connection:
        run = connection.execute
        await run(insert(addresses).values(id=READER, person=1))
        await run(insert(addresses).values(id="wechat:o2", person=2))
        await run(insert(sessions).values(id=7, person=1, title="诚信菜市场", step="上传视频", state="parked"))
        for number, address, cause in (
            (10, READER, "wechat:earlier"),
            (11, READER, "wechat:o1/upload/u1"),
            (12, "wechat:o2", "inside:work/5"),
            (13, READER, "wechat:said something else"),
            (14, READER, "inside:work/5"),
            (15, READER, "inside:work/5/1"),
        ):
            body = outgoing_body(Outgoing(f"said {number}"))
            await run(insert(outbox).values(id=number, address=address, cause=cause, body=body))


async def test_a_question_is_about_a_work_of_the_same_persons_only(database: Database) -> None:
    await _fill(database)
    answers = WebAnswers(database, {})
    asked = [(READER, "7/film"), ("wechat:o2", "7/film"), (READER, "8/film"), (READER, ""), (READER, "x/film")]
    assert [await answers.asked(*one) for one in asked] == [Asked("诚信菜市场", "上传视频"), *[Asked()] * 4]


async def test_only_answers_to_the_upload_and_results_of_checks_are_seen(database: Database) -> None:
    await _fill(database)
    answers = WebAnswers(database, {})
    causes = ["wechat:o1/upload/u1"]
    assert [one.text for one in await answers.to(READER, causes, after=0, limit=9)] == ["said 11", "said 14", "said 15"]
    assert [one.id for one in await answers.to(READER, causes, after=11, limit=1)] == [14]
    assert await answers.to("wechat:o3", causes, after=0, limit=9) == []
