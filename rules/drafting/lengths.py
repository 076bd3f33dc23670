"""How long a text may be: 字数 as notices put it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.drafting.text import NUMBER, whole

_RANGE = re.compile(rf"({NUMBER})字?\s*(?:至|到|—{{1,2}}|-{{1,2}}|~)\s*({NUMBER})\s*(?:个)?(?:汉)?字")
_MOST = re.compile(
    rf"(?:不[得能可]?(?:超过|多于|超出)|最多|至多|限|控制在|"
    rf"上限为?)\s*({NUMBER})\s*(?:个)?(?:汉)?字(?!段|节)|"
    rf"({NUMBER})\s*(?:个)?(?:汉)?字\s*(?:以内|之内|内|以下|（含）以内)"
)
_LEAST = re.compile(
    rf"(?:不[得能可]?(?:少于|低于)|至少|最少)\s*({NUMBER})\s*(?:个)?(?:汉)?字|"
    rf"({NUMBER})\s*(?:个)?字\s*以上"
)
_ABOUT = re.compile(
    rf"({NUMBER})\s*(?:个)?(?:汉)?字(?:\s*(?P<about>左右|上下)|(?=[)）\s]*$))|(?:约|"
    rf"一般为?|大约)\s*({NUMBER})\s*字"
)


@dataclass(frozen=True, slots=True)
class Length:
    """Bounds in 字; `rough` when only a size is named (1500字左右, （100字）) and no bound."""

    least: int | None = None
    most: int | None = None
    rough: bool = False


def length_of(text: str) -> Length | None:
    """The bounds a text names, None for none. A plain upper bound outweighs a range beside it (为宜)."""
    spread, most, least = _RANGE.search(text), _MOST.search(text), _LEAST.search(text)
    about = None if least and not most else _ABOUT.search(text)
    low = _first(least) if least else whole(spread[1]) if spread else None
    if low is None and about and about["about"] and most:
        low = None
    high = _first(most) if most else whole(spread[2]) if spread else None
    if high is None and about is not None:
        return Length(low, _first(about), rough=True)
    if low is None and high is None:
        return None
    return Length(low, high)


def _first(hit: re.Match[str]) -> int:
    return whole(next(each for each in hit.groups() if each and each not in ("左右", "上下")))
