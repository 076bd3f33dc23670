"""Nobody is told before the commit: a message whose commit fails was never answered, and nobody's bell rang for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from tests.bot.conftest import Office


async def test_a_message_whose_commit_fails_is_not_answered_and_rings_for_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.person()
    await person.say("你好")
    before, rung = await office.everything(), len(office.rang)
    write = Database.write

    @asynccontextmanager
    async def failing(self: Database) -> AsyncIterator[AsyncConnection]:
        async with write(self) as connection:
            yield connection
            raise OSError("disk full at the commit")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", failing)
        with pytest.raises(OSError, match="at the commit"):
            await person.say("王")
    assert len(office.rang) == rung
    assert await office.everything() == before
    assert await person.say("王") == "单位？", "the same person goes on once the database works again"
    assert len(office.rang) == rung + 1
