"""A text in compulsory sections: cutting one pasted text at its headings, however they were typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rules.cleaning import clean, tidy

MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMERAL = r"[一二三四五六七八九十\d０-９]{1,3}"
# Possessive (*+), so that a line of blanks is looked at once.
_NUMBERING = (
    rf"(?:第\s*{_NUMERAL}\s*(?:部分|章|节)?|[(（]\s*{_NUMERAL}\s*[)）]|{_NUMERAL}|[{MARKS}])"
    r"\s*+[、.．:：,，)）。·-]?\s*+"
)
_OPENS, _CLOSES = r"[\s#*【\[〔《“\"]*+", r"[\s*】\]〕》”\"]*"


def bare(heading: str) -> str:
    """A heading without its number: 一、要解决的问题 -> 要解决的问题."""
    return re.sub(rf"^{_NUMBERING}(?=\S)", "", clean(heading).strip()) or heading.strip()


def mark(index: int) -> str:
    """The sign by which people are told of a section: ① for the first."""
    return MARKS[index] if index < len(MARKS) else f"({index + 1})"


def find_sections(headings: Sequence[str], text: str) -> list[str | None]:
    """The text under each heading, None where the heading is missing; text before the first heading joins it.

    A heading is a line that begins with it: with or without a number ("一、", "（一）", "1.", "①"), spaces inside, and
    either nothing after it or a mark or space before the section's own words. Each counts where it first appears.
    """
    patterns = _patterns(tuple(headings))
    parts: dict[int, list[str]] = {}
    preamble: list[str] = []
    current = preamble
    for line in clean(text).split("\n"):
        for index, pattern in enumerate(patterns):
            if index not in parts and (found := pattern.match(line)):
                current = parts[index] = [*preamble, line[found.end() :]]
                preamble = []
                break
        else:
            current.append(line)
    return [tidy("\n".join(parts[index])) if index in parts else None for index in range(len(headings))]


def split_sections(headings: Sequence[str], text: str) -> list[str] | None:
    """The text under each heading, in the order of the form; None when a heading is missing."""
    found = find_sections(headings, text)
    whole = [part for part in found if part is not None]
    return whole if headings and len(whole) == len(found) else None


def join_sections(headings: Sequence[str], parts: Sequence[str]) -> str:
    """The whole text with its headings, as `split_sections` cuts it."""
    return "\n".join(f"{heading}\n{part}" for heading, part in zip(headings, parts, strict=True))


@lru_cache(maxsize=64)
def _patterns(headings: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for heading in headings:
        spaced = r"\s*".join(re.escape(char) for char in bare(heading) if not char.isspace())
        end = rf"{_CLOSES}(?:[:：。.—-]+\s*|\s+|$|(?=[(（]))"
        patterns.append(re.compile(rf"^{_OPENS}(?:{_NUMBERING})?{_OPENS}{spaced}{end}", re.IGNORECASE))
    return tuple(patterns)
