"""Resumable uploads as the database knows them: whose, for which question, how much has arrived for good.

States: `open` (bytes are coming), `whole` (all are here), `kept` (in the file store, or refused with a reason), `told`
(the conversation has it). Each step is one conditional statement, so two programs never both make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables_uploads import shelves, uploads
from storage.upserts import insert_into

OPEN, WHOLE, KEPT, TOLD = "open", "whole", "kept", "told"


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. `owner` is "channel:address", `question` what it answers, "" for none in particular.

    `name` is cleaned; `labels` the protocol's metadata as they were sent; `mark` the browser's name for this state of
    the file. `length` and `arrived` are bytes; `at`, `done` and `expires` UTC microseconds (`done` 0 until whole).
    `why` names the reason why a whole file was not kept ("infected" …), "" for a kept one.
    """

    id: str
    owner: str
    question: str
    name: str
    labels: str
    mark: str
    length: int
    arrived: int = 0
    state: str = OPEN
    why: str = ""
    sha256: str = ""
    at: int = 0
    done: int = 0
    expires: int = 0

    @property
    def message(self) -> str:
        """The number of the message that it becomes, unique in its channel."""
        return f"{self.owner.partition(':')[2]}/upload/{self.id}"


_COLUMNS = [uploads.c[name] for name in Upload.__slots__]


class Uploads:
    """The uploads of a deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, new: Upload, *, quota: int, most: int) -> bool:
        """Begin an upload; False where its owner would hold more than `quota` bytes or `most` uploads."""
        async with self._database.write() as connection:
            run = connection.execute
            await run(insert_into(shelves, self._database).values(owner=new.owner).on_conflict_do_nothing())
            room = update(shelves).where(
                shelves.c.owner == new.owner, shelves.c.held + new.length <= quota, shelves.c.uploads < most
            )
            taken = await run(room.values(held=shelves.c.held + new.length, uploads=shelves.c.uploads + 1))
            if taken.rowcount != 1:
                return False
            await run(insert(uploads).values({name: getattr(new, name) for name in Upload.__slots__}))
        return True

    async def find(self, number: str, owner: str) -> Upload | None:
        """An upload of this owner; None for another's, and for one that does not exist."""
        found = await self._where(uploads.c.id == number, uploads.c.owner == owner)
        return found[0] if found else None

    async def of(self, owner: str) -> list[Upload]:
        """Everything of this owner that is still known, oldest first."""
        return await self._where(uploads.c.owner == owner)

    async def held(self, owner: str) -> tuple[int, int]:
        """How many bytes and how many uploads count against this owner's quota."""
        async with self._database.read() as connection:
            asked = select(shelves.c.held, shelves.c.uploads).where(shelves.c.owner == owner)
            row = (await connection.execute(asked)).one_or_none()
        return (row[0], row[1]) if row is not None else (0, 0)

    async def promised(self) -> int:
        """Bytes that open uploads may still bring."""
        async with self._database.read() as connection:
            asked = select(func.coalesce(func.sum(uploads.c.length - uploads.c.arrived), 0))
            return int((await connection.execute(asked.where(uploads.c.state == OPEN))).scalar_one())

    async def advance(self, upload: Upload, arrived: int, *, question: str, now: int, expires: int) -> bool:
        """Note what has arrived and is safe on disk; False where the row no longer says what `upload` says."""
        values: dict[str, Any] = {"arrived": arrived, "question": question, "expires": expires}
        if arrived == upload.length:
            values |= {"state": WHOLE, "done": now}
        still = (uploads.c.id == upload.id, uploads.c.state == OPEN, uploads.c.arrived == upload.arrived)
        return await self._change(still, values)

    async def kept(self, number: str, *, sha256: str = "", why: str = "") -> bool:
        """A whole file is in the store under `sha256`, or was refused for a reason."""
        still = (uploads.c.id == number, uploads.c.state == WHOLE)
        return await self._change(still, {"state": KEPT, "sha256": sha256, "why": why})

    async def hashed(self, number: str, sha256: str) -> bool:
        """Note the content of a whole file before it is moved, so that a crash in between can be told."""
        return await self._change((uploads.c.id == number, uploads.c.state == WHOLE), {"sha256": sha256})

    async def told(self, number: str) -> bool:
        """The conversation has it."""
        return await self._change((uploads.c.id == number, uploads.c.state == KEPT), {"state": TOLD})

    async def pending(self, *, most: int = 64) -> list[Upload]:
        """What is whole and not told yet, oldest first."""
        return await self._where(uploads.c.state.in_((WHOLE, KEPT)), most=most)

    async def lapsed(self, now: int, *, most: int = 256) -> list[Upload]:
        """Unfinished uploads whose time is over, and told ones that are remembered long enough."""
        return await self._where(uploads.c.state.in_((OPEN, TOLD)), uploads.c.expires <= now, most=most)

    async def drop(self, number: str, *, state: str = OPEN) -> bool:
        """Forget an upload that is in this state; what it held is its owner's again."""
        async with self._database.write() as connection:
            gone = delete(uploads).where(uploads.c.id == number, uploads.c.state == state)
            row = (await connection.execute(gone.returning(uploads.c.owner, uploads.c.length))).one_or_none()
            if row is not None:
                await _give_back(connection, row.owner, row.length)
        return row is not None

    async def known(self, numbers: list[str]) -> set[str]:
        """Which of these uploads exist."""
        asked = select(uploads.c.id).where(self._database.among(uploads.c.id, "ids"))
        async with self._database.read() as connection:
            rows = await connection.execute(asked, {"ids": self._database.keys(numbers)})
            return set(rows.scalars())

    async def _where(self, *conditions: ColumnElement[bool], most: int = 200) -> list[Upload]:
        asked = select(*_COLUMNS).where(*conditions).order_by(uploads.c.at, uploads.c.id).limit(most)
        async with self._database.read() as connection:
            return [Upload(*row) for row in await connection.execute(asked)]

    async def _change(self, still: tuple[ColumnElement[bool], ...], values: dict[str, Any]) -> bool:
        async with self._database.write() as connection:
            return (await connection.execute(update(uploads).where(*still).values(**values))).rowcount == 1


async def _give_back(connection: AsyncConnection, owner: str, length: int) -> None:
    mine = update(shelves).where(shelves.c.owner == owner)
    await connection.execute(mine.values(held=shelves.c.held - length, uploads=shelves.c.uploads - 1))
