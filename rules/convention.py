"""A naming convention of a notice, read the other way: whether a subject or a file's name was written by it.

What the program writes has a literal "+". What people wrote may have the marks that a notice tolerates (`Mail.loose`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rules.cleaning import one_line

#: Ways to write the mark between two parts beside "+" itself, by the words of a notice.
LOOSE = {"＋": "＋", "空格": r"\s", "-": r"[-－—–]", "_": r"[_＿]"}
_PLACE = re.compile(r"\{([^{}]*)\}")
_PHONE = re.compile(r"\+?[\d()（） -]{7,24}")
#: What mail programs put before a subject that is answered or passed on.
_BEFORE = re.compile(r"\s*(?:(?:re|fw|fwd|回复|答复|转发)\s*[:：]\s*)+", re.IGNORECASE)
#: Characters of a subject or name that are looked at: none by a convention is longer.
_MOST = 400

Fit = Literal["good", "loose", "marks", "phone", "parts"]


@dataclass(frozen=True, slots=True)
class Fitted:
    """How a text fits a convention.

    "good"; "loose": with marks that are tolerated; "marks": right but for marks that are not; "phone": what stands in
    the place of the telephone number is none (`found`); "parts": it has other parts. `bare` is the text that was looked
    at, `before` what a mail program put before it.
    """

    fit: Fit
    bare: str
    before: str = ""
    found: str = ""


def fitted(template: str, text: str, loose: Sequence[str] = ()) -> Fitted:
    """Judge a text by a convention such as "{单位名称}+{作品名称}"."""
    line = one_line(text)[:_MOST]
    before = found[0].strip() if (found := _BEFORE.match(line)) else ""
    bare = line[found.end() :].strip() if found else line.strip()
    wrong = ""
    for fit, marks in (("good", ()), ("loose", tuple(loose)), ("marks", tuple(LOOSE))):
        match = _pattern(template, marks).fullmatch(bare)
        if match is None:
            continue
        wrong = _no_phone(template, match)
        if not wrong:
            return Fitted(fit, bare, before)  # type: ignore[arg-type]  # the words of the line above
    return Fitted("phone" if wrong else "parts", bare, before, wrong)


def _no_phone(template: str, match: re.Match[str]) -> str:
    """What stands where a telephone number should, if it is none."""
    for place, word in enumerate(_PLACE.findall(template), 1):
        if word == "联系电话" and not _PHONE.fullmatch(match[place].strip()):
            return match[place].strip()
    return ""


@lru_cache(maxsize=256)
def _pattern(template: str, loose: tuple[str, ...]) -> re.Pattern[str]:
    plus = "|".join([r"\+", *(LOOSE.get(mark, re.escape(mark)) for mark in loose)])
    # A word has no blank at its ends and no mark inside that may part it from the next.
    mark = r"+＋" if "＋" in loose else "+"
    word = rf"([^{mark}\s](?:[^{mark}]*?[^{mark}\s])?)"
    parts, at = [], 0
    for place in _PLACE.finditer(template):
        parts += [_literal(template[at : place.start()], plus, wide=bool(loose)), word]
        at = place.end()
    return re.compile("".join([*parts, _literal(template[at:], plus, wide=bool(loose))]))


def _literal(text: str, plus: str, *, wide: bool) -> str:
    """What stands between two words: brackets in either width, "+" as it may be written."""
    told = []
    for char in text:
        if char == "+":
            told.append(rf"\s*(?:{plus})+\s*" if wide else r"\+")
        elif char in "()（）":
            told.append(r"\s*[(（]" if char in "(（" else r"[)）]\s*")
        else:
            told.append(re.escape(char))
    return "".join(told)
