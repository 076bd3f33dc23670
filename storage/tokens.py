"""Access tokens of platforms, shared by all processes: kept sealed under the deployment's key, with their expiry."""

from __future__ import annotations

import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, insert, select

from rules.instants import from_micros, micros
from storage.database import Database
from storage.tables_post import tokens

_NONCE = 12


class SealedTokens:
    """The tokens of a deployment, by name."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        derived = HKDF(SHA256(), 32, salt=None, info=b"xinshi platform tokens").derive(key)
        self._cipher = AESGCM(derived)

    async def load(self, name: str) -> tuple[str, datetime] | None:
        """A token and when it expires; None where there is none that this deployment sealed."""
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(tokens.c.sealed, tokens.c.expires).where(tokens.c.name == name))
            ).one_or_none()
        if row is None:
            return None
        try:
            text = self._cipher.decrypt(row.sealed[:_NONCE], row.sealed[_NONCE:], name.encode())
        except InvalidTag:
            return None  # sealed under another key: a new token is fetched
        return text.decode(), from_micros(row.expires)

    async def save(self, name: str, token: str, expires: datetime) -> None:
        """Keep a token in place of the one before."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, token.encode(), name.encode())
        async with self._database.write() as connection:
            await connection.execute(delete(tokens).where(tokens.c.name == name))
            await connection.execute(insert(tokens).values(name=name, sealed=sealed, expires=micros(expires)))
