"""Every sentence on what was read in a film can be said with the facts of its finding, with and without a notice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from rules.film_reading import SOURCES, SUBTITLES, TITLES, Reading, Seen, Text, notes
from rules.findings import Finding
from rules.tracks import Check
from tests.films.test_sentences import said
from tests.house.test_wording import WORDING, written

ASKED = (
    Check(SUBTITLES, "配有简体中文字幕。", "二（二）4"),
    Check(TITLES, "有完整的片头、片尾和主创人员名单。", "二（二）4"),
    Check(SOURCES, "已在片尾标明来源。", "附件2"),
)
UNASKED = tuple(Check(each.key, "", "") for each in ASKED)
LOWER = (("让守信者受益",), ("讓守信者受益",), ("让", "守信者处处受益", "讓守信者處處受益"), ("人人有信用",), ())


def findings() -> Iterator[Finding]:
    """At least one finding of every key, and of every script."""
    for checks in (ASKED, UNASKED):
        for lines in LOWER:
            lower = tuple(Seen(Fraction(at), (Text(words, 0.3, 0.7),)) for at, words in enumerate(lines or ("",)))
            ending = (
                Seen(Fraction(9), tuple(Text(words, 0.3, 0.7) for words in ("导演 甲", "音乐：《歌》")[: len(lines)])),
            )
            yield from notes(Reading(lower, ending, Fraction(15)), checks)


def test_every_sentence_about_reading_is_said_by_some_finding() -> None:
    keys = {key for key in written(WORDING) if key.startswith("film_reading.")}
    assert {each.key for each in findings()} == keys


@pytest.mark.parametrize("finding", list(findings()), ids=lambda each: each.key)
def test_a_sentence_is_whole_and_names_its_clause(finding: Finding) -> None:
    text = said(finding)
    assert text.endswith(("。", "”）。")) and "  " not in text and "，，" not in text and "（）" not in text
    assert (finding.facts["clause"] in text, "“”" in text) == (True, False)


def test_traditional_subtitles_are_held_against_a_notice_that_asks_for_simplified_ones() -> None:
    lower = (Seen(Fraction(1), (Text("讓守信者處處受益", 0.3, 0.7),)),)
    chinese = Check(SUBTITLES, "配有中文字幕。", "五3")
    told = [said(next(notes(Reading(lower, (), Fraction(15)), (check,)))) for check in (ASKED[0], chinese)]
    seen = "看到了字幕：抽看 1 帧，1 帧的下方有字，像是繁体中文（有“讓”“處”等字），例如“讓守信者處處受益”。"
    assert told == [
        seen + "要求是“配有简体中文字幕”（《通知》二（二）4），请核对；确实是繁体的话，请换成简体字幕后重新导出。",
        seen + "这只是机器看的，请按《通知》五3自己再看一遍。",
    ]
