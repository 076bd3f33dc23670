"""What is wrong with a film whatever the notice asks: incomplete, damaged, black, frozen, silent.

A notice says nothing of these, so only what keeps a film from being played to its end is refused; the rest warns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from rules.film import FilmRule
from rules.findings import Finding
from rules.measured import Measured, Stretch, Whole, doubt, told_picture
from rules.spans import decimal, exact_length, spoken_length, spoken_stretches, spoken_total, spoken_weight

#: Seconds from which a stretch inside the film is named; titles stand still and scenes fade for less.
BLACK, FROZEN, SILENT = Fraction(2), Fraction(10), Fraction(10)
#: A stretch that touches either end is a fade, a title or the credits, up to this many seconds.
EDGE = Fraction(15)
#: Share of the film from which it is called black, still or silent as a whole.
NEARLY_ALL = Fraction(9, 10)
#: Share of damaged pictures from which a film is refused.
SPOILED = Fraction(5, 100)
#: LUFS below which sound is hardly heard; broadcast asks for -24 to -14.
FAINT = Fraction(-40)
#: Seconds by which picture and sound may end apart.
APART = Fraction(2)


def defects(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    """Everything that is wrong with the film itself."""
    if measured.missing:
        yield Finding("refuse", "film.incomplete", {**_lack(measured.size, measured.missing), "clause": ""})
    yield from _apart(measured)
    if measured.whole:
        yield from _decoded(measured, measured.whole)
        yield from _stretches(measured.whole)
        yield from _faint(rule, measured.whole)


def unreadable(reason: str, told: Mapping[str, Any]) -> Finding:
    """Why a file cannot be read as a film; `told` holds what is known of it, bytes as numbers."""
    facts: dict[str, Any] = {**told, "clause": ""}
    if "missing" in told:
        facts |= _lack(told["size"], told["missing"])
    return Finding("refuse", f"film.unreadable.{reason}", facts)


def _lack(size: int, missing: int) -> dict[str, str]:
    expected = size + missing
    share = _percent(Fraction(missing, expected))
    return {"size": spoken_weight(size), "expected": spoken_weight(expected), "share": share}


def cut_short(measured: Measured) -> bool:
    """Whether clearly less picture could be decoded than the file tells."""
    return measured.whole is not None and measured.whole.seconds < told_picture(measured) - doubt(measured)


def _apart(measured: Measured) -> Iterator[Finding]:
    picture, sound = measured.picture_seconds, measured.sound_seconds
    if picture is not None and sound is not None and abs(picture - sound) > APART:
        told = {"picture": exact_length(picture), "sound": exact_length(sound), "sound_longer": sound > picture}
        yield Finding("warn", "film.apart", {**told, "clause": ""})


def _decoded(measured: Measured, whole: Whole) -> Iterator[Finding]:
    if cut_short(measured) and not measured.missing:
        told = exact_length(told_picture(measured))
        facts = {"played": exact_length(whole.seconds), "told": told, "clause": ""}
        yield Finding("refuse", "film.cut_short", facts)
    if whole.spoiled > whole.frames * SPOILED:
        share = _percent(Fraction(whole.spoiled, whole.frames))
        yield Finding("refuse", "film.damaged", {"share": share, "pictures": whole.spoiled, "clause": ""})
    elif (whole.spoiled or whole.faults) and not measured.missing and not cut_short(measured):
        yield Finding("warn", "film.faulty", {"faults": max(whole.spoiled, whole.faults), "clause": ""})


def _stretches(whole: Whole) -> Iterator[Finding]:
    still = tuple(each for each in whole.frozen if not _covered(each, whole.black))
    for found, least, some, all_of_it in (
        (whole.black, BLACK, "film.black", "film.all_black"),
        (still, FROZEN, "film.frozen", "film.all_frozen"),
        (whole.silent, SILENT, "film.silent", "film.all_silent"),
    ):
        if whole.seconds and _total(found) >= whole.seconds * NEARLY_ALL:
            yield Finding("warn", all_of_it, {"length": spoken_length(whole.seconds), "clause": ""})
        elif named := tuple(each for each in found if each.seconds >= least and not _at_an_edge(each, whole)):
            facts = {"places": spoken_stretches(named), "total": spoken_total(named), "clause": ""}
            yield Finding("warn", some, facts)


def _total(found: tuple[Stretch, ...]) -> Fraction:
    return sum((each.seconds for each in found), Fraction(0))


def _covered(stretch: Stretch, others: tuple[Stretch, ...]) -> bool:
    """Whether most of it lies in the others: a black picture stands still, too."""
    return sum((stretch.overlap(each) for each in others), Fraction(0)) * 2 > stretch.seconds


def _at_an_edge(stretch: Stretch, whole: Whole) -> bool:
    touches = stretch.start <= 1 or stretch.end >= whole.seconds - 1
    return touches and stretch.seconds <= EDGE


def _faint(rule: FilmRule, whole: Whole) -> Iterator[Finding]:
    """Where the notice names no loudness; all silence is told as such."""
    asked = rule.sound and rule.sound.loudness is not None
    silent = _total(whole.silent) >= whole.seconds * NEARLY_ALL
    if whole.loudness is not None and whole.loudness < FAINT and not asked and not silent:
        yield Finding("warn", "film.faint", {"loudness": decimal(whole.loudness, 1), "clause": ""})


def _percent(share: Fraction) -> str:
    return "不到 1 %" if share < Fraction(1, 100) else f"{int(share * 100)} %"
