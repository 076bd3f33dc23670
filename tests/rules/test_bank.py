"""A bank is judged as a whole: every fault of every question with its place and how to mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.telegram_show import EDGE, ROW_WIDTH
from rules.accounts import PART_CHARACTERS
from rules.bank import (
    BUTTON,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    Bank,
    BankFault,
    Draft,
    Question,
    bare,
    read_bank,
)

OPTIONS = ("2年", "5年", "7年", "10年")
GOOD = Draft(2, "第 2 行", "不良信息保存几年？", OPTIONS, "B", "保存5年。", "《征信业管理条例》第十六条", "征信")


def faults(draft: Draft) -> list[str]:
    """What keeps one draft out; nothing else may be said of it."""
    bank = read_bank([draft])
    assert (bank.warnings, [each.row for each in bank.faults]) == ((), [draft.row] * len(bank.faults))
    assert len(bank.questions) == (not bank.faults)
    return [each.message for each in bank.faults]


def warnings(*drafts: Draft, shuffle: bool = True) -> list[str]:
    """What is said of drafts that are all taken."""
    bank = read_bank(drafts, shuffle=shuffle)
    assert (bank.faults, len(bank.questions)) == ((), len(drafts))
    return [str(each) for each in bank.warnings]


def test_a_good_draft_becomes_a_question_of_one_line_each() -> None:
    written = replace(GOOD, text=" 不良信息\n保存几年？ ", options=("2年", " 5年", "7年", "10年", "", ""), key="b")
    question = Question(
        "不良信息 保存几年？", ("2年", "5年", "7年", "10年"), 1, GOOD.source, GOOD.explanation, GOOD.tag
    )  # fmt: skip
    assert read_bank([written]) == Bank((question,))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("A", 0), ("ｄ", 3), ("（C）", 2), ("【B】", 1), ("选B", 1), ("B.", 1), ("C项", 2), ("答案A", 0), ("7年", 2),
        (" 10 年。", 3),
    ],
)  # fmt: skip
def test_a_key_is_a_letter_in_any_dress_or_the_option_itself(written: str, place: int) -> None:
    [question] = read_bank([replace(GOOD, key=written)]).questions
    assert question.key == place


@pytest.mark.parametrize(("written", "place"), [("√", 0), ("对", 0), ("正确", 0), ("×", 1), ("错", 1), ("B", 1)])
def test_a_question_of_true_and_false_takes_a_tick(written: str, place: int) -> None:
    [question] = read_bank([replace(GOOD, options=("正确", "错误"), key=written)]).questions
    assert question.key == place


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": ""}, "没有题目。请补上题干，或者删去这一题。"),
        ({"source": " "}, "没有来源。请写明出自哪部法规或文件，例如“《征信业管理条例》第十六条”。"),
        ({"key": ""}, "没有答案。请写一个字母（A 到 D）。"),
        ({"key": "E"}, "答案是 E，选项只到 D。请核对答案和选项。"),
        ({"key": "AC"}, "答案“AC”有几个字母，这里只收单选题。请改成单选，或者删去这一题。"),
        ({"key": "A、C"}, "答案“A、C”有几个字母，这里只收单选题。请改成单选，或者删去这一题。"),
        ({"key": "五年"}, "答案“五年”既不是字母，也不是哪个选项的原文。请写一个字母（A 到 D）。"),
        ({"options": ("2年", "", "7年", "10年"), "key": "C"}, "选项 B 空着，后面的却有字。请补上，或把后面的往前移。"),
        ({"options": ("2年", "5年", "５ 年。")}, "选项 B 和 C 相同（“５ 年。”）。请改掉一个。"),
        ({"options": tuple("一二三四五六七")}, "有 7 个选项，最多 6 个。请删去几个。"),
        ({"text": "题" * 201}, "题目有 201 字，最多 200 字。请缩短。"),
        ({"explanation": "解" * 301}, "解析有 301 字，最多 300 字。请缩短。"),
        ({"options": ("甲" * 61, "乙")}, "选项 A（61 字） 太长，手机上读不了，每个最多 60 字。请缩短。"),
    ],
)
def test_a_fault_says_what_is_wrong_and_how_to_mend_it(changes: dict[str, str], told: str) -> None:
    assert faults(replace(GOOD, **changes)) == [told]  # type: ignore[arg-type]


def test_a_question_and_its_options_must_fit_into_one_message() -> None:
    bank = read_bank([replace(GOOD, text="题" * 200, options=tuple(f"{n}" + "项" * 59 for n in range(6)))])
    assert [each.message for each in bank.faults] == [
        "题目和选项合计 578 字，微信一条消息放不下（最多 520 字）。请缩短。"
    ]
    assert LONGEST_QUESTION < PART_CHARACTERS


def test_all_faults_of_a_question_are_told_at_once_and_the_others_are_taken() -> None:
    drafts = [GOOD, Draft(3, "第 3 行", "", ("甲", "甲"), "C"), replace(GOOD, row=4, place="第 4 行", text="另一题？")]
    bank = read_bank(drafts, faults=[BankFault(0, "", "整个文件的问题")])
    assert [each.text for each in bank.questions] == [GOOD.text, "另一题？"]
    assert [str(each) for each in bank.faults] == [
        "整个文件的问题",
        "第 3 行：没有题目。请补上题干，或者删去这一题。选项 A 和 B 相同（“甲”）。请改掉一个。"
        "答案是 C，选项只到 B。请核对答案和选项。"
        "没有来源。请写明出自哪部法规或文件，例如“《征信业管理条例》第十六条”。",
    ]


def test_a_question_that_was_there_before_is_told_with_the_place_of_the_first() -> None:
    again = replace(
        GOOD, row=9, place="第 9 行", text="不良信息，保存几年?", options=("10年", "7年", "5年", "2年"), key="C"
    )
    bank = read_bank([GOOD, again])
    assert (len(bank.questions), [str(each) for each in bank.faults]) == (1, ["第 9 行：和第 2 行重复。请删去一题。"])


def test_a_question_that_is_nearly_another_is_taken_and_told() -> None:
    first = replace(GOOD, text="征信机构对个人不良信息的保存期限是多久？")
    nearly = replace(first, row=3, place="第 3 行", text="征信机构对个人不良信息的保存期限是几年？")
    [told] = warnings(first, nearly)
    assert told == "第 3 行：和第 2 行几乎一样（相似 89 %，选项有 4 个相同）。请核对是否同一题。"


def test_the_same_text_with_other_options_is_told_and_other_texts_are_not() -> None:
    [told] = warnings(GOOD, replace(GOOD, row=3, place="第 3 行", options=("1年", "5年", "9年")))
    assert told == "第 3 行：题目和第 2 行一样，只是选项不同。请核对是否同一题。"
    personal = replace(GOOD, text="设立经营个人征信业务的征信机构，应当怎样做？", options=("经批准", "先备案"))
    company = replace(
        personal, text="设立经营企业征信业务的征信机构，应当怎样做？", options=("经批准后开业", "登记后备案")
    )
    assert warnings(personal, company) == []


@pytest.mark.parametrize(
    "option",
    [
        "以上都对",
        "以上选项都不正确",
        "全选",
        "都不对",
        "A和B",
        "A、B、C都对",
        "前两项",
        "上述情形",
        "全部正确",
        "以上均可",
    ],
)
def test_an_option_that_holds_only_in_its_place_is_told(option: str) -> None:
    [told] = warnings(replace(GOOD, options=("2年", option, "7年")))
    assert told == (
        f"第 2 行：选项 B“{option}”靠位置才成立，而选项的次序会打乱，这样的说法就不通了。请改成写明内容的选项。"
    )
    assert warnings(replace(GOOD, options=("2年", "5年", option)), shuffle=False) == []
    assert "它不在最后一项，读起来不通" in warnings(replace(GOOD, options=("2年", option, "7年")), shuffle=False)[0]


@pytest.mark.parametrize(
    "option", ["均衡发展", "3年以上", "AAA", "上述主管部门批准", "前三年不得任职", "全国人大", "A", "全部退还"]
)
def test_an_option_that_only_looks_like_it_is_not(option: str) -> None:
    assert warnings(replace(GOOD, options=("2年", option, "7年"))) == []


def test_an_option_wider_than_a_button_is_told() -> None:
    assert ROW_WIDTH - EDGE - 2 == BUTTON  # "B " stands before it
    assert warnings(replace(GOOD, options=("字" * 16, "x" * 32))) == []
    assert LONGEST_OPTION * 2 > BUTTON
    [told] = warnings(replace(GOOD, options=("短", "字" * 17)))
    assert told == "第 2 行：选项 B 超过 16 个汉字，Telegram 的按钮上显示不全，会另列在题目下面。"


def test_a_question_without_explanation_is_taken_and_told() -> None:
    assert warnings(replace(GOOD, explanation="")) == ["第 2 行：没有解析，答错的人看不到为什么。建议补一句。"]


def test_a_bank_of_too_many_questions_is_refused_before_they_are_compared() -> None:
    [told] = read_bank([GOOD] * (MOST_QUESTIONS + 1)).faults
    assert str(told) == "有 3001 题，一个题库最多 3000 题。请分成几个题库，或删去旧题。"


def test_the_code_of_a_question_outlives_mending_and_differs_by_meaning() -> None:
    [question] = read_bank([GOOD]).questions
    mended = replace(
        question, text="不良信息保存几年 ?", options=("10年", "5年", "2年", "7年"), key=1, explanation="", tag="x"
    )  # fmt: skip
    assert (len(question.code), mended.code) == (12, question.code)
    assert replace(question, options=("2年", "5年", "7年", "1.0年")).code != question.code
    assert replace(question, text="良好信息保存几年？").code != question.code


@pytest.mark.parametrize(("one", "other"), [("3.5%", "35%"), ("5", "5%"), ("+1", "-1"), ("1/2", "12"), ("<5", ">5")])
def test_figures_that_differ_by_a_sign_are_not_the_same_option(one: str, other: str) -> None:
    assert bare(one) != bare(other)
    assert faults(replace(GOOD, options=(one, other), key="A")) == []


@given(
    st.lists(
        st.builds(
            Draft,
            st.integers(1, 9),
            st.just("第 1 行"),
            st.text(max_size=40),
            st.lists(st.text(max_size=12), max_size=9).map(tuple),
            st.text(max_size=5),
            st.text(max_size=20),
            st.text(max_size=20),
        ),
        max_size=6,
    )
)
def test_whatever_is_written_a_question_that_is_taken_can_be_asked(drafts: list[Draft]) -> None:
    bank = read_bank(drafts)
    assert len(bank.questions) + len(bank.faults) == len(drafts)
    for question in bank.questions:
        assert question.text and question.source and 2 <= len(question.options) <= 6
        assert 0 <= question.key < len(question.options)
        assert len({bare(each) for each in question.options}) == len(question.options)
    assert len({question.code for question in bank.questions}) == len(bank.questions)
