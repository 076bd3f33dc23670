"""A level is decided once for a version, by whoever may; caps count what was recommended; what still holds is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, update

from rules.deeds import Declined, Done, Received, WithdrawEntry
from rules.deeds_screening import HandOver, PassEntry, RejectEntry, ReopenEntry, Seen, SendBack
from rules.deeds_steering import ReturnEntry
from rules.handed import Material
from rules.looks_judging import Candidates
from rules.looks_screening import Case, CasesOf, Colleagues, ProgressOf, Queue, RecommendedBy, Screens
from rules.screening import HOST, Chains
from rules.tracks import Level
from storage.audit import Audit
from storage.screened import opinions
from storage.tables import entries, seats, units
from storage.tables_screening import screenings
from tests.storage.world import CAMPAIGN, CLOSES, NOW, World, outcomes, submission

RECOMMENDER = Level("recommender", "推荐单位意见", "recommender", "附表2", "recommender", self_recommends=True)
PROVINCE = Level("province", "初步遴选", "lead", "附表2", "province")
COMMITTEE = Level("committee", "组委会意见", "host", "附表2", "committee")
CHAINS = Chains((("case", (RECOMMENDER, PROVINCE, COMMITTEE)),), frozenset({"province"}))


async def town(world: World) -> Any:
    ids = {
        "province": await world.unit("陕西省牵头部门", klass="province", short="陕西"),
        "city": await world.unit("西安市", klass="city"),
        "unit": await world.unit("碑林区", klass="unit"),
    }
    async with world.database.write() as connection:
        for below, above in (("city", "陕西"), ("unit", "西安市")):
            await connection.execute(update(units).where(units.c.id == ids[below]).values(parent=above))
    people = {name: await seat(world, name, ids[name]) for name in ids} | {"admin": await seat(world, "管理员", 0)}
    return ids, people


async def seat(world: World, name: str, unit: int) -> int:
    person = await world.person(name)
    role = "liaison" if unit else "admin"
    async with world.database.write() as connection:
        values = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": role, "unit": unit}
        await connection.execute(insert(seats).values(values))
    return person


async def enter(world: World, unit: int, **changes: Any) -> int:
    at = changes.pop("at", NOW)
    done = await world.do(submission(unit, await world.person(), **changes), at=at)
    assert isinstance(done, Received)
    return done.entry


async def case(world: World, entry: int) -> Case:
    [found] = await world.look(CasesOf(CAMPAIGN, CHAINS, entry=entry))
    assert isinstance(found, Case)
    return found


def seen(found: Case) -> Seen:
    assert found.stand.level is not None
    return Seen(
        found.entry.id, found.entry.number, found.entry.version, found.stand.level.key, max(found.stand.desk, 0)
    )


async def pass_on(world: World, entry: int, by: int, **more: Any) -> Done | Declined:
    found = await case(world, entry)
    level = found.stand.level
    assert level is not None
    facts = {"field": level.field or "", "day": "2024-03-09", "track": "case", **more}
    deed = PassEntry(CAMPAIGN, seen(found), "同意推荐。", by, **facts)
    done = await world.do(deed, at=NOW + 1)
    assert isinstance(done, Done | Declined)
    return done


def where(found: Case) -> tuple[str, str, str]:
    level = found.stand.level
    return found.stand.state, level.key if level is not None else "", found.desk.name if found.desk is not None else ""


async def test_an_entry_goes_from_level_to_level_and_each_sees_it_in_turn(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])

    async def queues() -> list[int]:
        desks = ((ids["city"], "city"), (ids["province"], "province"), (HOST, "admin"))
        return [len(await world.look(Queue(CAMPAIGN, CHAINS, unit, people[name]))) for unit, name in desks]

    assert (where(await case(world, entry)), await queues()) == (("waiting", "recommender", "西安市"), [1, 0, 0])
    assert await pass_on(world, entry, people["city"]) == Done()
    assert (where(await case(world, entry)), await queues()) == (("waiting", "province", "陕西省牵头部门"), [0, 1, 0])
    assert await pass_on(world, entry, people["province"]) == Done()
    assert (where(await case(world, entry)), await queues()) == (("waiting", "committee", ""), [0, 0, 1])
    assert await pass_on(world, entry, people["admin"]) == Done()
    assert (where(await case(world, entry)), await queues()) == (("through", "", ""), [0, 0, 0])
    [progress] = (await world.look(ProgressOf(CAMPAIGN, CHAINS))).values()
    assert (progress.pending, progress.through) == (0, 1)
    code = (await case(world, entry)).entry.code
    async with world.database.read() as connection:
        given = await opinions(connection, entries.c.id == entry)
    signed = {"opinion": "同意推荐。", "day": "2024-03-09"}
    assert given == {code: {"recommender": signed, "province": signed, "committee": signed}}


@pytest.mark.parametrize("who", ["unit", "province", "nobody"])
async def test_nobody_else_decides_a_level_and_the_refusal_is_on_record(world: World, who: str) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    by = people.get(who) or await world.person("路人")
    assert await pass_on(world, entry, by) == Declined("admin.no_seat", {})
    assert where(await case(world, entry)) == ("waiting", "recommender", "西安市")
    [act] = await Audit(world.database).acts()
    assert (act.command, act.result) == ("screen", {"declined": "admin.no_seat"})


async def test_of_two_who_decide_at_once_one_is_first_and_the_other_hears_who(rivals: list[World]) -> None:
    world = rivals[0]
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    mine = seen(await case(world, entry))
    deeds = [
        PassEntry(CAMPAIGN, mine, "同意。", people["city"]),
        RejectEntry(CAMPAIGN, mine, "不符合主题", "二（二）2", people["city"]),
        PassEntry(CAMPAIGN, mine, "同意。", people["admin"]),
    ]
    said = await asyncio.gather(*(each.do(deed) for each, deed in zip(rivals, deeds, strict=True)))
    assert (outcomes(said, Done), outcomes(said, Declined)) == (1, 2)
    late = next(each for each in said if isinstance(each, Declined))
    assert (late.why, late.facts["number"]) == ("screen.changed", "XA-A0001")
    assert late.facts["by"] in ("city", "管理员")
    decided = [row for row in await world.rows(screenings, "decision", "carried") if not row[1]]
    assert len(decided) == 1


async def test_a_version_that_the_unit_changed_meanwhile_is_not_decided(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    old = seen(await case(world, entry))
    await enter(world, ids["unit"], entry=entry, at=NOW + 1)
    done = await world.do(PassEntry(CAMPAIGN, old, "同意。", people["city"]), at=NOW + 2)
    assert done == Declined("screen.changed", {"number": "XA-A0001", "by": "", "what": ""})


async def test_what_was_mended_starts_at_the_level_that_sent_it_back(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    await pass_on(world, entry, people["city"])
    back = SendBack(
        CAMPAIGN, seen(await case(world, entry)), {"title": "题目太长"}, CLOSES, people["province"],
        again=("province", "committee"),
    )  # fmt: skip
    assert await world.do(back, at=NOW + 2) == Done()
    assert (await case(world, entry)).stand.state == "returned"
    await enter(world, ids["unit"], entry=entry, at=NOW + 3)
    found = await case(world, entry)
    assert where(found) == ("waiting", "province", "陕西省牵头部门")
    assert [(each.level, each.carried) for each in found.stand.decisions] == [("recommender", True)]
    assert found.stand.since == NOW + 3


async def test_what_the_unit_changed_itself_starts_anew_and_another_scan_changes_nothing(world: World) -> None:
    ids, people = await town(world)
    old, new = (Material("scan", sha * 64, "盖章.pdf", 9) for sha in "ab")
    entry = await enter(world, ids["unit"], code="0000000001", materials=(old,))
    await pass_on(world, entry, people["city"])
    await enter(world, ids["unit"], entry=entry, code="0000000001", materials=(new,), at=NOW + 2)
    assert where(await case(world, entry))[1] == "province"
    await enter(world, ids["unit"], entry=entry, code="0000000002", materials=(new,), at=NOW + 3)
    assert where(await case(world, entry))[1] == "recommender"


async def test_a_film_that_was_exchanged_is_looked_at_anew(world: World) -> None:
    ids, people = await town(world)
    old, new = (Material("film", sha * 64, "a.mp4", 9) for sha in "ab")
    entry = await enter(world, ids["unit"], code="0000000001", materials=(old,))
    await pass_on(world, entry, people["city"])
    await enter(world, ids["unit"], entry=entry, code="0000000001", materials=(new,), at=NOW + 2)
    assert where(await case(world, entry))[1] == "recommender"


async def test_an_entry_sent_back_by_the_host_command_keeps_the_levels_that_need_not_look(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    await pass_on(world, entry, people["city"])
    await pass_on(world, entry, people["province"])
    await world.do(ReturnEntry(CAMPAIGN, entry, 1, {"title": "改"}, CLOSES, people["admin"], again=("committee",)))
    await enter(world, ids["unit"], entry=entry, at=NOW + 3)
    assert where(await case(world, entry)) == ("waiting", "committee", "")


async def test_a_refusal_is_final_for_the_unit_and_can_be_taken_back_by_the_host(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    await pass_on(world, entry, people["city"])
    deed = RejectEntry(CAMPAIGN, seen(await case(world, entry)), "是广告", "五1", people["province"])
    assert await world.do(deed, at=NOW + 2) == Done()
    found = await case(world, entry)
    assert (found.stand.state, found.stand.decisions[-1].clause) == ("rejected", "五1")
    again = submission(ids["unit"], people["unit"], entry=entry)
    assert isinstance(await world.do(again, at=NOW + 3), Declined)
    assert isinstance(await world.do(WithdrawEntry(entry, ids["unit"], people["unit"], CLOSES)), Declined)
    reopen = ReopenEntry(CAMPAIGN, entry, found.entry.version, "复核后认为不是广告", people["province"])
    assert await world.do(reopen) == Declined("admin.no_seat", {})
    reopen = ReopenEntry(CAMPAIGN, entry, found.entry.version, "复核后认为不是广告", people["admin"])
    assert await world.do(reopen, at=NOW + 4) == Done()
    found = await case(world, entry)
    assert (where(found), found.stand.since) == (("waiting", "province", "陕西省牵头部门"), NOW + 4)
    assert await world.do(reopen, at=NOW + 5) == Declined("screen.not_rejected", {})


async def test_a_cap_counts_ones_own_works_and_those_recommended(rivals: list[World]) -> None:
    world = rivals[0]
    ids, people = await town(world)
    own = await enter(world, ids["province"], cap=2, counts="recommended")
    several = [await enter(world, ids["unit"]) for _ in range(3)]
    for entry in several:
        await pass_on(world, entry, people["city"])
    said = await asyncio.gather(
        *(pass_on(each, entry, people["province"], cap=2) for each, entry in zip(rivals, several, strict=True))
    )
    assert (outcomes(said, Done), outcomes(said, Declined)) == (1, 2)
    late = next(each for each in said if isinstance(each, Declined))
    assert late == Declined("screen.cap_reached", {"taken": 2, "cap": 2})
    assert await world.look(RecommendedBy(CAMPAIGN, "case", ids["province"])) == 1
    more = await world.do(submission(ids["province"], people["province"], cap=2, counts="recommended"))
    assert more == Declined("enter.cap_reached", {"cap": 2})
    assert where(await case(world, own)) == ("waiting", "committee", "")


async def test_a_refused_work_gives_its_place_under_the_cap_back(world: World) -> None:
    ids, people = await town(world)
    one, two = [await enter(world, ids["unit"]) for _ in range(2)]
    for entry in (one, two):
        await pass_on(world, entry, people["city"])
    assert await pass_on(world, one, people["province"], cap=1) == Done()
    assert isinstance(await pass_on(world, two, people["province"], cap=1), Declined)
    await world.do(RejectEntry(CAMPAIGN, seen(await case(world, one)), "不符", "二", people["admin"]))
    assert await pass_on(world, two, people["province"], cap=1) == Done()


async def test_what_is_straight_passes_all_later_levels(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    await pass_on(world, entry, people["city"])
    assert await pass_on(world, entry, people["province"], straight=True) == Done()
    assert where(await case(world, entry)) == ("through", "", "")


async def test_what_is_handed_over_waits_for_whom_it_was_handed_to(world: World) -> None:
    ids, people = await town(world)
    other = await seat(world, "同事", ids["city"])
    entry = await enter(world, ids["unit"])
    assert [each.person for each in await world.look(Colleagues(CAMPAIGN, ids["city"], people["city"]))] == [other]

    async def waiting() -> list[int]:
        who = ((ids["city"], people["city"]), (ids["city"], other), (HOST, people["admin"]))
        return [len(await world.look(Queue(CAMPAIGN, CHAINS, unit, person))) for unit, person in who]

    mine = seen(await case(world, entry))
    assert await waiting() == [1, 1, 0]
    assert await world.do(HandOver(CAMPAIGN, mine, other, "请您看", people["city"]), at=NOW + 1) == Done()
    assert await waiting() == [0, 1, 0]
    assert await world.do(HandOver(CAMPAIGN, mine, 0, "请主办方定", other), at=NOW + 2) == Done()
    assert await waiting() == [0, 0, 1]
    assert await pass_on(world, entry, people["admin"]) == Done()
    late = await world.do(HandOver(CAMPAIGN, mine, other, "", people["city"]), at=NOW + 3)
    assert late == Declined("screen.changed", {"number": "XA-A0001", "by": "管理员", "what": "passed"})


async def test_where_a_unit_has_nobody_the_host_decides_in_its_place(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    async with world.database.write() as connection:
        await connection.execute(update(seats).where(seats.c.unit == ids["city"]).values(unit=1))
    [found] = await world.look(Queue(CAMPAIGN, CHAINS, HOST, people["admin"]))
    assert (found.entry.id, found.vacant, found.desk and found.desk.name) == (entry, True, "西安市")


async def test_a_unit_screens_where_another_names_it(world: World) -> None:
    ids, _ = await town(world)
    assert [await world.look(Screens(CAMPAIGN, ids[name])) for name in ("province", "city", "unit")] == [
        True, True, False,
    ]  # fmt: skip


async def test_only_what_passed_every_level_reaches_a_round_unless_it_is_let_go_along(world: World) -> None:
    ids, people = await town(world)
    one, two = [await enter(world, ids["province"]) for _ in range(2)]
    assert await pass_on(world, one, people["admin"]) == Done()
    screened = Candidates(CAMPAIGN, "expert", of="screening", of_kind="screening", chains=CHAINS)
    assert [each.id for each in await world.look(screened)] == [one]
    assert [each.id for each in await world.look(Candidates(CAMPAIGN, "expert"))] == [one, two]
    assert [each.id for each in await world.look(Candidates(CAMPAIGN, "expert", (two,)))] == [two]
