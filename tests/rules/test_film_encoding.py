"""What other notices of the kind ask of a film's file and encoding, and what is warned of without being asked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from rules.encoding import BitRate, Codecs, FrameRate, Sound, Weight, read_loudness, read_rate, read_weight
from rules.film import Duration, FilmRule
from rules.film_judge import judge
from rules.measured import Measured, Whole
from rules.schema import Unreadable
from tests.rules.test_film_judge import GOOD

ANY = FilmRule((Duration(Fraction(1), Fraction(9999), "一"),))
MB = 1024 * 1024


def found(rule: FilmRule, measured: Measured) -> list[tuple[str, str]]:
    return [(each.verdict, each.key) for each in judge(rule, measured)]


@pytest.mark.parametrize(
    ("rule", "measured", "key"),
    [
        (replace(ANY, weight=Weight("五", most=500 * MB)), replace(GOOD, size=500 * MB), ""),
        (replace(ANY, weight=Weight("五", most=500 * MB)), replace(GOOD, size=500 * MB + 1), "film.too_heavy"),
        (replace(ANY, weight=Weight("五", least=5 * MB)), replace(GOOD, size=5 * MB - 1), "film.too_light"),
        (replace(ANY, bit_rate=BitRate("五", least=8_000_000)), replace(GOOD, bit_rate=8_000_000), ""),
        (replace(ANY, bit_rate=BitRate("五", least=8_000_000)), replace(GOOD, bit_rate=7_999_999), "film.bit_rate_low"),
        (replace(ANY, bit_rate=BitRate("五", most=8_000_000)), replace(GOOD, bit_rate=8_000_001), "film.bit_rate_high"),
        (replace(ANY, codecs=Codecs("五", "refuse", video=("h264",))), GOOD, ""),
        (replace(ANY, codecs=Codecs("五", "refuse", video=("hevc",))), GOOD, "film.video_codec"),
        (replace(ANY, codecs=Codecs("五", "refuse", audio=("mp3",))), GOOD, "film.sound_codec"),
        (replace(ANY, sound=Sound("五")), replace(GOOD, sound_codec=""), "film.no_sound"),
    ],
)
def test_bounds_are_inclusive_and_what_is_beyond_is_refused(rule: FilmRule, measured: Measured, key: str) -> None:
    assert found(rule, measured) == ([("refuse", key)] if key else [])


@pytest.mark.parametrize(
    ("rule", "rate", "key"),
    [
        (FrameRate("五", rates=(Fraction(25), Fraction(30))), "30000/1001", ""),
        (FrameRate("五", rates=(Fraction(25), Fraction(30))), "24", "film.frame_rate"),
        (FrameRate("五", least=Fraction(24)), "24000/1001", ""),
        (FrameRate("五", least=Fraction(24)), "15", "film.frame_rate_low"),
        (FrameRate("五", most=Fraction(60)), "60000/1001", ""),
        (FrameRate("五", most=Fraction(60)), "120", "film.frame_rate_high"),
    ],
)
def test_a_frame_rate_takes_its_ntsc_neighbour(rule: FrameRate, rate: str, key: str) -> None:
    measured = replace(GOOD, frame_rate=Fraction(rate))
    assert found(replace(ANY, frame_rate=rule), measured) == ([("refuse", key)] if key else [])


def test_an_uneven_frame_rate_is_told_where_the_notice_asks_for_an_even_one() -> None:
    uneven = replace(GOOD, whole=Whole(Fraction(180), 4500, steady=False))
    asking = replace(ANY, frame_rate=FrameRate("五", rates=(Fraction(25),), variable="warn"))
    assert (found(asking, uneven), found(ANY, uneven)) == ([("warn", "film.frame_rate_variable")], [])


def test_a_film_without_sound_is_warned_of_unless_the_notice_lets_it_pass() -> None:
    mute = replace(GOOD, sound_codec="")
    assert found(ANY, mute) == [("warn", "film.no_sound")]
    assert found(replace(ANY, sound=Sound("五", missing="pass")), mute) == []


def test_loudness_is_asked_by_the_notice_or_only_warned_of_when_hardly_heard() -> None:
    low, faint = (replace(GOOD, whole=Whole(Fraction(180), 4500, loudness=Fraction(each))) for each in (-31, -45))
    asking = replace(ANY, sound=Sound("五", loudness=Fraction(-30), quiet="refuse"))
    assert [found(asking, low), found(ANY, low)] == [[("refuse", "film.quiet")], []]
    assert [found(asking, faint), found(ANY, faint)] == [[("refuse", "film.quiet")], [("warn", "film.faint")]]


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_weight, "500 MB", 500 * MB), (read_weight, "1.5G", 1536 * MB), (read_weight, "64 KB", 65536),
        (read_rate, "8 Mbps", 8_000_000), (read_rate, "800kbps", 800_000), (read_rate, "2.5 Mb/s", 2_500_000),
        (read_loudness, "-30 LUFS", -30), (read_loudness, "−23.5 lufs", Fraction(-47, 2)),
    ],
)  # fmt: skip
def test_sizes_and_rates_are_read_as_people_write_them(read, text: str, value: Fraction) -> None:  # type: ignore[no-untyped-def]  # three readers
    assert read(text, {}) == value


@pytest.mark.parametrize("read", [read_weight, read_rate, read_loudness])
@pytest.mark.parametrize("text", ["", "8", "很大", "-5 MB", "5 Mbyte", 8])
def test_anything_else_is_refused_with_an_example(read, text: object) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unreadable, match="应写成"):
        read(text, {})


@pytest.mark.parametrize(
    "rule",
    [
        Weight("五"), Weight("五", least=2, most=1), BitRate("五"), FrameRate("五"), Codecs("五", "warn"),
        FrameRate("五", rates=(Fraction(25),), least=Fraction(24)),
        FrameRate("五", least=Fraction(30), most=Fraction(24)),
    ],
)  # fmt: skip
def test_a_rule_that_says_nothing_or_contradicts_itself_is_a_problem(rule: Weight) -> None:
    assert len(list(rule.problems())) == 1
