"""A level is decided once for a version, by whoever may; caps count what was recommended; what still holds is kept."""

from __future__ import annotations

import asyncio

import pytest

from rules.deeds import Declined, Done, WithdrawEntry
from rules.deeds_screening import HandOver, PassEntry, RejectEntry, ReopenEntry, SendBack
from rules.deeds_steering import ReturnEntry
from rules.handed import Material
from rules.looks_screening import Colleagues, ProgressOf, Queue
from rules.screening import HOST
from storage.audit import Audit
from storage.screened import opinions
from storage.tables import entries
from storage.tables_screening import screenings
from tests.storage.screening_town import CHAINS, case, enter, pass_on, seat, seen, town, where
from tests.storage.world import CAMPAIGN, CLOSES, NOW, World, outcomes, submission


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
