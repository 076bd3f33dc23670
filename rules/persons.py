"""Who to call: a person and a number typed into one cell, in any order and with any punctuation."""

from __future__ import annotations

import re

from rules.cleaning import clean, echo
from rules.faults import Misread, Unreadable
from rules.phones import read_phones

#: Full-width forms to ASCII and dashes to "-", character by character, so that places stay comparable.
_NARROW = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212], ord("-")),
}
# A number begins with a digit, + or ( and holds at least five digits; letters that stick to its end belong to it.
_NUMBER = re.compile(
    r"(?:\+\s*)?\(?\d(?:[\s()\-.]{0,3}\d){4,}[A-Za-z]*(?:\s*(?:转|分机|ext\.?|#)\s*(?:分机)?\s*\d{1,6})?", re.IGNORECASE
)
_LABELS = re.compile(
    r"(?:联系人|姓名|负责人|联系方式|(?:联系)?电话|(?:联系)?手机|座机|固话|tel|phone|mobile)(?:号码?)?\s*[:：]",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[,，、;；:：。/|\n\t]+|[(（\[【]\W*[)）\]】]")
_EDGES = " -.·+#&*_~'\""
_OPENING, _CLOSING = "([（【", ")]）】"


def read_person_phone(raw: str) -> dict[str, str]:
    """{"person": "张三、李四", "phone": "13800138000、029-86780000"}. Raises `Unreadable` for what is missing."""
    text = clean(raw)
    places = [found.span() for found in _NUMBER.finditer(text.translate(_NARROW))]
    starts, ends = [0, *(end for _, end in places)], [*(start for start, _ in places), len(text)]
    person = read_person("、".join(text[start:end] for start, end in zip(starts, ends, strict=True)))
    wrong: list[Unreadable] = []
    phone = ""
    try:
        phone = read_phones("、".join(text[start:end] for start, end in places)) if places else ""
    except Unreadable as bad:
        wrong.append(bad)
    if not person:
        reason = "person_missing" if places else "person_phone_unreadable"
        wrong.insert(0, Unreadable(reason, typed=echo(raw)))
    elif not places:
        wrong.append(Unreadable("person_phone_missing", typed=echo(raw), person=echo(person)))
    if wrong:
        raise Misread(wrong)
    return {"person": person, "phone": phone}


def read_person(raw: str) -> str:
    """Names parted by "、", without labels and stray marks; "" when nothing in `raw` is a name."""
    names = (_bare(part) for part in _MARKS.split(_LABELS.sub("、", clean(raw))))
    return "、".join(name for name in names if any(char.isalpha() for char in name))


def _bare(name: str) -> str:
    """A name without marks and stray brackets at its ends, but with a bracket of its own: 张三（科长）."""
    name = " ".join(name.split()).strip(_EDGES).rstrip(_OPENING).lstrip(_CLOSING)
    for _ in range(3):
        if name[:1] and name[0] in _OPENING and (whole := _wrapped(name)) is not None:
            name = whole.strip(_EDGES)
    if not any(mark in name for mark in _OPENING):
        name = name.rstrip(_CLOSING + _EDGES)
    return name


def _wrapped(name: str) -> str | None:
    """What stands inside a bracket that holds the whole name or never closes; None when it holds only the beginning."""
    depth = 0
    for index, char in enumerate(name):
        depth += (char in _OPENING) - (char in _CLOSING)
        if not depth:
            return name[1:index] if index == len(name) - 1 else None
    return name[1:]
