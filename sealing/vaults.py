"""Files encrypted under a passphrase, in pieces, so that a film needs no room in memory.

A vault has a salt; its master key is scrypt's of the passphrase. Each file has a key of its own, HKDF's of the master
key and of a nonce at its head, and is cut into pieces of 64 KiB, each under AES-256-GCM with the piece's number and
whether it is the last (the STREAM construction, as in age). So no piece can be changed, moved, left out or cut off.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

#: Bytes of a piece, of a tag, of a file's nonce, of a vault's salt; characters of a passphrase.
PIECE, _TAG, _HEAD, SALT, LEAST = 1 << 16, 16, 16, 16, 12
#: scrypt's cost: 128 MiB and half a second, once for each run.
_COST, _BLOCK = 1 << 17, 8


class NotThisPassphrase(Exception):
    """The vault was made with another passphrase."""


class Tampered(ValueError):
    """A file of the vault is not as it was written: changed, cut off, or another's."""


class Vault:
    """Encrypts and decrypts streams of bytes."""

    def __init__(self, passphrase: str, salt: bytes) -> None:
        """Takes half a second. `salt` is the vault's own and no secret."""
        self._key = Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=1).derive(passphrase.encode())

    def name(self, of: str) -> str:
        """A name (hex) that tells nothing of what it stands for, always the same."""
        return hmac.digest(self._derived(b"xinshi backup names"), of.encode(), "sha256").hex()

    def seal(self, plain: Iterable[bytes]) -> Iterator[bytes]:
        """The encrypted file of a stream."""
        head = secrets.token_bytes(_HEAD)
        cipher = AESGCM(self._derived(b"xinshi backup file", head))
        yield head
        waiting, number = b"", 0
        for block in plain:
            waiting += block
            while len(waiting) > PIECE:
                yield cipher.encrypt(_nonce(number, last=False), waiting[:PIECE], None)
                waiting, number = waiting[PIECE:], number + 1
        yield cipher.encrypt(_nonce(number, last=True), waiting, None)

    def unseal(self, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """The stream in an encrypted file, each piece once it is found good. Raises `Tampered`, at a cut at the end."""
        waiting, number, cipher = b"", 0, None
        try:
            for block in sealed:
                waiting += block
                if cipher is None:
                    if len(waiting) < _HEAD:
                        continue
                    cipher = AESGCM(self._derived(b"xinshi backup file", waiting[:_HEAD]))
                    waiting = waiting[_HEAD:]
                while len(waiting) > PIECE + _TAG:
                    yield cipher.decrypt(_nonce(number, last=False), waiting[: PIECE + _TAG], None)
                    waiting, number = waiting[PIECE + _TAG :], number + 1
            if cipher is None:
                raise Tampered("expected an encrypted file, found fewer bytes than its head")
            yield cipher.decrypt(_nonce(number, last=True), waiting, None)
        except InvalidTag:
            raise Tampered(f"expected piece {number} as it was written, found another or none") from None

    def _derived(self, info: bytes, salt: bytes | None = None) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(self._key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
