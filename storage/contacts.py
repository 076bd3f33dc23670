"""Where people can be reached: their addresses, when they were heard there last, and which budgets are used up."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.contact import Place
from rules.people import Role
from storage.database import Database
from storage.tables import SHUT, addresses, inbox, people, seats
from storage.tables_post import attempts, grants

#: Messages of an address that are looked back on for the newest that somebody wrote themselves.
_BACK = 50
#: Addresses that one statement asks for.
_MOST_BOUND = 5000
#: More customer messages than any window lets through.
_ALL = 1000
#: How a try ended that may have used up a place in a budget; "" for one of which nothing is known.
_USED = frozenset({"", "sent", "unsure"})


async def siblings_of(database: Database, some: Sequence[str]) -> dict[str, list[str]]:
    """All addresses of whoever has one of these ("channel:address"), by that one; one that nobody has is left out."""
    mine, theirs = addresses.alias(), addresses.alias()
    asked = select(mine.c.id, theirs.c.id).join(theirs, theirs.c.person == mine.c.person)
    found: dict[str, list[str]] = {}
    async with database.read() as connection:
        for start in range(0, len(some), _MOST_BOUND):
            part = asked.where(mine.c.id.in_(some[start : start + _MOST_BOUND]))
            for own, other in (await connection.execute(part)).all():
                found.setdefault(own, []).append(other)
    return found


class Contacts:
    """The contacts of a deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: int) -> tuple[str, list[Place]]:
        """A person's home ("channel:address" they wrote from last) and all their contacts."""
        async with self._database.read() as connection:
            home = (
                await connection.execute(select(people.c.channel, people.c.address).where(people.c.id == person))
            ).one_or_none()
            rows = await connection.execute(
                select(addresses.c.id, addresses.c.state)
                .where(addresses.c.person == person)
                .order_by(addresses.c.since)
            )
            found = [await _contact(connection, row.id, row.state) for row in rows.all()]
        return (f"{home.channel}:{home.address}" if home is not None else ""), found

    async def siblings(self, some: Sequence[str]) -> dict[str, list[str]]:
        """See `siblings_of`."""
        return await siblings_of(self._database, some)

    async def at(self, address: str) -> list[Place]:
        """One "channel:address", whoever it belongs to now."""
        async with self._database.read() as connection:
            found = select(addresses.c.state).where(addresses.c.id == address)
            state = (await connection.execute(found)).scalar_one_or_none()
            return [] if state is None else [await _contact(connection, address, state)]

    async def reach(self, address: str, state: str) -> None:
        """Note whether an address is in reach ("") or why not ("blocked", "unfollowed")."""
        async with self._database.write() as connection:
            await connection.execute(update(addresses).where(addresses.c.id == address).values(state=state))

    async def shut(self) -> set[str]:
        """The addresses that are out of reach."""
        async with self._database.read() as connection:
            return set((await connection.execute(select(addresses.c.id).where(SHUT))).scalars())

    async def is_admin(self, address: str) -> bool:
        """Whether the person behind an address has an admin's seat in any campaign."""
        found = (
            select(func.count())
            .select_from(addresses.join(seats, seats.c.person == addresses.c.person))
            .where(addresses.c.id == address, seats.c.role == Role.ADMIN.value)
        )
        async with self._database.read() as connection:
            return bool((await connection.execute(found)).scalar_one())

    async def admins(self, channel: str) -> set[str]:
        """The addresses of all admins in one channel, as the channel names them."""
        found = (
            select(addresses.c.id)
            .join(seats, seats.c.person == addresses.c.person)
            .where(addresses.c.id.startswith(f"{channel}:"), seats.c.role == Role.ADMIN.value)
        )
        async with self._database.read() as connection:
            return {address.partition(":")[2] for address in (await connection.execute(found)).scalars()}

    async def grant(self, address: str, template: str, *, more: int) -> None:
        """Somebody allowed (or with -1 used up) a notice by a template."""
        async with self._database.write() as connection:
            mine = (grants.c.address == address, grants.c.template == template)
            left = (await connection.execute(select(grants.c.left).where(*mine).with_for_update())).scalar_one_or_none()
            if left is None:
                values = {"address": address, "template": template, "left": max(more, 0)}
                await connection.execute(insert(grants).values(values))
            else:
                await connection.execute(update(grants).where(*mine).values(left=max(left + more, 0)))


async def _contact(connection: AsyncConnection, address: str, state: str) -> Place:
    channel, _, name = address.partition(":")
    if channel != "wechat":
        return Place(channel, name, state)
    heard, event = await _heard(connection, address)
    granted = await connection.execute(select(grants.c.template).where(grants.c.address == address, grants.c.left > 0))
    return Place(
        channel,
        name,
        state,
        heard,
        event,
        await _used(connection, address, heard),
        await _used(connection, address, event),
        frozenset(granted.scalars()),
    )


async def _heard(connection: AsyncConnection, address: str) -> tuple[int, int]:
    """The instants of the last message somebody wrote, and of the last event nobody typed."""
    rows = (
        await connection.execute(
            select(inbox.c.at, inbox.c.body)
            .where(inbox.c.address == address)
            .order_by(inbox.c.number.desc())
            .limit(_BACK)
        )
    ).all()
    heard = event = 0
    for at, body in rows:
        origin = orjson.loads(body).get("o")
        if origin == "event":
            event = max(event, at)
        elif origin != "page":  # handed in by a page, of which the platform knows nothing
            heard = max(heard, at)
    return heard, event


async def _used(connection: AsyncConnection, address: str, since: int) -> int:
    """Customer messages since an instant, without those that certainly did not go out.

    All that there may be, where the platform itself said that they are used up.
    """
    found = await connection.execute(
        select(attempts.c.outcome).where(
            attempts.c.address == address, attempts.c.at >= since, attempts.c.way == "customer"
        )
    )
    outcomes = list(found.scalars())
    return _ALL if "shut" in outcomes else sum(outcome in _USED for outcome in outcomes)
