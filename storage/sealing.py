"""Codes made unreadable in the history: one that opens nothing any more is still nobody's business.

What people type is kept without codes from the start (`rules.codes.without_code`). A message that tells somebody a code
must reach them first; it is sealed when the code is used up, and by `seal_old` when it has expired. Version codes of
forms look the same and stay: only what is known to be such a code is sealed, by its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.codes import HIDDEN, read_code, shown
from storage.codes import hashed
from storage.database import Database
from storage.tables import addresses, invites, log, outbox, people, sessions
from storage.tables_post import links

_HOUR = 3600 * 1_000_000
#: How far back expired codes are looked for; the look is repeated every hour.
_BACK = 30 * 24 * _HOUR
_SHAPED = re.compile(r"(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z])")
#: Conversations that are given codes, and whose answers are of no use once they are over.
_ASKING = ("join", "mailbox")
_OVER = ("done", "cancelled")
_OPEN = ("passive", "due", "sending", "held")


async def seal(connection: AsyncConnection, person: int, code: str) -> None:
    """Make a code unreadable in what was said to a person, or to whom they have become one with."""
    if not person or not code:
        return
    whole = select(people.c.merged).where(people.c.id == person)
    into = (await connection.execute(whole)).scalar_one_or_none() or person
    theirs = select(addresses.c.id).where(addresses.c.person == into)
    holds = outbox.c.body.contains(code) | outbox.c.body.contains(shown(code))
    rows = await connection.execute(
        select(outbox.c.id, outbox.c.body).where(outbox.c.address.in_(theirs), holds, outbox.c.state.not_in(_OPEN))
    )
    await _write(connection, [(number, _without(body, {code})) for number, body in rows.all()])


async def seal_old(database: Database, pepper: bytes, *, now: int) -> int:
    """Seal codes that have expired, and forget the answers of conversations that asked for codes; gives how many."""
    async with database.write() as connection:
        over = select(sessions.c.id).where(sessions.c.flow.in_(_ASKING), sessions.c.state.in_(_OVER))
        await connection.execute(delete(log).where(log.c.session.in_(over)))
        told = (sessions.c.flow.in_(_ASKING), sessions.c.state.in_(_OVER), sessions.c.shown != "")
        await connection.execute(update(sessions).where(*told).values(shown="", step=""))
        expired = await _expired(connection, now)
        changed: list[tuple[int, str]] = []
        for person, hashes in expired.items():
            theirs = select(addresses.c.id).where(addresses.c.person == person)
            rows = await connection.execute(select(outbox.c.id, outbox.c.body).where(outbox.c.address.in_(theirs)))
            for number, body in rows.all():
                found = {code for code in _codes(body) if hashed(code, pepper) in hashes}
                if found:
                    changed.append((number, _without(body, found)))
        await _write(connection, changed)
    return len(changed)


async def _expired(connection: AsyncConnection, now: int) -> dict[int, set[str]]:
    """Person -> hashes of their codes that open nothing any more."""
    lately = now - _BACK
    asked = select(invites.c.by, invites.c.hash).where(
        invites.c.by > 0, (invites.c.expires.between(lately, now)) | ((invites.c.uses <= 0) & (invites.c.at > lately))
    )
    tied = select(links.c.person, links.c.hash).where(links.c.expires <= now)
    found: dict[int, set[str]] = {}
    for person, code_hash in [*(await connection.execute(asked)).all(), *(await connection.execute(tied)).all()]:
        found.setdefault(person, set()).add(code_hash)
    return found


def _codes(body: str) -> set[str]:
    found = (read_code(text) for text in _SHAPED.findall(body))
    return {code for code in found if code is not None}


def _without(body: str, codes: Iterable[str]) -> str:
    for code in codes:
        body = body.replace(code, HIDDEN).replace(shown(code), HIDDEN)
    return body


async def _write(connection: AsyncConnection, changed: Iterable[tuple[int, str]]) -> None:
    for number, body in changed:
        await connection.execute(update(outbox).where(outbox.c.id == number).values(body=body))
