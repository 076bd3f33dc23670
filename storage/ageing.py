"""Entries that wait too long for a screener: found, told to whoever decides, and noted so that they are told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Choice
from rules.looks_screening import Case
from rules.people import Role
from rules.screening import HOST, SUBMITTED, Chains
from storage.moments import Moment
from storage.posting import Post, post
from storage.screenings_read import cases
from storage.tables import entries, people, seats
from storage.tables_reminders import mutes
from storage.tables_screening import screenings


async def ageing(connection: AsyncConnection, campaign: str, chains: Chains, before: int) -> list[Case]:
    """The entries that came to their level, and were told of last, before an instant (UTC microseconds)."""
    found = await cases(connection, campaign, chains, entries.c.state == SUBMITTED)
    return [case for case in found if case.stand.level is not None and case.stand.told <= before]


async def tell(moment: Moment, campaign: str, chains: Chains, before: int, title: str) -> list[str]:
    """Tell everybody what waits for them, in one message each; gives the addresses.

    Two programs tell it once: the entries are held, and looked at again when they are.
    """
    run = moment.connection.execute
    stale = [case.entry.id for case in await ageing(moment.connection, campaign, chains, before)]
    await run(select(entries.c.id).where(entries.c.id.in_(stale)).order_by(entries.c.id).with_for_update())
    found = await ageing(moment.connection, campaign, chains, before)
    if not found:
        return []
    posts = [
        Post(
            person, address, "notice", "remind.screening", _facts(waiting, title, moment.at), campaign,
            (Choice("/审核", "审核"),),
        )
        for person, address, waiting in await _receivers(moment, campaign, found)
    ]  # fmt: skip
    await post(moment, posts)
    await run(insert(screenings), [_row(moment, campaign, case) for case in found])
    return [one.address for one in posts]


async def _receivers(moment: Moment, campaign: str, found: Sequence[Case]) -> list[tuple[int, str, list[Case]]]:
    """Who is told of what: whoever it was handed to, the people of the level's unit, or the admins."""
    rows = await moment.connection.execute(
        select(people.c.id, people.c.channel, people.c.address, seats.c.role, seats.c.unit)
        .select_from(seats.join(people, people.c.id == seats.c.person))
        .where(seats.c.campaign == campaign, seats.c.role.in_((Role.LIAISON.value, Role.ADMIN.value)))
        .order_by(people.c.id)
    )
    seated = [tuple(row) for row in rows]
    peace = select(mutes.c.person).where(mutes.c.campaign == campaign, mutes.c.until > moment.at)
    muted = set((await moment.connection.execute(peace)).scalars())
    told: dict[tuple[int, str], dict[int, Case]] = defaultdict(dict)
    for case in found:
        for person, channel, address, role, unit in seated:
            if person not in muted and _is_theirs(case, person, role, unit):
                told[person, f"{channel}:{address}"][case.entry.id] = case
    return [(person, address, list(waiting.values())) for (person, address), waiting in told.items()]


def _is_theirs(case: Case, person: int, role: str, unit: int) -> bool:
    if case.stand.handed:
        return case.stand.handed == person
    if case.stand.handed == HOST or case.vacant or case.stand.desk == HOST:
        return role == Role.ADMIN.value
    return role == Role.LIAISON.value and unit == case.stand.desk


def _facts(waiting: Sequence[Case], title: str, now: int) -> dict[str, object]:
    oldest = min(waiting, key=lambda case: case.stand.since)
    days = (now - oldest.stand.since) // 86_400_000_000
    return {
        "title": title, "count": len(waiting), "number": oldest.entry.number, "work": oldest.entry.title, "days": days,
    }  # fmt: skip


def _row(moment: Moment, campaign: str, case: Case) -> dict[str, object]:
    assert case.stand.level is not None, "what waits, waits at a level"
    return {
        "id": moment.number(), "campaign": campaign, "entry": case.entry.id, "version": case.entry.version,
        "level": case.stand.level.key, "unit": max(case.stand.desk, HOST), "decision": "reminded", "at": moment.at,
    }  # fmt: skip
