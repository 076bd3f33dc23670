"""Receipts: the server's signature under the hash of an envelope. They prove that a ballot is in, not what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules.codes import grouped, spell

#: Bytes of a leaf that the short form shows: enough to find it in the list of a round.
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an expert takes away: the short form, the leaf (hex) and the server's signature (hex)."""

    shown: str
    leaf: str
    signature: str


class Notary:
    """Signs receipts with a key derived from the deployment's."""

    def __init__(self, key: bytes) -> None:
        raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xinshi receipts").derive(key)
        self._private = Ed25519PrivateKey.from_private_bytes(raw)

    @property
    def verify_key(self) -> str:
        """What checks the signatures, in hex; it is published."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, round_key: str, leaf: bytes) -> bytes:
        """The signature under an envelope's leaf in a round, 64 bytes."""
        return self._private.sign(_said(round_key, leaf))


def genuine(round_key: str, leaf: bytes, signature: bytes, verify_key: str) -> bool:
    """Whether a receipt was signed by the server with this key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(verify_key)).verify(signature, _said(round_key, leaf))
    except (InvalidSignature, ValueError):
        return False
    return True


def shown(leaf: bytes) -> str:
    """The short form that people read: 7F3K-9QTM-…"""
    return grouped(spell(int.from_bytes(leaf[:_SHOWN], "big"), _SHOWN * 8 // 5), 4)


def _said(round_key: str, leaf: bytes) -> bytes:
    return b"xinshi receipt\n" + round_key.encode() + b"\n" + leaf
