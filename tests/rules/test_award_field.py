"""From ranking and decisions to what is given: printed names, sums against the notice's own, units by their counts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from rules.audience import Tally
from rules.award_basis import basis_of
from rules.award_field import (
    Given,
    Slip,
    awards_of,
    contenders_of,
    decisions_of,
    given_of,
    in_force,
    label_of,
    slips,
)
from rules.award_list import grouped, publicity, shown_list
from rules.looks_awards import Decided, Honour, Ranked
from rules.people import Unit
from rules.prizes import Decisions, Scope, settle
from tests.campaigns.shipped import notice

UNITS = [Unit(n, "weifang-2023", name, klass=klass) for n, (name, klass) in enumerate(
    [("奎文区", "county"), ("高新区", "zone"), ("协会", "other")], start=1)]  # fmt: skip


def ranked(track: str, count: int, first: int = 1, **facts: Any) -> list[Ranked]:
    kept = {"form": track, "answers": {}, "state": "submitted", **facts}
    return [
        Ranked(first + n, f"WF-{first + n}", "作品", 1 + n % 3, UNITS[n % 3].name, "county", track, n + 1, **kept)
        for n in range(count)
    ]


def decided(place: int, kind: str, prize: str, value: dict[str, Any], within: str = "") -> Decided:
    return Decided(place, kind, prize, within, value, "会议决定", "管理员", 0)


def weifang(texts: int, videos: int) -> tuple[Given, ...]:
    told = notice("weifang-2023")
    assert told.awards is not None
    works = ranked("text", texts) + ranked("video", videos, 100)
    made = [decided(1, "chosen", "organisation", {"chosen": [2, 99]})]
    settlement = settle(told.awards, contenders_of(told, works, made), decisions_of(made))
    assert settlement.settled
    return given_of(told, told.awards, settlement, works, UNITS)


def test_weifang_comes_to_its_own_sums_and_an_unknown_unit_gets_nothing() -> None:
    given = weifang(25, 25)
    rules = notice("weifang-2023").awards
    assert rules is not None
    assert (sum(each.gift for each in given), slips(rules, given)) == (16200, ())
    assert [(each.label, each.entry, each.unit) for each in given if not each.entry] == [("优秀组织奖", 0, 2)]
    assert given[0].label == "一等奖（文字案例）"


def test_every_total_that_is_not_reached_is_named() -> None:
    rules = notice("weifang-2023").awards
    assert rules is not None
    assert slips(rules, weifang(25, 9)) == (
        Slip("winners", "video", 20, 9),
        Slip("cost", "video", 8100, 1396 + 3 * 936 + 5 * 336),
        Slip("winners", "", 40, 29),
        Slip("cost", "", 16200, 8100 + 1396 + 3 * 936 + 5 * 336),
    )


def test_a_notice_without_totals_has_no_slips() -> None:
    rules = notice("xian-2024").awards
    assert rules is not None
    assert slips(rules, ()) == ()


def test_prizes_are_called_as_they_are_printed() -> None:
    industry, xinhua = notice("industry-2024"), notice("xinhua-2021")
    assert industry.awards is not None
    assert xinhua.awards is not None
    by_key = {prize.key: prize for prize in (*industry.awards.prizes, *xinhua.awards.prizes)}
    assert [label_of(industry, by_key[key], within) for key, within in (
        ("theme_first", "绿色低碳"), ("gold", ""), ("idea", ""), ("case", "case"), ("fiction", "剧情类"))
    ] == ["主题奖一等奖（绿色低碳）", "金奖", "最佳创意奖", "典型信用案例", "剧情类最佳微视频"]  # fmt: skip


def test_a_prize_in_no_place_is_called_by_its_own_name() -> None:
    weifang = notice("weifang-2023")
    assert weifang.awards is not None
    first = weifang.awards.prizes[0]
    assert label_of(weifang, first, "") == "一等奖"
    assert label_of(weifang, first, "text") == "一等奖（文字案例）"


def test_the_newest_decision_of_a_kind_counts_and_an_undone_one_does_not() -> None:
    made = [
        decided(1, "slots", "case", {"slots": 3}),
        decided(2, "slots", "case", {"slots": 5}),
        decided(3, "exclusive", "", {"exclusive": True}),
        decided(4, "chosen", "first", {"chosen": [7]}, "text"),
        decided(5, "undone", "", {"id": 3}),
    ]
    assert decisions_of(made) == Decisions({"case": 5}, {Scope("first", "text"): (7,)}, None)
    assert [each.id for each in in_force(made).values()] == [2, 4]
    assert decisions_of([*made, decided(6, "undone", "case", {"id": 2})]).slots == {}
    assert decisions_of([*made, decided(6, "exclusive", "", {"exclusive": False})]).exclusive is False


def test_an_added_prize_is_the_committees_and_its_name_stays_after_it_is_dropped() -> None:
    rules = notice("xinhua-2021").awards
    assert rules is not None
    made = [decided(1, "added", "added/最佳摄影", {"label": "最佳摄影", "tracks": ["video"]})]
    added = awards_of(rules, made).prizes[-1]
    assert (added.label, added.basis, added.slots, added.tracks) == ("最佳摄影", "committee", None, ("video",))
    assert awards_of(rules, [*made, decided(2, "undone", "added/最佳摄影", {"id": 1})]) == rules


def test_contenders_have_theme_category_and_fit_and_a_withdrawn_work_does_not_run() -> None:
    told = notice("industry-2024")
    form = told.tracks[0].form
    assert form is not None
    answers = {"theme": {"picked": ["数智赋能"], "other": ""}}
    works = ranked("video", 2, form=form.key, answers=answers) + ranked("video", 1, 9, state="withdrawn")
    made = [
        decided(1, "fit", "idea", {"fit": {"1": "92.5"}}),
        decided(2, "theme", "", {"theme": "绿色低碳"}, "2"),
    ]
    [one, two] = contenders_of(told, works, made)
    assert (one.theme, one.fit, two.theme, two.fit) == ("数智赋能", {"idea": Fraction("92.5")}, "绿色低碳", {})


def test_a_category_is_read_from_its_boxes() -> None:
    told = notice("xinhua-2021")
    films = ranked("video", 1, answers={"category": {"picked": ["动画类"], "other": ""}})
    assert contenders_of(told, films, ())[0].category == "动画类"


def test_the_basis_of_a_prize_for_organising_counts_what_the_quota_counts() -> None:
    told = notice("weifang-2023")
    tallies = [Tally(1, "text", 1, 0, 2), Tally(1, "video", 2, 0, 2), Tally(2, "text", 1, 0, 1), Tally(3, "text", 4)]
    works = ranked("text", 4)
    given = [Given("first", "text", "一等奖", 1, 1, "text", 1396), Given("organisation", "", "优秀组织奖", 0, 1, "", 0)]
    found = basis_of(told, UNITS, tallies, works, given)
    assert [(each.unit.name, each.reported, each.judged, each.won, each.floors, each.owes) for each in found] == [
        ("奎文区", (2, 2), 2, 1, True, ()),
        ("协会", (4, 0), 1, 0, False, ()),
        ("高新区", (1, 0), 1, 0, True, ("视频案例",)),
    ]


def honour(place: int, track: str, prize: str, within: str, **facts: Any) -> Honour:
    kept = {"label": prize, "entry": place, "unit": 1, "unit_name": "奎文区", "number": f"WF-{place}", "title": "作品",
            "gift": 0, "state": "listed", **facts}  # fmt: skip
    return Honour(id=place, prize=prize, within=within, track=track, **kept)


def test_the_list_goes_by_track_and_prize_and_shows_no_withdrawn_one() -> None:
    told = notice("weifang-2023")
    honours = [
        honour(1, "video", "first", "video"), honour(2, "text", "second", "text"), honour(3, "text", "first", "text"),
        honour(4, "text", "second", "text", state="withdrawn"), honour(5, "", "organisation", "", entry=0, number=""),
    ]  # fmt: skip
    rows = shown_list(told, honours, UNITS)
    assert [row.honour for row in rows] == [3, 2, 1, 5]
    assert [(label, len(lines)) for label, lines in grouped(rows)] == [
        ("first", 1), ("second", 1), ("first", 1), ("organisation", 1),
    ]  # fmt: skip


def test_a_natural_person_and_numbers_are_masked_and_a_unit_is_not() -> None:
    told = notice("industry-2024")
    people = [Unit(1, told.id, "欧阳小明", klass="individual"), Unit(2, told.id, "欧阳电机厂", klass="firm")]
    title = "老张的电话 13800138000"
    honours = [honour(n, "video", "gold", "", unit=n, unit_name=people[n - 1].name, title=title) for n in (1, 2)]
    assert [(row.unit, row.title) for row in shown_list(told, honours, people)] == [
        ("欧阳**", "老张的电话 138****8000"),
        ("欧阳电机厂", "老张的电话 138****8000"),
    ]


@pytest.mark.parametrize(("name", "key"), [("weifang-2023", "notice"), ("xian-2024", None), ("industry-2024", None)])
def test_publicity_is_the_stage_that_is_called_so(name: str, key: str | None) -> None:
    stage = publicity(notice(name))
    assert (stage.key if stage is not None else None) == key
