"""Uploads in the database: every step once, quotas exact among rivals, numbers of others invisible."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from storage.uploads import KEPT, OPEN, TOLD, WHOLE, Upload, Uploads
from tests.storage.world import NOW, World

OWNER = "wechat:o1"


def upload(number: str = "u1", length: int = 10, **more: object) -> Upload:
    made = Upload(number, OWNER, "7/film", "片.mp4", "", "", length, at=NOW, expires=NOW + 100)
    return replace(made, **more)  # type: ignore[arg-type]


async def test_an_upload_goes_its_way_each_step_once(world: World) -> None:
    uploads = Uploads(world.database)
    assert await uploads.create(upload(), quota=100, most=9)
    [found] = await uploads.of(OWNER)
    assert found == upload()
    assert await uploads.advance(found, 4, question="7/scan", now=NOW + 1, expires=NOW + 200)
    assert not await uploads.advance(found, 5, question="", now=NOW, expires=NOW)  # it is at 4 by now
    assert [await uploads.kept("u1"), await uploads.told("u1"), await uploads.hashed("u1", "x")] == [False] * 3
    half = await uploads.find("u1", OWNER)
    assert half is not None
    assert (half.arrived, half.state, half.question, half.done, half.expires) == (4, OPEN, "7/scan", 0, NOW + 200)
    assert await uploads.advance(half, 10, question="7/scan", now=NOW + 2, expires=NOW + 300)
    [whole] = await uploads.pending()
    assert (whole.state, whole.done) == (WHOLE, NOW + 2)
    assert not await uploads.drop("u1")
    assert [await uploads.hashed("u1", "ab"), await uploads.kept("u1", sha256="ab")] == [True, True]
    assert [await uploads.kept("u1", sha256="cd"), await uploads.told("u1"), await uploads.told("u1")] == [
        False,
        True,
        False,
    ]
    [told] = await uploads.of(OWNER)
    assert (told.state, told.sha256, await uploads.pending()) == (TOLD, "ab", [])


async def test_rivals_never_exceed_a_quota(rivals: list[World]) -> None:
    made = await asyncio.gather(
        *(
            Uploads(rivals[number % 3].database).create(upload(f"u{number}", 30), quota=100, most=99)
            for number in range(12)
        )
    )
    assert sum(made) == 3
    assert await Uploads(rivals[0].database).held(OWNER) == (90, 3)
    assert not await Uploads(rivals[0].database).create(upload("x", 1), quota=100, most=3)


async def test_rivals_never_count_the_same_bytes_twice(rivals: list[World]) -> None:
    uploads = [Uploads(world.database) for world in rivals]
    await uploads[0].create(upload(), quota=100, most=9)
    [found] = await uploads[0].of(OWNER)
    advanced = await asyncio.gather(
        *(one.advance(found, 3 + place, question="", now=NOW, expires=NOW) for place, one in enumerate(uploads))
    )
    assert sum(advanced) == 1


async def test_what_is_dropped_is_its_owners_again(world: World) -> None:
    uploads = Uploads(world.database)
    await uploads.create(upload("a", 60), quota=100, most=9)
    await uploads.create(upload("b", 40), quota=100, most=9)
    assert [await uploads.drop("a"), await uploads.drop("a")] == [True, False]
    assert (await uploads.held(OWNER), await uploads.held("wechat:o2")) == ((40, 1), (0, 0))
    assert await uploads.promised() == 40


async def test_anothers_upload_is_not_found(world: World) -> None:
    uploads = Uploads(world.database)
    await uploads.create(upload(), quota=100, most=9)
    assert (await uploads.find("u1", "wechat:o2"), await uploads.of("wechat:o2")) == (None, [])


async def test_what_lapsed_is_unfinished_or_told_and_old(world: World) -> None:
    uploads = Uploads(world.database)
    for number, state, expires in (("a", OPEN, 5), ("b", OPEN, 6), ("c", WHOLE, 5), ("d", TOLD, 5), ("e", KEPT, 5)):
        await uploads.create(upload(number, state=state, expires=expires), quota=100, most=9)
    assert [one.id for one in await uploads.lapsed(5)] == ["a", "d"]
    assert await uploads.known(["a", "e", "x"]) == {"a", "e"}
