"""Who gets a certificate, which number, who signs; and what each unit is told, never another's prize."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import campaigns
from rules.certificates import CHECK, bears_none, check_code, fits, hosts_of, issuing, number_of, shown_check
from rules.codes import ALPHABET
from rules.looks_awards import Honour, Standing
from rules.looks_publication import Participant
from rules.notice import Notice
from rules.results import mark_of, seen_mark, tellings
from tests.house.tree import ROOT

KEY, OTHER = b"k" * 32, b"o" * 32


def notice(name: str) -> Notice:
    return campaigns.load(Path(ROOT / "campaigns"), name)


@pytest.mark.parametrize(
    ("name", "series", "hosts", "none"),
    [
        ("xinhua-2021", "XH-2021", ("2021中国城市信用建设高峰论坛组委会",), False),
        ("xian-2024", "XA-2024", ("西安市社会信用体系建设领导小组办公室",), True),
        ("weifang-2023", "WF-2023", ("潍坊市发展和改革委员会", "人民银行潍坊市中心支行"), False),
        ("industry-2024", "GY-2024", ("工业和信息化部工业文化发展中心",), False),
    ],
)
def test_every_notice_says_who_signs_and_which_prizes_bear_one(
    name: str, series: str, hosts: tuple[str, ...], *, none: bool
) -> None:
    found = notice(name)
    how = issuing(found)
    assert (how.series, how.hosts, bears_none(found)) == (series, hosts, none)
    assert hosts_of(found) == hosts
    assert found.awards is not None
    assert set(how.without) == {prize.key for prize in found.awards.prizes if not prize.certificate}


def test_a_check_code_is_of_one_number_and_one_deployment() -> None:
    number = number_of("WF-2023", 7)
    code = check_code(KEY, number)
    assert number == "WF-2023-0007" and len(code) == CHECK and set(code) <= set(ALPHABET)
    assert fits(KEY, number, code) and fits(KEY, number, shown_check(code).lower())
    assert not fits(OTHER, number, code) and not fits(KEY, "WF-2023-0008", code)
    assert not fits(KEY, number, code[:-1]) and not fits(KEY, number, f"{code}0") and not fits(KEY, number, "")


def test_no_letter_of_a_check_code_can_be_another() -> None:
    number = number_of("WF-2023", 7)
    code = check_code(KEY, number)
    others = [code[:at] + other + code[at + 1 :] for at in range(CHECK) for other in ALPHABET if other != code[at]]
    assert len(others) == CHECK * (len(ALPHABET) - 1)
    assert [each for each in others if fits(KEY, number, each)] == []


@given(st.text(max_size=20), st.text(alphabet=ALPHABET, min_size=CHECK, max_size=CHECK))
def test_nothing_else_that_is_typed_is_its_code(typed: str, like: str) -> None:
    code = check_code(KEY, "WF-2023-0001")
    assert not fits(KEY, "WF-2023-0001", typed)
    assert fits(KEY, "WF-2023-0001", like) == (like == code)


STATES: tuple[Standing, ...] = ("final", "listed", "withdrawn")


def honour(number: int, unit: int, state: Standing = "final", label: str = "一等奖") -> Honour:
    facts = (f"单位{unit}", "text", f"N{number}", f"题{number}", 0, state)
    return Honour(number, "first", "text", label, number, unit, *facts)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(STATES)), max_size=12), st.data())
def test_a_unit_hears_of_its_own_final_prizes_and_of_no_others(
    rows: list[tuple[int, Standing]], data: st.DataObject
) -> None:
    found = [honour(place, unit, state) for place, (unit, state) in enumerate(rows, start=1)]
    units = [Participant(unit, f"单位{unit}", 1, 1) for unit in range(1, 5)]
    one = notice("weifang-2023")
    told = tellings(one, issuing(one), found, units, {})
    assert [each.unit for each in told] == [1, 2, 3, 4]
    for each in told:
        mine = [f"题{honour.id}" for honour in found if honour.unit == each.unit and honour.state == "final"]
        assert [prize["title"] for prize in each.heard.facts["prizes"]] == mine
        assert each.heard.key == ("publication.won" if mine else "publication.thanks")
        assert "rank" not in each.heard.facts
    # Told once, nobody is told again, whatever the order in which the prizes are read.
    shuffled = data.draw(st.permutations(found))
    assert tellings(one, issuing(one), shuffled, units, {each.unit: each.mark for each in told}) == ()


def test_a_mark_changes_with_what_is_told() -> None:
    one, other = honour(1, 1), honour(2, 1)
    dice = random.Random(1)
    both = dice.sample([one, other], 2)
    assert mark_of(both) == mark_of([one, other]) != mark_of([one])
    assert mark_of([one]) != mark_of([honour(1, 1, label="二等奖")])
    assert seen_mark([one]) != seen_mark([honour(1, 1, "withdrawn")])
