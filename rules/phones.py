"""Telephone numbers of mainland China, as liaisons type them, in one form, with what exactly is wrong with a bad one.

Mobile 13800138000; landline 029-86780000, with an extension 029-86780000转123; 400-123-4567 and 800-123-4567. Several
in one cell are parted by "、". The numbering plan is that of `phonenumbers`, asked only after a pattern has matched: it
forgives trailing letters.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from rules.cleaning import echo, folded
from rules.faults import Misread, Unreadable

MOBILE_DIGITS = 11
_SPACES = re.compile(r"[^\S\n]+")
_LABEL = re.compile(r"^\s*(?:联系)?(?:电话|手机|座机|固话|tel|phone|mobile)(?:号码?)?\s*:?\s*", re.IGNORECASE)
_PARTED = re.compile(r"[、,;/|\n]+|或")
_COUNTRY = re.compile(r"^\s*(?:\+|00)\s*86[\s-]*")
_EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|x|#)\s*(?:分机)?\s*:?\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?[\s-]*[1-9]\d{2,3}[\s-]?\d{4})-(\d{1,6})$")
_STRANGE = re.compile(r"[^\d\s()\-.+]")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def read_phones(raw: str) -> str:
    """All numbers of a cell in their printed form, parted by "、". Raises `Unreadable`."""
    text = _LABEL.sub("", _SPACES.sub(" ", folded(raw))).strip(" .。")
    parts = [part.strip() for part in _PARTED.split(text) if part.strip()]
    if len(parts) == 1 and len(spaced := parts[0].split()) > 1 and all(_whole(part) for part in spaced):
        parts = spaced
    if not parts:
        raise Unreadable("phone_digits_few", typed=echo(raw), digits=0)
    good: dict[str, None] = {}
    bad: list[Unreadable] = []
    for part in parts:
        try:
            good[read_phone(part)] = None
        except Unreadable as wrong:
            bad.append(wrong)
    if bad:
        raise Misread(bad)
    return "、".join(good)


def read_phone(raw: str) -> str:
    """One number in its printed form. Raises `Unreadable` naming what is wrong."""
    text, extension = _without_extension(_COUNTRY.sub("", _SPACES.sub(" ", folded(raw))).strip())
    typed = echo(raw)
    if not re.search(r"\d", text):
        raise Unreadable("phone_digits_few", typed=typed, digits=0)
    if strange := _STRANGE.findall(text):
        raise Unreadable("phone_characters", typed=typed, found="".join(dict.fromkeys(strange))[:10])
    digits = re.sub(r"\D", "", text)
    if len(digits) == 2 + MOBILE_DIGITS and digits.startswith("86"):
        digits = digits[2:]
    elif len(digits) == 1 + MOBILE_DIGITS and _MOBILE.fullmatch(digits[1:]) and digits.startswith("0"):
        digits = digits[1:]
    if digits.startswith(("400", "800")):
        return _service(digits, typed, extension)
    if digits.startswith("0"):
        return _landline(digits, typed, extension)
    if digits.startswith("1") and len(digits) >= 7:
        return _mobile(digits, typed, extension)
    if 7 <= len(digits) <= 8:
        raise Unreadable("phone_area_missing", typed=typed, digits=len(digits))
    raise Unreadable("phone_digits_few" if len(digits) < 7 else "phone_unknown", typed=typed, digits=len(digits))


def _whole(text: str) -> bool:
    try:
        return bool(read_phone(text))
    except Unreadable:
        return False


def _without_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    if found:
        return text[: found.start()], found[1]
    if dashed := _DASHED_EXTENSION.match(text):
        return dashed[1], dashed[2]
    return text, ""


def _mobile(digits: str, typed: str, extension: str) -> str:
    if len(digits) != MOBILE_DIGITS:
        raise Unreadable("phone_mobile_digits", typed=typed, digits=len(digits), expected=MOBILE_DIGITS)
    if extension:
        raise Unreadable("phone_mobile_extension", typed=typed, extension=extension)
    if not _MOBILE.fullmatch(digits) or not _assigned(digits):
        raise Unreadable("phone_mobile_prefix", typed=typed, prefix=digits[:3])
    return digits


def _landline(digits: str, typed: str, extension: str) -> str:
    size = 3 if digits[1:2] in ("1", "2") else 4
    area, local = digits[:size], digits[size:]
    expected = "8" if size == 3 else "7 或 8"
    if len(local) not in ((8,) if size == 3 else (7, 8)):
        raise Unreadable("phone_local_digits", typed=typed, area=area, digits=len(local), expected=expected)
    if not _assigned(digits):
        raise Unreadable("phone_landline_unknown", typed=typed, area=area, local=local)
    return f"{area}-{local}" + (f"转{extension}" if extension else "")


def _service(digits: str, typed: str, extension: str) -> str:
    if len(digits) != 10:
        raise Unreadable("phone_service_digits", typed=typed, prefix=digits[:3], digits=len(digits), expected=10)
    number = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return number + (f"转{extension}" if extension else "")


@lru_cache(maxsize=4096)  # a number is judged when it is read, when it is kept, and in every later run
def _assigned(digits: str) -> bool:
    """Whether the numbering plan has this number. `digits` in the national form, with its leading 0."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "CN"))
    except phonenumbers.NumberParseException:
        return False


_DIGITS = re.compile(r"\d(?:[\s-]?\d){6,}")


def masked(text: str) -> str:
    """A text with the middle of every phone number hidden: 138****8000, 029****0000."""
    return _DIGITS.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"{digits[:2]}***{digits[-2:]}"
