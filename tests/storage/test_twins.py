"""What versions look like is kept with them; pairs are kept once, decided once, and come up again with new content."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert

from rules.deeds import Declined, Done, WithdrawEntry
from rules.deeds_steering import ReturnEntry
from rules.deeds_twins import SetApart
from rules.handed import Material
from rules.looks import EntryIn
from rules.looks_twins import SameText, Twin, TwinsIn
from rules.twin_texts import digest
from storage import fingerprints
from storage.fingerprints import Likeness, about
from storage.moments import Moment
from storage.tables import seats
from storage.tables_twins import fingerprints as table
from storage.tables_twins import twins
from storage.twins import sheets
from tests.storage.world import CAMPAIGN, CLOSES, NOW, World, outcomes, submission

TEXT = "信用档案" * 60


def film(sha: str, prints: str = "d1:AAAA", **facts: Any) -> tuple[Material, ...]:
    return (Material("film", sha * 64, "a.mp4", 9, {"prints": prints, **facts}),)


async def enter(world: World, unit: int, **changes: Any) -> int:
    person = await world.person("王老师")
    at = changes.pop("at", NOW)
    return int((await world.do(submission(unit, person, **changes), at=at)).entry)


async def keep(world: World, entry: int, *found: Likeness, at: int = NOW) -> list[Likeness]:
    mine = next(each for each in await fingerprints.waiting(world.database) if each.entry == entry)
    async with world.database.write() as connection:
        return await fingerprints.keep(Moment(connection, at, world.numbers), mine, found)


async def admin(world: World) -> int:
    person = await world.person("管理员")
    async with world.database.write() as connection:
        seat = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": "admin"}
        await connection.execute(insert(seats).values(seat))
    return person


def alike(entry: int, percent: int = 90, about_: str = "x") -> Likeness:
    return Likeness(entry, "film", False, percent, about_)


async def test_every_version_with_a_film_or_a_long_text_is_noted_and_others_are_not(world: World) -> None:
    unit = await world.unit("碑林区")
    plain = await enter(world, unit)
    filmed = await enter(world, unit, track="video", materials=film("a"), theme="数智赋能")
    written = await enter(world, unit, text=TEXT)
    await enter(world, unit, track="video", entry=filmed, materials=film("b", ""), at=NOW + 1)
    assert await world.rows(table, "entry", "version", "sha256", "film", "text", "digest", "theme") == [
        (filmed, 1, "a" * 64, "d1:AAAA", "", "", "数智赋能"),
        (filmed, 2, "b" * 64, "", "", "", ""),
        (written, 1, "", "", TEXT, digest(TEXT), ""),
    ]
    assert plain < filmed


async def test_only_the_newest_version_of_what_is_in_is_compared_with(world: World) -> None:
    unit = await world.unit("碑林区")
    one = await enter(world, unit, track="video", materials=film("a"))
    await enter(world, unit, track="video", entry=one, materials=film("b"), at=NOW + 1)
    two = await enter(world, unit, track="video", materials=film("c"))
    gone = await enter(world, unit, track="video", materials=film("d"))
    await world.do(WithdrawEntry(gone, unit, 1, CLOSES))
    elsewhere = await world.unit("碑林区", campaign="other")
    await enter(world, elsewhere, campaign="other", track="video", materials=film("e"))
    found = await fingerprints.films(world.database, CAMPAIGN, 0)
    assert sorted(found) == [(one, "b" * 64, "d1:AAAA"), (two, "c" * 64, "d1:AAAA")]
    assert await fingerprints.films(world.database, CAMPAIGN, one) == [(two, "c" * 64, "d1:AAAA")]


async def test_what_was_sent_back_keeps_its_files_and_is_still_compared(world: World) -> None:
    unit = await world.unit("碑林区")
    entry = await enter(world, unit, track="video", materials=film("a"))
    await world.do(ReturnEntry(CAMPAIGN, entry, 1, {"title": "改"}, CLOSES, 0))
    file = await world.look(EntryIn(entry, unit))
    assert (file.entry.version, [each.sha256 for each in file.materials]) == (2, ["a" * 64])
    assert await fingerprints.films(world.database, CAMPAIGN, 0) == [(entry, "a" * 64, "d1:AAAA")]


async def test_the_same_text_is_told_with_a_name_to_its_own_unit_only(world: World) -> None:
    mine, other = await world.unit("碑林区"), await world.unit("雁塔区")
    entry = await enter(world, mine, text=TEXT, title="诚信菜市场")
    await enter(world, other, text=TEXT + "不同")
    look = SameText(CAMPAIGN, "case", mine, digest(TEXT))
    assert await world.look(look) == (Twin("text", True, 100, True, "XA-A0001", "诚信菜市场", "case"),)
    assert await world.look(SameText(CAMPAIGN, "case", other, digest(TEXT))) == (Twin("text", True, 100, False),)
    assert await world.look(SameText(CAMPAIGN, "case", mine, digest(TEXT), entry)) == ()
    assert await world.look(SameText(CAMPAIGN, "video", mine, digest(TEXT))) == ()


async def test_a_pair_is_kept_once_whoever_finds_it(world: World) -> None:
    unit = await world.unit("碑林区")
    one = await enter(world, unit, track="video", materials=film("a", sheet="5" * 64))
    two = await enter(world, await world.unit("雁塔区"), track="video", materials=film("b"), title="另一部")
    assert await keep(world, one, alike(two)) == [alike(two)]
    assert await keep(world, two, alike(one)) == []
    [pair] = await world.look(TwinsIn(CAMPAIGN))
    assert (pair.one.entry, pair.other.entry, pair.percent, pair.what, pair.same) == (one, two, 90, "film", False)
    assert (pair.one.unit, pair.other.unit, pair.one.sheet, pair.other.sheet) == ("碑林区", "雁塔区", True, False)
    assert await sheets(world.database, one, two) == [("5" * 64, "XA-B0001"), ("", "XA-B0002")]
    assert await fingerprints.waiting(world.database) == []


async def test_what_was_set_apart_stays_so_until_one_of_the_two_changes(world: World) -> None:
    unit, by = await world.unit("碑林区"), await admin(world)
    one = await enter(world, unit, track="video", materials=film("a"))
    two = await enter(world, unit, track="video", materials=film("b"))
    await keep(world, two, alike(one))
    assert await world.do(SetApart(CAMPAIGN, one, two, "film", by)) == Done()
    assert await world.look(TwinsIn(CAMPAIGN)) == ()
    assert await world.do(SetApart(CAMPAIGN, one, two, "film", by)) == Declined("twin.gone", {})
    await keep(world, one, alike(two))
    assert await world.look(TwinsIn(CAMPAIGN)) == ()
    await enter(world, unit, track="video", entry=two, materials=film("c"), at=NOW + 1)
    assert await keep(world, two, alike(one, 70, "y")) == [alike(one, 70, "y")]
    assert [pair.percent for pair in await world.look(TwinsIn(CAMPAIGN))] == [70]


async def test_a_version_that_no_longer_looks_alike_ends_the_pair_and_one_withdrawn_hides_it(world: World) -> None:
    unit, by = await world.unit("碑林区"), await admin(world)
    one = await enter(world, unit, track="video", materials=film("a"))
    two = await enter(world, unit, track="video", materials=film("b"))
    three = await enter(world, unit, track="video", materials=film("c"))
    await keep(world, three, alike(one), alike(two))
    await world.do(WithdrawEntry(two, unit, 1, CLOSES))
    assert [(pair.one.entry, pair.other.entry) for pair in await world.look(TwinsIn(CAMPAIGN))] == [(one, three)]
    assert await world.do(SetApart(CAMPAIGN, two, three, "film", by)) == Declined("twin.gone", {})
    await enter(world, unit, track="video", entry=three, materials=film("d"), at=NOW + 1)
    await keep(world, three)
    assert await world.rows(twins, "one") == []


async def test_a_search_of_an_older_version_changes_nothing(world: World) -> None:
    unit = await world.unit("碑林区")
    one = await enter(world, unit, track="video", materials=film("a"))
    two = await enter(world, unit, track="video", materials=film("b"))
    [old] = [each for each in await fingerprints.waiting(world.database) if each.entry == two]
    await enter(world, unit, track="video", entry=two, materials=film("c"), at=NOW + 1)
    async with world.database.write() as connection:
        assert await fingerprints.keep(Moment(connection, NOW, world.numbers), old, [alike(one)]) == []
    assert await world.rows(twins, "one") == []


async def test_two_admins_decide_one_pair_once(rivals: list[World]) -> None:
    world = rivals[0]
    unit, by = await world.unit("碑林区"), await admin(world)
    one = await enter(world, unit, track="video", materials=film("a"))
    two = await enter(world, unit, track="video", materials=film("b"))
    await keep(world, two, alike(one))
    deed = SetApart(CAMPAIGN, one, two, "film", by)
    said = await asyncio.gather(*(each.do(deed) for each in rivals))
    assert (outcomes(said, Done), outcomes(said, Declined)) == (1, 2)


@pytest.mark.parametrize("seat", [False, True])
async def test_only_an_admin_decides(world: World, seat: bool) -> None:
    unit = await world.unit("碑林区")
    one = await enter(world, unit, track="video", materials=film("a"))
    two = await enter(world, unit, track="video", materials=film("b"))
    await keep(world, two, alike(one))
    by = await admin(world) if seat else await world.person("路人")
    said = await world.do(SetApart(CAMPAIGN, one, two, "film", by))
    assert said == (Done() if seat else Declined("admin.no_seat", {}))


def test_the_content_of_a_pair_is_named_the_same_from_both_sides() -> None:
    assert (about("a", "b") == about("b", "a"), about("a", "b") == about("a", "c")) == (True, False)
