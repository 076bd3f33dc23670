"""What was read in pictures becomes hints: subtitles and their script, makers, sources; and never more than notes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.film_reading import Reading, Seen, Text, helped, makers, notes, plain_reading, script, sources, subtitles
from rules.tracks import Check
from tests.campaigns.shipped import notice

CHECKS = (
    Check("original", "作品为原创。", "二1"),
    Check("subtitles", "配有简体中文字幕。", "二4"),
    Check("titles", "有片头、片尾和名单。", "二4"),
    Check("sources", "已标明来源。", "二7"),
)


def seen(*pictures: str | tuple[str, ...]) -> tuple[Seen, ...]:
    """Pictures ten seconds apart, with lines in their middle."""
    return tuple(
        Seen(Fraction(10 * at), tuple(Text(line, 0.3, 0.7) for line in ((here,) if isinstance(here, str) else here)))
        for at, here in enumerate(pictures)
    )


def reading(lower: tuple[Seen, ...] = (), ending: tuple[Seen, ...] = ()) -> Reading:
    return Reading(lower, ending, Fraction(15))


def test_a_subtitle_is_chinese_and_in_the_middle_and_changes() -> None:
    mark = "某某电视台"
    lower = (
        Seen(Fraction(1), (Text("诚信是名片", 0.3, 0.7), Text(mark, 0.4, 0.6))),
        Seen(Fraction(2), (Text("某某电视合", 0.4, 0.6), Text("Believe me", 0.3, 0.7))),
        Seen(Fraction(3), (Text(mark, 0.4, 0.6), Text("便民超市", 0.0, 0.2), Text("停车场", 0.9, 1.0))),
        Seen(Fraction(4), (Text("我们守承诺", 0.26, 0.26), Text("我", 0.5, 0.5))),
    )
    assert subtitles(lower) == (("诚信是名片",), (), (), ("我们守承诺",))


def test_what_stands_in_two_pictures_of_four_is_still_a_subtitle() -> None:
    """A slow line, or the same words said again; three would be a mark."""
    assert subtitles(seen("守信", "守信", "好的", "再见")) == (("守信",), ("守信",), ("好的",), ("再见",))
    assert subtitles(seen("守信", "守信", "守信", "再见")) == ((), (), (), ("再见",))


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("我们为企业建立档案",), ("simplified", ())),
        (("我們為企業建立檔案",), ("traditional", ("們", "為", "業", "檔"))),
        (("我们为企业建立信用档案证书", "让办事单位满意", "後"), ("simplified", ("後",))),
        (("我们为企业", "我們為企業"), ("mixed", ("們", "為", "業"))),
        (("人人有信用",), ("unknown", ())),
        ((), ("unknown", ())),
    ],
)
def test_the_script_is_told_by_the_characters_that_differ(
    texts: tuple[str, ...], told: tuple[str, tuple[str, ...]]
) -> None:
    assert script(texts) == told


@pytest.mark.parametrize(
    ("line", "maker"),
    [
        ("导演", "导演"),
        ("导 演    甲某某", "导演"),
        ("導演：甲某某", "导演"),
        ("总导演甲某某", "导演"),
        ("执行制片人 / 甲某", "制片"),
        ("摄像师：甲某 乙某", "摄像"),
        ("配音甲某某、乙某", "配音"),
        ("主创人员名单", "主创"),
        ("后期制作：甲某", "后期"),
        ("联合出品单位", "出品"),
        ("某市发展和改革委员会 出品", "出品"),
        ("策划一场诚信活动", ""),
        ("制作一张信用名片", ""),
        ("后期我们会回访", ""),
        ("请听导演的话", ""),
        ("导演说，请各位再来一遍好吗", ""),
        ("出品", "出品"),
    ],
)
def test_a_maker_stands_at_the_beginning_of_its_line_or_ends_it_as_the_house(line: str, maker: str) -> None:
    assert makers(seen(line)) == ((maker,) if maker else ())


def test_makers_are_named_once_in_the_order_of_the_titles() -> None:
    assert makers(seen(("编剧 甲", "导演 乙"), ("导演 乙", "摄像 丙"))) == ("编剧", "导演", "摄像")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("背景音乐来源：《信用之歌》", True),
        ("音乐：《信用之歌》", True),
        ("素 材 来 自 某某网", True),
        ("bgm: Song", True),
        ("图片由甲某某提供", False),
        ("引自：某某纪录片", True),
        ("这段音乐真好听", False),
        ("钱的来源说不清", False),
    ],
)
def test_a_source_is_a_thing_and_where_it_comes_from(line: str, told: bool) -> None:
    assert sources(seen(line)) == ((line,) if told else ())


def test_a_source_that_was_read_with_a_slip_is_told_once() -> None:
    assert sources(seen("音乐来源：《信用之歌》", "音乐来源：《信用之歌", "素材来源：某某网")) == (
        "音乐来源：《信用之歌》",
        "素材来源：某某网",
    )


def test_only_checks_that_reading_can_help_with_are_noted() -> None:
    assert [each.key for each in helped(CHECKS)] == ["subtitles", "titles", "sources"]
    found = list(notes(reading(seen("守信"), seen("导演")), CHECKS))
    assert [(each.verdict, each.key) for each in found] == [
        ("note", "film_reading.subtitles"),
        ("note", "film_reading.makers"),
        ("note", "film_reading.no_sources"),
    ]


@pytest.mark.parametrize(
    ("campaign", "keys"),
    [("xinhua-2021", ["titles", "subtitles", "sources"]), ("weifang-2023", ["subtitles"]), ("xian-2024", [])],
)
def test_each_notice_is_helped_with_what_it_asks(campaign: str, keys: list[str]) -> None:
    assert [each.key for each in helped(notice(campaign).track("video").checks)] == keys


def test_pictures_that_could_not_be_had_are_not_spoken_of() -> None:
    assert [each.key for each in notes(reading(seen("守信")), CHECKS)] == ["film_reading.subtitles"]
    assert [each.key for each in notes(reading((), seen("")), CHECKS)] == [
        "film_reading.no_makers",
        "film_reading.no_sources",
    ]


def test_the_note_on_subtitles_counts_pictures_and_quotes_the_longest() -> None:
    lower = seen("我們守信", "", "誠信是城市的名片", *[""] * 9)
    [found] = notes(reading(lower), (CHECKS[1],))
    assert found.facts == {
        "pictures": 12, "found": 2, "few": True, "script": "traditional", "characters": ["們", "誠"],
        "example": "誠信是城市的名片", "asked": "配有简体中文字幕", "clause": "二4",
    }  # fmt: skip


@pytest.mark.parametrize(("some", "few"), [(3, True), (4, False)])
def test_subtitles_in_a_quarter_of_the_pictures_or_fewer_are_few(some: int, few: bool) -> None:
    lines = ("守信践诺", "利企便民", "阳光办事", "群众满意")
    [found] = notes(reading(seen(*lines[:some], *[""] * (12 - some))), (CHECKS[1],))
    assert found.facts["few"] is few


def test_what_is_quoted_is_cut() -> None:
    [found] = notes(reading((), seen("音乐来源：" + "很" * 50)), (CHECKS[3],))
    assert found.facts["sources"] == ["音乐来源：" + "很" * 34 + "…"]


def test_a_reading_is_plain_for_json() -> None:
    assert plain_reading(reading(seen("守信"), seen(("导演", "甲")))) == {
        "tail": 15.0,
        "lower": [{"at": 0.0, "texts": ["守信"]}],
        "ending": [{"at": 0.0, "texts": ["导演", "甲"]}],
    }
