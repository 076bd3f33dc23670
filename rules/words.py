"""字数 as Microsoft Word counts it, for every limit that a notice sets on a text.

Word's figure is "Chinese characters and Korean words" plus "non-Chinese words": each Han character, kana and
full-width mark is 1, each run of other characters between spaces is 1. "信用App2.0版" is 信, 用, App2.0, 版: 4.
What Word decides by the keyboard a mark was typed with (“”, —, …, ①, ≥) counts as typed on a Chinese one;
docs/words.md has the details.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Drawn as nothing of their own: control and zero-width characters, combining marks, variation selectors, skin tones.
# They neither count nor part a run.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]+"
)
# What a zero-width joiner glues onto an emoji: a family is one picture.
_GLUED = re.compile("\u200d[\u2600-\u27bf\U0001f000-\U0001faff]?")
# Full-width, 1 each. Hangul is missing on purpose: Word counts Korean by words.
_WIDE = re.compile(
    "["
    "\xa4\xa7\xa8\xb0\xb1\xb7\xd7\xf7"  # the signs of Latin-1 that GB 2312 has: § ° ± · × ÷
    "\u2013-\u2027\u2030-\u205e"  # dashes, quotation marks, ellipsis, ‰ ※
    "\u2103\u2105\u2109\u2116\u2121\u2160-\u217f\u2190-\u2bff"  # ℃ № Ⅱ → ≥ ① ─ ■ ★ ☑
    "\u2e80-\u2fff\u3001-\u312f\u3190-\ua4cf"  # Han, CJK punctuation, kana, bopomofo, Yi
    "\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff9f\uffe0-\uffee"  # compatibility and full-width forms
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff"  # Tangut, Khitan, Nüshu, old kana
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"  # emoji and pictures, but not the letters of flags
    "\U00020000-\U0003ffff"  # Han extensions
    "]+"
)
_APOSTROPHE = re.compile("(?<=[A-Za-z0-9])\u2019(?=[A-Za-z0-9])")


def count(text: str) -> int:
    """The 字数 of `text`; paragraphs may be parted by any line break and add up exactly."""
    if "\u2019" in text:
        text = _APOSTROPHE.sub("'", text)
    if "\u200d" in text:
        text = _GLUED.sub("", text)
    text = _UNSEEN.sub("", text)
    others = _WIDE.split(text)
    wide = len(text) - sum(map(len, others))
    return wide + len(" ".join(others).split())


def counts(parts: Iterable[str]) -> list[int]:
    """The 字数 of each part, for a form whose text has sections."""
    return [count(part) for part in parts]


def paragraphs(text: str) -> list[int]:
    """The 字数 of each line of `text` that has any."""
    return [number for number in counts(text.splitlines()) if number]


def excess(text: str, limit: int | None) -> int:
    """By how many 字 `text` is above `limit` (inclusive); 0 when it fits or nothing limits it."""
    return max(0, count(text) - limit) if limit is not None else 0
