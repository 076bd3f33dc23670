"""Who decides which level for whom, and where an entry stands: by the notices themselves and by rosters."""

from __future__ import annotations

import pytest

from bot import campaigns
from bot.app import ROOT
from rules.notice import Notice
from rules.reaching import before, candidates
from rules.screening import HOST, NOBODY, Chains, Decision, Member, Roster, Stand, again_after, chains_of, stand
from rules.tracks import Level

RECOMMENDER = Level("recommender", "推荐单位意见", "recommender", "附表2", "recommender", self_recommends=True)
PROVINCE = Level("province", "初步遴选", "lead", "附表2", "province")
COMMITTEE = Level("committee", "组委会意见", "host", "附表2", "committee")
LEVELS = (RECOMMENDER, PROVINCE, COMMITTEE)
LEADS = frozenset({"province"})


def notice(name: str) -> Notice:
    return campaigns.load(ROOT / "campaigns", name)


@pytest.mark.parametrize(
    ("name", "track", "by"),
    [
        ("xinhua-2021", "case", ["unit", "lead"]),
        ("xinhua-2021", "video", ["recommender", "lead", "host"]),
        ("xian-2024", "case", ["recommender", "host"]),
        ("weifang-2023", "video", ["unit", "recommender", "host"]),
        ("industry-2024", "video", ["unit", "host"]),
    ],
)
def test_a_chain_ends_with_the_screening_of_the_notice_unless_the_host_is_in_it(
    name: str, track: str, by: list[str]
) -> None:
    assert [level.by for level in chains_of(notice(name)).of(track)] == by


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("xian-2024", "public", ("screening", "screening")),
        ("xian-2024", "expert", ("screening", "screening")),
        ("industry-2024", "expert", ("screening", "screening")),
        ("xinhua-2021", "expert", ("", "screening")),
        ("xian-2024", "screening", ("", "")),
    ],
)
def test_what_reaches_a_round_was_screened_by_a_round_or_by_the_chain(
    name: str, key: str, expected: tuple[str, str]
) -> None:
    assert before(notice(name), key) == expected


def test_an_admin_may_let_those_go_along_that_still_wait() -> None:
    xian = notice("xian-2024")
    assert (candidates(xian, "expert").of_kind, candidates(xian, "expert", unscreened=True).of_kind) == (
        "screening", "",
    )  # fmt: skip


def roster(*more: Member) -> Roster:
    members = [
        Member(1, "陕西省牵头部门", "陕西", "province"),
        Member(2, "西安市", klass="city", parent="陕西"),
        Member(3, "碑林区", klass="unit", parent="西安市"),
        Member(4, "没有上级的单位", klass="unit"),
        *more,
    ]
    return Roster(members, LEADS)


def desks(found: Roster, unit: int) -> list[int]:
    return [found.desk(LEVELS, level, unit) for level in LEVELS]


def test_levels_find_their_desks_up_the_roster() -> None:
    assert [desks(roster(), unit) for unit in (1, 2, 3, 4)] == [
        [NOBODY, NOBODY, HOST], [NOBODY, 1, HOST], [2, 1, HOST], [NOBODY, HOST, HOST],
    ]  # fmt: skip


def test_the_columns_of_the_roster_go_before_what_stands_above() -> None:
    found = roster(
        Member(5, "某中心", klass="unit", parent="西安市", recommender="碑林区", lead="陕西省牵头部门"),
        Member(6, "自荐者", klass="unit", parent="西安市", recommender="自荐者"),
        Member(7, "错字", klass="unit", parent="西安市", recommender="没有这个单位"),
    )
    assert [desks(found, unit)[:2] for unit in (5, 6, 7)] == [[3, 1], [NOBODY, 1], [2, 1]]


def test_who_must_be_recommended_and_has_nobody_is_recommended_by_the_host() -> None:
    strict = Level("recommender", "推荐", "recommender", "四")
    assert roster().desk((strict,), strict, 4) == HOST


def test_a_circle_in_the_roster_ends_and_a_lead_without_a_class_is_the_topmost() -> None:
    circle = Roster([Member(1, "甲", parent="乙"), Member(2, "乙", parent="甲")])
    assert circle.desk((PROVINCE,), PROVINCE, 1) == 2


def passed(level: Level, at: int, **more: object) -> Decision:
    return Decision(level.key, "passed", "赵老师", "", "同意", "", at, **more)  # type: ignore[arg-type]


def at(*decisions: Decision, unit: int = 3, state: str = "submitted") -> Stand:
    return stand(LEVELS, roster(), unit, state, decisions, 100)


def test_an_entry_waits_at_the_first_level_that_is_not_passed() -> None:
    one, two = at(), at(passed(RECOMMENDER, 200))
    assert (one.level, one.desk, one.place, one.steps, one.since) == (RECOMMENDER, 2, 1, 3, 100)
    assert (two.level, two.desk, two.place, two.since, two.then, two.then_desk) == (PROVINCE, 1, 2, 200, COMMITTEE, 0)
    assert at(*(passed(level, 200) for level in LEVELS)).state == "through"


def test_levels_that_pass_by_themselves_are_not_counted() -> None:
    own = at(unit=1)
    assert (own.level, own.place, own.steps) == (COMMITTEE, 1, 1)


def test_what_was_passed_for_an_earlier_version_does_not_say_since_when_it_waits() -> None:
    assert at(passed(RECOMMENDER, 900, carried=True)).since == 100


def test_a_result_that_goes_straight_in_is_through() -> None:
    straight = Decision("province", "straight", "", "", "同意", "一（四）2", 300)
    assert (at(straight).state, at(straight).passed) == ("through", (straight,))


def test_the_last_to_whom_it_was_handed_has_it_and_only_at_that_level() -> None:
    handed = [Decision("recommender", "handed", "", "", "", "", 150, target) for target in (7, 0)]
    assert (at(handed[0]).handed, at(*handed).handed, at(*handed, passed(RECOMMENDER, 200)).handed) == (7, 0, None)


@pytest.mark.parametrize("state", ["returned", "rejected"])
def test_what_was_sent_back_or_refused_waits_nowhere(state: str) -> None:
    found = at(passed(RECOMMENDER, 200), state=state)
    assert (found.state, found.level) == (state, None)


def test_who_sent_an_entry_back_looks_again_and_those_after_them() -> None:
    assert (again_after(LEVELS, PROVINCE), again_after(LEVELS, None)) == (("province", "committee"), ())


def test_a_track_without_a_chain_is_screened_by_nobody() -> None:
    chains = Chains((("case", LEVELS),))
    assert (chains.of("video"), chains.asks("host"), Chains(()).asks("host")) == ((), True, False)


def test_a_work_of_no_unit_is_decided_by_the_host_at_every_level_that_asks_somebody() -> None:
    roster = Roster([Member(1, "陕西省", "陕西", "province")], LEADS)
    assert [roster.desk(LEVELS, level, 0) for level in LEVELS] == [NOBODY, HOST, HOST]
