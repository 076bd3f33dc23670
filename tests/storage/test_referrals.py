"""Followers: off until an admin acknowledges, new and counted once, worth a packet as long as they follow."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update

from rules.deeds import Declined, Done
from rules.deeds_payout import AllowReferral, Brought, FollowReferral, MakeReferral, StopReferral
from rules.looks_payout import GraphOf, Referrals, ReferralsOf
from rules.packets import Pool
from rules.referral import SENTENCE
from storage.tables import addresses, people
from storage.tables_steering import audit
from tests.storage.test_quiz import QUIZ, filled, played
from tests.storage.world import DAY, NOW, World

ALLOW = AllowReferral(QUIZ, SENTENCE, "微信规则禁止……", 0)


async def somebody(world: World, channel: str = "wechat", *, since: int = NOW) -> int:
    person = await world.person("李明")
    name = f"o{person}"
    async with world.database.write() as connection:
        await connection.execute(update(people).where(people.c.id == person).values(channel=channel, address=name))
        await connection.execute(insert(addresses).values(id=f"{channel}:{name}", person=person, since=since))
    return person


async def word(world: World, person: int) -> str:
    return str((await world.do(MakeReferral(QUIZ, person))).code)


async def test_nothing_counts_before_an_admin_has_acknowledged_the_rule(world: World) -> None:
    li = await somebody(world)
    assert await world.do(MakeReferral(QUIZ, li)) == Declined("referral.off", {})
    assert (await world.do(ALLOW), await world.do(ALLOW)) == (Done(), Declined("referral.on", {}))
    assert await word(world, li) == await word(world, li)
    [(what,), _] = await world.rows(audit, "what")
    assert SENTENCE in what
    assert await world.look(ReferralsOf(QUIZ, li)) == Referrals(True, 0, 0, SENTENCE, "", NOW)
    assert await world.do(StopReferral(QUIZ, 0)) == Done()
    code = "YQ0000000000"
    assert await world.do(FollowReferral(await somebody(world), code)) == Declined("referral.unknown", {})


async def test_who_is_new_counts_once_for_the_first_who_brought_them(world: World) -> None:
    await world.do(ALLOW)
    li, wang, new = [await somebody(world) for _ in range(3)]
    mine, others = await word(world, li), await word(world, wang)
    assert await world.do(FollowReferral(li, mine)) == Declined("referral.own", {})
    assert await world.do(FollowReferral(new, mine)) == Brought(QUIZ)
    assert await world.do(FollowReferral(new, others)) == Declined("referral.known", {})
    assert await world.do(FollowReferral(li, await word(world, new))) == Declined("referral.known", {})
    old = await somebody(world, since=NOW - DAY - 1)
    assert await world.do(FollowReferral(old, mine)) == Declined("referral.known", {})
    web = await somebody(world, "web")
    assert await world.do(FollowReferral(web, mine)) == Declined("referral.elsewhere", {})
    await world.do(StopReferral(QUIZ, 0))
    assert await world.do(FollowReferral(await somebody(world), mine)) == Declined("referral.off", {})
    assert (await world.look(ReferralsOf(QUIZ, li))).brought == 1
    [follow] = (await world.look(GraphOf(QUIZ))).follows
    assert (follow.inviter, follow.follower, follow.stays, follow.played) == (li, new, True, False)


@pytest.mark.parametrize(
    ("friends", "gone", "terms", "packets"),
    [
        (0, 0, {}, 1),
        (1, 0, {}, 2),
        (3, 0, {}, 3),
        (2, 2, {}, 1),
        (2, 0, {"bonus": 1}, 2),
        (2, 0, {"chances": 0}, 1),
        (2, 0, {"per_person": 1}, 1),
    ],
)
async def test_a_friend_who_stays_is_worth_one_more_packet_within_the_cap(
    world: World, friends: int, gone: int, terms: dict[str, Any], packets: int
) -> None:
    await filled(world, Pool(5000, 10, 100, 2000))
    await world.do(ALLOW)
    li = await somebody(world)
    mine = await word(world, li)
    for number in range(friends):
        new = await somebody(world)
        assert await world.do(FollowReferral(new, mine)) == Brought(QUIZ)
        if number < gone:
            async with world.database.write() as connection:
                left = update(addresses).where(addresses.c.person == new).values(state="unfollowed")
                await connection.execute(left)
    settings = {"per_person": 3, "rights": 1, "chances": 1, **terms}
    found = [await played(world, li, **settings) for _ in range(5)]
    assert sum(each.packet > 0 for each in found) == packets
    assert found[-1].why == "had"
