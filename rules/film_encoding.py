"""A film's file and encoding judged by a notice: weight, bit rate, frame rate, codecs, sound."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from rules.encoding import FrameRate
from rules.film import FilmRule
from rules.findings import Finding, weighed
from rules.measured import Measured
from rules.spans import decimal, spoken_rate, spoken_weight

#: A measured rate may be off by this share: files tell 30 as 29.97 and 25 as 25.0003.
RATE_TOLERANCE = Fraction(2, 1000)


def encodings(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    """What a notice that asks for it says about the encoding."""
    yield from _weight(rule, measured)
    yield from _bit_rate(rule, measured)
    if rule.frame_rate and measured.frame_rate:
        yield from _frame_rate(rule.frame_rate, measured, measured.frame_rate)
    yield from _codecs(rule, measured)
    yield from _sound(rule, measured)


def _weight(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    weight = rule.weight
    if weight is None:
        return
    facts = {"weight": spoken_weight(measured.size), "clause": weight.clause}
    if weight.most is not None and measured.size > weight.most:
        yield Finding("refuse", "film.too_heavy", {**facts, "most": spoken_weight(weight.most)})
    if weight.least is not None and measured.size < weight.least:
        yield Finding("refuse", "film.too_light", {**facts, "least": spoken_weight(weight.least)})


def _bit_rate(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    bounds, rate = rule.bit_rate, measured.bit_rate
    if bounds is None or rate is None:
        return
    facts = {"rate": spoken_rate(rate), "clause": bounds.clause}
    if bounds.least is not None and rate < bounds.least:
        yield Finding("refuse", "film.bit_rate_low", {**facts, "least": spoken_rate(bounds.least)})
    if bounds.most is not None and rate > bounds.most:
        yield Finding("refuse", "film.bit_rate_high", {**facts, "most": spoken_rate(bounds.most)})


def _frame_rate(bounds: FrameRate, measured: Measured, rate: Fraction) -> Iterator[Finding]:
    facts: dict[str, Any] = {"rate": decimal(rate), "clause": bounds.clause}
    if bounds.rates and not any(abs(rate - each) <= each * RATE_TOLERANCE for each in bounds.rates):
        yield Finding("refuse", "film.frame_rate", {**facts, "rates": [decimal(each) for each in bounds.rates]})
    if bounds.least is not None and rate < bounds.least * (1 - RATE_TOLERANCE):
        yield Finding("refuse", "film.frame_rate_low", {**facts, "least": decimal(bounds.least)})
    if bounds.most is not None and rate > bounds.most * (1 + RATE_TOLERANCE):
        yield Finding("refuse", "film.frame_rate_high", {**facts, "most": decimal(bounds.most)})
    if measured.whole and not measured.whole.steady:
        yield from weighed(bounds.variable, "film.frame_rate_variable", facts)


def _codecs(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    codecs = rule.codecs
    if codecs is None:
        return
    if codecs.video and measured.video_codec not in codecs.video:
        facts = {"codec": measured.video_codec, "codecs": list(codecs.video), "clause": codecs.clause}
        yield from weighed(codecs.others, "film.video_codec", facts)
    if codecs.audio and measured.sound_codec and measured.sound_codec not in codecs.audio:
        facts = {"codec": measured.sound_codec, "codecs": list(codecs.audio), "clause": codecs.clause}
        yield from weighed(codecs.others, "film.sound_codec", facts)


def _sound(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    """Without sound: by the notice's verdict; where the notice says nothing, a warning."""
    sound = rule.sound
    if not measured.sound_codec:
        yield from weighed(
            sound.missing if sound else "warn", "film.no_sound", {"clause": sound.clause if sound else ""}
        )
        return
    loudness = measured.whole.loudness if measured.whole else None
    if sound and sound.loudness is not None and loudness is not None and loudness < sound.loudness:
        facts = {"loudness": decimal(loudness, 1), "least": decimal(sound.loudness, 1), "clause": sound.clause}
        yield from weighed(sound.quiet, "film.quiet", facts)
