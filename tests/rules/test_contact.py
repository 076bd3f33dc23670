"""A message goes by the cheapest way that is open; no quota is overdrawn, and each choice explains itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import house_wording
from rules.contact import Due, Place, Plan, Power, explain, name_of, plan

NOW = 1_709_258_400_000_000
SECOND = 1_000_000
MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
WECHAT = Place("wechat", "o-reader", heard=NOW - HOUR)
CLOSED = replace(WECHAT, heard=NOW - 49 * HOUR)
TELEGRAM = Place("telegram", "12345678", heard=NOW - 30 * HOUR)
MAIL = Place("mail", "someone@example.org")
ACCOUNT = Power("wechat", customer=True)
TEMPLATED = replace(ACCOUNT, templates={"reminder": "template"}, ids={"reminder": "T1"})
SUBSCRIBED = replace(ACCOUNT, templates={"reminder": "subscribe"}, ids={"reminder": "S1"}, once=frozenset({"reminder"}))
BOT, POST = Power("telegram"), Power("mail")
HOME = "wechat:o-reader"


def powers(*given: Power) -> dict[str, Power]:
    return {power.channel: power for power in given}


def planned(*places: Place, due: Due | None = None, account: Power = ACCOUNT, now: int = NOW) -> Plan:
    return plan(due or Due("reminder", HOME), places, powers(account, BOT, POST), now=now)


def chosen(found: Plan) -> tuple[str, str, str]:
    return (found.place.channel if found.place else "", found.way, found.budget)


@pytest.mark.parametrize(
    ("opened", "after", "way"),
    [
        ("heard", 0, "customer"),
        ("heard", 48 * HOUR - 1, "customer"),
        ("heard", 48 * HOUR, ""),
        ("heard", 48 * HOUR + 1, ""),
        ("event", 0, "customer"),
        ("event", MINUTE - 1, "customer"),
        ("event", MINUTE, ""),
        ("event", MINUTE + 1, ""),
        ("heard", -1, "customer"),  # the batch took the instant a moment before the message was noted
    ],
)
def test_windows_are_half_open_to_the_microsecond(opened: str, after: int, way: str) -> None:
    place = Place("wechat", "o-reader", heard=NOW * (opened == "heard"), event=NOW * (opened == "event"))
    assert planned(place, now=NOW + after).way == way


@pytest.mark.parametrize(
    ("used_event", "used_heard", "budget"),
    [(0, 0, "event"), (2, 2, "event"), (3, 3, "heard"), (3, 4, "heard"), (0, 5, "event"), (3, 5, "")],
)
def test_the_window_that_ends_first_is_used_first(used_event: int, used_heard: int, budget: str) -> None:
    place = replace(WECHAT, event=NOW - 30 * SECOND, after_event=used_event, after_heard=used_heard)
    assert planned(place).budget == budget


@pytest.mark.parametrize(
    ("places", "account", "way"),
    [
        ((MAIL, TELEGRAM, WECHAT), TEMPLATED, ("wechat", "customer", "heard")),
        ((MAIL, TELEGRAM, CLOSED), TEMPLATED, ("wechat", "template", "")),
        ((MAIL, TELEGRAM, CLOSED), ACCOUNT, ("telegram", "message", "")),
        ((MAIL, TELEGRAM, CLOSED), SUBSCRIBED, ("telegram", "message", "")),
        ((MAIL, TELEGRAM, replace(CLOSED, grants=frozenset({"S1"}))), SUBSCRIBED, ("wechat", "subscribe", "")),
        ((MAIL, replace(TELEGRAM, state="blocked"), CLOSED), ACCOUNT, ("mail", "mail", "")),
        ((replace(MAIL, state="blocked"), CLOSED), ACCOUNT, ("", "", "")),
        ((TELEGRAM, replace(WECHAT, state="unfollowed")), TEMPLATED, ("telegram", "message", "")),
        ((TELEGRAM, WECHAT), replace(TEMPLATED, customer=False), ("wechat", "template", "")),
        ((TELEGRAM, WECHAT), replace(TEMPLATED, running=False), ("telegram", "message", "")),
        ((), ACCOUNT, ("", "", "")),
    ],
)
def test_ways_are_tried_from_the_cheapest_down(
    places: tuple[Place, ...], account: Power, way: tuple[str, str, str]
) -> None:
    assert chosen(planned(*places, account=account)) == way


def test_the_home_chat_comes_before_the_one_used_more_recently() -> None:
    recent = replace(TELEGRAM, heard=NOW - 1)
    assert chosen(planned(recent, WECHAT))[0] == "wechat"
    assert chosen(planned(WECHAT, recent, due=Due("reminder", name_of(recent))))[0] == "telegram"
    assert chosen(planned(WECHAT, recent, due=Due("reminder")))[0] == "telegram"


def test_an_open_window_of_the_other_messenger_comes_before_its_template() -> None:
    gone = replace(TELEGRAM, state="blocked")
    assert planned(gone, WECHAT, due=Due("reminder", name_of(gone)), account=TEMPLATED).way == "customer"


def test_away_from_home_what_is_free_comes_before_every_template() -> None:
    seen = replace(CLOSED, event=NOW - HOUR)
    abroad = Due("reminder", "web:abc")
    assert planned(seen, TELEGRAM, MAIL, due=abroad, account=TEMPLATED).way == "message"
    blocked = replace(TELEGRAM, state="blocked")
    assert planned(seen, blocked, MAIL, due=abroad, account=TEMPLATED).way == "template"
    assert planned(seen, blocked, due=abroad, account=TEMPLATED).way == "template"


@pytest.mark.parametrize(
    ("places", "only", "way"),
    [
        ((WECHAT, TELEGRAM), HOME, ("wechat", "customer", "heard")),
        ((CLOSED, TELEGRAM, MAIL), HOME, ("", "", "")),
        ((WECHAT, TELEGRAM), name_of(TELEGRAM), ("telegram", "message", "")),
        ((WECHAT, replace(TELEGRAM, state="blocked")), name_of(TELEGRAM), ("", "", "")),
        ((WECHAT,), "telegram:12345678", ("", "", "")),
    ],
)
def test_a_reply_goes_to_its_own_chat_or_waits(places: tuple[Place, ...], only: str, way: tuple[str, str, str]) -> None:
    found = planned(*places, due=Due("reply", HOME, only), account=replace(TEMPLATED, templates={"reply": "template"}))
    assert chosen(found) == way
    assert (found.ladder[-1].why == "contact.waits") == (way == ("", "", ""))


def test_a_message_in_parts_goes_where_it_arrives_whole() -> None:
    three, place = Due("reminder", HOME, parts=3), replace(WECHAT, after_heard=3)
    assert chosen(planned(place, TELEGRAM, due=three)) == ("telegram", "message", "")
    assert chosen(planned(replace(place, after_heard=2), TELEGRAM, due=three)) == ("wechat", "customer", "heard")
    alone = planned(place, due=three)
    assert (chosen(alone), alone.ladder[-1].why) == (("wechat", "customer", "heard"), "contact.partly")
    assert alone.ladder[-1].facts == {"parts": 3, "room": 2}


def test_a_long_reply_begins_as_long_as_one_part_fits() -> None:
    due = Due("reply", HOME, HOME, parts=9)
    assert [planned(replace(WECHAT, after_heard=used), due=due).way for used in (4, 5)] == ["customer", ""]


def test_a_web_chat_is_no_way_to_remind_anybody() -> None:
    web = Place("web", "abc", heard=NOW)
    found = plan(Due("reminder", "web:abc"), [web], powers(BOT, replace(POST, channel="web")), now=NOW)
    assert [step.why for step in found.ladder] == ["contact.web", "contact.nobody"]


def test_the_whole_ladder_is_told_in_order() -> None:
    found = planned(replace(TELEGRAM, state="blocked"), CLOSED, MAIL)
    wording = house_wording()
    assert [wording.text(key, **facts) for key, facts in explain(found)] == [
        "微信客服消息：对方最近一次来消息是 2 天 1 小时前，48 小时内才能发（最多 5 条）。",
        "微信模板消息：没有为这类消息（reminder）配置模板。",
        "Telegram：对方停用了机器人。",
        "发到邮箱。",
    ]
    assert [step.taken for step in found.ladder] == [False, False, False, True]


KINDS = ("reply", "notice", "reminder")
ages = st.one_of(st.just(0), st.integers(NOW - 50 * HOUR, NOW), st.integers(NOW - MINUTE - 2, NOW))
places = st.builds(
    Place,
    channel=st.sampled_from(("wechat", "telegram", "mail", "web")),
    address=st.sampled_from(("a", "b")),
    state=st.sampled_from(("", "", "blocked", "unfollowed")),
    heard=ages,
    event=ages,
    after_heard=st.integers(0, 6),
    after_event=st.integers(0, 4),
    grants=st.frozensets(st.sampled_from(("S1", "S2"))),
)
ways = st.dictionaries(st.sampled_from(KINDS), st.sampled_from(("template", "subscribe")))
houses = st.lists(
    st.builds(
        Power,
        channel=st.sampled_from(("wechat", "telegram", "mail")),
        running=st.booleans(),
        customer=st.booleans(),
        templates=ways,
        ids=st.dictionaries(st.sampled_from(KINDS), st.sampled_from(("S1", "S2"))),
    ),
    unique_by=lambda power: power.channel,
)
dues = st.builds(
    Due,
    kind=st.sampled_from(KINDS),
    home=st.sampled_from(("", "wechat:a", "telegram:a", "web:b")),
    only=st.sampled_from(("", "", "wechat:a", "telegram:b", "mail:a")),
    parts=st.integers(1, 6),
)


@given(due=dues, found_at=st.lists(places, max_size=5, unique_by=name_of), house=houses)
def test_whatever_is_chosen_is_open_and_explained(due: Due, found_at: list[Place], house: list[Power]) -> None:
    able = powers(*house)
    found = plan(due, found_at, able, now=NOW)
    sentences = [house_wording().text(key, **facts) for key, facts in explain(found)]
    assert all(sentences)
    assert [step.taken for step in found.ladder] == [False] * (len(found.ladder) - 1) + [found.place is not None]
    if found.place is None:
        assert found.way == ""
        return
    power = able[found.place.channel]
    assert (power.running, found.place.state) == (True, "")
    assert due.only in ("", name_of(found.place))
    match found.way:
        case "customer":
            since, window, used, most = {
                "heard": (found.place.heard, 48 * HOUR, found.place.after_heard, 5),
                "event": (found.place.event, MINUTE, found.place.after_event, 3),
            }[found.budget]
            assert power.customer
            assert used < most
            assert since <= NOW < since + window
        case "template" | "subscribe":
            assert (power.templates[due.kind], due.only) == (found.way, "")
            assert found.way == "template" or power.ids[due.kind] in found.place.grants
        case way:
            assert (found.place.channel, way) in {("telegram", "message"), ("mail", "mail")}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("write", "press", "send", "send", "send")),
            st.sampled_from((0, SECOND, 25 * SECOND, MINUTE - 1, MINUTE, 20 * HOUR, 48 * HOUR - 1)),
        ),
        max_size=60,
    )
)
def test_no_window_is_ever_overdrawn_whatever_the_sequence(course: list[tuple[str, int]]) -> None:
    """The account book is kept as the dispatcher keeps it; what was sent is judged afterwards, from the whole story."""
    place, now = Place("wechat", "o-reader"), NOW
    opened: dict[str, list[int]] = {"heard": [], "event": []}
    sent: list[tuple[int, str, int]] = []  # when, by which window, that window's beginning
    for deed, later in course:
        now += later
        if deed == "write":
            place = replace(place, heard=now, after_heard=0)
            opened["heard"].append(now)
        elif deed == "press":
            place = replace(place, event=now, after_event=0)
            opened["event"].append(now)
        elif (found := planned(place, now=now)).way == "customer":
            sent.append((now, found.budget, opened[found.budget][-1]))
            place = replace(place, after_heard=place.after_heard + 1, after_event=place.after_event + 1)
    for which, window, most in (("heard", 48 * HOUR, 5), ("event", MINUTE, 3)):
        for since in opened[which]:
            through = [at for at, budget, began in sent if (budget, began) == (which, since)]
            assert len(through) <= most
            assert all(since <= at < since + window for at in through)


def test_the_sequence_above_can_fail() -> None:
    """A book that forgets what it sent overdraws: the same story with a place that never counts."""
    place = Place("wechat", "o-reader", heard=NOW)
    assert [planned(place).way for _ in range(6)] == ["customer"] * 6


def test_the_sentences_name_the_windows_of_the_rules() -> None:
    """The lengths of the windows stand in sentences too; whoever changes one finds the other here."""
    text = (Path(__file__).parents[2] / "templates/wording/zh/contact.toml").read_text("utf-8")
    assert (text.count("48 小时内"), text.count("1 分钟内")) == (1, 2)
