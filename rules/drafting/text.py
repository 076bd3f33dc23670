"""Text as the drafter compares it: one width of digits and letters, no stray blanks, numbers in either script."""

from __future__ import annotations

import re

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FOLDED = (
    str.maketrans(
        {
            "％": "%",
            "＋": "+",
            "＊": "*",
            "．": ".",
            "～": "~",
            "－": "—",
            "–": "—",
            "―": "—",
            "∶": "：",
            "〜": "~",
            "\u00a0": " ",
            "\u3000": " ",
            "＠": "@",
            "﹕": "：",
        }
    )
    | _WIDE
)
_TAG = re.compile(r"</?[a-zA-Z][^>]{0,200}>")
_TICK_TAG = re.compile(r"<input[^>]{0,200}>")
_CJK = r"\u2e80-\u9fff\uff00-\uffef“”‘’—·、。《》〔〕"
_LOOSE = re.compile(rf"(?<=[0-9A-Za-z%.+]) +(?=[{_CJK}])|(?<=[{_CJK}]) +(?=[0-9A-Za-z])")
_SPACED_RANGE = re.compile(r"(?<=[\d日月年]) *([-—~]{1,2}) *(?=\d)")
_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_DAY = re.compile(
    r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})(?=[日号]))?"
)
_DIGITS = {**{char: index for index, char in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
#: A number as notices write it: 2000, 1.5, 三十, 两, 2万.
NUMBER = r"(?:\d+(?:\.\d+)?[万千]?|[一二两三四五六七八九十百千万零]+)"


def fold(text: str) -> str:
    """One spelling for what means the same: full-width digits, blanks beside digits, Chinese numerals in dates."""
    plain = _TAG.sub(" ", _TICK_TAG.sub("□", text)).translate(_FOLDED)
    plain = _SPACED_RANGE.sub(r"\1", _LOOSE.sub("", plain))
    plain = re.sub(r"(?<=\d)：(?=\d\d)", ":", plain)
    plain = _YEAR.sub(lambda hit: "".join(str(_DIGITS[char]) for char in hit[0]), plain)
    return _DAY.sub(_arabic_day, plain)


def _arabic_day(hit: re.Match[str]) -> str:
    day = str(number(hit[2])) if hit[2] else ""
    return f"{number(hit[1])}月{day}"


def number(text: str) -> int | float:
    """The value of a `NUMBER`: 两 -> 2, 三十 -> 30, 2万 -> 20000, 1.5 -> 1.5."""
    if text[0].isdigit():
        scale = {"万": 10_000, "千": 1000}.get(text[-1], 1)
        value = float(text.rstrip("万千")) * scale
        return int(value) if value == int(value) else value
    total = section = digit = 0
    for char in text:
        if char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif char in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[char], 0
        else:
            digit = _DIGITS[char]
    return total + section + digit


def whole(text: str) -> int:
    """As `number`, cut to a whole one."""
    return int(number(text))


def bare(text: str) -> str:
    """Text without any blanks, to compare and to show labels."""
    return "".join(text.split())


def split_outside(text: str, marks: str) -> list[str]:
    """Parts between marks that stand outside brackets and quotation marks."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in "（(《“〔[":
            depth += 1
        elif char in "）)》”〕]":
            depth = max(0, depth - 1)
        elif char in marks and not depth:
            parts.append(text[start:index])
            start = index + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]
