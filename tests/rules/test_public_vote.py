"""A public vote opens when its time and its weight are settled; its order is a voter's own; signs have thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.instants import micros, opening
from rules.looks_judging import Candidate
from rules.looks_public import Imported, Totals
from rules.notice import Notice, NoticeFaults, read_notice
from rules.public_signals import Signal, signals
from rules.public_vote import Kept, State, Window, day_of, introduction, polled, public_rounds, shuffled
from tests.campaigns.shipped import notice, text_of

ZONE = "Asia/Shanghai"


def at(text: str) -> int:
    return micros(opening(text, ZONE))


def state_of(found: Notice, when: str, kept: Kept | None = None) -> State:
    [round_] = public_rounds(found)
    return polled(found, round_, kept or Kept(), at(when)).state


@pytest.mark.parametrize(
    ("when", "state"),
    [("2024-04-29 23:59", "early"), ("2024-04-30 00:00", "open"), ("2024-06-30 23:59", "open"), ("2024-07-01", "over")],
)
def test_it_is_open_in_its_stage_and_not_a_moment_longer(when: str, state: State) -> None:
    assert state_of(notice("xian-2024"), when) == state


def test_without_a_time_or_a_weight_it_does_not_open_before_an_admin_settles_them() -> None:
    xinhua, weifang = notice("xinhua-2021"), notice("weifang-2023")
    assert state_of(xinhua, "2021-11-01") == "no_window"
    timed = Kept(at("2021-10-28"), at("2021-11-05"))
    assert state_of(xinhua, "2021-11-01", timed) == "no_weights"
    assert state_of(xinhua, "2021-11-01", replace(timed, public="3/10")) == "open"
    assert state_of(weifang, "2023-09-06") == "no_weights"
    assert state_of(weifang, "2023-09-06", Kept(public="1/2")) == "open"
    assert state_of(weifang, "2023-09-11", Kept(public="1/2")) == "over"
    [round_] = public_rounds(xinhua)
    assert polled(xinhua, round_, timed, 0).window == Window(timed.opens, timed.closes)


def test_a_day_is_one_of_the_notices_zone() -> None:
    midnight = at("2024-05-01 00:00")
    assert (day_of(midnight - 1, ZONE, daily=True), day_of(midnight, ZONE, daily=True)) == (20240430, 20240501)
    assert day_of(midnight, ZONE, daily=False) == 0


def test_every_work_is_first_for_about_as_many_voters() -> None:
    works = [Candidate(number, f"{number}", "case", "", 0, 1, "") for number in range(5)]
    firsts = [shuffled(works, f"x/{voter}")[0].id for voter in range(1000)]
    counts = [firsts.count(number) for number in range(5)]
    assert sum(counts) == 1000 and min(counts) > 150
    assert shuffled(works, "x/7") == shuffled(works[::-1], "x/7")


def test_voters_read_the_fields_that_the_notice_shows_and_no_other() -> None:
    [round_] = public_rounds(notice("xian-2024"))
    fields = [("phone", "联系电话"), ("highlight", "特色"), ("digest", "摘要")]
    answers = {"phone": "029-1", "highlight": " 一摊一码 ", "digest": ""}
    assert introduction(round_, fields, answers) == (("特色", "一摊一码"),)


def test_a_notice_cannot_show_how_to_reach_a_person() -> None:
    text = text_of("xian-2024").replace('shows = ["highlight", "digest"]', 'shows = ["phone", "highlights"]')
    with pytest.raises(NoticeFaults) as refused:
        read_notice(text, name="xian-2024")
    told = str(refused.value)
    assert "“phone”：这一栏不是给公众看的内容" in told and "“highlights”：没有这一栏" in told


def test_a_steady_crowd_is_no_burst_and_a_burst_in_a_quiet_vote_is_one() -> None:
    crowd = {1: {f"{minute}": (100 + minute % 7, 0) for minute in range(60)}}
    assert signals(crowd, {}, {}) == ()
    quiet = {1: {"1": (2, 0), "2": (2, 0), "3": (2, 0), "4": (20, 3)}, 2: {"9": (20, 0)}, 3: {"9": (19, 0)}}
    assert signals(quiet, {}, {}) == (Signal("burst", 1, "4", 20, 3, 2), Signal("burst", 2, "9", 20, 0, 1))
    assert signals({1: {"1": (3, 0), "2": (29, 0)}}, {}, {}) == ()
    assert signals({1: {"1": (3, 0), "2": (30, 0)}}, {}, {}) == (Signal("burst", 1, "2", 30, 0, 3),)


def test_networks_and_newcomers_are_signs_from_their_thresholds_on() -> None:
    assert signals({}, {1: {"a": (19, 0), "b": (20, 1)}}, {}) == (Signal("network", 1, "b", 20, 1),)
    fresh = {1: (20, 0, 40), 2: (20, 0, 41), 3: (19, 0, 19)}
    assert signals({}, {}, fresh) == (Signal("fresh", 1, "", 20, 0, 40),)


def test_what_counts_leaves_out_what_is_set_aside_and_adds_or_takes_what_was_imported() -> None:
    own = Totals(True, {1: 5, 2: 3}, {1: 2})
    assert (own.counted, own.everything, own.known) == ({1: 3, 2: 3}, {1: 5, 2: 3}, True)
    added = replace(own, imported=Imported({2: 10, 3: 1}, "a.xlsx", "", 0, 0, added=True))
    assert (added.counted, added.everything) == ({1: 3, 2: 13, 3: 1}, {1: 5, 2: 13, 3: 1})
    instead = replace(own, imported=Imported({2: 10, 3: 1}, "a.xlsx", "", 0, 0, added=False))
    assert instead.counted == instead.everything == {2: 10, 3: 1}
    assert not Totals(seen=True).known
