"""Codes that people copy by hand: ten characters of Crockford's base32, which has no I, L, O and U.

Source of the alphabet: Douglas Crockford, "Base 32"; I and L are read as 1, O as 0.
"""

from __future__ import annotations

import hashlib
import re

from rules.cleaning import folded

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
#: Characters of a code as somebody types it, with whatever parts its groups.
_LONGEST_TYPED = 40
_SEPARATORS = " -_·.\t\n"
_READ = str.maketrans({"I": "1", "L": "1", "O": "0"})


def spell(number: int, length: int = LENGTH) -> str:
    """The lowest `5 * length` bits of a number as a code, without separators."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def shown(code: str) -> str:
    """A code as it is shown: in groups of five, parted by a hyphen."""
    return grouped(code, 5)


def grouped(letters: str, size: int) -> str:
    """Letters in groups of `size`, parted by hyphens."""
    return "-".join(letters[start : start + size] for start in range(0, len(letters), size))


def read_letters(text: str) -> str:
    """What a person typed as letters of a code, without separators and in capitals; I, L and O as they are meant."""
    typed = folded(text).upper().translate(_READ)
    return "".join(char for char in typed if char not in _SEPARATORS)


def read_code(text: str) -> str | None:
    """The code that a person typed, without separators and in capitals; None where it is not a code."""
    code = read_letters(text)
    return code if len(code) == LENGTH and all(char in ALPHABET for char in code) else None


def content_code(*parts: str) -> str:
    """A code that depends only on these texts: the first 50 bits of their SHA-256."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return spell(int.from_bytes(digest[:7], "big") >> 6)


#: Words that a code may follow in one message.
_BEFORE = re.compile(r"\s*(/start(?:@\w+)?|加入|绑定)\s*", re.IGNORECASE)
#: What stands for a code that is not to be read again.
HIDDEN = "•" * LENGTH


def without_code(text: str) -> str:
    """What somebody typed with an invitation or link code made unreadable; all else stays as it was typed.

    A number of ten digits is no code but a telephone number with a slip in it, or near enough.
    """
    before = _BEFORE.match(text)
    rest = text[before.end() :] if before else text
    code = read_code(rest) if len(rest) <= _LONGEST_TYPED else None
    if code is None or rest.strip().isdecimal():
        return text
    return f"{text[: before.end()] if before else ''}{HIDDEN}"
