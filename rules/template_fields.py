"""The fields of WeChat's message templates: what each kind of field takes, and our facts cut to fit.

A field is named by its kind and a number: `thing1`, `time2`, `character_string3`. Source of the kinds and limits: the
platform's document Subscription_Messages/api, 参数值内容限制说明; template messages use the same names since 2023.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

#: Characters at most, by kind of field.
LIMITS: Mapping[str, int] = {
    "thing": 20, "short_thing": 5, "character_string": 32, "number": 32, "letter": 32, "symbol": 5, "phrase": 5,
    "name": 10, "phone_number": 17, "car_number": 8,
}  # fmt: skip
#: Characters of a name without 汉字.
LETTERS_OF_A_NAME = 20
#: Characters of a field of an old template (`first`, `keyword1`, `remark`). Our own limit; none is documented.
OLD_FIELD = 200
#: Kinds that hold an instant, filled only from our fact `time`.
INSTANTS = ("time", "date")
#: Kinds whose values are no text of ours: amounts of money, words listed in the platform's console.
_FOREIGN = ("amount", "enum", "const", "car_number", "phone_number", "number", "symbol", "letter")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_OLD = re.compile(r"first|remark|keyword\d*")


def kind_of(field: str) -> str:
    """The kind of a field by its name: "thing" for `thing12`, "" for one of an old template, else the bare name."""
    return "" if _OLD.fullmatch(field) else field.rstrip("0123456789")


def unfit(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of a mapping (template field → our fact) that this fact can never fill."""
    return tuple(field for field, fact in fields.items() if not _suits(kind_of(field), fact))


def filled(field: str, text: str) -> str:
    """A text on one line, cut to what a field takes; "" where nothing of it fits. Not for `INSTANTS`."""
    kind, line = kind_of(field), " ".join(text.split())
    if kind == "phrase":
        line = "".join(_HAN.findall(line))
        return line if len(line) <= LIMITS[kind] else line[: LIMITS[kind]]
    if kind == "character_string":
        return "".join(char for char in line if " " <= char <= "~").strip()[: LIMITS[kind]]
    if kind == "name":
        line = re.sub(r"\d", "", line).strip()
        return line[: LIMITS[kind] if _HAN.search(line) else LETTERS_OF_A_NAME].strip()
    return _cut(line, LIMITS.get(kind, OLD_FIELD))


def spoken(at: datetime) -> str:
    """An instant in its own zone as `time` and `date` fields take it, like 2019年10月1日 15:01."""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _suits(kind: str, fact: str) -> bool:
    if kind in INSTANTS:
        return fact == "time"
    return kind not in _FOREIGN and (kind in LIMITS or kind == "")


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
