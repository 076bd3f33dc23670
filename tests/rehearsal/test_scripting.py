"""Any notice gives a script: in order, by its own stages where it has them, and without what it has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehearsal.assumed import assumed, left_out
from rehearsal.course import gathered
from rehearsal.rosters import invented, roster_of
from rehearsal.scripting import NotPlayable, derived, script_of
from rehearsal.scripts import SCRIPTS, Script
from rehearsal.size import Size
from rules.instants import closing, opening
from rules.notice import Notice, read_notice
from rules.workdays import is_workday
from tests.campaigns.shipped import IDS, notice
from tests.drafting.words import drafted
from tests.rehearsal.own import EXPERTS, PRIZES, QUIZ, TASK, WORKS, own, put

DRAFTS = ("lanhe", "anju", "binzhou", "danxia", "longquan", "yunmeng")
SIZE = Size(units=4, players=4, public=4, seed=1, small=True)
#: What is not there any more, by name.
OFF: Mapping[str, Any] = {
    "judging": lambda one: replace(one, judging=None, awards=None),
    "awards": lambda one: replace(one, awards=None),
    "experts": lambda one: _without(one, "expert"),
    "public": lambda one: _without(one, "public"),
    "screening": lambda one: _without(one, "screening"),
    "dates": lambda one: _rounds(one, lambda each: replace(each, stage=None)),
    "elsewhere": lambda one: _rounds(one, lambda each: replace(each, vote=None)),
    "shown": lambda one: replace(one, stages=tuple(each for each in one.stages if "公示" not in each.label)),
    "chains": lambda one: replace(one, tracks=tuple(replace(each, chain=()) for each in one.tracks)),
    "issued": lambda one: replace(one, issued="不久"),
    "tasks": lambda one: replace(one, tasks=()),
    "works": lambda one: replace(one, tracks=()) if one.quiz is not None else one,
    "quiz": lambda one: replace(one, quiz=None) if one.entered else one,
}


def _rounds(one: Notice, change: Any) -> Notice:
    judging = one.judging
    return one if judging is None else replace(one, judging=replace(judging, rounds=tuple(map(change, judging.rounds))))


def _without(one: Notice, kind: str) -> Notice:
    judging = one.judging
    if judging is None:
        return one
    left = tuple(each for each in judging.rounds if each.kind != kind)
    return replace(one, judging=replace(judging, rounds=left, weights=()))


def _known(name: str) -> Notice:
    if name in IDS:
        return notice(name)
    return {"own": own(WORKS, TASK, EXPERTS, PRIZES, QUIZ)}[name]


def instants(script: Script, one: Notice) -> list[datetime]:
    """What happens, in the order in which it must."""
    steps = [script.screens, script.prepares, *script.public[:1], script.opens, script.restarts, script.closes]
    steps += [script.awards]
    found = [opening(each, one.zone) for each in steps if each]
    found += [closing(script.ends, one.zone).first_late] if script.ends else []
    return [gathered(one), *found, opening(script.publishes, one.zone)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*IDS, "own"]), st.sets(st.sampled_from(sorted(OFF))))
def test_whatever_a_notice_lacks_its_instants_are_in_order(name: str, off: set[str]) -> None:
    one = _known(name)
    for each in sorted(off):
        one = OFF[each](one)
    script = derived(one)
    found = instants(script, one)
    assert found == sorted(found)
    assert len(set(found)) >= len(found) - 1  # only a dossier may be made when prizes would be given
    for text in (script.screens, script.prepares, script.opens, script.publishes):
        assert not text or is_workday(opening(text, one.zone).date())
    rounds = {each.kind for each in one.judging.rounds} if one.judging is not None and one.entered else set()
    assert bool(script.opens) == bool(script.awards) == ("expert" in rounds)
    assert bool(script.public) == ("public" in rounds)
    assert bool(script.ends) == ("expert" in rounds and one.awards is not None)
    if len(script.public) > 2 and script.awards:
        assert opening(script.public[2], one.zone) <= opening(script.awards, one.zone)
    assert all(each.what.endswith("。") for each in assumed(one, script, SIZE))
    assert left_out(one)


@pytest.mark.parametrize("name", DRAFTS)
def test_what_the_drafter_wrote_of_a_notice_has_a_script(name: str) -> None:
    one = _draft(name)
    found = instants(derived(one), one)
    assert found == sorted(found)


def test_a_stage_of_the_notice_comes_before_workdays() -> None:
    lanhe = derived(_draft("lanhe"))
    assert (lanhe.screens, lanhe.opens, lanhe.closes) == ("2025-06-23 09:00", "2025-07-14 09:00", "2025-07-18 17:00")
    assert lanhe.ends == "2025-07-28 24:00", "it has no 公示, so it is seven days"
    weifang = derived(notice("weifang-2023"))
    assert weifang.ends == "2023-09-20 24:00", "that of its own stage"
    anju = derived(_draft("anju"))
    assert anju.heads == ("2026-03-30 09:00", "2026-04-07 09:00"), "in the period in which they recommend"
    assert anju.screens == "2026-04-13 09:00", "and not before that is over"
    bare = derived(own(WORKS, EXPERTS, PRIZES))
    assert (bare.prepares, bare.opens, bare.closes) == ("2025-03-31 09:00", "2025-04-01 09:00", "2025-04-08 17:00")


def _draft(name: str) -> Notice:
    return read_notice(drafted(name).text, name=name)


def test_a_vote_that_is_over_before_works_are_looked_through_gets_a_week_and_says_so() -> None:
    weifang = notice("weifang-2023")
    early = tuple(
        replace(each, opens=each.opens.replace(month=8, day=1), ends=closing("2023-08-20 24:00", weifang.zone))
        if each.key == "vote" else each for each in weifang.stages
    )  # fmt: skip
    one = replace(weifang, stages=early)
    script = derived(one)
    assert script.window == ("2023-09-06 08:00", "2023-09-12 24:00")
    assert any("网络投票定为9月6日" in each.what for each in assumed(one, script, SIZE))
    assert not derived(weifang).window


def test_prizes_by_theme_and_category_find_works_in_each() -> None:
    [case, video] = derived(notice("xinhua-2021")).works, derived(notice("industry-2024")).works
    assert [dict(each) for each in case[0].given] == [{"category": (number,)} for number in ("1", "2", "3")]
    assert [dict(each) for each in video[0].given] == [{"theme": (number,)} for number in ("1", "2", "3")]


def test_a_script_of_its_own_holds_while_the_dates_are_those_of_the_notice() -> None:
    xian = notice("xian-2024")
    assert script_of(xian) is SCRIPTS["xian-2024"]
    late = replace(xian.stage("collect"), ends=closing("2024-04-10 24:00", xian.zone))
    moved = replace(xian, tracks=tuple(replace(each, stage=late) for each in xian.tracks))
    assert script_of(moved).screens == "2024-04-24 09:00"
    assert script_of(moved) == derived(moved)


def test_what_cannot_be_played_says_what_and_where_it_is_mended() -> None:
    with pytest.raises(NotPlayable, match=r"issued 和 stage\.collect\.closes"):
        derived(replace(own(WORKS), issued="2025-05-03"))
    bare = own(WORKS)
    with pytest.raises(NotPlayable, match="form"):
        derived(replace(bare, tracks=tuple(replace(each, form=None) for each in bare.tracks)))


def test_invented_units_are_of_every_class_and_below_whoever_screens() -> None:
    rows = list(invented(_draft("lanhe"), 9))
    assert [row.name for row in rows[:3]] == ["东岭县信用办", "东岭市直单位", "东岭行业协会"]
    assert {row.klass for row in rows} == {"district", "department", "association"}
    names = {row.name for row in rows}
    assert len(names) == len(rows)
    assert [row.parent for row in rows if row.klass == "district"] == ["", "", ""]
    below = [row.parent for row in rows if row.parent]
    assert below and set(below) <= names and len(below) < 6, "whoever may recommend itself is not always below"
    assert [row.parent for row in invented(own(WORKS), 4)] == ["", "", "", ""]


def test_what_is_left_out_is_named() -> None:
    assert left_out(own(WORKS))[0].endswith("网络投票、专家评审、奖项、证书、各单位的任务、答题")
    assert left_out(own(QUIZ))[0].startswith("通知里没有这些，不演：填表报送的作品")


def test_of_a_roster_only_the_names_go_into_the_play(tmp_path: Path) -> None:
    rows = "类别,单位,联系人,电话,主管部门\n各街道,甲街道,某人,13800000000,\n区直部门,丙局,,,甲街道\n"
    folder = put(tmp_path / "own", WORKS, roster=rows)
    listed = roster_of(derived(own(WORKS)), own(WORKS), folder, tmp_path, 8)
    assert [(unit.name, unit.floors) for unit in listed.units] == [("甲街道", (("示例案例", 1),)), ("丙局", ())]
    assert (listed.whole, listed.invented) == (2, 0)
    written = listed.path.read_text("utf-8")
    assert "丙局,,,区直部门,甲街道" in written and "某人" not in written and "138" not in written


def test_a_roster_without_a_usable_unit_is_told(tmp_path: Path) -> None:
    folder = put(tmp_path / "own", WORKS, roster="单位名称,类别\n甲街道,没有这一类\n")
    with pytest.raises(NotPlayable, match=r"own-2025\.roster\.csv 里没有一家能用的单位"):
        roster_of(derived(own(WORKS)), own(WORKS), folder, tmp_path, 8)
