"""A measured film judged by a notice's rule: everything that is to be said of it, at once, the gravest first.

Bounds are inclusive. A length is forgiven `Duration.tolerance` at either end, an aspect `ASPECT_TOLERANCE`; sizes of
the displayed picture are compared exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from rules.film import Aspect, Duration, FilmRule, Picture, Shape, Size
from rules.film_defects import defects
from rules.film_encoding import encodings
from rules.findings import Finding, sorted_findings, weighed
from rules.measured import Measured, doubt, told_picture
from rules.spans import exact_length, spoken_range

#: An aspect may be off by this share: 854×480 is 16:9.
ASPECT_TOLERANCE = Fraction(1, 100)
_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,4}|3g[p2])$", re.IGNORECASE)
_NAMED_ASPECTS = (Aspect(16, 9), Aspect(9, 16), Aspect(4, 3), Aspect(3, 4), Aspect(1, 1), Aspect(21, 9))


def judge(rule: FilmRule, measured: Measured, category: str | None = None, name: str = "") -> tuple[Finding, ...]:
    """Every finding. `category` chooses among several ranges of length; unknown, any of them will do.

    `name` is the file's, for a remark on an ending that does not tell the format. What a header cannot tell is judged
    once `measured.whole` is there.
    """
    found = [
        *_length(rule, measured, category),
        *_look(rule, measured),
        *_container(rule, measured, name),
        *encodings(rule, measured),
        *defects(rule, measured),
    ]
    return sorted_findings(found)


def length_of(measured: Measured) -> Fraction:
    """The length in seconds that counts: the container's, unless decoding found clearly more.

    Less is a film that is cut short, which is told as such; to ask for more length would only puzzle.
    """
    whole = measured.whole
    longer = whole is not None and whole.seconds > told_picture(measured) + doubt(measured)
    return whole.seconds if whole is not None and longer else measured.seconds


def _ranges(rule: FilmRule, category: str | None) -> tuple[Duration, ...]:
    chosen = rule.duration(category)
    return (chosen,) if chosen else rule.durations


def _length(rule: FilmRule, measured: Measured, category: str | None) -> Iterator[Finding]:
    seconds, ranges = length_of(measured), _ranges(rule, category)
    gaps = [(_gap(seconds, each), each) for each in ranges]
    if not gaps or any(not gap for gap, _ in gaps):
        return
    gap, nearest = min(gaps, key=lambda each: abs(each[0]))
    facts = {
        "length": exact_length(seconds),
        "ranges": [_told_range(each) for each in ranges],
        "gap": exact_length(abs(gap)),
        "clause": nearest.clause,
    }
    yield Finding("refuse", "film.too_short" if gap < 0 else "film.too_long", facts)


def _gap(seconds: Fraction, duration: Duration) -> Fraction:
    """How far a length lies below (negative) or above the range; 0 inside, with what is forgiven."""
    if seconds < duration.shortest - duration.tolerance:
        return seconds - duration.shortest
    return seconds - duration.longest if seconds > duration.longest + duration.tolerance else Fraction(0)


def _told_range(duration: Duration) -> str:
    whose = f"{'、'.join(duration.categories)} " if duration.categories else ""
    return f"{whose}{spoken_range(duration.shortest, duration.longest)}"


def _look(rule: FilmRule, measured: Measured) -> Iterator[Finding]:
    """Aspect and size; a wrong aspect names the sizes too, so that a film is exported anew only once."""
    shape, picture = rule.shape, rule.picture
    if shape and not any(fits_aspect(measured.shown, each) for each in shape.aspects):
        yield _wrong_shape(shape, picture, measured)
        if picture and not picture.sizes:
            yield from _size(picture, shape, measured)
    elif picture:
        yield from _size(picture, shape, measured)


def fits_aspect(shown: Size, aspect: Aspect) -> bool:
    """Whether the displayed picture has this aspect, give or take `ASPECT_TOLERANCE`."""
    return abs(shown.width * aspect.height - shown.height * aspect.width) <= (
        ASPECT_TOLERANCE * shown.height * aspect.width
    )


def _wrong_shape(shape: Shape, picture: Picture | None, measured: Measured) -> Finding:
    facts = {
        **_picture_facts(measured),
        "aspects": [str(each) for each in shape.aspects],
        "shapes": [f"{_orientation(each.width, each.height)} {each}" for each in shape.aspects],
        "sizes": [str(each) for each in picture.sizes] if picture else [],
        "export": _export(_short(picture)) if picture else "",
        "clause": shape.clause,
    }
    return Finding("refuse", "film.shape", facts)


def _size(picture: Picture, shape: Shape | None, measured: Measured) -> Iterator[Finding]:
    shown = measured.shown
    allowed = _alike(picture.sizes, shown)
    facts = {
        **_picture_facts(measured),
        "sizes": [str(each) for each in allowed],
        "aspects": [str(each) for each in shape.aspects] if shape else [],
        "export": _export(_short(picture)),
        "clause": picture.clause,
    }
    if picture.sizes and shown not in picture.sizes:
        larger = all(shown.width >= each.width and shown.height >= each.height for each in allowed)
        told = {**facts, "verdict": picture.larger}
        yield from weighed(picture.larger, "film.larger", told) if larger else weighed("refuse", "film.size", facts)
    if least := picture.at_least:
        turned = shown.width >= least.height and shown.height >= least.width
        if shown.width >= least.width and shown.height >= least.height:
            return
        one_side = shown.width >= least.width or shown.height >= least.height
        told = {**facts, "least": str(least), "one_side": one_side, "shape": _ratio(least)}
        yield from (
            weighed(picture.turned, "film.turned", {**told, "verdict": picture.turned})
            if turned
            else weighed("refuse", "film.too_small", told)
        )
    if picture.short_side and min(shown.width, shown.height) < picture.short_side:
        yield Finding("refuse", "film.short_side", {**facts, "side": picture.short_side})


def _ratio(size: Size) -> str:
    """The aspect of a size by its usual name, else in lowest terms."""
    named = next((str(each) for each in _NAMED_ASPECTS if fits_aspect(size, each)), "")
    ratio = Fraction(size.width, size.height)
    return named or f"{ratio.numerator}:{ratio.denominator}"


def _alike(sizes: tuple[Size, ...], shown: Size) -> tuple[Size, ...]:
    """The sizes that stand as the film does, upright or wide; all where none does."""
    upright = shown.height > shown.width
    return tuple(each for each in sizes if (each.height > each.width) == upright) or sizes


def _container(rule: FilmRule, measured: Measured, name: str) -> Iterator[Finding]:
    rules, container = rule.containers, measured.container
    ending = match[1].lower() if (match := _ENDING.search(name)) else ""
    if rules and container not in rules.formats:
        best = "mp4" if "mp4" in rules.formats else rules.formats[0]  # what every editor can export
        told = {"container": container, "formats": list(rules.formats), "ending": ending, "best": best}
        facts = {**told, "clause": rules.clause}
        yield from weighed(rules.others, "film.container", facts | {"verdict": rules.others})
    elif ending and ending not in _ENDINGS.get(container, (container,)):
        yield Finding("note", "film.named", {"container": container, "ending": ending, "clause": ""})


#: Endings of names that say what is inside, where they are not the format's own name.
_ENDINGS = {
    "mp4": ("mp4", "m4v"),
    "mov": ("mov", "qt"),
    "3gp": ("3gp", "3g2"),
    "mpeg": ("mpeg", "mpg", "vob", "m2p"),
    "ts": ("ts", "mts", "m2ts"),
    "wmv": ("wmv", "asf"),
}


def _picture_facts(measured: Measured) -> dict[str, object]:
    """The picture as it is shown; `stored` is what other programs may call its size, where a mark turns it."""
    shown = measured.shown
    named = next((str(each) for each in _NAMED_ASPECTS if fits_aspect(shown, each)), "")
    stored = str(measured.coded) if measured.rotation % 180 == 90 else ""
    way = _orientation(shown.width, shown.height)
    return {"size": str(shown), "orientation": way, "aspect": named, "stored": stored}


def _orientation(width: int, height: int) -> str:
    return "横屏" if width > height else "竖屏" if height > width else "方形"


def _short(picture: Picture) -> int:
    """The shorter side that is asked for at least, in pixels."""
    if picture.short_side:
        return picture.short_side
    sizes = picture.sizes or ((picture.at_least,) if picture.at_least else ())
    return min(min(each.width, each.height) for each in sizes)


def _export(side: int) -> str:
    """What the export menu of an editor calls a picture with this shorter side."""
    return next(
        (name for most, name in ((480, "480P"), (720, "720P"), (1080, "1080P"), (1440, "2K")) if side <= most), "4K"
    )
