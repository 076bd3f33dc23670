"""What a notice asks of a film's file and encoding, as plain text for a human."""

from __future__ import annotations

from collections.abc import Iterator

from rules.film import FilmRule
from rules.spans import decimal, spoken_rate, spoken_weight

_VERDICTS = {"pass": "通过", "note": "备注", "warn": "提醒", "hold": "待主办方决定", "refuse": "退回"}


def encoding(film: FilmRule) -> Iterator[str]:
    """A line for each of these rules that the notice has."""
    if film.weight:
        bounds = _bounds(*(each and spoken_weight(each) for each in (film.weight.least, film.weight.most)))
        yield f"  文件大小：{bounds}〔{film.weight.clause}〕"
    if film.bit_rate:
        bounds = _bounds(*(each and spoken_rate(each) for each in (film.bit_rate.least, film.bit_rate.most)))
        yield f"  码率：{bounds}〔{film.bit_rate.clause}〕"
    if rate := film.frame_rate:
        bounds = _bounds(*(each and decimal(each) for each in (rate.least, rate.most)))
        told = " 或 ".join(decimal(each) for each in rate.rates) or bounds
        yield f"  帧率：{told}；不固定的{_VERDICTS[rate.variable]}〔{rate.clause}〕"
    if codecs := film.codecs:
        named = [f"画面 {'、'.join(codecs.video)}"] if codecs.video else []
        named += [f"声音 {'、'.join(codecs.audio)}"] if codecs.audio else []
        yield f"  编码：{'，'.join(named)}；其他的{_VERDICTS[codecs.others]}〔{codecs.clause}〕"
    if sound := film.sound:
        loud = f"；响度不低于 {decimal(sound.loudness, 1)} LUFS，否则{_VERDICTS[sound.quiet]}" if sound.loudness else ""
        yield f"  声音：没有声音的{_VERDICTS[sound.missing]}{loud}〔{sound.clause}〕"


def _bounds(least: object, most: object) -> str:
    told = [f"不低于 {least}"] if least else []
    return "，".join([*told, f"不超过 {most}"] if most else told)
