"""Drafts of notices that were written before the drafter, and of what notices do to those who read them."""

from __future__ import annotations

import re
import tomllib

import pytest

from rules.drafting.draft import draft
from rules.drafting.layout import blocks_of
from rules.drafting.text import bare, fold
from rules.notice import NoticeFaults, read_notice
from tests.drafting.facts import facts_of
from tests.drafting.score import score
from tests.drafting.words import NOTICES, drafted, expected

NAMES = sorted(file.stem for file in NOTICES.glob("*.facts"))


@pytest.mark.parametrize("name", NAMES)
def test_nearly_all_is_found_and_nothing_is_told_otherwise(name: str) -> None:
    result = score(expected(name), facts_of(drafted(name).text))
    assert not result.wrong
    assert result.share >= 0.9, result.missing


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_passes_the_check_or_its_faults_are_among_its_questions(name: str) -> None:
    made = drafted(name)
    lacking = re.findall(r"^# (\w+) = .* ← ", made.text, flags=re.MULTILINE)
    assert _faults(made.text) == len(lacking)
    assert made == drafted.__wrapped__(name)


def _faults(text: str) -> int:
    try:
        read_notice(text, name="draft")
    except NoticeFaults as wrong:
        return len(wrong.faults)
    return 0


@pytest.mark.parametrize("name", NAMES)
def test_every_quoted_source_stands_in_the_notice(name: str) -> None:
    file = next(NOTICES.glob(f"{name}*.txt"))
    whole = bare(fold(file.read_text("utf-8")).replace("<", "").replace("|", "").replace("/", ""))
    quoted = re.findall(r"^# 出处 〔(?!附件|标题)[^〕]+〕“(.+)”$", drafted(name).text, flags=re.MULTILINE)
    assert len(quoted) > 10
    pieces = [bare(piece) for quote in quoted for piece in quote.split("……")]
    strange = [piece for piece in pieces if _joined(piece) not in _joined(whole)]
    assert not strange


def _joined(text: str) -> str:
    """Without what headings and list numbers put between the parts of a sentence."""
    return re.sub(r"[—：:#。.（）()\d一二三四五六七八九十、]", "", text)


def test_each_question_stands_at_the_top_and_at_its_place() -> None:
    made = drafted("binzhou")
    told = [made.text.count(f"【待定 {number}】") for number in range(1, len(made.questions) + 1)]
    general = sum(each == 1 for each in told)
    assert general < 4
    assert all(each > 1 for each in told[general:])


def test_three_deadlines_are_a_switch_and_a_question() -> None:
    made = drafted("binzhou")
    switch = next(each for each in tomllib.loads(made.text)["switch"] if each["key"] == "deadline_video")
    assert [each["value"] for each in switch["alternatives"]] == [
        "2026-10-08 24:00",
        "2026-09-30 24:00",
        "2026-10-09 下班前",
    ]
    assert any("微视频的截止时间通知里不一致" in each.text for each in made.questions)


def test_a_day_before_which_something_is_due_is_a_switch() -> None:
    switches = tomllib.loads(drafted("binzhou").text)["switch"]
    due = next(each for each in switches if each["question"] == "“9月5日前”包括 9月5日 当天吗？")
    assert [each["value"] for each in due["alternatives"]] == ["2026-09-05 24:00", "2026-09-04 24:00"]


def test_names_and_numbers_of_persons_are_left_out() -> None:
    text = "关于征集短视频作品的通知\n各单位：\n一、时间\n2025年5月1日前报送。\n"
    text += "联系人：王某某，电话：13800001234、0000-88001234，邮箱：a@example.cn"
    made = draft(blocks_of(text), "person")
    assert "a@example.cn" in made.text
    assert not re.search("王某某|13800001234|88001234", made.text)


def test_what_a_notice_does_not_say_is_left_to_a_human() -> None:
    made = draft(
        blocks_of("关于征集短视频作品的通知\n各县区：\n一、作品要求\n短视频作品须为原创，画面清晰，格式为MP4。"),
        "empty",
    )
    lacking = re.findall(r"^# (\w+) = .* ← ", made.text, flags=re.MULTILINE)
    assert lacking == ["opens", "closes", "shortest", "longest"]
    assert any("没有找到" in each.text for each in made.questions)


def test_nothing_at_all_is_still_a_file_that_says_so() -> None:
    made = draft(blocks_of("今天天气很好。"), "empty")
    tomllib.loads(made.text)
    assert "没有认出征集哪一类作品" in made.questions[0].text


@pytest.mark.parametrize(
    "text",
    [
        '关于"征集"微视频\\n的通知\n各单位："""\n一、微视频\n时长2-5分钟"]\\',
        "九" * 9000,
        "（" * 9000,
        "附件1\n申报表\n" + "a\t" * 9000,
    ],
)
def test_strange_text_makes_a_file_that_is_toml(text: str) -> None:
    tomllib.loads(draft(blocks_of(text), "strange").text)


def test_a_notice_that_never_ends_is_cut_and_says_so() -> None:
    made = draft(blocks_of("征集微视频作品，时长2至5分钟。\n" + "好。\n" * 3000), "long")
    assert "太长" in made.questions[0].text
