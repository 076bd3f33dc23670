"""The secret of a round, split among scrutineers (监票人) so that any `threshold` of them can put it together again.

Shamir's scheme from pycryptodome over GF(2^128). A share is typed by people: the house's code letters in groups of
four, with a check sum over the round it is for, so that a slip or a share of another round is noticed before anything
is put together.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from Crypto.Protocol.SecretSharing import Shamir

from rules.codes import ALPHABET, grouped, read_letters, spell

#: Bytes of a round's secret; keys are derived from it.
SECRET = 16
_CHECK = 3
#: Letters of a share as it is written: 5 bits each.
LETTERS = (1 + SECRET + _CHECK) * 8 // 5


class BadShare(ValueError):
    """What was typed is not a share of this round; the message says what was expected and found."""


def new_secret() -> bytes:
    """A round's secret, from the machine's source of chance."""
    return secrets.token_bytes(SECRET)


def split(secret: bytes, round_key: str, *, threshold: int, count: int) -> tuple[str, ...]:
    """`count` shares as they are written down, of which `threshold` are needed. Never all of them: one may get lost."""
    if not 2 <= threshold < count <= 15:
        raise ValueError(f"expected 2 <= threshold < count <= 15, found {threshold} of {count}")
    return tuple(_written(index, share, round_key) for index, share in Shamir.split(threshold, count, secret))


def read(typed: str, round_key: str) -> str:
    """A share in its one spelling, from what somebody typed. Raises `BadShare`."""
    letters = read_letters(typed)
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET):
        raise BadShare(f"expected a share of {LETTERS} letters and digits, found {len(letters)}")
    raw = _raw(letters)
    if not hmac.compare_digest(raw[-_CHECK:], _check(raw[:-_CHECK], round_key)):
        raise BadShare("expected a share of this round without a slip of the pen, found one whose check sum is wrong")
    return grouped(letters, 4)


def combine(shares: Sequence[str], round_key: str) -> bytes:
    """The secret from `threshold` or more shares. Too few, or shares of different splits, give a wrong secret.

    Raises `BadShare` for what is no share, and for the same one twice.
    """
    parts = [_parts(read(share, round_key)) for share in shares]
    if len({index for index, _ in parts}) != len(parts):
        raise BadShare("expected different shares, found the same one twice")
    return bytes(Shamir.combine(parts))


def fingerprint(share: str, round_key: str) -> str:
    """What is kept of a share, to tell that it was typed back: SHA-256 in hex. The share holds 128 bits of chance."""
    return hashlib.sha256(f"xinshi share {round_key} {read(share, round_key)}".encode()).hexdigest()


def _written(index: int, share: bytes, round_key: str) -> str:
    raw = bytes([index]) + share
    return grouped(spell(int.from_bytes(raw + _check(raw, round_key), "big"), LETTERS), 4)


def _parts(share: str) -> tuple[int, bytes]:
    raw = _raw(share.replace("-", ""))
    return raw[0], raw[1:-_CHECK]


def _raw(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(1 + SECRET + _CHECK, "big")


def _check(raw: bytes, round_key: str) -> bytes:
    return hashlib.sha256(b"xinshi share check" + round_key.encode() + raw).digest()[:_CHECK]
