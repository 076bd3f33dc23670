"""Duties in the database: confirmed once, handed in by versions, late judged where it is written, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

from rules.deeds import Declined, Done
from rules.deeds_duty import ConfirmDuty, HandedIn, HandIn, TakeBack
from rules.looks_duty import DutyBoard, Handed, Receipt, UnitDuty
from storage.tables_duties import handed
from tests.storage.world import CAMPAIGN, CLOSES, NOW, OPENS, World


def report(unit: int, person: int, **changes: Any) -> HandIn:
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN, "task": "report", "unit": unit, "person": person, "opens": OPENS, "closes": CLOSES,
        "marks": False, "counts": {"参加答题人数": 860}, "words": "发动答题", "files": [["a.jpg", 3, "ab" * 32]],
    }  # fmt: skip
    return HandIn(**{**facts, **changes})


async def test_a_unit_stands_as_it_confirmed_and_handed_in(world: World) -> None:
    unit, other, person = await world.unit("区教体局"), await world.unit("区卫健委"), await world.person("王老师")
    assert await world.do(ConfirmDuty(CAMPAIGN, unit, person, 2, "old")) == Done()
    assert await world.do(ConfirmDuty(CAMPAIGN, unit, person, 2, "new"), at=NOW + 1) == Done()
    assert await world.do(report(unit, person)) == HandedIn("", 1, CLOSES - NOW)
    given = Handed(
        "report", "", 1, NOW, "王老师", False, "", {}, "", {"参加答题人数": 860}, "发动答题", (("a.jpg", 3, "ab" * 32),)
    )
    mine = UnitDuty(unit, "district", ("区教体局",), Receipt(2, "new", NOW + 1, "王老师"), (given,))
    assert await world.look(DutyBoard(CAMPAIGN)) == (mine, UnitDuty(other, "district", ("区卫健委",), None, ()))
    assert await world.look(DutyBoard(CAMPAIGN, unit)) == (mine,)


async def test_a_new_version_takes_the_place_of_the_old_and_both_are_kept(world: World) -> None:
    unit, person = await world.unit("区教体局"), await world.person("王老师")
    await world.do(report(unit, person))
    assert await world.do(report(unit, person, words="又发动了一批"), at=NOW + 5) == HandedIn("", 2, CLOSES - NOW - 5)
    assert await world.rows(handed, "version", "state", "words") == [
        (1, "replaced", "发动答题"),
        (2, "in", "又发动了一批"),
    ]


async def test_the_last_moment_is_on_time_and_the_next_is_not(world: World) -> None:
    unit, person = await world.unit("区教体局"), await world.person()
    assert await world.do(report(unit, person), at=OPENS - 1) == Declined("duty.too_early", {"early": 1})
    assert await world.do(report(unit, person), at=CLOSES - 1) == HandedIn("", 1, 1)
    assert await world.do(report(unit, person), at=CLOSES) == Declined("duty.too_late", {"late": 0})
    assert await world.do(report(unit, person, marks=True), at=CLOSES) == HandedIn("", 2, 0)
    assert await world.rows(handed, "version", "late", "state") == [(1, 0, "replaced"), (2, 1, "in")]


async def test_events_have_slots_of_their_own_and_are_taken_back_one_by_one(world: World) -> None:
    unit, person = await world.unit("古堰景区管委会"), await world.person()
    first = await world.do(report(unit, person, slot="new", held="2020-07-08", counts={"people": 80}))
    second = await world.do(report(unit, person, slot="new", held="2020-07-09", counts={"people": 160}))
    back = TakeBack(CAMPAIGN, "report", unit, person, first.slot, CLOSES)
    assert await world.do(back, at=CLOSES) == Declined("duty.too_late_back", {})
    assert await world.do(back) == Done()
    assert await world.do(back) == Declined("duty.gone", {})
    [mine] = await world.look(DutyBoard(CAMPAIGN, unit))
    assert [each.slot for each in mine.handed] == [second.slot]


async def test_a_filled_form_is_kept_under_its_code_with_its_rows(world: World) -> None:
    unit, person = await world.unit("区教体局"), await world.person()
    answers = {"rows": [{"name": "张三"}]}
    await world.do(
        report(unit, person, task="liaison", form="liaison", code="0123456789", answers=answers, counts=None)
    )
    [mine] = await world.look(DutyBoard(CAMPAIGN, unit))
    assert [(each.code, each.answers, each.counts) for each in mine.handed] == [("0123456789", answers, {})]


async def test_two_people_of_one_unit_at_once_get_a_version_each(rivals: list[World]) -> None:
    unit, person = await rivals[0].unit("区教体局"), await rivals[0].person()
    done = await asyncio.gather(*(rival.do(report(unit, person, words=f"{n}")) for n, rival in enumerate(rivals * 3)))
    assert sorted(each.version for each in done) == list(range(1, 10))
    states = [state for _, state in await rivals[0].rows(handed, "version", "state")]
    assert states == ["replaced"] * 8 + ["in"]
