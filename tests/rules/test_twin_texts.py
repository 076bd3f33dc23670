"""Long texts are compared by their characters alone; short ones, and those that only share their headings, are not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from rules.forms import Form
from rules.twin_texts import LEAST_TEXT, TEXT_ALIKE, digest, long_text, text_similarity, theme_of
from tests.campaigns.shipped import notice

SENTENCES = [
    "给每个摊位建立信用档案，扫码可见，按信用等级安排检查。", "一年来投诉由一百二十六起降到三十一起，办理时间缩短。",
    "商户承诺上墙，违约记入档案并向社会公示，群众随时监督。", "对守信的商户减少检查、优先推荐贷款，让信用可以变现。",
    "街道、市场监管所和摊主代表每月会商一次，公开评议结果。", "两年来没有发生食品安全事故，夜市的营业额增长了四成。",
    "短斤少两先行赔付，消费者当场拿到补偿，再由市场追偿。", "平台归集十一类数据，自动提示异常，网格员上门核对情况。",
]  # fmt: skip


def form(key: str = "case") -> Form:
    found = notice("xian-2024").track(key).form
    assert found is not None
    return found


def written(seed: int, count: int = 12) -> str:
    dice = random.Random(seed)
    return "".join(f"{dice.choice(SENTENCES)}{dice.randrange(10**6)}。" for _ in range(count))


def test_blanks_marks_width_and_case_make_no_difference() -> None:
    text = written(1)
    spaced = text.replace("。", " 。\n").replace("，", ", ").replace("1", "１")
    one, other = (long_text(form(), {"content": [each]}) for each in (text, spaced))
    assert (one == other, digest(one) == digest(other), text_similarity(one, other)) == (True, True, 100)


def test_only_texts_of_a_length_that_says_something_are_compared() -> None:
    assert [long_text(form(), {"content": ["字" * count]}) for count in (LEAST_TEXT - 1, LEAST_TEXT)] == [
        "", "字" * LEAST_TEXT,
    ]  # fmt: skip
    assert (digest(""), text_similarity("", "")) == ("", 0)


def test_the_contact_and_the_title_are_no_part_of_it() -> None:
    answers = {"content": [written(2)], "title": "题目", "phone": "13800138000", "contact": "张三"}
    assert long_text(form(), answers) == long_text(form(), {"content": [written(2)]})


@pytest.mark.parametrize(("changed", "found"), [(1, True), (8, True), (40, False)])
def test_a_text_touched_up_is_found_and_one_rewritten_is_not(changed: int, found: bool) -> None:
    text = long_text(form(), {"content": [written(3)]})
    dice = random.Random(changed)
    places = dice.sample(range(len(text)), len(text) * changed // 100)
    touched = "".join("甲" if place in places else char for place, char in enumerate(text))
    percent = text_similarity(text, touched)
    assert (percent >= TEXT_ALIKE, 0 < percent < 100) == (found, found)


def test_one_letter_in_ten_thousand_is_not_the_same_text() -> None:
    assert text_similarity("字" * 10_000, "字" * 9_999 + "号") == 99


def test_strangers_are_not_alike() -> None:
    texts = [long_text(form(), {"content": ["".join(random.Random(seed).sample(SENTENCES, 5)) * 2]}) for seed in (1, 9)]
    assert len(set(texts)) == 2
    assert text_similarity(long_text(form(), {"content": [written(5)]}), texts[0]) == 0


def test_the_theme_is_the_primary_one_and_a_form_without_has_none() -> None:
    picks = {"picked": ["数智赋能"], "other": ""}
    industry = notice("industry-2024").tracks[0].form
    assert industry is not None
    assert theme_of(industry, {"theme": picks}) == "数智赋能"
    assert theme_of(industry, {}) == ""
    assert theme_of(replace(industry, fields=industry.fields[:1]), {"theme": picks}) == ""
