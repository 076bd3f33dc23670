"""Telling people what an admin's deed means for them: the liaisons of a unit, all of a campaign, the admins."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, select

from bot.talk.messages import Choice
from rules.deeds import Heard
from rules.people import Role
from storage.moments import Moment
from storage.posting import Post, post
from storage.tables import people, seats


async def tell_liaisons(moment: Moment, campaign: str, heard: Heard | None, *, unit: int = 0, but: int = 0) -> int:
    """Tell the liaisons of one unit (0: of every unit), each once, where they wrote from last; gives how many."""
    wanted = [seats.c.campaign == campaign, seats.c.role == Role.LIAISON.value]
    return await _tell(moment, campaign, heard, [*wanted, seats.c.unit == unit] if unit else wanted, but)


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
