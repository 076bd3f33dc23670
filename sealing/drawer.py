"""What a round keeps outside the database until a known time: keys of drafts, of 核对, of remarks; the seed of a draw.

Each is a file of its own in a folder of the deployment, mode 0600. Whoever reads the database, its log or a backup has
none of them. A destroyed key is overwritten and unlinked; on media that keep old blocks the file system decides the
rest, which is why what it sealed is deleted from the database, too.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Purpose = Literal["draft", "view", "lots", "remarks"]
_NONCE = 12


class KeyDestroyed(LookupError):
    """The key of this purpose is gone, by plan; what it sealed can no longer be read by anybody."""


class Drawer:
    """The keys of the rounds of one deployment. `folder` is on the deployment's own disk and in no backup."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, round_key: str, purpose: Purpose) -> None:
        """A new key; one that is there stays."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(round_key, purpose)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        _sync(self._folder)

    def has(self, round_key: str, purpose: Purpose) -> bool:
        """Whether a key is there."""
        return self._path(round_key, purpose).exists()

    def seed(self, round_key: str) -> bytes:
        """The seed of a draw, to be revealed. Raises `KeyDestroyed`."""
        return self._read(round_key, "lots")

    def destroy(self, round_key: str, purpose: Purpose) -> bool:
        """Overwrite and remove a key; whether one was there."""
        path = self._path(round_key, purpose)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return False
        path.unlink()
        _sync(self._folder)
        return True

    def seal(self, round_key: str, purpose: Purpose, person: int, plain: bytes, *, secret: bytes = b"") -> bytes:
        """Bytes that only this key opens, for this person; with a `secret`, only whoever has that, too.

        The length tells nothing of the secret. Raises `KeyDestroyed`.
        """
        nonce = secrets.token_bytes(_NONCE)
        bound = _bound(round_key, purpose, person)
        return nonce + self._cipher(round_key, purpose, secret).encrypt(nonce, plain, bound)

    def unseal(self, round_key: str, purpose: Purpose, person: int, sealed: bytes, *, secret: bytes = b"") -> bytes:
        """The bytes again. Raises `KeyDestroyed`; `ValueError` for bytes of somebody else, or of another secret."""
        cipher = self._cipher(round_key, purpose, secret)
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(round_key, purpose, person))
        except InvalidTag:
            raise ValueError("expected what this key sealed for this person, found something else") from None

    def derived(self, round_key: str, purpose: Purpose, info: bytes, length: int) -> bytes:
        """A key for another use, which ends with this one. Raises `KeyDestroyed`."""
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self._read(round_key, purpose))

    def _cipher(self, round_key: str, purpose: Purpose, secret: bytes = b"") -> AESGCM:
        if secret:
            return AESGCM(self.derived(round_key, purpose, b"xinshi card" + secret, 32))
        return AESGCM(self._read(round_key, purpose))

    def _read(self, round_key: str, purpose: Purpose) -> bytes:
        try:
            return self._path(round_key, purpose).read_bytes()
        except FileNotFoundError:
            raise KeyDestroyed(
                f"expected the {purpose} key of round {round_key}, found that it was destroyed"
            ) from None

    def _path(self, round_key: str, purpose: Purpose) -> Path:
        if not round_key.replace("-", "").isalnum():
            raise ValueError(f"expected a round's key of letters and digits, found {round_key!r}")
        return self._folder / f"{round_key}.{purpose}"


def _bound(round_key: str, purpose: Purpose, person: int) -> bytes:
    return f"{round_key}/{purpose}/{person}".encode()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
