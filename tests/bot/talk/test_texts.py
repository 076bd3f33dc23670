"""Long texts in several messages: nothing written is lost, and every step can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.talk.fields import Pieces, Refused, Took, Undo, Unfit
from bot.talk.lines import line
from bot.talk.texts import MOST_WRITTEN, LongText, Sections
from rules.answers import check_answer, read_answer
from rules.forms import Field
from rules.sections import split_sections
from tests.bot.talk.asking import Asking, keys

HEADINGS = ("一、要解决的问题", "二、创新举措", "三、工作成效及意义")
BUTTONS = ["完成", "撤回", "重写", "全文"]


def long_text(*, limit: int | None = 10, skip: str = "") -> Asking:
    field = Field("body", "正文", "text", "附件1", required=not skip, limit=limit, hint="请写。")
    question = LongText(
        text=line("ask"), label="正文", read=lambda raw: read_answer(field, raw),
        check=lambda value: check_answer(field, value), limit=limit, skip=skip,
    )  # fmt: skip
    return Asking(question)


def sections(*, limit: int | None = 20) -> Asking:
    field = Field("body", "正文", "sections", "附件1", headings=HEADINGS, limit=limit, hint="请写。")
    question = Sections(
        text=line("ask"), label="正文", headings=HEADINGS,
        section_text=lambda index: line("section", at=index, guide=""),
        split=lambda text: split_sections(HEADINGS, text), check=lambda value: check_answer(field, value), limit=limit,
    )  # fmt: skip
    return Asking(question)


def counts(asking: Asking) -> list[int]:
    return [part["words"] for part in asking.facts["parts"]]


# One text


def test_a_text_in_one_message_is_not_finished_before_the_person_says_so() -> None:
    asking = long_text()
    assert isinstance(asking.type("第一段"), Pieces)
    assert asking.shown == ("text.standing", BUTTONS)
    assert asking.type("完成") == Took("第一段")


def test_each_piece_is_told_with_its_own_words_and_how_far_the_whole_is_over() -> None:
    asking = long_text()
    told = [asking.type(text).lines[0].facts for text in ("第一段话", "第二段 abc def", "第三段话")]
    assert told == [
        {"words": 4, "total": 4, "limit": 10, "over": 0},
        {"words": 5, "total": 9, "limit": 10, "over": 0},
        {"words": 4, "total": 13, "limit": 10, "over": 3},
    ]
    assert asking.facts == {"label": "正文", "total": 13, "limit": 10}


def test_over_the_limit_every_piece_stays_and_the_excess_is_told() -> None:
    asking = long_text()
    asking.all(["这里有六个字", "这里又有七个字"])
    refused = asking.type("完成")
    assert keys(refused) == ["field.too_long", "text.kept"]
    assert (refused.lines[0].facts["words"], refused.lines[0].facts["over"]) == (13, 3)
    assert asking.pieces == ["这里有六个字", "这里又有七个字"]
    asking.all(["撤回", "四个字了"])
    assert asking.type("完成") == Took("这里有六个字\n四个字了")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_asks_for_a_text(text: str) -> None:
    assert long_text().type(text) == Refused((line("engine.text_please"),))


@pytest.mark.parametrize("word", ["完成", "撤回", "重写", "全文"])
def test_before_anything_is_written_there_is_nothing_to_finish_or_take_back(word: str) -> None:
    assert long_text().type(word) == Refused((line("text.nothing_yet", label="正文"),))


def test_the_last_piece_is_taken_back_with_its_words() -> None:
    asking = long_text()
    asking.all(["第一段", "第二段话"])
    assert asking.type("撤回") == Undo((line("text.undone", words=4),))
    assert asking.facts["total"] == 3


def test_a_rewrite_can_be_taken_back() -> None:
    asking = long_text()
    asking.all(["第一段", "重写"])
    assert asking.shown == ("ask", ["撤回"])
    asking.type("撤回")
    assert asking.type("完成") == Took("第一段")


def test_after_a_rewrite_only_the_new_text_counts() -> None:
    asking = long_text()
    assert asking.all(["第一段", "重写", "新的", "完成"]) == Took("新的")


def test_the_whole_is_shown_and_nothing_changes() -> None:
    asking = long_text()
    asking.all(["第一段", "第二段"])
    assert asking.type("全文") == Refused((line("text.whole", text="第一段\n第二段"),))
    assert asking.press("!whole") == asking.type("全文")


def test_an_optional_text_is_skipped_before_it_is_begun_only() -> None:
    asking = long_text(skip="跳过")
    assert asking.shown == ("ask", ["跳过"])
    assert [asking.type("跳过"), asking.press("!skip"), asking.type("完成")] == [Took("")] * 3
    asking.type("第一段")
    assert isinstance(asking.type("跳过"), Pieces)


def test_an_edit_begins_with_the_old_text() -> None:
    asking = long_text()
    asking.pieces = list(asking.question.reopen("旧的文字"))
    asking.type("新的")
    assert asking.type("完成") == Took("旧的文字\n新的")
    assert long_text(skip="跳过").question.reopen("") == ()


def test_an_unknown_button_says_how_it_goes() -> None:
    asking = long_text()
    asking.type("第一段")
    assert keys(asking.press("!gone")) == ["text.how"]


def test_pieces_of_a_text_that_once_had_sections_are_not_lost() -> None:
    asking = long_text()
    asking.pieces = [{"all": ["问题", "", "成效"]}, {"go": 1}, {"at": 1, "text": "举措"}]
    assert asking.type("完成") == Took("问题\n成效\n举措")


@pytest.mark.parametrize("make", [long_text, sections])
def test_a_text_without_end_is_refused_before_it_costs_others_their_time(make: Callable[[], Asking]) -> None:
    asking = make()
    for _ in range(5):
        assert keys(asking.type("字" * (MOST_WRITTEN // 5 - 4))) == ["text.piece"]
    assert keys(asking.type("字" * 100)) == ["text.too_much"]
    assert keys(make().type("字" * (MOST_WRITTEN + 1))) == ["text.too_much"]
    asking.type("撤回")
    assert keys(asking.type("字" * 100)) == ["text.piece"]


# Sections


def test_sections_are_asked_one_after_the_other() -> None:
    asking = sections()
    assert asking.question.prompt(()).line == line("section", at=0, guide="")
    asking.all(["难点", "完成"])
    assert (asking.facts["heading"], asking.facts["empty"], counts(asking)) == (HEADINGS[1], True, [2, 0, 0])
    assert asking.shown == ("text.sections", ["撤回", "修改①"])
    asking.all(["做法", "完成", "成效一", "成效二"])
    assert asking.shown == ("text.sections", [*BUTTONS, "修改①", "修改②"])
    assert asking.type("完成") == Took(["难点", "做法", "成效一\n成效二"])


def test_a_section_without_text_cannot_be_finished() -> None:
    assert sections().type("完成") == Refused((line("text.nothing_yet", label="① 一、要解决的问题"),))


PASTED = "一、要解决的问题\n难点\n（二）创新举措：做法\n三、工作成效及意义\n成效"


def test_a_pasted_whole_is_cut_at_its_headings_and_taken_back_in_one_step() -> None:
    asking = sections()
    asking.all(["先写的", "完成", "再写的"])
    assert keys(asking.type(PASTED)) == ["text.split"]
    assert counts(asking) == [2, 2, 2]
    asking.type("撤回")
    assert counts(asking) == [3, 3, 0]
    assert asking.all([PASTED, "完成"]) == Took(["难点", "做法", "成效"])


def test_a_pasted_whole_with_an_empty_section_leads_to_that_section() -> None:
    asking = sections()
    asking.type("一、要解决的问题\n难点\n二、创新举措\n三、工作成效及意义\n成效")
    assert (asking.facts["heading"], counts(asking)) == (HEADINGS[1], [2, 0, 2])


def test_a_text_with_only_some_of_the_headings_is_a_piece_of_the_open_section() -> None:
    asking = sections()
    asking.type("一、要解决的问题\n难点")
    assert asking.facts["at"] == "①"
    assert counts(asking)[1:] == [0, 0]


def test_over_the_limit_every_section_stays_and_the_longest_is_named() -> None:
    asking = sections(limit=10)
    refused = asking.all(["三个字", "完成", "这里一共八个字啊", "完成", "两字", "完成"])
    assert keys(refused) == ["field.sections_too_long", "text.kept"]
    facts = refused.lines[0].facts
    assert (facts["words"], facts["over"], facts["longest"]["mark"]) == (13, 3, "②")
    assert counts(asking) == [3, 8, 2]
    asking.all(["修改②", "重写", "五个字以内"])
    assert asking.type("完成") == Took(["三个字", "五个字以内", "两字"])


@pytest.mark.parametrize("how", ["修改①", "修改1", "修改 ①", "!go/0"])
def test_a_section_is_gone_back_to(how: str) -> None:
    asking = sections()
    asking.all(["难点", "完成", "做法"])
    asking.press(how) if how.startswith("!") else asking.type(how)
    assert asking.facts["at"] == "①"
    asking.type("补充")
    assert counts(asking) == [4, 2, 0]


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        (["难点", "难点二"], [2, 0, 0]),
        (["难点", "完成", "做法"], [2, 0, 0]),
        (["难点", "完成"], [2, 0, 0]),
        (["难点", "完成", "做法", "修改①"], [2, 2, 0]),
        (["难点", "重写"], [2, 0, 0]),
        ([PASTED], []),
    ],
)
def test_every_step_can_be_taken_back(steps: list[str], left: list[int]) -> None:
    asking = sections()
    asking.all(steps)
    assert isinstance(asking.type("撤回"), Undo)
    assert (counts(asking) if left else asking.shown[0]) == (left or "section")


def test_a_rewrite_clears_the_open_section_alone() -> None:
    asking = sections()
    asking.all(["难点", "完成", "做法", "重写"])
    assert (counts(asking), asking.facts["at"]) == ([2, 0, 0], "②")


def test_the_whole_is_shown_under_its_headings() -> None:
    asking = sections()
    asking.all(["难点", "完成", "做法"])
    assert asking.type("全文") == Refused((line("text.whole", text="一、要解决的问题\n难点\n二、创新举措\n做法"),))
    assert keys(sections().type("全文")) == ["text.nothing_yet"]


def test_an_edit_of_sections_begins_with_the_old_texts() -> None:
    asking = sections()
    asking.pieces = list(asking.question.reopen(["难点", "做法", "成效"]))
    assert asking.all(["修改①", "又一点", "完成"]) == Took(["难点\n又一点", "做法", "成效"])


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([{"all": ["难点", "做法", "成效", "第四"]}], [2, 2, 2]),
        ([{"go": 7}, {"at": 9, "text": "尾"}], [0, 0, 1]),
        (["原来不分段的文字"], [8, 0, 0]),
    ],
)
def test_pieces_from_before_the_form_was_changed_are_not_lost(pieces: list[Any], words: list[int]) -> None:
    asking = sections()
    asking.pieces = pieces
    assert counts(asking) == words


def test_kept_sections_that_fit_no_longer_are_asked_again() -> None:
    assert isinstance(sections().question.load(["只有", "两段"]), Unfit)
    assert isinstance(sections(limit=3).question.load(["难点", "做法", "成效"]), Unfit)
