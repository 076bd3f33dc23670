"""Works that wait for a screener: told to whoever decides, or to the host, and noted so that they are told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.talk.messages import Choice
from rules.ageing import OFFICE, Desk, Watch, desk_of, due, missed
from rules.instants import micros
from rules.looks_screening import Case
from rules.notice import Notice
from rules.people import Role
from rules.reminder_message import spoken_closing
from rules.screening import HOST, SUBMITTED, Chains
from storage.moments import Moment
from storage.posting import Post, post
from storage.screenings_read import cases
from storage.tables import entries, leaves, people, seats
from storage.tables_reminders import mutes
from storage.tables_screening import screenings
from storage.telling import held_of, overtaken

#: How screeners are told what waits, and the host what nobody passed on.
WAITS, MISSED = "remind.screening", "remind.missed"
#: Works that are named of each desk.
MOST_NAMED = 5


async def tell(moment: Moment, notice: Notice, chains: Chains, watch: Watch) -> list[str]:
    """Tell everybody what waits for them, in one message each, and the host what was missed; gives the addresses.

    Two programs tell it once: the entries are held, and looked at again when they are. `watch` without its closings.
    """
    run = moment.connection.execute
    found, _, lost, busy = await _found(moment, notice, chains, watch)
    await _forget_others(moment, notice.id, busy)
    if not found and not lost:
        return []
    held = sorted({case.entry.id for waiting in (*found.values(), lost) for case in waiting})
    await run(select(entries.c.id).where(entries.c.id.in_(held)).order_by(entries.c.id).with_for_update())
    found, watch, lost, _ = await _found(moment, notice, chains, watch)
    seated = await _seated(moment, notice.id)
    posts = [*_screeners(notice, found, watch, seated, await _muted(moment, notice.id))]
    if lost:
        posts += _hosts(notice, lost, watch, seated)
    await overtaken(moment, notice.id, WAITS, persons={one.person for one in posts if one.key == WAITS})
    await post(moment, posts)
    rows = [_row(moment, notice.id, case, "reminded") for waiting in found.values() for case in waiting]
    rows += [_row(moment, notice.id, case, "missed") for case in lost]
    await run(insert(screenings), rows)
    return [one.address for one in posts]


async def _found(
    moment: Moment, notice: Notice, chains: Chains, watch: Watch
) -> tuple[dict[Desk, list[Case]], Watch, list[Case], set[Desk]]:
    """The desks that are due, what is known of all entries, what was missed, and every desk where something waits."""
    waiting = await cases(moment.connection, notice.id, chains, entries.c.state == SUBMITTED)
    watch = replace(watch, closings=await _closings(moment, notice, waiting))
    busy = {desk_of(case) for case in waiting if case.stand.level is not None}
    return due(waiting, watch), watch, missed(waiting, watch), busy


async def _forget_others(moment: Moment, campaign: str, busy: set[Desk]) -> None:
    """Take back what waits to tell people that something waits for them, where nothing does by now."""
    if theirs := set((await held_of(moment.connection, campaign, WAITS)).values()):
        seated = await _seated(moment, campaign)
        busied = {person for desk in busy for person, _, role, unit in seated if _sits(desk, person, role, unit)}
        await overtaken(moment, campaign, WAITS, persons=theirs - busied)


async def _closings(moment: Moment, notice: Notice, waiting: Iterable[Case]) -> dict[int, int]:
    """The first late instant of what each entry belongs to, by the notice or by a leave of all or of its unit."""
    given = select(leaves.c.track, leaves.c.unit, leaves.c.until)
    mine = (leaves.c.campaign == notice.id, leaves.c.ended == 0)
    until: dict[tuple[str, int], int] = defaultdict(int)
    for track, unit, at in await moment.connection.execute(given.where(*mine)):
        until[track, unit] = max(until[track, unit], at)
    closes = {track.key: micros(track.closes) for track in notice.tracks}
    return {
        case.entry.id: max(
            closes[case.entry.track], until[case.entry.track, 0], until[case.entry.track, case.entry.unit]
        )
        for case in waiting
    }  # fmt: skip


#: Person, "channel:address", role, unit.
Seated = Sequence[tuple[int, str, str, int]]


async def _seated(moment: Moment, campaign: str) -> Seated:
    rows = await moment.connection.execute(
        select(people.c.id, people.c.channel, people.c.address, seats.c.role, seats.c.unit)
        .select_from(seats.join(people, people.c.id == seats.c.person))
        .where(seats.c.campaign == campaign, seats.c.role.in_((Role.LIAISON.value, Role.ADMIN.value)))
        .order_by(people.c.id)
    )
    return [(person, f"{channel}:{address}", role, unit) for person, channel, address, role, unit in rows]


async def _muted(moment: Moment, campaign: str) -> set[int]:
    peace = select(mutes.c.person).where(mutes.c.campaign == campaign, mutes.c.until > moment.at)
    return set((await moment.connection.execute(peace)).scalars())


def _screeners(
    notice: Notice, found: Mapping[Desk, list[Case]], watch: Watch, seated: Seated, muted: set[int]
) -> Iterable[Post]:
    told: dict[tuple[int, str], dict[int, Case]] = defaultdict(dict)
    for desk, waiting in found.items():
        for person, address, role, unit in seated:
            if person not in muted and _sits(desk, person, role, unit):
                told[person, address].update({case.entry.id: case for case in waiting})
    for (person, address), mine in told.items():
        facts = _facts(notice, [*mine.values()], watch)
        yield Post(person, address, "notice", WAITS, facts, notice.id, (Choice("/审核", "审核"),))


def _sits(desk: Desk, person: int, role: str, unit: int) -> bool:
    """Whether somebody decides there: whoever it was handed to, the people of the unit, or the admins."""
    if desk[0] == "person":
        return desk[1] == person
    return role == Role.ADMIN.value if desk == OFFICE else role == Role.LIAISON.value and unit == desk[1]


def _facts(notice: Notice, waiting: Sequence[Case], watch: Watch) -> dict[str, object]:
    """What waits, the oldest, and by when a unit is to pass it on ("" for the host, and once it is closed)."""
    oldest = min(waiting, key=lambda case: case.stand.since)
    days = (watch.now - oldest.stand.since) // 86_400_000_000
    ends = [watch.closes(case) for case in waiting if desk_of(case) != OFFICE and watch.closes(case) > watch.now]
    return {
        "title": notice.short_title, "count": len(waiting), "number": oldest.entry.number, "work": oldest.entry.title,
        "days": days, "closes": spoken_closing(min(ends), ZoneInfo(notice.zone)) if ends else "",
    }  # fmt: skip


def _hosts(notice: Notice, lost: Sequence[Case], watch: Watch, seated: Seated) -> list[Post]:
    """What every admin is told of what no unit passed on: desk by desk."""
    desks: dict[str, list[Case]] = defaultdict(list)
    for case in lost:
        assert case.desk is not None, "what was missed waits at a unit's desk"
        desks[case.desk.name].append(case)
    facts: dict[str, Any] = {
        "title": notice.short_title, "count": len(lost), "more": MOST_NAMED,
        "closes": spoken_closing(max(watch.closes(case) for case in lost), ZoneInfo(notice.zone)),
        "desks": [
            {"name": name, "numbers": [case.entry.number for case in waiting]} for name, waiting in desks.items()
        ],
    }  # fmt: skip
    offers = (Choice("/审核", "审核"), Choice("/报送情况", "报送情况"))
    admins = {(person, address) for person, address, role, _ in seated if role == Role.ADMIN.value}
    return [
        Post(person, address, "notice", MISSED, facts, notice.id, offers) for person, address in sorted(admins)
    ]  # fmt: skip


def _row(moment: Moment, campaign: str, case: Case, decision: str) -> dict[str, object]:
    assert case.stand.level is not None, "what waits, waits at a level"
    return {
        "id": moment.number(), "campaign": campaign, "entry": case.entry.id, "version": case.entry.version,
        "level": case.stand.level.key, "unit": max(case.stand.desk, HOST), "decision": decision, "at": moment.at,
    }  # fmt: skip
