"""An encrypted file gives back what went in, and nothing of it when it was changed, cut off, or another's."""

from __future__ import annotations

import pytest

from sealing.vaults import PIECE, Tampered, Vault

VAULT = Vault("correct horse battery", b"s" * 16)


def sealed(plain: bytes) -> bytes:
    return b"".join(VAULT.seal(plain[at : at + 1000] for at in range(0, len(plain), 1000)))


def opened(data: bytes) -> bytes:
    return b"".join(VAULT.unseal(data[at : at + 7777] for at in range(0, len(data), 7777)))


def refused(data: bytes) -> bool:
    try:
        opened(data)
    except Tampered:
        return True
    return False


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_length_comes_out_as_it_went_in(size: int) -> None:
    plain = bytes(index % 251 for index in range(size))
    assert opened(sealed(plain)) == plain
    assert sealed(plain) != sealed(plain), "the same file twice looks like two"


def test_a_file_that_was_changed_moved_or_cut_off_is_told_from_a_good_one() -> None:
    piece = PIECE + 16
    good = sealed(bytes(3 * PIECE))
    head, first, second, rest = (
        good[:16],
        good[16 : 16 + piece],
        good[16 + piece : 16 + 2 * piece],
        good[16 + 2 * piece :],
    )
    wrong = {
        "changed": good[:-1] + bytes([good[-1] ^ 1]), "head": bytes(16) + good[16:],
        "moved": head + second + first + rest,
        "left out": head + first + rest, "cut off between pieces": head + first + second, "cut off": good[:-1],
        "longer": good + b"x", "no more than a head": head, "nothing": b"",
    }  # fmt: skip
    assert [what for what, data in wrong.items() if not refused(data)] == []
    other = Vault("correct horse batterY", b"s" * 16)
    with pytest.raises(Tampered):
        list(other.unseal([good]))
    assert other.name("a") != VAULT.name("a") == VAULT.name("a")
