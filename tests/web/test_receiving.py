"""The bytes of uploads: torn tails, broken and hanging connections, several writers; one whole file comes of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect

from tests.web.fakes import settings
from tests.web.receiving import Desk, film, receiving

DATA = film(100_000)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with receiving(tmp_path) as desk:
        yield desk


async def test_a_torn_tail_is_cut_to_what_was_counted(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    with desk.parts.path(to.rpartition("/")[2]).open("ab") as part:
        part.write(b"torn")
    assert await desk.offset(to) == 5
    await desk.send(to, 5, b"56789")
    await desk.finish()
    assert await desk.store.read(hashlib.sha256(b"0123456789").hexdigest()) == b"0123456789"


async def test_a_part_that_lost_its_tail_counts_as_far_as_it_goes(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    part = desk.parts.path(to.rpartition("/")[2])
    part.write_bytes(b"012")
    assert (await desk.send(to, 5, b"56789")).status_code == 409
    assert await desk.offset(to) == 3
    assert (await desk.send(to, 3, b"3456789")).status_code == 204


async def test_what_arrived_before_the_connection_broke_counts(desk: Desk) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"0123456"
        raise ClientDisconnect

    to = await desk.begin(10)
    await desk.send(to, 0, breaking())
    assert await desk.offset(to) == 7


async def test_a_sender_who_falls_silent_is_let_go_with_what_they_sent(tmp_path: Path) -> None:
    async with receiving(tmp_path, config=settings(idle=0.05)) as desk:
        to = await desk.begin(10)

        async def silent() -> AsyncIterator[bytes]:
            yield b"0123"
            await asyncio.sleep(30)

        answer = await desk.send(to, 0, silent())
        assert (answer.status_code, await desk.offset(to)) == (408, 4)


async def test_who_comes_back_takes_over_from_a_connection_that_hangs(desk: Desk) -> None:
    hanging, begun = asyncio.Event(), asyncio.Event()

    async def hangs() -> AsyncIterator[bytes]:
        yield b"0123"
        begun.set()
        await hanging.wait()

    to = await desk.begin(10)
    first = asyncio.create_task(desk.send(to, 0, hangs()))
    await begun.wait()
    assert await desk.offset(to) == 4
    assert (await first).status_code == 423
    assert (await desk.send(to, 4, b"456789")).status_code == 204


async def test_another_program_is_waited_for_and_not_written_over(desk: Desk) -> None:
    to = await desk.begin(10)
    part = await desk.parts.open(to.rpartition("/")[2])
    answer = await desk.send(to, 0, b"01234")
    assert (answer.status_code, answer.headers["retry-after"]) == (423, "2")
    part.close()
    assert (await desk.send(to, 0, b"01234")).status_code == 204


async def test_many_writers_at_once_leave_one_whole_file(desk: Desk) -> None:
    to = await desk.begin(len(DATA))

    async def writer() -> None:
        for _ in range(400):
            offset = await desk.offset(to)
            if offset == len(DATA):
                return
            await desk.send(to, offset, DATA[offset : offset + 9_000])
        raise AssertionError("expected the file to become whole")

    await asyncio.gather(*(writer() for _ in range(5)))
    await desk.finish()
    assert await desk.store.read(hashlib.sha256(DATA).hexdigest()) == DATA
    assert len(desk.world.accepted) == 1
