"""Votes of the public: each once, in time, never above the limit however many come at once, told to whom it may be."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, insert, select, update

from rules.deeds import Declined, Done
from rules.deeds_public import CastVote, CloseVote, TimeVote, Voted
from rules.looks_public import MyVote, MyVotes, WorkOf
from rules.public_vote import day_of
from storage.database import Database
from storage.numbers import Numbers
from storage.tables import entries
from storage.tables_public import votes
from tests.storage.world import CAMPAIGN, CLOSES, DAY, NOW, OPENS, World, submission

ROUND = "public"


def why(result: Any) -> str:
    return result.why if isinstance(result, Declined) else ""


async def works(world: World, count: int = 3, track: str = "case") -> list[int]:
    unit, person = await world.unit(f"{track} 单位"), await world.person()
    made = [await world.do(submission(unit, person, track=track)) for _ in range(count)]
    return [each.entry for each in made]


def vote(entry: int, person: int, **changes: Any) -> CastVote:
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN, "round": ROUND, "entry": entry, "track": "case", "person": person, "bucket": "case",
        "limit": 2, "daily": True, "zone": "Asia/Shanghai", "opens": OPENS, "closes": CLOSES,
    }  # fmt: skip
    return CastVote(**{**facts, **changes})


async def test_a_person_has_so_many_votes_a_day_and_one_for_each_work(world: World) -> None:
    one, two, three = await works(world)
    voter = await world.person()
    assert await world.do(vote(one, voter)) == Voted(1)
    again = await world.do(vote(one, voter))
    assert (why(again), again.facts) == ("vote.again", {"daily": True})
    assert await world.do(vote(two, voter)) == Voted(0)
    none = await world.do(vote(three, voter))
    assert (why(none), none.facts) == ("vote.none_left", {"limit": 2, "daily": True, "each": True})
    assert await world.do(vote(one, voter), at=NOW + DAY) == Voted(1)
    day = day_of(NOW, "Asia/Shanghai", daily=True)
    assert await world.look(MyVotes(CAMPAIGN, ROUND, voter, day)) == (MyVote(one, "case"), MyVote(two, "case"))


async def test_the_day_ends_at_midnight_of_the_notices_zone(world: World) -> None:
    [one] = await works(world, 1)
    voter = await world.person()
    midnight = NOW - (NOW // 1_000_000 + 8 * 3600) % 86400 * 1_000_000 - NOW % 1_000_000 + DAY
    assert await world.do(vote(one, voter), at=midnight - 1) == Voted(1)
    assert await world.do(vote(one, voter), at=midnight) == Voted(1)
    assert await world.do(vote(one, await world.person()), at=midnight - DAY) == Voted(1)


async def test_votes_of_a_vote_without_days_do_not_come_back(world: World) -> None:
    one, two, three = await works(world)
    voter = await world.person()
    once = {"daily": False}
    assert await world.do(vote(one, voter, **once)) == Voted(1)
    assert await world.do(vote(two, voter, **once), at=NOW + DAY) == Voted(0)
    assert why(await world.do(vote(three, voter, **once), at=NOW + 2 * DAY)) == "vote.none_left"


async def test_tracks_are_counted_by_themselves_or_together_as_the_bucket_says(world: World) -> None:
    cases, [film] = await works(world, 2), await works(world, 1, "video")
    voter, other = await world.person(), await world.person()
    for case in cases:
        await world.do(vote(case, voter))
        await world.do(vote(case, other, bucket=""))
    assert await world.do(vote(film, voter, track="video", bucket="video")) == Voted(1)
    assert why(await world.do(vote(film, other, track="video", bucket=""))) == "vote.none_left"


async def test_the_first_and_the_last_instant_are_judged_by_the_statement(world: World) -> None:
    [one] = await works(world, 1)
    early = await world.do(vote(one, await world.person()), at=OPENS - 1)
    assert (why(early), early.facts) == ("vote.not_open", {"early": 1})
    assert await world.do(vote(one, await world.person()), at=OPENS) == Voted(1)
    assert await world.do(vote(one, await world.person()), at=CLOSES - 1) == Voted(1)
    late = await world.do(vote(one, await world.person()), at=CLOSES)
    assert (why(late), late.facts) == ("vote.over", {"late": 0})
    assert why(await world.do(vote(one, await world.person(), opens=0, closes=0))) == "vote.not_open"


async def test_what_an_admin_set_goes_before_the_notices_times(world: World) -> None:
    [one] = await works(world, 1)
    assert await world.do(TimeVote(CAMPAIGN, ROUND, NOW, NOW + DAY, "通知没有写", 0)) == Done()
    assert why(await world.do(vote(one, await world.person()), at=NOW - 1)) == "vote.not_open"
    assert await world.do(vote(one, await world.person(), opens=0, closes=0)) == Voted(1)
    assert why(await world.do(vote(one, await world.person()), at=NOW + DAY)) == "vote.over"
    moved = await world.do(TimeVote(CAMPAIGN, ROUND, NOW + 1, NOW + 2 * DAY, "推迟", 0))
    assert (why(moved), moved.facts) == ("vote.cast_before", {"votes": 1})
    assert await world.do(TimeVote(CAMPAIGN, ROUND, NOW, NOW + 2 * DAY, "延长", 0)) == Done()
    assert await world.do(vote(one, await world.person()), at=NOW + DAY) == Voted(1)


async def test_a_vote_that_is_closed_early_takes_nothing_from_that_instant(world: World) -> None:
    [one] = await works(world, 1)
    assert await world.do(CloseVote(CAMPAIGN, ROUND, OPENS, CLOSES, "平台故障", 0)) == Done()
    assert await world.do(vote(one, await world.person()), at=NOW - 1) == Voted(1)
    assert why(await world.do(vote(one, await world.person()))) == "vote.over"
    assert why(await world.do(CloseVote(CAMPAIGN, ROUND, OPENS, NOW, "再截止", 0))) == "vote.not_running"


async def test_only_works_that_are_in_can_be_voted_for(world: World) -> None:
    one, two, _ = await works(world)
    async with world.database.write() as connection:
        await connection.execute(update(entries).where(entries.c.id == one).values(state="withdrawn"))
    voter = await world.person()
    assert why(await world.do(vote(one, voter))) == "vote.no_work"
    assert why(await world.do(vote(7, voter))) == "vote.no_work"
    assert await world.look(WorkOf(CAMPAIGN, one)) is None
    found = await world.look(WorkOf(CAMPAIGN, two))
    assert (found.title, found.unit, found.answers["title"], found.preview) == ("信用惠民", "case 单位", "信用惠民", "")


async def cast_at_once(worlds: list[World], voter: int, made: list[int], **changes: Any) -> list[Any]:
    """Every program votes for its own work at the same time."""
    return await asyncio.gather(
        *(world.do(vote(entry, voter, **changes)) for world, entry in zip(worlds, made, strict=True))
    )


async def test_eight_programs_at_once_never_exceed_a_limit(shaped_url: str) -> None:
    databases = [Database.open(shaped_url) for _ in range(8)]
    worlds = [World(database, Numbers()) for database in databases]
    try:
        made = await works(worlds[0], 8)
        for round_ in range(6):
            voter = await worlds[0].person()
            limit = 1 + round_ % 3
            done = await cast_at_once(worlds, voter, made, limit=limit)
            assert sorted(each.left for each in done if isinstance(each, Voted)) == list(range(limit))
            assert {why(each) for each in done} == {"", "vote.none_left"}
        same = await cast_at_once(worlds, await worlds[0].person(), [made[0]] * 8, limit=8)
        assert [why(each) for each in same].count("") == 1
    finally:
        for database in databases:
            await database.close()


async def naive(world: World, deed: CastVote, met: asyncio.Barrier) -> bool:
    """The broken twin: it counts, and then writes."""
    mine = (votes.c.person == deed.person, votes.c.bucket == deed.bucket)
    async with world.database.read() as connection:
        taken = (await connection.execute(select(func.count()).select_from(votes).where(*mine))).scalar_one()
    await met.wait()
    if taken >= deed.limit:
        return False
    async with world.database.write() as connection:
        await connection.execute(
            insert(votes).values(
                campaign=deed.campaign, round=deed.round, person=deed.person, day=0, entry=deed.entry,
                bucket=deed.bucket, place=world.numbers() % 2**31, at=NOW,
            )
        )  # fmt: skip
    return True


async def test_whoever_counts_first_and_writes_then_exceeds_it(shaped_url: str) -> None:
    databases = [Database.open(shaped_url) for _ in range(8)]
    worlds = [World(database, Numbers()) for database in databases]
    try:
        made = await works(worlds[0], 8)
        voter, met = await worlds[0].person(), asyncio.Barrier(8)
        done = await asyncio.gather(
            *(naive(world, vote(entry, voter), met) for world, entry in zip(worlds, made, strict=True))
        )
        assert sum(done) > 2
    finally:
        for database in databases:
            await database.close()
