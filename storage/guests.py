"""Web identities: a browser's token is kept as its SHA-256 only, and stands for a random address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from rules.instants import micros
from storage.database import Database
from storage.tables import guests
from storage.upserts import insert_into


class Guests:
    """The web identities of a deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, token_hash: bytes) -> str | None:
        """The address a token stands for, None for a token that was never issued or has been replaced."""
        async with self._database.read() as connection:
            found = select(guests.c.address).where(guests.c.token_hash == token_hash.hex())
            return (await connection.execute(found)).scalar_one_or_none()

    async def admit(self, token_hash: bytes, address: str, at: datetime) -> None:
        """Issue a token for a new address; one that exists stays as it is."""
        async with self._database.write() as connection:
            await connection.execute(
                insert_into(guests, self._database)
                .values(token_hash=token_hash.hex(), address=address, at=micros(at))
                .on_conflict_do_nothing()
            )

    async def replace(self, old_hash: bytes, new_hash: bytes, at: datetime) -> None:
        """Let the address of the old token be reached by the new one only."""
        async with self._database.write() as connection:
            await connection.execute(
                update(guests)
                .where(guests.c.token_hash == old_hash.hex())
                .values(token_hash=new_hash.hex(), at=micros(at))
            )
