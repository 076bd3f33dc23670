"""Answers written behind their label in one cell or line: "联系人：张三　邮箱：…", or a label above its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from rules.forms import Field

_LONG = frozenset({"text", "sections", "opinion"})
_ORDINAL = r"(?:\d{1,2}[.、．]\s*|[（(]?[一二三四五六七八九十]{1,3}[）)、]\s*)?"
_REMARK = r"(?:\s*[（(][^（()）\n]{0,20}[）)])?"
_TRAILING = re.compile(r"[（(][^（()）]*[）)]$")
_WIDTHS = {"(": "[(（]", "（": "[(（]", ")": "[)）]", "）": "[)）]"}


def split_inline(text: str, fields: Iterable[Field], *, long: bool = True) -> dict[str, str]:
    """Field key -> the text behind its label, up to the next label; of a short field the first line only.

    A label counts at the start of a line or behind white space or a mark, and with a colon behind it; at the very start
    of the text a line break does as well. `long=False` leaves fields of running text out.
    """
    wanted = {field.key: field for field in fields}
    hits = sorted(
        (hit.start(), hit.end(), key)
        for key, field in wanted.items()
        for hit in _pattern(field.label).finditer(text)
        if hit["colon"] or not text[: hit.start()].strip()
    )
    found: dict[str, str] = {}
    for at, (_, end, key) in enumerate(hits):
        until = hits[at + 1][0] if at + 1 < len(hits) else len(text)
        value = text[end:until].strip()
        is_long = wanted[key].kind in _LONG
        if value and key not in found and (long or not is_long):
            found[key] = value if is_long else value.split("\n", 1)[0].strip()
    return found


def split_guests(text: str, guests: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What a cell says itself, and what for fields that lie in it: their last lines "label：…" and what follows.

    `guests`: key of a field without a cell of its own -> its label.
    """
    lines = text.split("\n")
    starts: dict[int, tuple[str, str]] = {}
    for key, label in guests.items():
        for at in range(len(lines) - 1, -1, -1):
            hit = _pattern(label).match(lines[at])
            if hit and hit["colon"]:
                starts[at] = key, lines[at][hit.end() :]
                break
    if not starts:
        return text, {}
    places = [*sorted(starts), len(lines)]
    found = {}
    for start, end in pairwise(places):
        key, first = starts[start]
        found[key] = "\n".join([first, *lines[start + 1 : end]]).strip()
    return "\n".join(lines[: places[0]]), found


@lru_cache(maxsize=512)
def _pattern(label: str) -> re.Pattern[str]:
    letters = [_WIDTHS.get(char, re.escape(char)) for char in (_TRAILING.sub("", label) or label) if not char.isspace()]
    spaced = r"\s*".join(letters)
    return re.compile(
        rf"(?:^|(?<=[\s;；,，、。|/])){_ORDINAL}{spaced}{_REMARK}[ \t\u3000]*(?:(?P<colon>[:：])|\n)\s*", re.MULTILINE
    )
