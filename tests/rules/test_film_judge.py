"""A measured film is judged by the notices: every fault at once, bounds inclusive, readings as the notices set them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rules.film import Aspect, Duration, FilmRule, Picture, Shape, Size
from rules.film_judge import judge, length_of
from rules.findings import refused
from rules.measured import Measured, Whole
from tests.campaigns.shipped import notice

GOOD = Measured(
    "mp4", 50_000_000, Fraction(180), Size(1920, 1080), Size(1920, 1080), "h264", sound_codec="aac",
    picture_seconds=Fraction(180), sound_seconds=Fraction(180), frame_rate=Fraction(25),
)  # fmt: skip
UPRIGHT = replace(GOOD, coded=Size(1080, 1920), shown=Size(1080, 1920))


def rule(campaign: str) -> FilmRule:
    film = notice(campaign).track("video").film
    assert film is not None
    return film


def verdicts(campaign: str, measured: Measured, name: str = "") -> list[tuple[str, str]]:
    return [(each.verdict, each.key) for each in judge(rule(campaign), measured, name=name)]


def sized(width: int, height: int) -> Measured:
    return replace(GOOD, shown=Size(width, height))


@pytest.mark.parametrize(
    ("campaign", "measured", "found"),
    [
        ("xinhua-2021", GOOD, []),
        ("xinhua-2021", sized(2560, 1440), []),
        ("xinhua-2021", sized(3840, 2160), []),
        ("xinhua-2021", sized(7680, 4320), [("warn", "film.larger")]),
        ("xinhua-2021", sized(3200, 1800), [("refuse", "film.size")]),
        ("xinhua-2021", sized(1280, 720), [("refuse", "film.size")]),
        ("xinhua-2021", UPRIGHT, [("refuse", "film.shape")]),
        ("xinhua-2021", replace(GOOD, container="mkv"), [("warn", "film.container")]),
        ("xian-2024", UPRIGHT, []),
        ("xian-2024", sized(2160, 3840), [("warn", "film.larger")]),
        ("xian-2024", sized(720, 1280), [("refuse", "film.size")]),
        ("xian-2024", GOOD, [("refuse", "film.shape")]),
        ("xian-2024", replace(UPRIGHT, container="mkv"), []),
        ("weifang-2023", GOOD, []),
        ("weifang-2023", UPRIGHT, [("hold", "film.turned")]),
        ("weifang-2023", sized(1920, 1079), [("refuse", "film.too_small")]),
        ("weifang-2023", sized(1079, 1920), [("refuse", "film.too_small")]),
        ("weifang-2023", sized(2000, 1500), []),
        ("weifang-2023", replace(GOOD, container="webm"), [("warn", "film.container")]),
        ("industry-2024", replace(GOOD, seconds=Fraction(60)), []),
        ("industry-2024", UPRIGHT, []),
        ("industry-2024", sized(1440, 1080), [("refuse", "film.shape")]),
        ("industry-2024", sized(1280, 720), [("refuse", "film.short_side")]),
        ("industry-2024", replace(GOOD, container="mov"), [("refuse", "film.container")]),
    ],
)
def test_each_notice_judges_picture_and_container(campaign: str, measured: Measured, found: list[Any]) -> None:
    assert verdicts(campaign, measured) == found


@pytest.mark.parametrize(("campaign", "shortest", "longest"), [
    ("xinhua-2021", 120, 300), ("xian-2024", 120, 300), ("weifang-2023", 180, 300), ("industry-2024", 60, 480),
])  # fmt: skip
def test_lengths_are_judged_with_their_bounds_and_a_tenth_of_a_second(
    campaign: str, shortest: int, longest: int
) -> None:
    good = UPRIGHT if campaign == "xian-2024" else GOOD
    tenth, frame = Fraction(1, 10), Fraction(1, 25)
    fits = [shortest - tenth, Fraction(shortest), longest + frame, longest + tenth]
    assert [verdicts(campaign, _long(good, each)) for each in fits] == [[]] * 4
    short, long = shortest - tenth - frame, longest + tenth + frame
    assert verdicts(campaign, _long(good, short)) == [("refuse", "film.too_short")]
    assert verdicts(campaign, _long(good, long)) == [("refuse", "film.too_long")]


def _long(measured: Measured, seconds: Fraction) -> Measured:
    return replace(measured, seconds=seconds, picture_seconds=seconds, sound_seconds=seconds)


def test_every_fault_comes_at_once_the_gravest_first() -> None:
    wrong = replace(GOOD, seconds=Fraction(107), shown=Size(1280, 720), container="mkv", sound_codec="")
    assert verdicts("xinhua-2021", wrong) == [
        ("refuse", "film.too_short"), ("refuse", "film.size"), ("warn", "film.container"), ("warn", "film.no_sound"),
    ]  # fmt: skip


def test_a_finding_carries_value_bounds_gap_and_clause() -> None:
    [short] = judge(rule("xian-2024"), _long(UPRIGHT, Fraction("119.88")))
    assert short.facts == {"length": "1 分 59.88 秒", "ranges": ["2–5 分钟"], "gap": "0.12 秒", "clause": "二（二）"}
    [shape] = judge(rule("xian-2024"), GOOD)
    assert shape.facts == {
        "size": "1920×1080", "orientation": "横屏", "aspect": "16:9", "aspects": ["9:16"], "shapes": ["竖屏 9:16"],
        "sizes": ["1080×1920"], "export": "1080P", "clause": "二（二）", "stored": "",
    }  # fmt: skip


@pytest.mark.parametrize(("width", "height", "fits"), [(854, 480, True), (1920, 1088, True), (1920, 1200, False)])
def test_an_aspect_may_be_off_by_one_percent(width: int, height: int, fits: bool) -> None:
    shaped = FilmRule((Duration(Fraction(1), Fraction(999), "一"),), shape=Shape((Aspect(16, 9),), "二"))
    assert [each.key for each in judge(shaped, sized(width, height))] == ([] if fits else ["film.shape"])


RANGES = FilmRule((
    Duration(Fraction(60), Fraction(180), "三1", categories=("短视频",)),
    Duration(Fraction(300), Fraction(900), "三2", categories=("微电影",)),
))  # fmt: skip


@pytest.mark.parametrize(
    ("category", "seconds", "keys"),
    [
        ("短视频", 120, []),
        ("短视频", 400, ["film.too_long"]),
        ("微电影", 120, ["film.too_short"]),
        (None, 120, []),
        (None, 400, []),
        (None, 200, ["film.too_long"]),
        (None, 299, ["film.too_short"]),
    ],
)
def test_one_of_two_ranges_goes_by_the_category_and_any_where_it_is_unknown(
    category: str | None, seconds: int, keys: list[str]
) -> None:
    assert [each.key for each in judge(RANGES, _long(GOOD, Fraction(seconds)), category)] == keys


def test_both_ranges_are_told_where_the_category_is_unknown() -> None:
    [finding] = judge(RANGES, _long(GOOD, Fraction(200)))
    assert finding.facts["ranges"] == ["短视频 1–3 分钟", "微电影 5–15 分钟"]


def test_several_sizes_are_compared_with_those_that_stand_the_same_way() -> None:
    both = FilmRule(
        RANGES.durations[:1], picture=Picture("四", sizes=(Size(1920, 1080), Size(1080, 1920)), larger="note")
    )
    larger, small = (judge(both, replace(sized(*size), seconds=Fraction(90))) for size in ((2160, 3840), (540, 960)))
    assert [(each.verdict, each.key, each.facts["sizes"]) for each in (*larger, *small)] == [
        ("note", "film.larger", ["1080×1920"]),
        ("refuse", "film.size", ["1080×1920"]),
    ]


@pytest.mark.parametrize(
    ("name", "keys"),
    [("作品.mp4", []), ("作品.M4V", []), ("作品.avi", ["film.named"]), ("作品", []), ("诚信 2.5 版", [])],
)
def test_an_ending_that_does_not_tell_the_format_is_remarked(name: str, keys: list[str]) -> None:
    assert [key for _, key in verdicts("xinhua-2021", GOOD, name)] == keys


def test_a_film_that_is_longer_inside_than_its_header_says_is_judged_by_what_is_inside() -> None:
    lying = replace(GOOD, whole=Whole(Fraction(400), 10_000))
    assert length_of(lying) == 400 and verdicts("xinhua-2021", lying) == [("refuse", "film.too_long")]


def test_a_film_that_breaks_off_is_not_also_asked_for_more_length() -> None:
    broken = replace(GOOD, whole=Whole(Fraction(60), 1500))
    assert verdicts("xinhua-2021", broken) == [("refuse", "film.cut_short")]


def test_a_film_that_a_mark_turns_is_told_what_it_is_stored_as() -> None:
    turned = replace(GOOD, shown=Size(1080, 1920), rotation=270)
    for campaign, key in (("xinhua-2021", "film.shape"), ("weifang-2023", "film.turned")):
        [finding] = judge(rule(campaign), turned)
        assert (finding.key, finding.facts["size"], finding.facts["stored"]) == (key, "1080×1920", "1920×1080")
    [finding] = judge(rule("xinhua-2021"), UPRIGHT)
    assert finding.facts["stored"] == ""


def test_a_side_that_is_long_enough_alone_is_told_so_with_the_shape_to_choose() -> None:
    [narrow], [small] = (judge(rule("weifang-2023"), sized(*size)) for size in ((1440, 1080), (1280, 720)))
    assert [(each.key, each.facts["one_side"], each.facts["shape"]) for each in (narrow, small)] == [
        ("film.too_small", True, "16:9"), ("film.too_small", False, "16:9"),
    ]  # fmt: skip


def test_the_format_that_is_advised_is_one_that_every_editor_exports() -> None:
    [finding] = judge(rule("weifang-2023"), replace(GOOD, container="mkv"))
    assert (finding.facts["formats"][0], finding.facts["best"]) == ("avi", "mp4")


def test_only_a_refusal_stands_in_the_way() -> None:
    held = judge(rule("weifang-2023"), UPRIGHT)
    assert (refused(held), refused(judge(rule("xian-2024"), GOOD))) == (False, True)
