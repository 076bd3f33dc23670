"""What a button of a ballot carries: a keyed code of what it does, which tells nobody but this program which it was.

The text holds the secret of one card and a code made with AES-SIV (RFC 5297) under a key derived from that secret and
from a key outside of the database. So neither the database nor whoever sees the texts alone can read them, a button of
another expert or of another round opens as nothing, and nothing about cards has to be kept.
"""

from __future__ import annotations

import base64
import re
import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sealing.drawer import Drawer, Purpose

#: Stands before the text of every button of a ballot, and of no other.
MARK = "!"
#: Bytes of a card's secret.
SECRET = 16
_STEP = struct.Struct(">BHBH")
_TAG = 16
_TEXT = re.compile(rf"{MARK}[A-Za-z0-9_-]{{51}}(?![A-Za-z0-9_-])")
_BYTES = re.compile(_TEXT.pattern.encode())


class NotThisCard(ValueError):
    """A text is no button of a card for this expert in this round."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a button does: `act` by number, at an entry (its place on the paper), a criterion (its place), a level."""

    act: int
    entry: int = 0
    criterion: int = 0
    level: int = 0


class Presses:
    """Writes and reads the buttons of cards; the keys are those of the drawer and end with them."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def write(self, round_key: str, purpose: Purpose, number: int, secret: bytes, step: Step) -> str:
        """A button's text, 52 ASCII characters. `number` is the expert's on the roll. Raises `KeyDestroyed`."""
        plain = _STEP.pack(step.act, step.entry, step.criterion, step.level)
        code = self._cipher(round_key, purpose, secret).encrypt(plain, [_bound(round_key, purpose, number)])
        return MARK + base64.urlsafe_b64encode(secret + code).decode().rstrip("=")

    def read(self, round_key: str, purpose: Purpose, number: int, text: str) -> tuple[bytes, Step]:
        """The card's secret and what the button does. Raises `NotThisCard`, `KeyDestroyed`."""
        if not is_press(text):
            raise NotThisCard("expected the text of a ballot's button, found another")
        raw = base64.urlsafe_b64decode(text[1:] + "=")
        secret, code = raw[:SECRET], raw[SECRET:]
        try:
            plain = self._cipher(round_key, purpose, secret).decrypt(code, [_bound(round_key, purpose, number)])
        except InvalidTag:
            raise NotThisCard("expected a button of this expert and round, found another") from None
        return secret, Step(*_STEP.unpack(plain))

    def _cipher(self, round_key: str, purpose: Purpose, secret: bytes) -> AESSIV:
        return AESSIV(self._drawer.derived(round_key, purpose, b"xinshi press" + secret, 64))


def new_card() -> bytes:
    """The secret of a new card. It lives in the texts of that card's buttons and nowhere else."""
    return secrets.token_bytes(SECRET)


def is_press(text: str) -> bool:
    """Whether a button's text belongs to a ballot, so that it is stored nowhere."""
    return _TEXT.fullmatch(text) is not None


def blank(body: bytes) -> bytes:
    """An update as it may be kept, whatever happened to it: no button of a ballot can be read from it."""
    return _BYTES.sub(MARK.encode(), body)


def _bound(round_key: str, purpose: Purpose, number: int) -> bytes:
    return f"{round_key}/{purpose}/{number}".encode()
