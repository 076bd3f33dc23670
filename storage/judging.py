"""Who judges what, and what admins do with a round of secret voting that takes no key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, and_, delete, exists, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_ballot import BallotRound, ExtendRound, RoundsOf, VoidRound
from rules.deeds_judging import CallScrutineers, CancelRound, LengthenRound, NoteKey, Recuse, RemindVoters
from rules.handed import Material
from rules.looks_judging import Candidate, Candidates, Judge, JudgesOf, NotReached, PlanOf, ViewOf
from rules.people import Role
from storage.moments import Deeds, Looks, Moment
from storage.rounds import CALLED, OPEN, PUBLISHED, TALLIED, VOID, extend, rounds_of, void
from storage.screenings_read import through
from storage.tables import addresses, entries, people, seats
from storage.tables_judging import declared, envelopes, remarks, roll, rounds, scrutineers, shortlists
from storage.tables_materials import materials
from storage.telling import held_of, tell_each

#: Microseconds after the publication for which experts can see their own rows on the board.
VIEWS_LAST = 48 * 3600 * 1_000_000
#: Microseconds after the publication for which the tied can be parted by a draw.
LOTS_LAST = 30 * 24 * 3600 * 1_000_000
SUBMITTED = "submitted"


async def admitted(connection: AsyncConnection, look: Candidates) -> tuple[Candidate, ...]:
    """The entries that reach a round: all that are in, or those of them that the round before let through."""
    wanted = entries.c.id.in_(look.only) if look.only else entries.c.state == SUBMITTED
    if not look.only:
        wanted = and_(wanted, await _reaching(connection, look))
    rows = await connection.execute(
        select(
            entries.c.id, entries.c.number, entries.c.track, entries.c.title, entries.c.unit, entries.c.version,
            entries.c.code,
        )
        .where(entries.c.campaign == look.campaign, wanted)
        .order_by(entries.c.number)
    )  # fmt: skip
    return tuple(Candidate(*row) for row in rows)


async def _reaching(connection: AsyncConnection, look: Candidates) -> ColumnElement[bool]:
    """What the round before decided."""
    match look.of_kind:
        case "screening" if look.chains is not None:
            return entries.c.id.in_(await through(connection, look.campaign, look.chains))
        case "expert":
            mine = (shortlists.c.campaign == look.campaign, shortlists.c.round == look.of)
            return entries.c.id.in_(select(shortlists.c.entry).where(*mine))
    return true()


async def judges_of(connection: AsyncConnection, look: JudgesOf) -> tuple[Judge, ...]:
    """Experts and admins; the units are those of every seat that somebody has in the campaign."""
    run = connection.execute
    rows = await run(
        select(seats.c.person, people.c.name, seats.c.role, seats.c.unit)
        .select_from(seats.join(people, people.c.id == seats.c.person))
        .where(seats.c.campaign == look.campaign)
        .order_by(seats.c.since, seats.c.id)
    )
    found: dict[int, list[Any]] = {}
    for person, name, role, unit in rows:
        kept = found.setdefault(person, [name, set(), set()])
        kept[1].add(role)
        kept[2].update({unit} - {0})
    named = await run(select(declared.c.person, declared.c.entry).where(declared.c.campaign == look.campaign))
    away: dict[int, list[int]] = {}
    for person, entry in named:
        away.setdefault(person, []).append(entry)
    wanted = {Role.EXPERT.value, Role.ADMIN.value}
    return tuple(
        Judge(person, name, Role.EXPERT.value in roles, tuple(sorted(units)), tuple(sorted(away.get(person, ()))))
        for person, (name, roles, units) in found.items() if roles & wanted
    )  # fmt: skip


async def plan_of(connection: AsyncConnection, look: PlanOf) -> dict[str, Any]:
    """How a round was planned."""
    kept = (await connection.execute(select(rounds.c.plan).where(rounds.c.key == look.key))).scalar_one_or_none()
    return dict(orjson.loads(kept)) if kept else {}


async def view_of(connection: AsyncConnection, look: ViewOf) -> int:
    """Until when 核对 is possible."""
    found = select(rounds.c.published).where(
        rounds.c.key == look.key, rounds.c.state == PUBLISHED, rounds.c.views_gone == 0
    )
    published = (await connection.execute(found)).scalar_one_or_none()
    return published + VIEWS_LAST if published else 0


async def lengthen(moment: Moment, deed: LengthenRound) -> Done | Declined:
    """Close later, and tell those who can still vote."""
    done = await extend(moment, ExtendRound(deed.key, deed.closes))
    if isinstance(done, Done):
        await tell_each(moment, deed.campaign, deed.heard, await _silent(moment, deed.key))
    return done


async def cancel(moment: Moment, deed: CancelRound) -> Done | Declined:
    """End a round without a result, and tell everybody on its roll."""
    done = await void(moment, VoidRound(deed.key))
    if isinstance(done, Done):
        await tell_each(moment, deed.campaign, deed.heard, await experts_of(moment, deed.key))
    return done


async def call(moment: Moment, deed: CallScrutineers) -> Done | Declined:
    """Tell the scrutineers that their shares are wanted."""
    closed = select(rounds.c.key).where(rounds.c.key == deed.key, rounds.c.state == OPEN, rounds.c.closes <= moment.at)
    if (await moment.connection.execute(closed)).one_or_none() is None:
        return Declined("judging.not_closed", {})
    holders = await moment.connection.execute(select(scrutineers.c.person).where(scrutineers.c.round == deed.key))
    await tell_each(moment, deed.campaign, deed.heard, [row[0] for row in holders])
    return Done()


async def remind(moment: Moment, deed: RemindVoters) -> Done | Declined:
    """Remind those who have not voted."""
    running = select(rounds.c.key).where(rounds.c.key == deed.key, rounds.c.state == OPEN, rounds.c.closes > moment.at)
    if (await moment.connection.execute(running)).one_or_none() is None:
        return Declined("ballot.too_late", {"late": 0})
    await tell_each(moment, deed.campaign, deed.heard, await _silent(moment, deed.key))
    return Done()


async def experts_of(moment: Moment, key: str) -> list[int]:
    """The persons on a roll."""
    found = await moment.connection.execute(select(roll.c.person).where(roll.c.round == key))
    return [row[0] for row in found]


async def _silent(moment: Moment, key: str) -> list[int]:
    wanted = select(roll.c.person).where(roll.c.round == key, roll.c.state == CALLED)
    return [row[0] for row in await moment.connection.execute(wanted)]


async def recuse(moment: Moment, deed: Recuse) -> Done | Declined:
    """Keep what an expert declared; not once a round is open."""
    run = moment.connection.execute
    running = select(rounds.c.key).where(rounds.c.campaign == deed.campaign, rounds.c.state == OPEN)
    if (await run(running)).first() is not None:
        return Declined("judging.recuse_late", {})
    mine = (declared.c.campaign == deed.campaign, declared.c.person == deed.person)
    await run(delete(declared).where(*mine))
    if deed.entries:
        rows = [
            {"campaign": deed.campaign, "person": deed.person, "entry": entry, "at": moment.at}
            for entry in deed.entries
        ]
        await run(insert(declared), rows)
    return Done()


async def note_key(moment: Moment, deed: NoteKey) -> Done | Declined:
    """Note when a key was destroyed; the sealed seeds go with the one of 核对."""
    column = _GONE[deed.purpose]
    noted = await moment.connection.execute(
        update(rounds).where(rounds.c.key == deed.key, column == 0).values({column: moment.at}).returning(rounds.c.key)
    )
    if noted.first() is None:
        return Declined("judging.key_gone", {})
    if deed.purpose == "view":
        await moment.connection.execute(update(envelopes).where(envelopes.c.round == deed.key).values(seed=b""))
    return Done()


#: When what is in the drawer was destroyed, by what it is for.
_GONE = {
    "draft": rounds.c.drafts_gone, "view": rounds.c.views_gone, "lots": rounds.c.lots_gone,
    "remarks": rounds.c.remarks_gone,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlived:
    """A key whose time is over."""

    key: str
    campaign: str
    purpose: Literal["draft", "view", "lots", "remarks"]


async def outlived(connection: AsyncConnection, now: int) -> Sequence[Outlived]:
    """What is to be destroyed now: the key of drafts after the tally, of 核对 in its time, of remarks when none waits
    for an admin any more, the seed of a draw when it was revealed or nobody drew in 30 days; all of a void round.
    """
    over = and_(rounds.c.state == PUBLISHED, rounds.c.published <= now - VIEWS_LAST)
    late = and_(rounds.c.state == PUBLISHED, rounds.c.published <= now - LOTS_LAST)
    void_ = and_(rounds.c.state == VOID, rounds.c.opening != "")
    drafts = or_(rounds.c.state.in_([TALLIED, PUBLISHED]), void_)
    waiting = exists().where(remarks.c.round == rounds.c.key, remarks.c.released == 0)
    ended = and_(rounds.c.state.in_([TALLIED, PUBLISHED]), ~waiting)
    asked = (
        ("draft", drafts), ("view", or_(over, void_)), ("lots", or_(rounds.c.draw != "", late, void_)),
        ("remarks", or_(ended, void_)),
    )  # fmt: skip
    found: list[Outlived] = []
    for purpose, due in asked:
        rows = await connection.execute(
            select(rounds.c.key, rounds.c.campaign, literal(purpose))
            .where(_GONE[purpose] == 0, due)
            .order_by(rounds.c.key)
        )
        found += [Outlived(*row) for row in rows]
    return found


async def holds(connection: AsyncConnection, key: str, person: int, fingerprint: str) -> bool:
    """Whether a share of this round is this person's."""
    mine = (scrutineers.c.round == key, scrutineers.c.person == person, scrutineers.c.fingerprint == fingerprint)
    return bool((await connection.execute(select(exists().where(*mine)))).scalar_one())


async def person_at(connection: AsyncConnection, address: str) -> int | None:
    """The person behind "channel:address"."""
    found = await connection.execute(select(addresses.c.person).where(addresses.c.id == address))
    return found.scalar_one_or_none()


async def round_at(connection: AsyncConnection, key: str) -> BallotRound | None:
    """A round by its key."""
    found = await connection.execute(select(rounds.c.campaign).where(rounds.c.key == key))
    campaign = found.scalar_one_or_none()
    every = await rounds_of(connection, RoundsOf(campaign)) if campaign else ()
    return next((each for each in every if each.key == key), None)


async def materials_of(connection: AsyncConnection, wanted: Sequence[int]) -> dict[int, tuple[Material, ...]]:
    """The files of these entries, of the version in force, in their order."""
    rows = await connection.execute(
        select(
            materials.c.entry, materials.c.key, materials.c.sha256, materials.c.name, materials.c.size,
            materials.c.facts,
        )
        .select_from(
            materials.join(
                entries, and_(entries.c.id == materials.c.entry, entries.c.version == materials.c.version)
            )
        )
        .where(materials.c.entry.in_(wanted))
        .order_by(materials.c.entry, materials.c.place)
    )  # fmt: skip
    found: dict[int, tuple[Material, ...]] = {}
    for entry, key, sha256, name, size, facts in rows:
        found[entry] = (*found.get(entry, ()), Material(key, sha256, name, size, orjson.loads(facts)))
    return found


async def not_reached(connection: AsyncConnection, look: NotReached) -> tuple[str, ...]:
    """Whom a notice waits for."""
    waiting = await held_of(connection, look.campaign, look.said)
    names = select(people.c.name).where(people.c.id.in_(waiting.values())).order_by(people.c.id)
    return tuple((await connection.execute(names)).scalars())


DEEDS: Deeds = {
    LengthenRound: lengthen,
    CancelRound: cancel,
    CallScrutineers: call,
    RemindVoters: remind,
    Recuse: recuse,
    NoteKey: note_key,
}
LOOKS: Looks = {Candidates: admitted, JudgesOf: judges_of, NotReached: not_reached, PlanOf: plan_of, ViewOf: view_of}
