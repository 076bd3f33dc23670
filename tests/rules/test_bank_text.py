"""A bank in running text: the ways in which people number questions, letter options and write answers."""

from __future__ import annotations

import pytest

from rules.bank import Draft
from rules.bank_text import drafts_of_text

OPTIONS = ("2年", "5年", "7年", "10年")
WHOLE = Draft(1, "第 1 题", "保存几年？", OPTIONS, "B", "保存5年。", "条例第十六条", "征信")


def only(text: str) -> Draft:
    [draft], faults = drafts_of_text(text)
    assert faults == ()
    return draft


@pytest.mark.parametrize(
    "text",
    [
        "1. 保存几年？\nA. 2年\nB. 5年\nC. 7年\nD. 10年\n答案：B\n解析：保存5年。\n来源：条例第十六条\n标签：征信",
        "1、保存几年？\nA、2年  B、5年  C、7年  D、10年\n"
        "【答案】B\n【解析】保存5年。\n【来源】条例第十六条\n【标签】征信",
        "（1）保存几年？ A．2年 B．5年 C．7年 D．10年\n正确答案：B 解析：保存5年。 出处：条例第十六条 分类：征信",
        "第1题 保存几年？\n(A) 2年 (B) 5年\n(C) 7年 (D) 10年\n"
        "参考答案:B\n答案解析:保存5年。\n法律依据:条例第十六条\n知识点:征信",
        "1．保存几年？\nＡ．2年\nＢ．5年\nＣ．7年\nＤ．10年\n答案：Ｂ\n解析：保存5年。\n依据：条例第十六条\n标签：征信",
        "1．保存几年？\na. 2年\nb. 5年\nc. 7年\nd. 10年\n答案：\nB\n解析：保存5年。\n来源：条例第十六条\n标签：征信",
    ],
)
def test_one_question_in_every_layout(text: str) -> None:
    assert only(text) == WHOLE


def test_a_key_within_the_text_is_taken_out_of_it() -> None:
    draft = only("1. 不良信息保存（ B ）。\nA. 2年\nB. 5年\n来源：条例")
    assert (draft.text, draft.key) == ("不良信息保存（　）。", "B")
    draft = only("1. 不良信息保存几年？（B）。\nA. 2年\nB. 5年\n来源：条例")
    assert (draft.text, draft.key) == ("不良信息保存几年？", "B")
    draft = only("1. 不良信息保存（B）。\nA. 2年\nB. 5年\n答案：A\n来源：条例")
    assert (draft.text, draft.key) == ("不良信息保存（B）。", "A")


@pytest.mark.parametrize(
    "keys",
    ["参考答案：\n1.B 2.A 3.C", "答案\n1-3 BAC", "1、B；2、A；3、C", "【答案】1-2：BA 3：C", "1~3 B A C"],
)
def test_keys_that_stand_together_are_given_to_their_questions(keys: str) -> None:
    text = "".join(f"{n}. 题{n}？\nA. 甲\nB. 乙\nC. 丙\n来源：条例\n" for n in (1, 2, 3))
    drafts, faults = drafts_of_text(text + keys)
    assert (faults, [(each.text, each.key, each.source) for each in drafts]) == (
        (),
        [("题1？", "B", "条例"), ("题2？", "A", "条例"), ("题3？", "C", "条例")],
    )


def test_options_of_bare_figures_are_no_keys() -> None:
    drafts, _ = drafts_of_text(
        "1. 几个？\nA.5 B.10 C.15 D.20\n答案：C\n来源：条例\n2. 又几个？\nA. 1.5\nB. 2.5\n答案：A\n来源：甲"
    )
    assert [(each.options, each.key) for each in drafts] == [(("5", "10", "15", "20"), "C"), (("1.5", "2.5"), "A")]


def test_lines_go_on_where_they_stopped() -> None:
    draft = only(
        "3. 下列哪项\n（1）甲事\n（2）乙事\n正确？\nA. 只有\n第一项\nB. 都有\n答案：A\n解析：因为\n所以。\n来源：条例"
    )
    assert draft == Draft(
        1, "第 3 题", "下列哪项 （1）甲事 （2）乙事 正确？", ("只有 第一项", "都有"), "A", "因为 所以。", "条例"
    )


def test_a_heading_is_the_tag_of_what_follows_unless_it_names_a_kind_of_question() -> None:
    text = (
        "信用知识题库\n一、单选题\n1. 甲？\nA. 1\nB. 2\n答案：A\n来源：x\n"
        "二、征信\n2. 乙？\nA. 1\nB. 2\n答案：A\n来源：x\n3. 丙？\nA. 1\nB. 2\n标签：代码"
    )
    drafts, _ = drafts_of_text(text)
    assert [each.tag for each in drafts] == ["", "征信", "征信 代码"]


def test_a_letter_within_an_option_or_an_explanation_begins_no_option() -> None:
    draft = only("1. 纳税信用几级？\nA. 五级 E. 不是\nB. A. 级\n答案：A\n解析：有 A. B. C. 等级。\n来源：办法")
    assert (draft.options, draft.explanation) == (("五级 E. 不是", "A. 级"), "有 A. B. C. 等级。")


def test_a_table_in_the_text_is_read_as_a_sheet() -> None:
    draft = only("题库\n题目\t选项A\t选项B\t答案\t来源\n几年？\t2年\t5年\tB\t条例")
    assert draft == Draft(3, "表格第 3 行", "几年？", ("2年", "5年", "", "", "", "", "", ""), "B", "", "条例", "")


@pytest.mark.parametrize("text", ["", "题库\n没有编号的题目？\nA. 甲"])
def test_a_text_without_questions_says_how_to_write_them(text: str) -> None:
    drafts, [fault] = drafts_of_text(text)
    assert (drafts, fault.row, fault.message[:6]) == ((), 0, "没有找到题目")
