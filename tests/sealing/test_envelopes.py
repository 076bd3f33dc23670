"""Envelopes open with their round's secret only, have one length, and keep what they held."""

from __future__ import annotations

import pytest

from sealing.envelopes import CannotOpen, Opened, new_seed, public_key, seal, unseal
from sealing.shares import new_secret

SECRET, PAPER, SEED = new_secret(), b"\x00\x07\x00\x09", new_seed()
TO = public_key(SECRET, "r1")


def test_an_envelope_keeps_what_it_held() -> None:
    assert unseal(seal(PAPER, SEED, TO, "r1"), SECRET, "r1") == Opened(PAPER, SEED)


def test_the_same_paper_never_looks_the_same_and_always_has_one_length() -> None:
    sealed = [seal(paper, new_seed(), TO, "r1") for paper in (PAPER, PAPER, b"\x00\x01\x00\x01")]
    assert len(set(sealed)) == 3
    assert {len(each) for each in sealed} == {len(PAPER) + 32 + 16 + 16}


def test_another_secret_another_round_and_any_changed_byte_open_nothing() -> None:
    sealed = seal(PAPER, SEED, TO, "r1")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for envelope, secret, key in [(sealed, new_secret(), "r1"), (sealed, SECRET, "r2"), (b"", SECRET, "r1")] + [
        (each, SECRET, "r1") for each in changed
    ]:
        with pytest.raises(CannotOpen):
            unseal(envelope, secret, key)


def test_a_seed_has_its_length() -> None:
    with pytest.raises(ValueError, match="expected a seed of 16 bytes, found 3"):
        seal(PAPER, b"abc", TO, "r1")
