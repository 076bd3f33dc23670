"""A whole upload is kept and told once, wherever the program dies, and its sender hears why one was not taken."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.talk.messages import Incoming
from scheduler import finishing
from storage.store import FileInfected, NotScanned
from storage.uploads import KEPT, TOLD, WHOLE
from tests.web.fakes import BEGIN
from tests.web.receiving import Desk, receiving
from tests.web.test_signed import READER

DATA = b"a film, as far as anybody knows"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with receiving(tmp_path) as desk:
        yield desk


async def whole(desk: Desk, data: bytes = DATA) -> str:
    to = await desk.begin(len(data))
    assert (await desk.send(to, 0, data)).status_code == 204
    return to


async def soon(done: Callable[[], bool]) -> None:
    """Wait until something is so, for ten seconds."""
    for _ in range(1000):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("expected it within ten seconds")


async def ended(task: asyncio.Task[None]) -> None:
    """End a finisher, and wait until it has."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class Died(BaseException):
    """The program was killed here."""


def dies(where: Any, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Kill the program at one call, before or after it was carried out."""
    real = getattr(where, name)

    async def killed(*given: Any, **more: Any) -> Any:
        if after:
            await real(*given, **more)
        raise Died

    monkeypatch.setattr(where, name, killed)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", ["uploads.hashed", "store.put", "uploads.kept", "world.accept", "uploads.told"])
async def test_whichever_step_the_program_dies_at_the_film_is_told_once(desk: Desk, step: str, after: bool) -> None:
    to = await whole(desk)
    with pytest.MonkeyPatch.context() as patch:
        owner, _, name = step.partition(".")
        dies(getattr(desk, owner), name, patch, after=after)
        with pytest.raises(Died):
            await desk.finish()
    await desk.finish()
    assert len({message.id for message in desk.world.accepted}) == 1
    assert [file.sha256 for message in desk.world.accepted for file in message.files][-1] == DIGEST
    assert ((await desk.row(to)).state, await desk.store.read(DIGEST)) == (TOLD, DATA)
    assert list(desk.parts.folder.iterdir()) == []


async def test_received_is_the_instant_of_the_last_byte(desk: Desk) -> None:
    await whole(desk)
    desk.world.now_at = BEGIN + timedelta(hours=5)
    await desk.finish()
    assert [message.at for message in desk.world.accepted] == [BEGIN]


async def test_an_infected_film_is_not_kept_and_its_sender_hears_why(tmp_path: Path) -> None:
    async def scan(path: Path) -> None:
        raise FileInfected("Eicar")

    async with receiving(tmp_path, scan=scan) as desk:
        to = await whole(desk)
        await desk.finish()
        [message] = desk.world.accepted
        assert (message.files, message.unread, message.bound) == ((), "infected", "7/film")
        row = await desk.row(to)
        assert (row.state, row.why, await desk.store.has(DIGEST)) == (TOLD, "infected", False)
        assert list(desk.parts.folder.iterdir()) == []


async def test_without_a_scanner_that_answers_its_sender_hears_to_try_again(tmp_path: Path) -> None:
    async def scan(path: Path) -> None:
        raise NotScanned("away")

    async with receiving(tmp_path, scan=scan) as desk:
        await whole(desk)
        await desk.finish()
        assert [message.unread for message in desk.world.accepted] == ["unscanned"]
        assert (list(desk.parts.folder.iterdir()), await desk.store.has(DIGEST)) == ([], False)


async def test_a_part_that_is_gone_is_told_and_not_waited_for(desk: Desk) -> None:
    to = await whole(desk)
    desk.parts.path(to.rpartition("/")[2]).unlink()
    await desk.finish()
    assert [(message.files, message.unread) for message in desk.world.accepted] == [((), "lost")]


async def test_a_store_that_is_full_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    to = await whole(desk)

    async def full(*given: Any, **more: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finishing, "IDLE", 0.02)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.store, "put", full)
        task = asyncio.create_task(desk.finisher.run())
        await asyncio.sleep(0.1)
        assert (await desk.row(to)).state == WHOLE
    await soon(lambda: len(desk.world.accepted) == 1)
    await ended(task)
    assert [message.files[0].sha256 for message in desk.world.accepted] == [DIGEST]


async def test_the_films_of_one_sender_are_told_in_their_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        desk.world.now_at = BEGIN + timedelta(seconds=number)
        await whole(desk, bytes([number]) * (6 - number) * 10_000)
    real = desk.world.accept

    async def slow(incoming: Incoming) -> Any:
        await asyncio.sleep(0.01 / incoming.files[0].size)
        return await real(incoming)

    monkeypatch.setattr(desk.world, "accept", slow)
    task = asyncio.create_task(desk.finisher.run())
    await soon(lambda: len(desk.world.accepted) == 5)
    await ended(task)
    assert [message.at for message in desk.world.accepted] == [BEGIN + timedelta(seconds=number) for number in range(5)]


async def test_what_was_told_is_forgotten_after_a_while_and_counts_no_more(desk: Desk) -> None:
    await whole(desk)
    await desk.finish()
    desk.world.now_at = BEGIN + timedelta(days=7) - timedelta(microseconds=1)
    await desk.finisher.sweep()
    assert await desk.uploads.held(READER) == (len(DATA), 1)
    desk.world.now_at = BEGIN + timedelta(days=7)
    await desk.finisher.sweep()
    assert (await desk.uploads.held(READER), await desk.uploads.of(READER)) == ((0, 0), [])
    assert await desk.store.read(DIGEST) == DATA


async def test_parts_of_nobody_are_removed_after_a_day(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    mine = desk.parts.path(to.rpartition("/")[2])
    old, young = desk.parts.folder / "nobodys", desk.parts.folder / "new"
    for path in (old, young):
        path.write_bytes(b"x")
    for path in (old, mine):
        os.utime(path, (1, 1))
    await desk.finisher.sweep()
    assert [path.exists() for path in (old, young, mine)] == [False, True, True]


async def test_a_message_that_the_conversation_cannot_take_now_is_offered_again(desk: Desk) -> None:
    to = await whole(desk)
    with pytest.MonkeyPatch.context() as patch:
        dies(desk.world, "accept", patch, after=False)
        with pytest.raises(Died):
            await desk.finish()
    assert (await desk.row(to)).state == KEPT
    await desk.finish()
    assert (await desk.row(to)).state == TOLD
