"""Whole numbers as people type them into a form: 30, ３０, 1,200 份, 三十, 一百二十人."""

from __future__ import annotations

import re

from rules.cleaning import echo, folded
from rules.faults import Unreadable

_UNIT = r"\s*(?:[人名个位份张件条次篇部套幅块户家元])?\s*[.。]?"
_PLAIN = re.compile(rf"(\d{{1,12}}|\d{{1,3}}(?:,\d{{3}}){{1,3}}){_UNIT}")
_CHINESE = re.compile(rf"([零〇一二两三四五六七八九十百千万]{{1,12}}){_UNIT}")
_DIGITS = {**{char: index for index, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def read_number(raw: str) -> int:
    """The number, with or without a unit behind it. Raises `Unreadable` for a range, a guess, a fraction, a minus."""
    text = folded(raw).strip()
    if found := _PLAIN.fullmatch(text):
        return int(found[1].replace(",", ""))
    if (found := _CHINESE.fullmatch(text)) and (number := _spelled(found[1])) is not None:
        return number
    raise Unreadable("number_unreadable", typed=echo(raw))


def _spelled(numeral: str) -> int | None:
    """一百二十 -> 120, 一千零五 -> 1005, 两万三千 -> 23000; None where the numeral is not a plain one (三五, 百十)."""
    total, digit, last = 0, None, 10**9
    for char in numeral:
        if char in _TIMES:
            times = _TIMES[char]
            if times >= last or (digit is None and not (times == 10 and total == 0)):
                return None
            total, digit, last = total + (digit or 1) * times, None, times
        elif _DIGITS[char] == 0:
            if digit is not None:
                return None
        elif digit is not None:
            return None
        else:
            digit = _DIGITS[char]
    if digit is not None and numeral[-2:-1] in ("百", "千", "万"):
        return None  # 一百五 is 150 to some and 105 to others
    return total + (digit or 0)


def about(number: int) -> int:
    """A number as one says it who adds "约": two digits of it, so that 1234 are 1200; below 20 it is exact."""
    unit = 10 ** max(0, len(str(number)) - 2) if number >= 20 else 1
    return (number + unit // 2) // unit * unit
