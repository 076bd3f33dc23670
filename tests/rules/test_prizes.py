"""Prizes go by the notice's order; what only people may decide is asked, and their answer is checked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.judging import Awards, Prize
from rules.prizes import NOWHERE, Award, Contender, Decisions, Question, Scope, settle
from tests.campaigns.shipped import notice

NONE = Decisions()


def shipped(name: str) -> Awards:
    awards = notice(name).awards
    assert awards is not None
    return awards


WEIFANG, INDUSTRY = shipped("weifang-2023"), shipped("industry-2024")


def prize(key: str, slots: int | None = 1, **facts: Any) -> Prize:
    return Prize(**{"key": key, "label": key, "clause": "十", "slots": slots, "each": "all", "basis": "rank", **facts})


def rules(*prizes: Prize, **facts: Any) -> Awards:
    return Awards(prizes=prizes, clause="十", **facts)


def ranked(*ranks: int, **facts: Any) -> list[Contender]:
    return [Contender(entry, 0, "text", rank, **facts) for entry, rank in enumerate(ranks, 1)]


def won(settlement: Any) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for award in settlement.awards:
        found.setdefault(award.scope.prize + (f"/{award.scope.within}" if award.scope.within else ""), []).append(
            award.entry
        )
    return found


def test_weifang_gives_forty_prizes_for_16200_yuan() -> None:
    field = [
        Contender(rank + 100 * (track == "video"), 0, track, rank)
        for track in ("text", "video")
        for rank in range(1, 31)
    ]
    settlement = settle(WEIFANG, field, Decisions(chosen={Scope("organisation"): (7,)}))
    assert (len(settlement.awards) - 1, settlement.cost, settlement.questions) == (40, 16200, ())
    assert won(settlement)["first/text"] == [1]
    assert won(settlement)["second/video"] == [102, 103, 104]
    assert won(settlement)["merit/text"] == list(range(11, 21))
    assert won(settlement)["organisation"] == [7]


def test_a_tie_at_the_cut_goes_to_the_committee_and_the_rest_waits() -> None:
    two = rules(prize("first"), prize("second", 2))
    field = ranked(1, 1, 3, 4)
    waiting = settle(two, field, NONE)
    assert waiting.awards == ()
    assert waiting.questions == (
        Question(Scope("first"), "tie", (1, 2), 1),
        Question(Scope("second"), "waits", (1, 2, 3, 4)),
    )
    decided = settle(two, field, Decisions(chosen={Scope("first"): (2,)}))
    assert (won(decided), decided.settled) == ({"first": [2], "second": [1, 3]}, True)


def test_a_decision_that_does_not_fit_is_asked_again() -> None:
    one = rules(prize("first"))
    for picked in ((), (3,), (1, 2), (1, 1)):
        asked = settle(one, ranked(1, 1, 3), Decisions(chosen={Scope("first"): picked}))
        assert [question.why for question in asked.questions] == ["tie"]


def test_a_tie_inside_the_slots_is_no_question() -> None:
    assert won(settle(rules(prize("second", 2)), ranked(1, 1, 3), NONE)) == {"second": [1, 2]}


def test_open_slots_are_asked_and_hold_up_what_comes_after_them() -> None:
    some = rules(prize("first", None), prize("second", 1))
    asked = settle(some, ranked(1, 2), NONE)
    assert [(question.scope.prize, question.why) for question in asked.questions] == [
        ("first", "slots"), ("second", "waits"),
    ]  # fmt: skip
    assert won(settle(some, ranked(1, 2), Decisions(slots={"first": 1}))) == {"first": [1], "second": [2]}


def test_a_theme_prize_is_given_in_each_theme_and_a_work_without_one_is_named() -> None:
    field = [replace(each, theme=theme) for each, theme in zip(ranked(1, 2, 3, 4), "甲乙甲 ", strict=True)]
    field[3] = replace(field[3], theme="")
    settlement = settle(rules(prize("theme", each="theme")), field, NONE)
    assert won(settlement) == {"theme/甲": [1], "theme/乙": [2]}
    assert settlement.questions == (Question(Scope("theme"), "unsaid", (4,)),)


def test_gold_excludes_a_theme_prize_only_as_decided() -> None:
    field = [Contender(n, 0, "video", n, theme="绿色低碳") for n in range(1, 16)]
    slots = {"idea": 1, "story": 1, "spread": 1, "editing": 1, "team": 1, "theme_merit": 2}
    chosen = {Scope("organisation"): (), Scope("contribution"): ()}
    unset = settle(INDUSTRY, field, Decisions(slots, chosen))
    assert {question.why for question in unset.questions} >= {"exclusive"}
    both = settle(INDUSTRY, field, Decisions(slots, chosen, exclusive=False))
    apart = settle(INDUSTRY, field, Decisions(slots, chosen, exclusive=True))
    assert won(both)["theme_first/绿色低碳"] == [1]
    assert (won(apart)["gold"], won(apart)["theme_first/绿色低碳"]) == (list(range(1, 11)), [11])


def test_a_prize_for_a_strength_goes_by_fit_and_beside_a_place() -> None:
    field = [
        Contender(1, 0, "video", 1, fit={"idea": Fraction(60)}),
        Contender(2, 0, "video", 2, fit={"idea": Fraction(90)}),
    ]
    settlement = settle(rules(prize("gold"), prize("idea", basis="fit")), field, NONE)
    assert won(settlement) == {"gold": [1], "idea": [2]}


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_no_entry_gets_two_places_and_no_prize_is_given_too_often(ranks: list[int], slots: list[int]) -> None:
    several = rules(*(prize(f"p{n}", count, gift=10 * count) for n, count in enumerate(slots)))
    settlement = settle(several, ranked(*sorted(ranks)), NONE)
    entries = [award.entry for award in settlement.awards]
    assert len(entries) == len(set(entries))
    for n, count in enumerate(slots):
        given_out = [award for award in settlement.awards if award.scope.prize == f"p{n}"]
        assert len(given_out) <= count
    assert settlement.cost == sum(award.gift for award in settlement.awards)
    if settlement.settled:
        assert len(entries) == min(sum(slots), len(ranks))


def test_an_award_names_its_gift() -> None:
    assert settle(rules(prize("first", gift=1396)), ranked(1), NONE).awards == (Award(Scope("first"), 1, 1396),)


def test_a_prize_for_a_strength_asks_for_scores_and_only_the_scored_run() -> None:
    some = rules(prize("idea", 2, basis="fit"))
    assert settle(some, ranked(1, 2, 3), NONE).questions == (Question(Scope("idea"), "fit", (), 2),)
    scored = [replace(each, fit={"idea": Fraction(80)}) if each.entry == 3 else each for each in ranked(1, 2, 3)]
    assert won(settle(some, scored, NONE)) == {"idea": [3]}


def test_only_the_first_group_excludes_and_only_where_places_are_given() -> None:
    groups = rules(
        prize("gold", group="综合奖"), prize("idea", basis="fit", group="单项奖"), prize("theme", group="主题奖"),
        prize("special", None, basis="committee", group="特别奖"), exclusive="yes",
    )  # fmt: skip
    field = [replace(each, fit={"idea": Fraction(90 - each.entry)}) for each in ranked(1, 2, 3)]
    settlement = settle(groups, field, Decisions(chosen={Scope("special"): (1,)}))
    assert (won(settlement), settlement.settled) == ({"gold": [1], "idea": [2], "theme": [2], "special": [1]}, True)


def test_while_the_first_group_is_undecided_what_it_may_exclude_waits() -> None:
    groups = rules(prize("gold", group="综合奖"), prize("theme", group="主题奖"), exclusive="yes")
    asked = settle(groups, ranked(1, 1, 3), NONE)
    assert [(question.scope.prize, question.why) for question in asked.questions] == [
        ("gold", "tie"), ("theme", "waits"),
    ]  # fmt: skip
    free = settle(replace(groups, exclusive="no"), ranked(1, 2), NONE)
    assert won(free) == {"gold": [1], "theme": [1]}


def test_the_committee_picks_among_those_in_the_running_each_once() -> None:
    one = rules(prize("special", None, basis="committee", tracks=("text",)))
    for picked, why in (((9,), ["committee"]), ((1, 1), ["committee"]), ((2, 1), []), ((), [])):
        asked = settle(one, ranked(1, 2), Decisions(chosen={Scope("special"): picked}))
        assert [question.why for question in asked.questions] == why


def test_the_committee_may_give_fewer_than_the_notice_has_and_never_more() -> None:
    two = rules(prize("special", 2, basis="committee", tracks=("text",)), prize("organisation", 2, basis="counts"))
    for picked, why in (((1, 2), []), ((2,), []), ((), []), ((1, 2, 3), ["committee", "counts"])):
        chosen = {Scope("special"): picked, Scope("organisation"): picked}
        asked = settle(two, ranked(1, 2, 3), Decisions(chosen=chosen))
        assert [question.why for question in asked.questions] == why


def test_a_work_that_is_in_no_theme_by_decision_is_not_asked_about() -> None:
    field = [replace(each, theme=theme) for each, theme in zip(ranked(1, 2), (NOWHERE, "甲"), strict=True)]
    settlement = settle(rules(prize("theme", each="theme")), field, NONE)
    assert (won(settlement), settlement.settled) == ({"theme/甲": [2]}, True)


@given(st.permutations(range(8)), st.lists(st.integers(1, 4), min_size=8, max_size=8), st.booleans())
def test_the_order_in_which_works_come_changes_nothing(order: list[int], ranks: list[int], exclusive: bool) -> None:
    groups = rules(
        prize("gold", 2, group="综合奖"), prize("first", group="主题奖", each="theme"),
        prize("merit", 2, group="主题奖", each="theme"), exclusive="yes" if exclusive else "no",
    )  # fmt: skip
    field = [
        Contender(n, 0, "text", rank, theme="甲乙"[n % 2], fit={"gold": Fraction(rank)})
        for n, rank in enumerate(sorted(ranks), start=1)
    ]
    shuffled = [field[place] for place in order]
    assert settle(groups, shuffled, NONE) == settle(groups, field, NONE)
    winners = won(settle(groups, field, NONE))
    for scope, entries in winners.items():
        assert len(entries) <= {"gold": 2, "first": 1, "merit": 2}[scope.split("/")[0]]
    if exclusive:
        later = [entry for scope, entries in winners.items() if scope != "gold" for entry in entries]
        assert not set(winners.get("gold", ())) & set(later)
