"""Every sentence about a film can be said with the facts that its finding carries, and none is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from bot.talk.messages import BOLD, PLAIN
from bot.wording import house_wording
from rules.encoding import BitRate, Codecs, FrameRate, Sound, Verdict, Weight
from rules.film import Aspect, Containers, Duration, FilmRule, Picture, Shape, Size
from rules.film_defects import unreadable
from rules.film_judge import judge
from rules.findings import Finding
from rules.measured import Measured, Stretch, Whole
from tests.house.test_wording import WORDING, written
from tests.rules.test_film_judge import GOOD, UPRIGHT

VERDICTS: tuple[Verdict, ...] = ("refuse", "hold", "warn")
LENGTH = (Duration(Fraction(120), Fraction(300), "二（二）"),)
ANY = (Duration(Fraction(1), Fraction(9999), "一"),)
PIECE = (Stretch(Fraction(90), Fraction(105)),)
ALL = (Stretch(Fraction(0), Fraction(180)),)


def judged(measured: Measured, **rules: object) -> tuple[Finding, ...]:
    return judge(FilmRule(ANY, **rules), measured, name="作品.avi")  # type: ignore[arg-type]


def whole(**found: object) -> Measured:
    return replace(GOOD, whole=replace(Whole(Fraction(180), 4500, loudness=Fraction(-20)), **found))  # type: ignore[arg-type]


def findings() -> Iterator[Finding]:
    """At least one finding of every key."""
    for seconds in (107, 313):
        yield from judge(FilmRule(LENGTH), replace(GOOD, seconds=Fraction(seconds)))
    for verdict in VERDICTS:
        yield from judged(UPRIGHT, picture=Picture("五3", at_least=Size(1920, 1080), turned=verdict))
    yield from judged(GOOD, shape=Shape((Aspect(9, 16),), "二"), picture=Picture("二", sizes=(Size(1080, 1920),)))
    yield from judged(GOOD, shape=Shape((Aspect(9, 16), Aspect(1, 1)), "二"))
    yield from judged(replace(UPRIGHT, coded=Size(1920, 1080), rotation=90), shape=Shape((Aspect(16, 9),), "二"))
    for size in (Size(3840, 2160), Size(1280, 720)):
        sized = replace(GOOD, shown=size)
        yield from judged(sized, picture=Picture("二", sizes=(Size(1920, 1080),), larger="warn"))
        yield from judged(sized, picture=Picture("二", at_least=Size(1920, 1080)))
        yield from judged(sized, picture=Picture("二", short_side=1080))
    for verdict in VERDICTS:
        yield from judged(GOOD, containers=Containers(("mov", "avi"), "二", verdict))
    yield from judged(GOOD, weight=Weight("五", most=1 << 20), bit_rate=BitRate("五", least=10**7))
    heavy = replace(GOOD, size=1 << 30, bit_rate=9 * 10**6, frame_rate=Fraction(10))
    yield from judged(heavy, weight=Weight("五", least=2 << 30), bit_rate=BitRate("五", most=8 * 10**6))
    yield from judged(replace(GOOD, bit_rate=10**6), bit_rate=BitRate("五", least=8 * 10**6))
    yield from judged(heavy, frame_rate=FrameRate("五", rates=(Fraction(25), Fraction(30))))
    yield from judged(heavy, frame_rate=FrameRate("五", least=Fraction(24)))
    yield from judged(heavy, frame_rate=FrameRate("五", most=Fraction(5)))
    yield from judged(whole(steady=False), frame_rate=FrameRate("五", rates=(Fraction(25),), variable="warn"))
    yield from judged(GOOD, codecs=Codecs("五", "refuse", video=("hevc",), audio=("mp3",)))
    yield from judged(replace(GOOD, sound_codec=""), sound=Sound("五"))
    yield from judged(replace(GOOD, sound_codec=""))
    yield from judged(whole(), sound=Sound("五", loudness=Fraction(-14)))
    yield from judged(replace(GOOD, missing=10**6, sound_seconds=Fraction(190)))
    yield from judged(replace(GOOD, sound_seconds=Fraction(170)))
    yield from judged(whole(seconds=Fraction(72)))
    for found in ({"spoiled": 900}, {"faults": 3}, {"loudness": Fraction(-50)}, {"black": PIECE}, {"black": ALL},
                  {"frozen": PIECE}, {"frozen": ALL}, {"silent": PIECE}, {"silent": ALL}):  # fmt: skip
        yield from judged(whole(**found))
    yield Finding("hold", "film.unchecked", {"clause": ""})
    yield from (Finding("refuse", f"film.{error}", {}) for error in ("gone", "no_program"))
    for reason in ("empty irregular playlist picture subtitles text archive document audio program unknown broken "
                   "undecodable").split():  # fmt: skip
        yield unreadable(reason, {})
    yield unreadable("incomplete", {"size": 10**6, "missing": 10**5})
    yield unreadable("huge", {"picture": "12000×9000"})
    yield unreadable("endless", {"hours": 11})


def said(finding: Finding) -> str:
    return house_wording().text(finding.key, **finding.facts).replace(BOLD, "").replace(PLAIN, "")


def test_every_sentence_about_films_is_said_by_some_finding() -> None:
    keys = {key for key in written(WORDING) if key.startswith("film.")}
    assert {each.key for each in findings()} == keys


@pytest.mark.parametrize("finding", list(findings()), ids=lambda each: each.key)
def test_a_sentence_is_whole(finding: Finding) -> None:
    """It ends, leaves nothing empty, and a rule's finding names its clause."""
    text = said(finding)
    assert text.endswith("。") and "  " not in text and "，，" not in text and "（）" not in text
    assert ("《通知》" in text) == bool(finding.facts.get("clause"))


def test_a_larger_picture_is_asked_to_be_mended_only_where_it_is_refused() -> None:
    mends = {"refuse": "。在剪映里：导出", "hold": "由主办方决定", "warn": "不改也可以报送；想与要求一致"}
    for verdict in VERDICTS:
        picture = Picture("二", sizes=(Size(1920, 1080),), larger=verdict)
        finding, _ = judged(replace(GOOD, shown=Size(3840, 2160)), picture=picture)  # and a note on its name
        assert mends[verdict] in said(finding)


def test_a_square_picture_is_called_square_once() -> None:
    square = replace(GOOD, shown=Size(1080, 1080), coded=Size(1080, 1080))
    finding, *_ = judged(square, shape=Shape((Aspect(16, 9), Aspect(9, 16)), "二"))
    assert said(finding).startswith("画面是方形 1080×1080（1:1），要求横屏 16:9 或竖屏 9:16")


def test_what_the_notice_does_not_say_is_not_cited_as_a_clause_of_it() -> None:
    [finding] = judged(replace(GOOD, container="mkv"), containers=Containers(("mp4",), "通知未写文件格式", "warn"))
    assert "一般收 mp4（通知未写文件格式）。不改也可以报送" in said(finding)


if __name__ == "__main__":
    import sys

    sys.stdout.writelines(f"{each.verdict:7}{said(each)}\n" for each in findings())
