"""List numbers as Word draws them ("一、", "1.", "①"), which stand in no text of the file.

Word and WPS turn a typed "一、" into an automatic number; without this its text would lose it. Only direct numbering
(`w:numPr` of the paragraph) is followed, ISO/IEC 29500-1, 17.9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from documents.ooxml import Element, q

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CHINESE = frozenset({"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"})
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number is written, the text around it ("%1、"), and where it starts."""

    style: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document, counting as its paragraphs are read in order. Without a numbering part: no numbers."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    def next(self, properties: Element | None) -> str:
        """The number before the paragraph with these `w:pPr`, "" for one that is in no list or has a bullet."""
        place = None if properties is None else properties.find(q("w:numPr"))
        if place is None:
            return ""
        number, depth = _value(place, "w:numId"), _integer(_value(place, "w:ilvl"), 0)
        level = self.levels.get(number, {}).get(depth)
        if level is None or level.style in ("bullet", "none") or depth >= _LEVELS:
            return ""
        counts = self._counts.setdefault(number, [0] * _LEVELS)
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)
        return re.sub(r"%([1-9])", lambda hit: self._written(number, int(hit[1]) - 1, counts), level.text)

    def _written(self, number: str, depth: int, counts: list[int]) -> str:
        level = self.levels[number].get(depth)
        return "" if level is None else written(counts[depth] or level.start, level.style)


def read_numbering(root: Element | None) -> Numbering:
    """The lists of `word/numbering.xml`; none for None."""
    if root is None:
        return Numbering()
    abstract = {
        each.get(q("w:abstractNumId"), ""): {
            _integer(level.get(q("w:ilvl")), 0): Level(
                _value(level, "w:numFmt"), _value(level, "w:lvlText"), _integer(_value(level, "w:start"), 1)
            )
            for level in each.iterchildren(q("w:lvl"))
        }
        for each in root.iterchildren(q("w:abstractNum"))
    }
    numbers = root.iterchildren(q("w:num"))
    return Numbering({num.get(q("w:numId"), ""): abstract.get(_value(num, "w:abstractNumId"), {}) for num in numbers})


def written(number: int, style: str) -> str:
    """A number in one of Word's styles; in a style that is not known, as digits."""
    if style in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    if style.startswith("decimalEnclosedCircle") and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if style in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr((64 if style == "upperLetter" else 96) + number)
    if style in ("upperRoman", "lowerRoman") and 0 < number < 40:
        return _roman(number).upper() if style == "upperRoman" else _roman(number)
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _value(parent: Element, name: str) -> str:
    found = parent.find(q(name))
    return "" if found is None else found.get(q("w:val"), "")


def _integer(text: str | None, fallback: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else fallback
