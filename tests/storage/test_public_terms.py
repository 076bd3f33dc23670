"""What admins do about a public vote: signs told, votes set aside, weights settled, totals imported, all on record."""

from __future__ import annotations

from sqlalchemy import insert

from rules.deeds import Done
from rules.deeds_public import CloseVote, ImportTotals, SetApart, SetAside, TimeVote, Voted, WeighVote
from rules.looks_public import PublicTotals, SignalsOf, VotesByHour, VoteTerms
from rules.public_signals import Signal
from rules.public_vote import Kept
from storage.erasing import Eraser, Whom
from storage.tables import addresses, people, seats
from storage.tables_judging import rounds
from storage.tables_public import vote_terms, votes
from tests.storage.test_public_votes import ROUND, vote, why, works
from tests.storage.world import CAMPAIGN, CLOSES, DAY, MINUTE, NOW, OPENS, World

HIDDEN = PublicTotals(CAMPAIGN, ROUND, hidden=True, experts=("expert",))


async def voter_of(world: World, channel: str, since: int) -> int:
    """Somebody whose address is known since then."""
    person = world.numbers()
    async with world.database.write() as connection:
        await connection.execute(insert(people).values(id=person, channel=channel, address=f"{person}", since=since))
        await connection.execute(insert(addresses).values(id=f"{channel}:{person}", person=person, since=since))
    return person


async def test_signs_of_farming_are_told_with_what_is_usual_and_nothing_is_removed(world: World) -> None:
    one, two, three = await works(world)
    for minute in range(4):
        await world.do(vote(one, await voter_of(world, "wechat", NOW - 9 * DAY)), at=NOW + minute * MINUTE)
    for _ in range(25):
        await world.do(vote(one, await voter_of(world, "wechat", NOW - 9 * DAY)), at=NOW + 9 * MINUTE)
    for second in range(20):
        await world.do(vote(two, await world.person(), network="n1"), at=NOW + second * MINUTE)
        await world.do(vote(three, await voter_of(world, "telegram", NOW - DAY + MINUTE)), at=NOW + second)
    found = await world.look(SignalsOf(CAMPAIGN, ROUND))
    burst, fast, slow = (NOW + 9 * MINUTE) // MINUTE, NOW // MINUTE, Signal("network", two, "n1", 20, 0)
    assert found == (
        Signal("burst", one, f"{burst}", 25, 0, 1),
        Signal("burst", three, f"{fast}", 20, 0, 1),
        Signal("fresh", three, "", 20, 0, 20),
        slow,
    )
    assert (await world.look(HIDDEN)).seen is False
    shown = await world.look(PublicTotals(CAMPAIGN, ROUND, hidden=False, experts=()))
    assert shown.counted == shown.everything == {one: 29, two: 20, three: 20}


async def test_votes_set_aside_stay_and_both_totals_go_on_record(world: World) -> None:
    one, two, _ = await works(world)
    for _ in range(3):
        await world.do(vote(one, await world.person(), network="n1"))
    await world.do(vote(one, await world.person(), network="n2"))
    await world.do(vote(two, await world.person(), network="n1"))
    deed = SetAside(CAMPAIGN, ROUND, "network", one, "n1", "同一网络一分钟内连投", 0)
    done = await world.do(deed)
    assert done == SetApart(3, {f"{one}": 1, f"{two}": 1}, {f"{one}": 4, f"{two}": 1})
    assert why(await world.do(deed)) == "vote.nothing_to_move"
    totals = await world.look(PublicTotals(CAMPAIGN, ROUND, hidden=False, experts=()))
    assert (totals.counted, totals.everything) == ({one: 1, two: 1}, {one: 4, two: 1})
    back = await world.do(SetAside(CAMPAIGN, ROUND, "network", one, "n1", "查实是同一单位的办公网", 0, back=True))
    assert back == SetApart(3, {f"{one}": 4, f"{two}": 1}, {f"{one}": 4, f"{two}": 1})


async def test_a_vote_that_was_set_aside_gives_its_voter_none_back(world: World) -> None:
    one, two, three = await works(world)
    voter = await world.person()
    await world.do(vote(one, voter, network="n1"))
    await world.do(SetAside(CAMPAIGN, ROUND, "network", one, "n1", "可疑", 0))
    assert await world.do(vote(two, voter, network="n1")) == Voted(0)
    assert why(await world.do(vote(three, voter, network="n1"))) == "vote.none_left"


async def admin(world: World) -> int:
    person = await world.person("管理员")
    async with world.database.write() as connection:
        await connection.execute(
            insert(seats).values(id=world.numbers(), person=person, campaign=CAMPAIGN, role="admin", unit=0)
        )
    return person


async def experts_are(world: World, state: str) -> None:
    async with world.database.write() as connection:
        await connection.execute(
            insert(rounds).values(key=f"k{state}", campaign=CAMPAIGN, round="expert", state=state, at=NOW)
        )


async def test_hidden_totals_are_for_admins_until_the_experts_are_counted(world: World) -> None:
    [one] = await works(world, 1)
    await world.do(vote(one, await world.person()))
    boss, expert = await admin(world), await world.person("专家")
    for asking, seen in ((0, False), (expert, False), (boss, True)):
        look = PublicTotals(CAMPAIGN, ROUND, hidden=True, experts=("expert",), person=asking)
        found = await world.look(look)
        assert (found.seen, found.counted) == (seen, {one: 1} if seen else {})
    await experts_are(world, "open")
    assert (await world.look(HIDDEN)).seen is False
    await experts_are(world, "tallied")
    assert (await world.look(HIDDEN)).counted == {one: 1}


async def test_the_weight_is_settled_before_the_first_vote(world: World) -> None:
    [one] = await works(world, 1)
    assert await world.do(WeighVote(CAMPAIGN, ROUND, "3/10", "top100", 0)) == Done()
    assert await world.do(WeighVote(CAMPAIGN, ROUND, "2/5", "share", 0)) == Done()
    assert await world.do(TimeVote(CAMPAIGN, ROUND, OPENS, CLOSES, "定时间", 0)) == Done()
    assert await world.look(VoteTerms(CAMPAIGN, ROUND)) == Kept(OPENS, CLOSES, "2/5", "share")
    await world.do(vote(one, await world.person()))
    late = await world.do(WeighVote(CAMPAIGN, ROUND, "1/2", "top100", 0))
    assert (why(late), late.facts) == ("vote.weight_fixed", {"votes": 1})
    assert len(await world.rows(vote_terms, "campaign")) == 1


async def test_totals_of_another_platform_are_added_or_take_the_place(world: World) -> None:
    one, two, _ = await works(world)
    await world.do(vote(one, await world.person()))
    look = PublicTotals(CAMPAIGN, ROUND, hidden=False, experts=())
    assert await world.do(ImportTotals(CAMPAIGN, ROUND, {one: 5, two: 7}, "a.xlsx", "ab", True, 0)) == Done()
    assert (await world.look(look)).counted == {one: 6, two: 7}
    assert await world.do(ImportTotals(CAMPAIGN, ROUND, {one: 5, two: 8}, "b.xlsx", "cd", False, 0)) == Done()
    found = await world.look(look)
    assert (found.counted, found.everything, found.given) == ({one: 5, two: 8}, {one: 5, two: 8}, {one: 1})
    assert found.imported is not None
    assert (found.imported.file, found.imported.sha256, found.imported.added) == ("b.xlsx", "cd", False)


async def test_after_the_publication_nothing_about_votes_changes(world: World) -> None:
    [one] = await works(world, 1)
    await world.do(vote(one, await world.person(), network="n1"))
    await experts_are(world, "published")
    for deed in (
        TimeVote(CAMPAIGN, ROUND, OPENS, CLOSES, "延长", 0),
        CloseVote(CAMPAIGN, ROUND, OPENS, CLOSES, "截止", 0),
        SetAside(CAMPAIGN, ROUND, "network", one, "n1", "可疑", 0),
        ImportTotals(CAMPAIGN, ROUND, {one: 5}, "a.xlsx", "ab", False, 0),
    ):
        assert why(await world.do(deed)) == "vote.published"


async def test_whoever_is_erased_leaves_votes_that_lead_to_nobody(world: World) -> None:
    [one] = await works(world, 1)
    voter, other = await voter_of(world, "telegram", NOW - DAY), await world.person()
    await world.do(vote(one, voter, network="n1"))
    await world.do(vote(one, other, network="n2"))
    await Eraser(world.database).person(Whom(voter))
    assert await world.rows(votes, "network", "way", "place") == [("", "", 1), ("n2", "page", 1)]
    await Eraser(world.database).campaign(CAMPAIGN)
    assert await world.rows(votes, "entry") == []


async def test_votes_are_told_by_the_hour(world: World) -> None:
    [one] = await works(world, 1)
    hour = 60 * MINUTE
    for at in (NOW - 25 * hour, NOW - hour, NOW - 1, NOW):
        await world.do(vote(one, await world.person(), limit=9), at=at)
    assert await world.look(VotesByHour(CAMPAIGN, ROUND, NOW, 3)) == (0, 0, 2)
