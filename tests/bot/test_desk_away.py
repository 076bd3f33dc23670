"""A database that is away ends no message: nobody is apologised to, and what was not taken comes again."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.desk import MOST_TRIES
from bot.fakes import bare
from bot.talk.messages import Incoming
from storage.incidents import all_incidents
from storage.tables import inbox
from tests.bot.conftest import Office
from tests.bot.talk.room import START
from tests.bot.test_desk import APOLOGY, fail


async def test_a_database_that_comes_back_after_the_last_try_finds_the_message_again_and_no_apology(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.person()
    await person.say("你好")
    gone = OperationalError("INSERT", {}, psycopg.OperationalError("server closed the connection"))
    with monkeypatch.context() as patch:
        fail(office, patch, "arrived", times=MOST_TRIES, fault=gone)
        with pytest.raises(OperationalError):
            await person.say("王")
    assert await all_incidents(office.database) == []
    assert await person.say("王") == "单位？"


async def test_a_message_that_always_meets_a_database_that_is_away_is_taken_for_the_cause_in_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.waiting.MOST_REFUSED", 1)
    gone = OperationalError("INSERT", {}, psycopg.OperationalError("server closed the connection"))
    incoming = Incoming("fake", "1", "1", START, "你好")
    with monkeypatch.context() as patch:
        fail(office, patch, "arrived", times=2 * MOST_TRIES, fault=gone)
        with pytest.raises(OperationalError):
            await office.desk.receive(incoming)
        [apology] = await office.desk.receive(incoming)
    assert APOLOGY.fullmatch(bare(apology.text))
    assert len(await all_incidents(office.database)) == 1


async def test_a_kept_message_that_somebody_waits_for_comes_again_from_them_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.REST", 0.0)
    gone = OperationalError("INSERT", {}, psycopg.OperationalError("server closed the connection"))
    incoming = Incoming("fake", "1", "1", START, "你好")
    with monkeypatch.context() as patch:
        fail(office, patch, "arrived", times=MOST_TRIES, fault=gone)
        with pytest.raises(OperationalError):
            await office.desk.receive(incoming, kept=True)
        await office.desk.receive(Incoming("fake", "2", "2", START, "你好"))  # a whole batch later
    async with office.database.read() as connection:
        assert (await connection.execute(select(inbox.c.id))).scalars().all() == ["fake:2"]
