"""Entries: in time or not at all, never above the cap, numbered without gaps, with their whole history."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from sqlalchemy import insert

from rules.deeds import Declined, Done, GrantLeave, Printed, PrintForm, Received, WithdrawEntry
from rules.handed import Material
from rules.looks import Counts, EntriesOf, Entry, EntryFile, EntryIn, LeaveOf, Standing, Version
from storage.entries import withdraw
from storage.moments import Moment
from storage.prints import Print, print_of
from storage.tables import counters, entries, leaves, pledges, prints, versions
from storage.tables_materials import materials
from tests.storage.world import CAMPAIGN, CLOSES, DAY, NOW, OPENS, World, outcomes, submission


@pytest.fixture
async def seated(world: World) -> tuple[int, int]:
    """A unit and its liaison."""
    return await world.unit("碑林区"), await world.person("王老师")


async def test_an_entry_is_received_with_its_number_and_the_time_left(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    said = await world.do(submission(unit, person, code="0123456789"))
    assert said == Received(said.entry, "XA-A0001", 1, margin=CLOSES - NOW)
    entry = Entry(said.entry, "XA-A0001", "case", "信用惠民", "submitted", 1, "0123456789", NOW, unit)
    assert await world.look(EntriesOf(CAMPAIGN, unit)) == (entry,)
    assert await world.look(EntryIn(entry.id, unit)) == EntryFile(
        entry, {"title": "信用惠民"}, (Version(1, "0123456789", NOW, "王老师", "submitted"),)
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (OPENS - 1, Declined("enter.not_open", {"early": 1})),
        (OPENS, None),
        (CLOSES - 1, None),
        (CLOSES, Declined("enter.closed", {"late": 0})),
        (CLOSES + DAY, Declined("enter.closed", {"late": DAY})),
    ],
)
async def test_the_instant_decides(world: World, seated: tuple[int, int], at: int, said: Declined | None) -> None:
    got = await world.do(submission(*seated), at=at)
    if said is None:
        assert got == Received(got.entry, "XA-A0001", 1, margin=CLOSES - at)
    else:
        assert got == said
        assert [await world.rows(table, "version") for table in (entries, versions, pledges)] == [[], [], []]
        assert await world.rows(counters, "name") == []


async def test_a_new_version_keeps_the_number_and_the_old_answers(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    second = await world.person("李老师")
    first = await world.do(submission(unit, person, code="0123456789"))
    changed = {"code": "1111111111", "title": "信用惠企", "answers": {"title": "信用惠企"}}
    said = await world.do(submission(unit, second, entry=first.entry, **changed), at=NOW + 5)
    assert said == Received(first.entry, "XA-A0001", 2, margin=CLOSES - NOW - 5)
    file = await world.look(EntryIn(first.entry, unit))
    assert (file.entry.title, file.entry.version, file.answers) == ("信用惠企", 2, {"title": "信用惠企"})
    assert file.history == (
        Version(1, "0123456789", NOW, "王老师", "submitted"),
        Version(2, "1111111111", NOW + 5, "李老师", "replaced"),
    )
    assert await print_of(world.database, "0123456789") == Print(
        "0123456789", CAMPAIGN, "case", "碑林区", {"title": "信用惠民"}
    )


async def test_withdrawing_keeps_the_history_and_a_new_version_brings_it_back(
    world: World, seated: tuple[int, int]
) -> None:
    unit, person = seated
    entry = (await world.do(submission(unit, person))).entry
    assert await world.do(WithdrawEntry(entry, unit, person, CLOSES), at=NOW + 1) == Done()
    assert [(each.state, each.version) for each in await world.look(EntriesOf(CAMPAIGN, unit))] == [("withdrawn", 2)]
    assert (await world.do(submission(unit, person, entry=entry), at=NOW + 2)).version == 3
    file = await world.look(EntryIn(entry, unit))
    assert file.entry.state == "submitted"
    assert [(each.version, each.what) for each in file.history] == [
        (1, "submitted"), (2, "withdrawn"), (3, "replaced")
    ]  # fmt: skip


async def test_withdrawing_ends_at_the_deadline(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    entry = (await world.do(submission(unit, person))).entry
    deed = WithdrawEntry(entry, unit, person, CLOSES)
    assert await world.do(deed, at=CLOSES) == Declined("mine.too_late", {})
    assert await world.do(deed, at=CLOSES - 1) == Done()
    assert await world.do(deed, at=CLOSES - 1) == Declined("mine.gone", {})


async def test_who_withdraws_while_another_does_hears_that_it_is_gone(rivals: list[World]) -> None:
    first, second, _ = rivals
    unit, person = await first.unit("碑林区"), await first.person()
    deed = WithdrawEntry((await first.do(submission(unit, person))).entry, unit, person, CLOSES)
    async with first.database.write() as connection:
        done = await withdraw(Moment(connection, NOW, first.numbers), deed)
        late = asyncio.create_task(second.do(deed))
        await asyncio.sleep(0.1)
    assert (done, await late) == (Done(), Declined("mine.gone", {}))
    assert await first.rows(versions, "version") == [(1,), (2,)]


async def test_an_entry_belongs_to_its_unit(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    other = await world.unit("莲湖区")
    entry = (await world.do(submission(unit, person))).entry
    before = await world.look(EntryIn(entry, unit))
    assert await world.do(submission(other, person, entry=entry)) == Declined("enter.gone", {})
    assert await world.do(WithdrawEntry(entry, other, person, CLOSES)) == Declined("mine.gone", {})
    assert await world.look(EntryIn(entry, other)) is None
    assert await world.look(EntryIn(entry, unit)) == before


async def test_a_new_version_stays_in_its_track(world: World, seated: tuple[int, int]) -> None:
    """Else an entry would get another track's answers, by another track's deadline."""
    unit, person = seated
    entry = (await world.do(submission(unit, person))).entry
    other = submission(unit, person, entry=entry, track="video", form="video", closes=CLOSES + DAY)
    assert await world.do(other, at=CLOSES + 1) == Declined("enter.gone", {})
    assert await world.do(submission(unit, person, entry=entry, campaign="other")) == Declined("enter.gone", {})
    assert (await world.look(EntryIn(entry, unit))).entry.version == 1


async def test_leave_opens_the_door_for_one_unit_and_track_until_its_end(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    other = await world.unit("莲湖区")
    until = CLOSES + 2 * DAY
    assert await world.do(GrantLeave(CAMPAIGN, "case", unit, until, "系统故障", by=0), at=CLOSES) == Done()
    assert await world.rows(leaves, "unit", "until", "reason", "by", "at") == [(unit, until, "系统故障", 0, CLOSES)]
    assert [await world.look(LeaveOf(CAMPAIGN, track, unit)) for track in ("case", "video")] == [until, 0]
    assert await world.look(LeaveOf(CAMPAIGN, "case", other)) == 0
    late = CLOSES + DAY
    received = await world.do(submission(unit, person), at=late)
    assert received == Received(received.entry, "XA-A0001", 1, margin=DAY)
    assert await world.do(submission(other, person), at=late) == Declined("enter.closed", {"late": DAY})
    assert (await world.do(submission(unit, person, track="video"), at=late)).why == "enter.closed"
    assert (await world.do(submission(unit, person), at=until)) == Declined("enter.closed", {"late": 0})
    assert await world.do(WithdrawEntry(received.entry, unit, person, CLOSES), at=until) == Declined(
        "mine.too_late", {}
    )
    assert await world.do(WithdrawEntry(received.entry, unit, person, CLOSES), at=until - 1) == Done()


async def test_leave_never_shortens_what_the_notice_gives(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    await world.do(GrantLeave(CAMPAIGN, "case", unit, CLOSES - DAY, "写错了", by=0))
    assert (await world.do(submission(unit, person), at=CLOSES - 1)).margin == 1


async def test_of_several_leaves_the_latest_counts(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    for days in (3, 1):
        await world.do(GrantLeave(CAMPAIGN, "case", unit, CLOSES + days * DAY, "延长", by=0))
    assert (await world.do(submission(unit, person), at=CLOSES)).margin == 3 * DAY


async def test_the_cap_counts_what_is_in_and_only_there(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    other = await world.unit("莲湖区")
    first = await world.do(submission(unit, person, cap=2))
    assert outcomes([await world.do(submission(unit, person, cap=2)) for _ in range(3)], Received) == 1
    assert await world.do(submission(unit, person, cap=2)) == Declined("enter.cap_reached", {"cap": 2})
    assert outcomes([await world.do(submission(unit, person, cap=2, track="video"))], Received) == 1
    assert outcomes([await world.do(submission(other, person, cap=2))], Received) == 1
    assert (await world.do(submission(unit, person, cap=2, entry=first.entry))).version == 2, "a version is no entry"
    await world.do(WithdrawEntry(first.entry, unit, person, CLOSES))
    assert outcomes([await world.do(submission(unit, person, cap=2))], Received) == 1
    back = await world.do(submission(unit, person, cap=2, entry=first.entry))
    assert back == Declined("enter.cap_reached", {"cap": 2}), "a withdrawn one comes back only below the cap"


@pytest.mark.parametrize("cap", [1, 4])
async def test_submitters_at_once_never_go_above_the_cap(rivals: list[World], cap: int) -> None:
    unit = await rivals[0].unit("碑林区")
    crowd = [(rivals[index % 3], await rivals[0].person()) for index in range(12)]
    said = await asyncio.gather(*(world.do(submission(unit, person, cap=cap)) for world, person in crowd))
    assert outcomes(said, Received) == cap
    assert {each.why for each in said if isinstance(each, Declined)} == {"enter.cap_reached"}
    assert await rivals[0].rows(entries, "number") == [(f"XA-A{number:04d}",) for number in range(1, cap + 1)]


async def test_versions_at_once_are_all_kept(rivals: list[World]) -> None:
    unit, person = await rivals[0].unit("碑林区"), await rivals[0].person()
    entry = (await rivals[0].do(submission(unit, person))).entry
    deeds = [submission(unit, person, entry=entry, code=f"{index:010d}", cap=1) for index in range(9)]
    said = await asyncio.gather(*(rivals[index % 3].do(deed) for index, deed in enumerate(deeds)))
    assert sorted(each.version for each in said) == list(range(2, 11))
    assert await rivals[0].rows(versions, "version") == [(version,) for version in range(1, 11)]


async def test_numbers_have_no_gaps_and_no_duplicates(rivals: list[World]) -> None:
    """Units of two tracks at once, with some who come too late in between."""
    crowd = [(await rivals[0].unit(f"{index}区"), await rivals[0].person()) for index in range(18)]
    deeds = [
        submission(unit, person, track=("case", "video")[index % 2], prefix=("XA-A", "XA-B")[index % 2])
        for index, (unit, person) in enumerate(crowd)
    ]
    late = [CLOSES if index % 3 == 2 else NOW for index in range(18)]
    await asyncio.gather(*(rivals[i % 3].do(deed, at=late[i]) for i, deed in enumerate(deeds)))
    numbers = [number for (number,) in await rivals[0].rows(entries, "number")]
    assert numbers == [f"XA-{letter}{number:04d}" for letter in "AB" for number in range(1, 7)]
    assert await rivals[0].rows(counters, "name", "value") == [(f"{CAMPAIGN}/case", 6), (f"{CAMPAIGN}/video", 6)]


async def test_a_number_that_was_rolled_back_is_given_again(world: World, seated: tuple[int, int]) -> None:
    async def broken() -> None:
        async with world.database.write() as connection:
            await connection.execute(insert(counters).values(name=f"{CAMPAIGN}/case", value=1))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await broken()
    assert (await world.do(submission(*seated))).number == "XA-A0001"


async def test_a_pledge_is_kept_with_person_instant_and_wording(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    digests = {key: hashlib.sha256(key.encode()).hexdigest() for key in ("truth", "licence")}
    entry = (await world.do(submission(unit, person, pledges=digests))).entry
    await world.do(submission(unit, person, pledges={"truth": "cd" * 32}, entry=entry), at=NOW + 1)
    assert await world.rows(pledges, "entry", "version", "key", "wording_hash", "person", "at") == [
        (entry, 1, "licence", digests["licence"], person, NOW),
        (entry, 1, "truth", digests["truth"], person, NOW),
        (entry, 2, "truth", "cd" * 32, person, NOW + 1),
    ]


async def test_a_filled_form_is_kept_once_under_its_code(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    answers = {"title": "一；'二'", "content": ["甲", "乙\n丙"], "length": {"seconds": 1.5}}
    deed = PrintForm("ABCDEFGHJK", CAMPAIGN, "case", unit=unit, person=person, answers=answers)
    assert [await world.do(deed, at=NOW + late) for late in range(2)] == [Printed("ABCDEFGHJK")] * 2
    assert await world.rows(prints, "code", "unit", "person", "at") == [("ABCDEFGHJK", unit, person, NOW)]
    assert await print_of(world.database, "ABCDEFGHJK") == Print("ABCDEFGHJK", CAMPAIGN, "case", "碑林区", answers)
    assert await print_of(world.database, "0000000000") is None


async def test_the_standing_counts_what_is_in(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    await world.unit("莲湖区")
    elsewhere = await world.unit("别处", campaign="other")
    for track in ("case", "case", "video"):
        await world.do(submission(unit, person, track=track))
    gone = await world.do(submission(unit, person))
    await world.do(WithdrawEntry(gone.entry, unit, person, CLOSES))
    await world.do(submission(elsewhere, person, campaign="other"))
    assert await world.look(Standing(CAMPAIGN)) == (
        Counts(unit, "碑林区", "district", "case", 2),
        Counts(unit, "碑林区", "district", "video", 1),
    )


async def test_entries_are_listed_in_the_order_they_came(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    titles = ["丙", "甲", "乙"]
    for title in titles:
        await world.do(submission(unit, person, title=title))
    assert [entry.title for entry in await world.look(EntriesOf(CAMPAIGN, unit))] == titles


async def test_the_history_survives_a_person_without_a_name(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    entry = (await world.do(submission(unit, person))).entry
    assert [each.by for each in (await world.look(EntryIn(entry, unit))).history] == [""]


async def test_the_same_content_is_not_handed_in_twice_by_a_unit(world: World, seated: tuple[int, int]) -> None:
    unit, person = seated
    same = submission(unit, person)
    assert (await world.do(same)).number == "XA-A0001"
    assert await world.do(same, at=NOW + 5) == Declined("enter.same_again", {"number": "XA-A0001"})
    assert (await world.do(submission(unit, person))).number == "XA-A0002"


async def test_files_are_kept_with_their_version_and_a_withdrawal_keeps_them(
    world: World, seated: tuple[int, int]
) -> None:
    unit, person = seated
    film = Material("film", "aa" * 32, "片.mp4", 5 * 2**30, {"length": "3 分 12 秒", "findings": []})
    pages = (Material("pictures", "bb" * 32, "一.jpg", 1), Material("pictures", "cc" * 32, "二.jpg", 2))
    first = await world.do(submission(unit, person, materials=(film, *pages)))
    scan = Material("scan", "dd" * 32, "表.pdf", 3, {"code": "0123456789"})
    await world.do(submission(unit, person, entry=first.entry, materials=(film, scan)))
    assert (await world.look(EntryIn(first.entry, unit))).materials == (film, scan)
    await world.do(WithdrawEntry(first.entry, unit, person, CLOSES), at=NOW + 1)
    assert (await world.look(EntryIn(first.entry, unit))).materials == (film, scan)
    kept = await world.rows(materials, "version", "place", "key", "name")
    assert kept == [
        (1, 0, "film", "片.mp4"), (1, 1, "pictures", "一.jpg"), (1, 2, "pictures", "二.jpg"),
        (2, 0, "film", "片.mp4"), (2, 1, "scan", "表.pdf"), (3, 0, "film", "片.mp4"), (3, 1, "scan", "表.pdf"),
    ]  # fmt: skip


@pytest.mark.parametrize("sha256", ["", None])
async def test_without_a_file_that_it_needs_an_entry_is_not_taken(
    world: World, seated: tuple[int, int], sha256: str | None
) -> None:
    handed = () if sha256 is None else (Material("scan", sha256, "表.pdf", 3),)
    film = Material("film", "aa" * 32, "片.mp4", 5)
    said = await world.do(submission(*seated, materials=(film, *handed), needs=("film", "scan")))
    assert said == Declined("material.missing", {"keys": ["scan"]})
    assert [await world.rows(table, "version") for table in (entries, versions, materials)] == [[], [], []]
