"""Understanding which option a person means when they type instead of pressing: "3", "③", "三", its text, "xyjc"."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rules.pinyin import spelt

_TRAILING = " .．、。,，)）"
#: What makes a digit a keycap emoji, and the bracket that opens "(3" and "⑶".
_AROUND = "(\ufe0f\u20e3"
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九", start=1)}
#: Plain answers, which are never the spelling of an option.
_ENGLISH = frozenset(("yes", "no", "ok"))


def plain(text: str) -> str:
    """Text as it is compared: width folded, case folded, without spaces and closing punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip(_TRAILING).strip("【】[]“”\"'")


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """The index of the option meant by `text`: its number from 1, its whole text, or words that only it has.

    Numbers may be written 3, ③, ⑶, "3、" or 三; where no option has the letters that were typed, they may be pinyin.
    """
    wanted = plain(text)
    if not wanted:
        return None
    number = _digits(wanted)
    if number is not None and 1 <= number <= len(labels):
        return number - 1
    folded = [plain(label) for label in labels]
    if wanted in folded:
        return folded.index(wanted)
    if number is not None:
        return None
    begun = [index for index, label in enumerate(folded) if label.startswith(wanted)]
    inside = [index for index, label in enumerate(folded) if wanted in label] if len(wanted) > 1 else []
    found = next((found[0] for found in (begun, inside) if len(found) == 1), None)
    if found is not None or begun or inside:
        return found
    return _numeral(wanted, folded) if not wanted.isascii() else _spelling(wanted, folded)


def _digits(wanted: str) -> int | None:
    """A number of up to three digits, None where it is anything else."""
    bare = wanted.strip(_AROUND)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 3 else None


def _numeral(wanted: str, labels: Sequence[str]) -> int | None:
    """The option that a Chinese numeral alone counts to, unless the options carry numerals of their own."""
    tens, ten, ones = wanted.strip(_AROUND).rpartition("十")
    if any(part and part not in _NUMERALS for part in (tens, ones)) or not (ten or ones):
        return None
    number = (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
    own = any(label[:1] in _NUMERALS or label[:1] == "十" for label in labels)
    return number - 1 if number <= len(labels) and not own else None


def _spelling(wanted: str, labels: Sequence[str]) -> int | None:
    """The option whose pinyin begins with what was typed, by initials or by syllables, where it is the only one.

    With a single option letters would tell nothing apart: it is a matter of consent, and wants its words.
    """
    if len(wanted) < 2 or not wanted.isalpha() or wanted in _ENGLISH or len(labels) < 2:
        return None
    spellings = [spelt(label) for label in labels]
    whole = [index for index, pair in enumerate(spellings) if wanted in pair]
    begun = [index for index, pair in enumerate(spellings) if any(each.startswith(wanted) for each in pair)]
    return next((found[0] for found in (whole, begun) if len(found) == 1), None)
