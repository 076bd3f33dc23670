"""Each rule speaks to those who owe something, and to nobody else; one person hears one message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.notice import Notice
from rules.occasions import BEFORE, DAILY, Calendar, Occasion
from rules.reminder_message import settled
from rules.reminders import RESTING, Draft, Item, Place, Reader, Returned, Rules, all_items
from rules.reminding import RULES
from tests.campaigns.shipped import ZONE, notice
from tests.reminders.town import us

DAY = 86_400_000_000
WEIFANG, XIAN, HONGZE = notice("weifang-2023"), notice("xian-2024"), notice("hongze-quiz-2020")
CLOSES = us("2023-08-31 00:00")
NOON = us("2023-08-25 12:00")


def before(closes: int = CLOSES, *, nominal: int = NOON - 3600) -> Occasion:
    return Occasion("before", BEFORE, nominal, nominal, closes)


def found(
    place: Place, *, of: Notice = WEIFANG, occasion: Occasion | None = None, now: int = NOON, **leaves: int
) -> Any:
    rules = Rules(of, Calendar(of, leaves.get("leaves", {})))  # type: ignore[arg-type]
    return [(item.rule, item.thing) for item in rules.items(place, occasion or before(), now)]


def county(**changes: Any) -> Place:
    return Place(1, "奎文区", "county", 1, 0, **changes)


def draft(**changes: Any) -> Draft:
    return replace(Draft(9, "诚信菜市场", "联系电话", NOON - 5 * DAY), **changes)


def test_a_floor_speaks_until_it_is_met_and_names_what_is_missing() -> None:
    rules = Rules(WEIFANG, Calendar(WEIFANG, {}))
    [item] = rules.items(county(reported={"text": 1}), before(), NOON)
    assert [(each["noun"], each["owes"], each["reported"], each["soft"]) for each in item.facts["owes"]] == [
        ("文字案例", 1, 1, True), ("视频案例", 2, 0, True),
    ]  # fmt: skip
    assert found(county(reported={"text": 2, "video": 2})) == []
    assert found(county(reported={"text": 5, "video": 1})) == [("floor", f"1/{CLOSES}")]


def test_a_unit_without_a_floor_that_began_nothing_hears_of_the_closing_and_no_other() -> None:
    other = Place(2, "某协会", "other", 2, 0)
    assert found(other) == [("deadline", f"2/{CLOSES}")]
    assert found(replace(other, below={"text": 1})) == []  # it takes part by those under it
    assert found(replace(other, reported={"video": 1})) == []
    assert found(replace(other, drafts=[draft()])) == [("draft", "9")]
    assert found(replace(county(), reported={"text": 2, "video": 2})) == []


def test_a_unit_that_enters_nothing_hears_nothing() -> None:
    public = next(each.key for each in HONGZE.classes if not each.enters)
    assert found(Place(3, "群众", public, 3, 0), of=HONGZE, occasion=before(us("2020-07-06 18:00:01"))) == []


def test_a_draft_and_a_form_without_its_scan_are_told_apart_and_one_under_the_pen_is_left_alone() -> None:
    done = county(reported={"text": 2, "video": 2})
    assert found(replace(done, drafts=[draft()])) == [("draft", "9")]
    assert found(replace(done, drafts=[draft(scan=True)])) == [("scan", "9")]
    writing = draft(active=True, touched=NOON - RESTING + 1)
    assert found(replace(done, drafts=[writing])) == []
    assert found(replace(done, drafts=[replace(writing, touched=NOON - RESTING)])) == [("draft", "9")]


def test_a_returned_entry_is_told_of_before_the_closing_of_its_track() -> None:
    back = Returned(7, "WF-A0007", "一件事", "text", NOON - DAY)
    assert found(county(reported={"text": 2, "video": 2}, returned=[back])) == [("returned", "7")]
    stranger = replace(back, track="gone")
    assert found(county(reported={"text": 2, "video": 2}, returned=[stranger])) == []


def test_a_task_is_told_to_its_classes_until_it_is_done() -> None:
    due = us("2020-07-06 18:00:01")
    area, now = Place(5, "高良涧街道", "area", 5, 0), us("2020-07-03 18:00")
    occasion = before(due, nominal=now)
    assert found(area, of=HONGZE, occasion=occasion, now=now) == [("task", "5/liaison")]
    assert found(replace(area, done={"liaison"}), of=HONGZE, occasion=occasion, now=now) == []


def test_after_the_closing_nothing_is_said_and_a_leave_moves_it_for_one_unit() -> None:
    assert found(county(), now=CLOSES) == []
    assert found(county(), now=CLOSES - 1) == [("floor", f"1/{CLOSES}")]
    late = us("2023-09-06 00:00")
    let_in = county(leaves={"text": late}, reported={"video": 2})
    assert found(let_in) == []
    assert found(let_in, occasion=before(late), now=us("2023-09-03 10:00")) == [("floor", f"1/{late}")]


def test_whoever_came_after_the_moment_was_told_by_the_welcome() -> None:
    occasion = before()
    assert found(replace(county(), since=occasion.moment + 1), occasion=occasion) == []
    assert found(replace(county(), since=occasion.moment), occasion=occasion) != []


def test_what_rested_is_told_of_by_the_daily_look_once_it_rested_long_enough() -> None:
    noon = us("2023-08-10 12:00")
    daily = Occasion("daily", DAILY, noon, noon, 0)
    place = county(drafts=[draft(touched=noon - 3 * DAY)], returned=[Returned(7, "n", "t", "text", noon - 3 * DAY + 1)])
    assert found(place, occasion=daily, now=noon) == [("draft", "9")]
    assert found(place, occasion=replace(daily, moment=noon + 1), now=noon) == [("draft", "9"), ("returned", "7")]
    assert found(place, occasion=daily, now=CLOSES) == []
    [item] = Rules(WEIFANG, Calendar(WEIFANG, {})).items(place, daily, noon)
    assert (item.instant, item.subject) == (noon, "9")


def test_what_a_reminder_before_the_closing_named_is_not_told_of_again_until_it_rested_once_more() -> None:
    named = us("2023-08-24 08:00")
    place = county(drafts=[draft(touched=named - 4 * DAY)], returned=[Returned(7, "n", "t", "text", named - 4 * DAY)])
    for at, said in (
        (named - 1, [("draft", "9"), ("returned", "7")]),
        (named, []),
        (named + 3 * DAY - 1, []),
        (named + 3 * DAY, [("draft", "9"), ("returned", "7")]),
    ):
        assert found(place, occasion=Occasion("daily", DAILY, at, at, 0), now=at) == said, at


def test_a_task_is_done_by_what_was_handed_in_and_an_event_by_enough_people() -> None:
    area, day = Place(5, "高良涧街道", "area", 5, 0), "2020-07-09 09:00"
    event = before(us("2020-07-11"), nominal=us(day))
    owed = [("task", "5/event")]
    assert found(area, of=HONGZE, occasion=event, now=us(day)) == owed
    assert found(replace(area, handed={"event": [99]}), of=HONGZE, occasion=event, now=us(day)) == owed
    assert found(replace(area, handed={"event": [99, 100]}), of=HONGZE, occasion=event, now=us(day)) == []
    form = before(us("2020-07-06 18:00:01"), nominal=us("2020-07-06 16:00"))
    assert found(replace(area, handed={"liaison": [0]}), of=HONGZE, occasion=form, now=us("2020-07-06 16:00")) == []


def test_the_number_of_players_is_asked_for_once_the_quiz_is_over_and_a_past_event_until_it_may_be_told() -> None:
    area, last = Place(5, "高良涧街道", "area", 5, 0), us("2020-07-16")
    early, late = us("2020-07-13 08:00"), us("2020-07-15 08:00")
    assert found(area, of=HONGZE, occasion=before(last, nominal=us("2020-07-09")), now=us("2020-07-09 08:00")) == []
    assert found(area, of=HONGZE, occasion=before(last, nominal=early), now=early) == [("task", "5/event")]
    both = [("task", "5/event"), ("task", "5/report")]
    assert found(area, of=HONGZE, occasion=before(last, nominal=late), now=late) == both
    tasks = tuple(replace(each, due=HONGZE.quiz.stage.ends) for each in HONGZE.tasks[2:])  # type: ignore[union-attr]
    strict, shut = replace(HONGZE, tasks=tasks), us("2020-07-15")
    assert found(area, of=strict, occasion=before(shut, nominal=early), now=early) == [("task", "5/report")]


@pytest.mark.parametrize("rule", ["deadline", "floor", "draft", "scan", "returned", "task"])
def test_each_rule_can_be_switched_off_alone(rule: Any) -> None:
    assert rule in RULES
    task = HONGZE.tasks[0]
    of = replace(
        WEIFANG, tasks=(replace(task, due=replace(task.due, first_late=WEIFANG.tracks[0].closes), classes=("other",)),)
    )
    places = [
        county(drafts=[draft(), draft(session=10, scan=True)], returned=[Returned(7, "n", "t", "text", 0)]),
        Place(2, "某协会", "other", 2, 0),
    ]

    def rules_of(notice: Notice) -> set[str]:
        rules = Rules(notice, Calendar(notice, {}))
        return {item.rule for place in places for item in rules.items(place, before(), NOON)}

    assert rules_of(of) == set(RULES)
    assert rules_of(replace(of, reminders=replace(of.reminders, off=(rule,)))) == set(RULES) - {rule}


def test_silence_is_explained() -> None:
    rules = Rules(WEIFANG, Calendar(WEIFANG, {}))
    met = county(reported={"text": 2, "video": 2})
    other = Place(2, "某协会", "other", 2, 0, reported={"text": 1})
    assert [rules.silence(met, rule, NOON) for rule in ("floor", "deadline", "draft", "returned")] == [
        "met", "has_floor", "none", "none",
    ]  # fmt: skip
    assert [rules.silence(other, rule, NOON) for rule in ("floor", "deadline")] == ["no_floor", "begun"]
    assert rules.silence(met, "floor", CLOSES) == "closed"
    assert rules.silence(replace(met, drafts=[draft(active=True, touched=NOON)]), "draft", NOON) == "resting"


def told(reader: Reader, items: list[Item], **changes: Any) -> Any:
    return settled(reader, items, **{"most": 2, "title": "活动", "now": NOON, "zone": ZONE, **changes})


def test_whoever_enters_alone_is_offered_no_colleague() -> None:
    _, message = told(Reader(1, "web:1"), [item("draft", "9")], natural=True)
    assert (message.buttons, message.facts["natural"]) == (("接着填", "今天不再提醒"), True)
    _, other = told(Reader(1, "web:1"), [item("draft", "9")])
    assert other.buttons == ("接着填", "今天不再提醒", "换人负责") and "natural" not in other.facts


def item(rule: str = "floor", thing: str = "1", *, instant: int = 1, closes: int = CLOSES) -> Item:
    return Item(rule, 1, "奎文区", thing, instant, closes, {"title": "题", "step": ""})


def test_several_reminders_of_one_person_become_one_message_that_says_each_thing_once() -> None:
    items = [item(instant=1), item("draft", "9", instant=1), item(instant=2), item("draft", "9", instant=2)]
    fates, message = told(Reader(1, "web:1"), items)
    assert [fate.state for fate in fates].count("sent") == 1
    assert {fate.state for fate in fates} == {"sent", "merged"}
    [closing] = message.facts["closings"]
    assert (len(closing["floors"]), len(closing["drafts"])) == (1, 1)
    assert message.buttons == ("接着填", "今天不再提醒", "换人负责")


@given(
    things=st.lists(st.tuples(st.sampled_from(RULES), st.integers(1, 4), st.integers(1, 3)), max_size=12),
    today=st.integers(0, 4), most=st.integers(1, 3), muted=st.booleans(), by_hand=st.booleans(),
)  # fmt: skip
def test_whatever_is_due_one_message_at_most_and_every_reminder_has_its_fate(
    things: list[tuple[str, int, int]], today: int, most: int, *, muted: bool, by_hand: bool
) -> None:
    items = [item(rule, f"{thing}", instant=instant) for rule, thing, instant in things]
    fates, message = told(Reader(1, "web:1", muted, today), items, most=most, by_hand=by_hand)
    assert [fate.item for fate in fates] == items
    stopped = muted or (today >= most and not by_hand)
    assert (message is None) == (stopped or not items)
    states = [fate.state for fate in fates]
    if stopped:
        assert [(fate.state, fate.why) for fate in fates] == [("dropped", "muted" if muted else "cap")] * len(items)
    elif items:
        assert states.count("sent") == 1
        assert states.count("dropped") == 0
        said = sum(
            len(group) for closing in message.facts["closings"] for group in closing.values() if isinstance(group, list)
        )
        assert said == len({(each.rule, each.thing) for each in items})


places = st.builds(
    Place,
    unit=st.integers(1, 5),
    name=st.just("某单位"),
    klass=st.sampled_from([klass.key for klass in WEIFANG.classes]),
    seat=st.integers(1, 5),
    since=st.just(0),
    reported=st.dictionaries(st.sampled_from(["text", "video"]), st.integers(0, 3)),
    leaves=st.dictionaries(st.sampled_from(["text", "video"]), st.integers(CLOSES - 9 * DAY, CLOSES + 9 * DAY)),
    drafts=st.lists(st.builds(draft, session=st.integers(1, 3), scan=st.booleans(), active=st.booleans()), max_size=2),
    returned=st.lists(
        st.builds(
            Returned, st.integers(1, 9), st.just("n"), st.just("t"), st.sampled_from(["text", "video"]), st.just(0)
        ),
        max_size=2,
    ),
)


@given(place=places, now=st.integers(CLOSES - 40 * DAY, CLOSES + 12 * DAY))
def test_never_after_the_closing_and_never_to_whoever_owes_nothing(place: Place, now: int) -> None:
    calendar = Calendar(WEIFANG, dict.fromkeys(place.leaves.values(), 0))
    rules = Rules(WEIFANG, calendar)
    occasions = [
        *calendar.before_closings(),
        Occasion("daily", DAILY, now, now, 0),
        Occasion("now", "now", now, now, 0),
    ]
    items = all_items(rules, Reader(1, "web:1", places=[place]), occasions, now)
    quota = {track.key: track.quota(place.klass).floor for track in WEIFANG.tracks}
    for each in items:
        assert each.closes > now
        ends = {track: max(CLOSES, place.leaves.get(track, 0)) for track in quota}
        assert each.closes in ends.values()
        short = [track for track in quota if quota[track] > place.reported.get(track, 0) and ends[track] == each.closes]
        match each.rule:
            case "floor":
                assert [owed["noun"] for owed in each.facts["owes"]] == [WEIFANG.track(track).noun for track in short]
            case "deadline":
                assert not (short or place.drafts or place.returned or sum(place.reported.values()))
            case "draft" | "scan":
                mine = [draft for draft in place.drafts if str(draft.session) == each.thing]
                assert {draft.scan for draft in mine} >= {each.rule == "scan"}
            case _:
                assert each.thing in {str(back.entry) for back in place.returned}
