"""A notice with faults is refused with all of them, each at its line and path."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forms import Field
from rules.notice import NoticeFault, NoticeFaults, read_notice
from rules.places import locate
from tests.campaigns.shipped import IDS, faults, notice, text_of

#: notice, what stands there, what is put in its place, path of the fault; its line is where the new text ends.
BROKEN = [
    ("xian-2024", 'short_title = "', 'short_titel = "', "short_titel"),
    ("xian-2024", 'code = "XA"', 'code = "xa"', "code"),
    ("xian-2024", 'zone = "Asia/Shanghai"', 'zone = "Asia/Xian"', "zone"),
    ("xian-2024", 'opens = "2024-02-27"', 'opens = "2024-02-30"', "stage.activity.opens"),
    ("xian-2024", 'closes = "2024-06-30 24:00"', 'closes = "2024-02-26 24:00"', "stage.activity.closes"),
    ("xian-2024", 'closes = "2024-04-29 24:00"', "closes = 2024-04-29", "stage.screen.closes"),
    ("xian-2024", 'classes = ["department"]', 'classes = ["ministry"]', "track.case.quota[1].classes[1]"),
    (
        "xian-2024",
        'classes = ["district", "new_city"',
        'classes = ["district", "department"',
        "track.case.quota[2].classes",
    ),
    ("xian-2024", "floor = 3", "floor = -3", "track.case.quota[2].floor"),
    ("xian-2024", "floor = 1", "floor = 3\ncap = 2", "track.case.quota[1].cap"),
    ("xian-2024", '    "诚信文化",', '    "政务诚信",', "form.case.field.theme.options[9]"),
    ("xian-2024", 'other = "其他"', 'other = "别的"', "form.case.field.theme.other"),
    ("xian-2024", 'form = "case"', 'form = "cases"', "track.case.form"),
    ("xian-2024", 'public = "30 %"', 'public = "20 %"', "judging.weights"),
    (
        "xian-2024",
        'weights = { public = "30 %", expert = "70 %" }',
        "weights = { public = 0.3, expert = 0.7 }",
        "judging.weights",
    ),
    ("xian-2024", '{ public = "30 %"', '{ crowd = "30 %"', "judging.weights"),
    ("xian-2024", 'reading = "end_of_day"', 'reading = "noon"', "switch.deadline.reading"),
    ("xian-2024", 'field = "opinion"', 'field = "remark"', "track.case.chain.recommender.field"),
    ("xian-2024", 'work = "{单位名称}', 'work = "{单位}', "mail.work"),
    ("xian-2024", 'to = "xiancredit@163.com"', 'to = "xiancredit"', "mail.to"),
    ("xian-2024", 'aspects = ["9:16"]', 'aspects = ["9-16"]', "track.video.film.shape.aspects[1]"),
    ("xian-2024", 'sizes = ["1080×1920"]', 'sizes = ["1080P"]', "track.video.film.picture.sizes[1]"),
    ("xian-2024", 'longest = "5 分"', 'longest = "1 分"', "track.video.film.duration[1].longest"),
    ("xian-2024", 'kind = "phone"', 'kind = "telephone"', "form.case.field.phone.kind"),
    ("xian-2024", "near = 600", "near = 6000", "form.case.field.content.near"),
    ("xian-2024", 'of = "screening"', 'of = "expert"', "judging.round.public.of"),
    ("xian-2024", 'value = "2024-04-23 下班前"', 'value = "下班前"', "switch.deadline.alternatives.office_hours.value"),
    ("weifang-2023", "cost = 16200", "cost = 16000", "awards.totals.cost"),
    ("weifang-2023", "winners = 40", "winners = 42", "awards.totals.winners"),
    ("weifang-2023", 'tracks = ["text", "video"]', 'tracks = ["text", "film"]', "awards.prize.first.tracks[2]"),
    ("weifang-2023", 'same = "form.text.field.phone"', 'same = "form.text.field.fax"', "form.video.field[3].same"),
    ("hongze-quiz-2020", "correct = 5", "correct = 11", "quiz.correct"),
    ("hongze-quiz-2020", "least = 3\nmost = 4", "least = 3\nmost = 2", "form.liaison.rows.most"),
    ("hongze-quiz-2020", 'close_of_work = { switch = "close_of_work" }', 'close_of_work = "6点"', "close_of_work"),
]


#: What else is wrong for the same reason, elsewhere in the file.
FURTHER = {
    "short_titel": [""],
    "stage.activity.closes": ["stage.select.closes"],
    "track.case.chain.recommender.field": ["track.video.chain"],
    "close_of_work": ["switch.close_of_work"],
}


@pytest.mark.parametrize(("name", "old", "new", "path"), BROKEN)
def test_each_fault_is_found_at_its_line_and_path(name: str, old: str, new: str, path: str) -> None:
    text = text_of(name).replace(old, new, 1)
    assert text != text_of(name)
    line = text[: text_of(name).index(old) + len(new)].count("\n") + 1
    found = faults(name, text)
    assert (found.pop(found.index((line, path))), [other for _, other in found]) == (
        (line, path),
        FURTHER.get(path, []),
    )


def test_what_is_missing_is_found_at_its_table() -> None:
    text = text_of("xian-2024").replace('floor = 1\nclause = "二（一）"\n', "floor = 1\n")
    line = text[: text.index('[[track.quota]]\nclasses = ["department"]')].count("\n") + 1
    assert faults("xian-2024", text) == [(line, "track.case.quota[1]")]


def test_a_prize_that_does_not_add_up_is_told_with_the_right_sum() -> None:
    text = text_of("weifang-2023").replace("slots = 10", "slots = 11")
    with pytest.raises(NoticeFaults) as caught:
        read_notice(text, name="weifang-2023")
    assert {fault.path: fault.message for fault in caught.value.faults} == {
        "awards.totals.winners_per_track": "写的是 20，按各奖项名额算出的是 21。",
        "awards.totals.cost_per_track": "写的是 8100，按各奖项名额算出的是 8288。",
        "awards.totals.winners": "写的是 40，按各奖项名额算出的是 42。",
        "awards.totals.cost": "写的是 16200，按各奖项名额算出的是 16576。",
    }


def test_a_key_written_twice_is_refused_at_the_second() -> None:
    text = text_of("xian-2024").replace('code = "XA"', 'code = "XA"\ncode = "XB"')
    assert faults("xian-2024", text) == [(5, "code")]


def test_many_faults_are_reported_together_and_in_order() -> None:
    text = text_of("xian-2024")
    for old, new in (
        ('code = "XA"', 'code = "西安"'),
        ('kind = "phone"', 'kind = "fax"'),
        ('classes = ["department"]', 'classes = ["ministry"]'),
        ('public = "30 %"', 'public = "30.5 %"'),
        ("months = 24", 'months = "24"'),
    ):
        text = text.replace(old, new, 1)
    assert [path for _, path in faults("xian-2024", text)] == [
        "code",
        "form.case.field.phone.kind",
        "track.case.quota[1].classes[1]",
        "judging.weights",
        "retention.months",
    ]


PAIRS = [
    (name, number, key)
    for name in IDS
    for number, line in enumerate(text_of(name).splitlines(), 1)
    if (found := re.fullmatch(r"(\w+) = (?!\[$)(.*)", line)) and (key := found[1])
]


NEVER = ("1.5", "[[[1.5]]]", "{ x = 1.5 }", "{ switch = 1.5 }", "{ same = 1.5 }")
STRANGE = ('"坏 值"', '""', "0", "-3", "[]", "{}", "true", '"无"', "1979-05-27", None)


@given(st.sampled_from(PAIRS), st.sampled_from(NEVER))
def test_a_value_that_can_never_be_right_is_reported_at_its_line(pair: tuple[str, int, str], value: str) -> None:
    name, number, key = pair
    lines = text_of(name).splitlines()
    lines[number - 1] = f"{key} = {value}"
    assert number in [line for line, _ in faults(name, "\n".join(lines))]


@given(st.sampled_from(PAIRS), st.sampled_from(STRANGE))
def test_any_value_changed_or_lost_gives_a_notice_or_faults_with_places(
    pair: tuple[str, int, str], value: str | None
) -> None:
    name, number, key = pair
    lines = text_of(name).splitlines()
    lines[number - 1] = f"{key} = {value}" if value is not None else ""
    text = "\n".join(lines)
    found: tuple[NoticeFault, ...] = ()
    try:
        read_notice(text, name=name)
    except NoticeFaults as refusal:
        found = refusal.faults
    root = locate(text)
    assert [fault for fault in found if root.find(fault.path) is None] == []
    assert [fault for fault in found if not 1 <= fault.line <= len(lines) or not fault.message] == []


def test_a_field_that_contradicts_itself_says_how() -> None:
    wrong = Field("a", "甲", "boxes", "一", options=("x",), other="y", limit=3, near=4)
    assert [key for key, _ in wrong.problems()] == ["other", "limit", "near", "hint"]


def test_what_is_not_there_is_asked_for_in_vain() -> None:
    with pytest.raises(KeyError, match="xian-2024 has no track 'quiz'; it has case, video"):
        notice("xian-2024").track("quiz")
    with pytest.raises(KeyError, match="form case has no field 'fax'"):
        notice("xian-2024").form("case").field("fax")
