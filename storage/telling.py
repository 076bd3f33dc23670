"""Telling people what an admin's deed means for them: the liaisons of a unit, all of a campaign, the admins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Choice
from rules.deeds import Heard
from rules.people import Role
from storage.letters import outgoing_of
from storage.moments import Moment
from storage.outbox import DEAD, DUE, HELD
from storage.posting import Post, post
from storage.tables import STILL_OPEN, outbox, people, seats


async def tell_liaisons(
    moment: Moment, campaign: str, heard: Heard | None, *, unit: int = 0, but: int = 0, without: Collection[int] = ()
) -> int:
    """Tell the liaisons of one unit (0: of every unit), each once, where they wrote from last; gives how many.

    `without` are those whom it does not concern.
    """
    wanted = [seats.c.campaign == campaign, seats.c.role == Role.LIAISON.value, people.c.id.not_in(without)]
    return await _tell(moment, campaign, heard, [*wanted, seats.c.unit == unit] if unit else wanted, but)


async def untold(moment: Moment, campaign: str, key: str) -> set[int]:
    """Take back what still waits for its readers, a notice under this wording key; gives who has not heard of it."""
    theirs = await held_of(moment.connection, campaign, key)
    gone = update(outbox).where(outbox.c.id.in_(list(theirs)), outbox.c.state == HELD)
    taken = await moment.connection.execute(gone.values(state=DEAD, why="superseded").returning(outbox.c.id))
    return {theirs[number] for number in taken.scalars()}


async def overtaken(
    moment: Moment, campaign: str, key: str, *, number: str = "", persons: Collection[int] | None = None
) -> None:
    """Take back notices under this key that nobody has heard yet, because they are out of date.

    Only those about the entry of this `number` ("": any), and of these `persons` (None: everybody's).
    """
    found = [
        letter for letter, person, facts in await _waiting(moment.connection, campaign, key, HELD, DUE)
        if number in ("", facts.get("number")) and (persons is None or person in persons)
    ]  # fmt: skip
    gone = update(outbox).where(outbox.c.id.in_(found), outbox.c.state.in_((HELD, DUE)), outbox.c.done == 0)
    await moment.connection.execute(gone.values(state=DEAD, why="superseded"))


async def held_of(connection: AsyncConnection, campaign: str, key: str) -> dict[int, int]:
    """The notices under this wording key that wait for their readers: by number for whom."""
    return {letter: person for letter, person, _ in await _waiting(connection, campaign, key, HELD)}


async def _waiting(
    connection: AsyncConnection, campaign: str, key: str, *states: str
) -> list[tuple[int, int, Mapping[str, Any]]]:
    """Notices under a wording key of which nothing was delivered: number, for whom, facts."""
    waits = select(outbox.c.id, outbox.c.person, outbox.c.body).where(
        STILL_OPEN, outbox.c.state.in_(states), outbox.c.kind == "notice",
        outbox.c.campaign == campaign, outbox.c.done == 0,
    )  # fmt: skip
    rows = [(row.id, row.person, outgoing_of(row.body).said) for row in await connection.execute(waits)]
    return [(letter, person, said[1]) for letter, person, said in rows if said is not None and said[0] == key]


async def tell_admins(moment: Moment, campaign: str, heard: Heard | None, *, but: int = 0) -> int:
    """Tell the admins of a campaign, without one of them."""
    return await _tell(moment, campaign, heard, [seats.c.campaign == campaign, seats.c.role == Role.ADMIN.value], but)


async def tell_person(moment: Moment, campaign: str, heard: Heard | None, person: int) -> int:
    """Tell one person, whether or not they still have a seat."""
    return await _tell(moment, campaign, heard, [people.c.id == person], 0)


async def tell_each(moment: Moment, campaign: str, heard: Heard | None, persons: Collection[int]) -> int:
    """Tell some people what is not to be passed on, each once."""
    return await _tell(moment, campaign, heard, [people.c.id.in_(persons)], 0, protected=True)


async def _tell(
    moment: Moment,
    campaign: str,
    heard: Heard | None,
    wanted: Iterable[ColumnElement[bool]],
    but: int,
    *,
    protected: bool = False,
) -> int:
    if heard is None:
        return 0
    found = select(people.c.id, people.c.channel, people.c.address).distinct().order_by(people.c.id)
    rows = await moment.connection.execute(
        found.select_from(people.outerjoin(seats, seats.c.person == people.c.id)).where(*wanted, people.c.id != but)
    )
    choices = tuple(Choice(f"/{word}", word) for word in heard.offers)
    posts = [
        Post(
            row.id, f"{row.channel}:{row.address}", "notice", heard.key, heard.facts, campaign, choices,
            protected=protected,
        )
        for row in rows
    ]  # fmt: skip
    return len(await post(moment, posts))
