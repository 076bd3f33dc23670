"""A ballot in its envelope: sealed with a round's public key, all of one length, opened by the scrutineers only.

X25519 with a fresh key for each envelope, HKDF-SHA256, AES-256-GCM (the construction of RFC 9180 in its plainest form);
the round is bound in as associated data, so that an envelope cannot be moved to another round.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY = 32
#: Bytes of the value from which an envelope's trackers are made.
SEED = 16
_NONCE = bytes(12)  # every key is used once


class CannotOpen(ValueError):
    """An envelope was not sealed for this key and round, or was changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope held: the filled paper, and the seed of its trackers."""

    paper: bytes
    seed: bytes


def private_key(secret: bytes, round_key: str) -> X25519PrivateKey:
    """The key that opens a round's envelopes, from the scrutineers' secret."""
    raw = HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"xinshi round " + round_key.encode()).derive(secret)
    return X25519PrivateKey.from_private_bytes(raw)


def public_key(secret: bytes, round_key: str) -> str:
    """The key that seals them, in hex."""
    return private_key(secret, round_key).public_key().public_bytes_raw().hex()


def seal(paper: bytes, seed: bytes, to: str, round_key: str) -> bytes:
    """An envelope for a round. `to`: its public key in hex."""
    if len(seed) != SEED:
        raise ValueError(f"expected a seed of {SEED} bytes, found {len(seed)}")
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    key = _key(once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(to))), sender, bytes.fromhex(to))
    return sender + AESGCM(key).encrypt(_NONCE, seed + paper, round_key.encode())


def unseal(envelope: bytes, secret: bytes, round_key: str) -> Opened:
    """What an envelope holds. Raises `CannotOpen`."""
    private = private_key(secret, round_key)
    sender, sealed = envelope[:KEY], envelope[KEY:]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(sender))
        key = _key(shared, sender, private.public_key().public_bytes_raw())
        plain = AESGCM(key).decrypt(_NONCE, sealed, round_key.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("expected an envelope sealed for this round and key, found another or a changed one") from None
    return Opened(plain[SEED:], plain[:SEED])


def new_seed() -> bytes:
    """A seed for the trackers of one envelope."""
    return secrets.token_bytes(SEED)


def _key(shared: bytes, sender: bytes, receiver: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"xinshi envelope" + sender + receiver).derive(shared)
