"""Prizes are decided, listed, confirmed and changed one deed after another: instants decide, and who was first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import insert

from rules.award_field import Given
from rules.ballots import Opening, Paper
from rules.deeds import Declined, Done, Heard
from rules.deeds_awards import (
    AnswerObjection,
    ApproveAwards,
    ConfirmAwards,
    DecideAward,
    Move,
    ProposeAwards,
    Proposed,
    Raised,
    RaiseObjection,
    RecallAwards,
    RefillHonour,
    WithdrawHonour,
)
from rules.looks_awards import (
    ChangesIn,
    DecidedIn,
    Honour,
    HonoursOf,
    Listing,
    ListingOf,
    ObjectionsIn,
    RankedIn,
)
from rules.recount import Row, bundle
from storage.ballots import publish
from storage.moments import Moment
from storage.tables import outbox, people, seats
from storage.tables_judging import rounds
from tests.sealing.round import RULE
from tests.storage.world import CAMPAIGN, DAY, MINUTE, NOW, World, outcomes, submission

OPENS, CLOSES = NOW + DAY, NOW + 6 * DAY


def why(result: Any) -> str:
    return result.why if isinstance(result, Declined) else ""


async def works(world: World, count: int, track: str = "case") -> list[tuple[int, int]]:
    """Entries with their units."""
    person, found = await world.person(), []
    for place in range(count):
        unit = await world.unit(f"单位{track}{place}")
        done = await world.do(submission(unit, person, track=track))
        found.append((done.entry, unit))
    return found


def given(pairs: Sequence[tuple[int, int]], prize: str = "case", gift: int = 100) -> tuple[Given, ...]:
    return tuple(Given(prize, "case", "典型案例", entry, unit, "case", gift) for entry, unit in pairs)


async def admin(world: World, name: str) -> int:
    person = await world.person(name)
    async with world.database.write() as connection:
        await connection.execute(
            insert(seats).values(id=world.numbers(), person=person, campaign=CAMPAIGN, role="admin", unit=0, since=NOW)
        )
    return person


def proposal(prizes: tuple[Given, ...], **changes: Any) -> ProposeAwards:
    facts = {"campaign": CAMPAIGN, "given": prizes, "upto": 0, "opens": OPENS, "closes": CLOSES, "basis": "会议通过",
             "asks": False, "by": 0}  # fmt: skip
    return ProposeAwards(**{**facts, **changes})


async def listed(world: World, count: int = 3) -> tuple[Listing, tuple[Honour, ...]]:
    """Prizes in 公示."""
    done = await world.do(proposal(given(await works(world, count))))
    assert isinstance(done, Proposed)
    return await world.look(ListingOf(CAMPAIGN)), await world.look(HonoursOf(CAMPAIGN))


def objection(person: int, **changes: Any) -> RaiseObjection:
    facts = {
        "campaign": CAMPAIGN,
        "person": person,
        "unit": 0,
        "honour": 0,
        "words": "有异议",
        "files": [["证据.pdf", 7, "ab" * 32]],
    }
    return RaiseObjection(**{**facts, **changes})


async def test_the_newest_published_round_of_a_track_is_the_ranking(world: World) -> None:
    pairs = await works(world, 3)
    entries = tuple(entry for entry, _ in pairs)
    for key, levels in (("old", (9, 5, 5)), ("new", (5, 9, 5))):
        paper = Paper(key, "scores", entries, ("a", "b"), 10)
        opening = Opening(paper, dict.fromkeys(range(1, 6), ()), 3, RULE, NOW, NOW + 1, "aa", "bb", 2, 3)
        rows = [
            Row(entry, f"t{number}", (level, level))
            for number in range(1, 6) for entry, level in zip(entries, levels, strict=True)
        ]  # fmt: skip
        kept = bundle(opening, range(1, 6), [bytes([n]) * 32 for n in range(5)], rows, {}, {"case": entries})
        async with world.database.write() as connection:
            values = {"key": key, "campaign": CAMPAIGN, "round": "expert", "state": "tallied"}
            await connection.execute(insert(rounds).values(values))
            moment = Moment(connection, NOW + (MINUTE if key == "new" else 0), world.numbers)
            assert await publish(moment, key, orjson.dumps(kept).decode())
    found = await world.look(RankedIn(CAMPAIGN))
    assert [(each.entry, each.rank) for each in found] == [(entries[1], 1), (entries[0], 2), (entries[2], 2)]
    assert (found[0].unit, found[0].answers, found[0].state) == (pairs[1][1], {"title": "信用惠民"}, "submitted")


async def test_every_decision_stays_on_record_until_the_prizes_are_before_the_committee(world: World) -> None:
    one = DecideAward(CAMPAIGN, "slots", "case", "", {"slots": 3}, "会议决定", 0)
    assert [await world.do(one), await world.do(replace(one, value={"slots": 2}))] == [Done(), Done()]
    made = await world.look(DecidedIn(CAMPAIGN))
    assert [each.value for each in made] == [{"slots": 3}, {"slots": 2}]
    prizes = given(await works(world, 2))
    assert why(await world.do(proposal(prizes, upto=made[0].id))) == "award.decided_meanwhile"
    assert isinstance(await world.do(proposal(prizes, upto=made[1].id)), Proposed)
    assert why(await world.do(one)) == "award.before_committee"
    assert why(await world.do(proposal(prizes, upto=made[1].id))) == "award.before_committee"


async def test_another_admin_agrees_and_nobody_to_their_own(world: World) -> None:
    first = await admin(world, "一")
    prizes = given(await works(world, 2))
    asked = proposal(prizes, asks=True, by=first, basis="")
    assert why(await world.do(asked)) == "award.nobody_to_agree"
    second = await admin(world, "二")
    waiting = await world.do(asked)
    assert waiting.state == "waiting"
    assert await world.look(HonoursOf(CAMPAIGN)) == ()
    agree = ApproveAwards(CAMPAIGN, waiting.listing, True, "会议通过", first)
    assert why(await world.do(agree)) == "award.decided_already"
    assert why(await world.do(replace(agree, by=second), at=CLOSES)) == "award.closes_past"
    agreed = OPENS + MINUTE
    assert await world.do(replace(agree, by=second), at=agreed) == Proposed(waiting.listing, "listed")
    assert why(await world.do(replace(agree, by=second))) == "award.decided_already"
    listing = await world.look(ListingOf(CAMPAIGN))
    assert (listing.state, listing.who, listing.second, listing.basis) == ("listed", "一", "二", "会议通过")
    assert listing.opens == agreed, "nothing was shown before it was agreed to"
    assert [each.state for each in await world.look(HonoursOf(CAMPAIGN))] == ["listed", "listed"]


async def test_what_was_refused_or_recalled_may_be_put_there_again(world: World) -> None:
    first, second = await admin(world, "一"), await admin(world, "二")
    asked = proposal(given(await works(world, 1)), asks=True, by=first)
    one = await world.do(asked)
    assert (await world.do(ApproveAwards(CAMPAIGN, one.listing, False, "再议", second))).state == "refused"
    two = await world.do(asked)
    assert await world.do(RecallAwards(CAMPAIGN, two.listing, first)) == Done()
    assert why(await world.do(RecallAwards(CAMPAIGN, two.listing, first))) == "award.decided_already"
    assert isinstance(await world.do(asked), Proposed)


async def test_without_publicity_prizes_are_final_at_once(world: World) -> None:
    done = await world.do(proposal(given(await works(world, 2)), opens=0, closes=0))
    assert done.state == "final"
    assert {each.state for each in await world.look(HonoursOf(CAMPAIGN))} == {"final"}
    assert why(await world.do(objection(await world.person()))) == "objection.too_late"


async def test_objections_are_taken_from_the_first_instant_to_the_last(world: World) -> None:
    person = await world.person("王老师")
    assert why(await world.do(objection(person), at=OPENS)) == "objection.too_early"
    await listed(world)
    assert why(await world.do(objection(person), at=OPENS - 1)) == "objection.too_early"
    assert await world.do(objection(person), at=OPENS) == Raised(1)
    assert await world.do(objection(person), at=CLOSES - 1) == Raised(2)
    assert await world.do(objection(person), at=CLOSES) == Declined("objection.too_late", {"late": 0})
    [one, two] = await world.look(ObjectionsIn(CAMPAIGN))
    assert (one.words, one.files, one.who, two.number) == ("有异议", (("证据.pdf", 7, "ab" * 32),), "王老师", 2)
    assert await world.look(ObjectionsIn(CAMPAIGN, await world.person())) == ()


async def test_prizes_are_final_after_the_end_once_every_objection_has_its_answer(world: World) -> None:
    listing, _ = await listed(world)
    person = await world.person()
    await world.do(objection(person), at=OPENS)
    confirm = ConfirmAwards(CAMPAIGN, listing.id, 0)
    assert await world.do(confirm, at=CLOSES - 1) == Declined("award.still_listed", {"early": 1})
    assert await world.do(confirm, at=CLOSES) == Declined("award.objections_open", {"open": 1})
    [one] = await world.look(ObjectionsIn(CAMPAIGN))
    answer = AnswerObjection(CAMPAIGN, one.id, "rejected", "经核实无误", 0)
    assert await world.do(answer, at=CLOSES) == Done()
    assert why(await world.do(answer)) == "objection.answered_already"
    assert why(await world.do(replace(answer, campaign="another"))) == "objection.answered_already"
    assert await world.do(confirm, at=CLOSES) == Done()
    assert why(await world.do(confirm, at=CLOSES)) == "award.decided_already"
    assert {each.state for each in await world.look(HonoursOf(CAMPAIGN))} == {"final"}
    assert (await world.look(ListingOf(CAMPAIGN))).confirmed == CLOSES


async def test_a_withdrawn_place_is_filled_once_and_only_by_a_deed(world: World) -> None:
    _, [first, second, third] = await listed(world)
    gone = WithdrawHonour(CAMPAIGN, first.id, "材料不实", 0, 0)
    assert await world.do(gone) == Done()
    assert why(await world.do(gone)) == "award.gone"
    assert [each.state for each in await world.look(HonoursOf(CAMPAIGN))] == ["withdrawn", "listed", "listed"]
    [(entry, unit)] = await works(world, 1, "video")
    fresh = Move(0, first.id, Given("merit", "case", "优秀奖", entry, unit, "case", 188))
    up = Move(second.id, first.id, Given("case", "first", "一等奖", second.entry, second.unit, "case", 1396))
    twice = Move(0, first.id, Given("case", "case", "典型案例", third.entry, third.unit, "case", 100))
    fill = RefillHonour(CAMPAIGN, (first.id,), (up, fresh), "会议决定", 0)
    assert why(await world.do(replace(fill, places=(second.id,)))) == "award.refilled_already"
    assert why(await world.do(replace(fill, moves=(twice,)))) == "award.changed_meanwhile"
    assert why(await world.do(replace(fill, moves=(replace(up, honour=first.id),)))) == "award.changed_meanwhile"
    assert await world.do(fill) == Done()
    assert why(await world.do(fill)) == "award.refilled_already"
    found = {each.entry: (each.label, each.gift, each.state) for each in await world.look(HonoursOf(CAMPAIGN))}
    assert found[second.entry] == ("一等奖", 1396, "listed")
    assert found[entry] == ("优秀奖", 188, "listed")
    changes = await world.look(ChangesIn(CAMPAIGN))
    assert [(each.what, each.before, each.after, each.stage) for each in changes] == [
        ("withdrawn", "典型案例", "", "listed"),
        ("moved", "典型案例", "一等奖", "listed"),
        ("added", "", "优秀奖", "listed"),
    ]


async def test_a_change_after_the_confirmation_is_marked_and_a_place_may_stay_vacant(world: World) -> None:
    listing, [first, *_] = await listed(world)
    await world.do(ConfirmAwards(CAMPAIGN, listing.id, 0), at=CLOSES)
    await world.do(WithdrawHonour(CAMPAIGN, first.id, "侵权", 0, 0), at=CLOSES)
    assert await world.do(RefillHonour(CAMPAIGN, (first.id,), (), "会议决定", 0), at=CLOSES) == Done()
    changes = await world.look(ChangesIn(CAMPAIGN))
    assert [(each.what, each.stage) for each in changes] == [("withdrawn", "final"), ("vacant", "final")]


async def test_the_units_concerned_hear_of_it_and_no_other(world: World) -> None:
    _, [first, second, _] = await listed(world)
    async with world.database.write() as connection:
        for place, unit in enumerate((first.unit, second.unit), start=1):
            await connection.execute(insert(people).values(id=place, channel="web", address=f"a{place}"))
            row = {"id": place, "person": place, "campaign": CAMPAIGN, "role": "liaison", "unit": unit, "since": NOW}
            await connection.execute(insert(seats).values(row))
    heard = Heard("award.withdrawn_told", {})
    await world.do(WithdrawHonour(CAMPAIGN, first.id, "侵权", 0, 0, heard))
    assert await world.rows(outbox, "person") == [(1,)]


async def test_of_many_at_once_one_lists_and_each_objection_has_a_number_of_its_own(rivals: list[World]) -> None:
    prizes = given(await works(rivals[0], 2))
    done = await asyncio.gather(*(each.do(proposal(prizes)) for each in rivals * 2))
    assert outcomes(done, Proposed) == 1
    assert len(await rivals[0].look(HonoursOf(CAMPAIGN))) == 2
    person = await rivals[0].person()
    raised = await asyncio.gather(*(each.do(objection(person), at=OPENS) for each in rivals * 3))
    assert sorted(each.number for each in raised) == list(range(1, 10))
    [first, _] = await rivals[0].look(HonoursOf(CAMPAIGN))
    taken = await asyncio.gather(*(each.do(WithdrawHonour(CAMPAIGN, first.id, "侵权", 0, 0)) for each in rivals * 2))
    assert outcomes(taken, Done) == 1
