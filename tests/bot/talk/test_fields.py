"""What a message is worth to each kind of question."""

from __future__ import annotations

import hashlib

import pytest

from bot.talk.boxes import Boxes
from bot.talk.fields import Accept, Command, OneOf, Option, Pieces, Refused, Took, Typed, Unfit, Wait, YesNo
from bot.talk.lines import line
from bot.talk.messages import PICKED, Incoming
from rules.answers import check_answer, read_answer
from rules.faults import Fault, Value
from rules.forms import Field
from tests.bot.talk.asking import Asking, keys
from tests.bot.talk.room import START, free

TEXT = line("ask")


# Typed


def test_a_typed_answer_is_what_its_rule_reads() -> None:
    assert Asking(Typed(text=TEXT, read=free)).type(" 王 ") == Took("王")


def test_a_typed_answer_carries_what_is_worth_a_remark() -> None:
    question = Typed(text=TEXT, read=lambda raw: Value(raw, (Fault("short"),)))
    assert keys(Asking(question).type("王")) == ["short"]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_typed_asks_for_a_text(text: str) -> None:
    assert Asking(Typed(text=TEXT, read=free, skip="跳过")).type(text) == Refused((line("engine.text_please"),))


@pytest.mark.parametrize("skipping", ["跳过", "跳过。", " 跳 过 "])
def test_an_optional_answer_is_skipped_by_word_or_button(skipping: str) -> None:
    asking = Asking(Typed(text=TEXT, read=free, skip="跳过"))
    assert [asking.type(skipping), asking.press("!skip")] == [Took(""), Took("")]


@pytest.mark.parametrize("skipping", ["跳过", " 不填 "])
def test_a_wish_to_skip_never_becomes_a_required_answer(skipping: str) -> None:
    asking = Asking(Typed(text=TEXT, label="联系人", read=free))
    assert asking.type(skipping) == Refused((line("engine.required", label="联系人"),))


def test_an_old_answer_is_judged_by_todays_check() -> None:
    question = Typed(text=TEXT, read=free, check=lambda value: (Fault("field.too_long"),) if len(value) > 3 else ())
    assert question.load("三个字") == "三个字"
    assert question.load("四个字了") == Unfit(line("field.too_long"))


# OneOf, YesNo


@pytest.mark.parametrize(("typed", "code"), [("确认", "s"), ("没问题", "s"), ("先不", "l"), ("也许", "")])
def test_a_plain_yes_or_no_means_an_option_where_the_question_says_so(typed: str, code: str) -> None:
    options = (Option("s", "现在报送"), Option("l", "稍后再报"))
    wanted = Took(code) if code else Refused((line("engine.pick_one", count=2, typed=typed),))
    assert Asking(OneOf(text=TEXT, options=options, yes="s", no="l")).type(typed) == wanted
    assert isinstance(Asking(OneOf(text=TEXT, options=options)).type(typed), Refused)


COLOURS = OneOf(text=TEXT, options=(Option("r", "红色"), Option("b", "蓝色"), Option("/修改", "改一项")))


@pytest.mark.parametrize("typed", ["2", "２", "②", "2.", "2、", "蓝色", "蓝", "【蓝色】", " 蓝 色 "])
def test_an_option_is_picked_by_number_label_or_beginning(typed: str) -> None:
    assert Asking(COLOURS).type(typed) == Took("b")


def test_some_words_of_a_label_pick_it_when_no_other_has_them() -> None:
    tracks = OneOf(text=TEXT, options=(Option("case", "信用案例"), Option("video", "信用短视频")))
    assert [Asking(tracks).type(typed) for typed in ("案例", "短视频")] == [Took("case"), Took("video")]
    assert keys(Asking(tracks).type("信用")) == ["engine.pick_one"]


@pytest.mark.parametrize("typed", ["0", "4", "色", "", "红蓝"])
def test_what_fits_no_option_is_refused_with_how_many_there_are(typed: str) -> None:
    assert Asking(COLOURS).type(typed) == Refused((line("engine.pick_one", count=3, typed=typed),))


def test_a_button_that_is_no_option_is_refused() -> None:
    assert keys(Asking(COLOURS).press("green")) == ["engine.pick_one"]


def test_an_option_with_a_slash_is_a_command() -> None:
    assert Asking(COLOURS).type("3") == Command("修改")


@pytest.mark.parametrize(("typed", "meant"), [("1", True), ("报送", True), ("好的", True), ("OK", True), ("2", False),
                                              ("先不", False), ("不用", False), ("否。", False)])  # fmt: skip
def test_yes_and_no_are_understood_in_the_flows_words_and_in_common_ones(typed: str, *, meant: bool) -> None:
    assert Asking(YesNo(text=TEXT, yes="报送", no="先存着")).type(typed) == Took(meant)


def test_anything_else_is_neither_yes_nor_no() -> None:
    asking = Asking(YesNo(text=TEXT, yes="报送", no="先存着"))
    assert [keys(asking.type("也许")), keys(asking.press("maybe"))] == [["engine.yes_or_no"]] * 2
    assert asking.question.load("yes") == Unfit(line("engine.option_gone"))


# Accept

WORDING = hashlib.sha256("本单位承诺真实。".encode()).hexdigest()
PLEDGE = Accept(text=TEXT, wording_hash=WORDING, accept="确认承诺")


@pytest.mark.parametrize("typed", ["确认承诺", "同意", "好的", "1"])
def test_a_pledge_is_accepted_in_words_and_keeps_the_hash_of_what_was_accepted(typed: str) -> None:
    assert Asking(PLEDGE).type(typed) == Took(WORDING)


@pytest.mark.parametrize("typed", ["不同意", "2", "再看看", ""])
def test_anything_else_accepts_nothing(typed: str) -> None:
    assert keys(Asking(PLEDGE).type(typed)) == ["engine.accept_please"]


def test_a_changed_wording_is_asked_again() -> None:
    assert PLEDGE.load(WORDING) == WORDING
    assert PLEDGE.load(hashlib.sha256("旧的文字".encode()).hexdigest()) == Unfit(line("engine.pledge_changed"))


# Boxes

THEMES = ("信用监管", "信用融资", "诚信文化", "其他")


def boxes(*, several: bool = True, other_required: bool = True, opens: bool = False) -> Asking:
    box = Field(
        "theme", "主题", "boxes", "附件1", options=THEMES, other="其他", other_required=other_required,
        several=several, open=opens, hint="请选。",
    )  # fmt: skip
    question = Boxes(
        text=TEXT, label="主题", read=lambda raw: read_answer(box, raw), check=lambda value: check_answer(box, value),
        options=THEMES, several=several, other="其他", other_text=line("form.other"),
    )  # fmt: skip
    return Asking(question)


def test_presses_tick_and_untick_one_by_one_in_the_order_of_pressing() -> None:
    asking = boxes()
    for label in ("诚信文化", "信用监管", "信用融资", "信用监管"):
        assert isinstance(asking.press(label), Pieces)
    assert asking.shown == ("engine.ticked", ["信用监管", "✓信用融资", "✓诚信文化", "其他", "选好了"])
    assert asking.facts == {"label": "主题", "picked": ["诚信文化", "信用融资"], "done": "选好了"}
    assert asking.press("!done") == Took({"picked": ["诚信文化", "信用融资"], "other": ""})


@pytest.mark.parametrize("typed", ["选好了", "完成", "5"])
def test_ticks_are_finished_in_words_too(typed: str) -> None:
    asking = boxes()
    asking.press("信用监管")
    assert asking.type(typed) == Took({"picked": ["信用监管"], "other": ""})


def test_nothing_ticked_cannot_be_finished() -> None:
    asking = boxes()
    assert "选好了" not in asking.shown[1]
    assert keys(asking.press("!done")) == ["engine.pick_one"]


def test_typed_numbers_answer_at_once_and_the_first_is_the_primary_one() -> None:
    assert boxes().type("3，1") == Took({"picked": ["诚信文化", "信用监管"], "other": ""})


def test_all_ticks_of_a_drawn_form_come_at_once() -> None:
    assert boxes().press(f"{PICKED}\n诚信文化\n信用监管") == Took({"picked": ["诚信文化", "信用监管"], "other": ""})


@pytest.mark.parametrize("code", [PICKED, f"{PICKED}\n", f"{PICKED}\n没有的", "没有的", "!skip"])
def test_ticks_that_are_no_options_are_refused(code: str) -> None:
    assert keys(boxes().press(code)) == ["engine.pick_one"]


def test_of_one_alone_a_press_answers_at_once_and_two_numbers_are_refused() -> None:
    asking = boxes(several=False)
    assert keys(asking.type("1，2")) == ["field.one_only"]
    assert asking.press("信用融资") == Took({"picked": ["信用融资"], "other": ""})


def test_other_with_its_text_in_one_message_is_answered_at_once() -> None:
    assert boxes().type("1，其他：农村信用") == Took({"picked": ["信用监管", "其他"], "other": "农村信用"})


def test_other_without_its_text_asks_for_it_and_can_be_chosen_again() -> None:
    asking = boxes()
    asking.press(f"{PICKED}\n其他\n信用监管")
    assert asking.shown == ("form.other", ["重新选"])
    assert asking.type(" 农村\n信用 ") == Took({"picked": ["其他", "信用监管"], "other": "农村 信用"})
    asking.type("重新选")
    assert asking.shown == ("ask", list(THEMES))


def test_other_that_needs_no_text_may_stay_bare() -> None:
    asking = boxes(other_required=False)
    asking.type("4")
    assert asking.shown == ("form.other", ["不填", "重新选"])
    assert [asking.type("不填"), asking.press("!skip")] == [Took({"picked": ["其他"], "other": ""})] * 2


def test_an_old_button_still_ticks_while_the_text_of_other_is_asked_for() -> None:
    asking = boxes(several=False)
    asking.press("其他")
    assert asking.press("信用监管") == Took({"picked": ["信用监管"], "other": ""})


def test_an_open_list_takes_words_of_ones_own() -> None:
    assert boxes(opens=True).type("信用修复") == Took({"picked": [], "other": "信用修复"})


def test_ticks_of_options_that_are_gone_no_longer_count() -> None:
    asking = boxes()
    asking.pieces.append({"picked": ["旧主题", "信用监管"]})
    assert asking.press("!done") == Took({"picked": ["信用监管"], "other": ""})
    asking.pieces = ["一段文字"]
    assert asking.shown == ("ask", list(THEMES))


def test_kept_ticks_that_fit_no_longer_are_asked_again() -> None:
    unfit = boxes().question.load({"picked": ["旧主题"], "other": ""})
    assert isinstance(unfit, Unfit)
    assert unfit.why.key == "field.unknown_option"


# Wait


def test_a_wait_is_answered_from_inside_only_and_only_on_its_own_topic() -> None:
    question = Wait(text=TEXT, topic="film")

    def inside(topic: str) -> Incoming:
        return Incoming("inside", "1", "1", START, topic=topic, facts={"seconds": 3})

    assert question.hear((), inside("film")) == Took({"seconds": 3})
    assert question.hear((), inside("scan")) == Refused((line("engine.wait"),))
    assert Asking(question).type("好了吗") == Refused((line("engine.wait"),))
