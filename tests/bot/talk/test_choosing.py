"""Which option is meant by what people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.choosing import chosen

THEMES = ("信用基础设施建设", "创新信用融资服务和产品", "行业信用监管", "政务诚信", "诚信文化", "其他")
PRIZES = ("特等奖", "一等奖", "二等奖", "三等奖")
LATIN = ("App 推广", "App 开发", "安排培训", "安全检查")


@pytest.mark.parametrize("typed", ["3", "３", "③", "⑶", "(3)", "（3）", "3、", "3.", " 3 ", "⒊", "3️⃣", "03"])
def test_a_number_is_understood_however_it_is_written(typed: str) -> None:
    assert chosen(typed, THEMES) == 2


@pytest.mark.parametrize("typed", ["三", "三、", "㈢", "㊂", "（三）"])
def test_a_chinese_numeral_alone_is_a_number(typed: str) -> None:
    assert chosen(typed, THEMES) == 2


@pytest.mark.parametrize(("typed", "index"), [("十", 9), ("十二", 11), ("二十", 19), ("二十三", 22), ("九", 8)])
def test_numerals_count_up_to_as_many_options_as_there_are(typed: str, index: int) -> None:
    assert chosen(typed, [f"选项{chr(0x4E00 + 200 + number)}" for number in range(25)]) == index


@pytest.mark.parametrize("typed", ["0", "7", "99", "④⑤", "七", "十", "零", "一二", "十十", "万"])
def test_a_number_that_no_option_has_is_none(typed: str) -> None:
    assert chosen(typed, THEMES) is None


@pytest.mark.parametrize(
    ("typed", "labels", "index"),
    [
        ("三", ("一", "三", "五"), 1),
        ("一", PRIZES, 1),
        ("三", PRIZES, 3),
        ("四", PRIZES, None),
        ("二", ("一、问题", "二、举措", "三、成效"), 1),
        ("2024", ("2023年度", "2024年度"), 1),
        ("7", ("5", "7"), 1),
        ("2", ("5", "2", "7"), 1),
    ],
)
def test_options_with_numerals_of_their_own_are_meant_by_those(
    typed: str, labels: tuple[str, ...], index: int | None
) -> None:
    assert chosen(typed, labels) == index


@pytest.mark.parametrize(
    ("typed", "index"),
    [
        ("xyjc", 0), ("XYJC", 0), ("xy", 0), ("ｘｙ", 0), ("xinyong", 0), ("xin yong ji", 0), ("hangye", 2),
        ("hyxyjg", 2), ("zw", 3), ("cxwh", 4), ("qita", 5),
    ],
)  # fmt: skip
def test_pinyin_by_initials_or_syllables_picks_the_only_option_it_fits(typed: str, index: int) -> None:
    assert chosen(typed, THEMES) == index


@pytest.mark.parametrize("typed", ["x", "cx", "c", "xinyongjg", "xyz", "jianshe", "xy1", "no"])
def test_letters_that_fit_none_or_several_pick_none(typed: str) -> None:
    assert chosen(typed, THEMES) is None


def test_the_whole_spelling_of_one_option_is_not_the_beginning_of_another() -> None:
    assert chosen("wc", ("完成并报送", "完成")) == 1


def test_what_options_say_in_latin_letters_is_meant_literally() -> None:
    assert [chosen(typed, LATIN) for typed in ("app", "apptuiguang", "ap", "app推", "anp", "anpaipeixun")] == [
        None, 0, None, 0, 2, 2,
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["qr", "qrcn", "querenchengnuo", "yes", "ok"])
def test_a_single_option_is_never_taken_by_its_spelling(typed: str) -> None:
    assert chosen(typed, ("确认承诺",)) is None


@pytest.mark.parametrize("word", ["yes", "no", "ok"])
def test_a_plain_english_answer_is_no_spelling(word: str) -> None:
    assert chosen(word, ("有恶意失信", "年欧", "哦快")) is None


@given(st.text(max_size=12), st.lists(st.text(min_size=1, max_size=8), max_size=8))
def test_whatever_is_typed_the_index_is_one_of_the_options(typed: str, labels: list[str]) -> None:
    index = chosen(typed, labels)
    assert index is None or 0 <= index < len(labels)
