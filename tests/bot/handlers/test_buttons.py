"""A button's code opens as what was sealed, and with one bit changed, cut, longer or under another key as nothing."""

from __future__ import annotations

import base64

import pytest

from bot.handlers.buttons import seal, unseal

KEY = b"k" * 32
SEALED = seal(KEY, 7_123_456_789_012_345_678, 513)
RAW = base64.urlsafe_b64decode(SEALED + "=" * (-len(SEALED) % 4))


def spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_what_was_sealed_opens() -> None:
    assert unseal(KEY, SEALED) == (7_123_456_789_012_345_678, 513)
    assert len(SEALED) <= 40
    assert SEALED.isascii()


@pytest.mark.parametrize("bit", range(len(RAW) * 8))
def test_no_bit_can_be_changed(bit: int) -> None:
    changed = bytearray(RAW)
    changed[bit // 8] ^= 1 << bit % 8
    assert unseal(KEY, spelled(bytes(changed))) is None


def test_cut_longer_or_of_another_deployment_it_opens_nothing() -> None:
    assert [length for length in range(len(RAW)) if unseal(KEY, spelled(RAW[:length]))] == []
    assert unseal(KEY, spelled(RAW + b"\0")) is None
    assert unseal(b"K" * 32, SEALED) is None


@pytest.mark.parametrize("text", ["", "=", "按钮", "a" * 41, SEALED + "\n", " " + SEALED])
def test_what_is_no_code_at_all_opens_nothing(text: str) -> None:
    assert unseal(KEY, text) is None
