"""A campaign as it stands, read in one transaction, for whoever takes it out of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_duty import DutyBoard, UnitDuty
from rules.looks_screening import Case
from rules.people import Role
from rules.screening import Chains
from storage.columns import metadata
from storage.database import Database
from storage.duties import duty_board
from storage.moments import Moment
from storage.outbox import DEAD, DUE
from storage.posting import Post, post
from storage.progress import EDITING
from storage.screened import opinions
from storage.screenings_read import cases
from storage.tables import entries, leaves, outbox, people, prints, seats, units


@dataclass(frozen=True, slots=True)
class Material:
    """A file that was handed in with an entry: what it is ("film", "scan" …), where it lies, what it is called."""

    key: str
    place: int
    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit of the roster; `contacts` are those of the roster, `people` (name, channel) those who joined."""

    id: int
    name: str
    short: str
    klass: str
    parent: str
    aliases: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One entry with the answers in force and the opinions on it; `at` is when it came last (UTC microseconds)."""

    id: int
    number: str
    track: str
    title: str
    unit: int
    state: str
    version: int
    code: str
    at: int
    by: str
    answers: Mapping[str, Any]
    materials: tuple[Material, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """One unit's leave to hand in later: track, unit, until when and since when (UTC microseconds), why."""

    track: str
    unit: int
    until: int
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole campaign. `caps`: (track, unit) -> a cap that was moved; `cases`: where works stand in screening."""

    units: tuple[Listed, ...]
    works: tuple[Work, ...]
    leaves: tuple[Leave, ...]
    board: tuple[UnitDuty, ...]
    caps: Mapping[tuple[str, int], int] = field(default_factory=dict)
    cases: Mapping[int, Case] = field(default_factory=dict)


async def snapshot(database: Database, campaign: str, chains: Chains) -> Snapshot:
    """A campaign at this moment, screened by these levels."""
    async with database.read() as connection:
        screened = await cases(connection, campaign, chains)
        return Snapshot(
            await _units(connection, campaign),
            await _works(connection, campaign),
            await _leaves(connection, campaign),
            await duty_board(connection, DutyBoard(campaign)),
            await _caps(connection, campaign),
            {case.entry.id: case for case in screened},
        )


async def _units(connection: AsyncConnection, campaign: str) -> tuple[Listed, ...]:
    joined: dict[int, list[tuple[str, str]]] = {}
    rows = await connection.execute(
        select(seats.c.unit, people.c.name, people.c.channel)
        .select_from(seats.join(people, people.c.id == seats.c.person))
        .where(seats.c.campaign == campaign, seats.c.role == Role.LIAISON.value)
        .order_by(seats.c.since, seats.c.id)
    )
    for unit, name, channel in rows:
        joined.setdefault(unit, []).append((name, channel))
    columns = (
        units.c.id,
        units.c.name,
        units.c.short,
        units.c.klass,
        units.c.parent,
        units.c.aliases,
        units.c.contacts,
    )
    found = await connection.execute(select(*columns).where(units.c.campaign == campaign).order_by(units.c.id))
    return tuple(
        Listed(
            *row[:5], tuple(orjson.loads(row[5] or "[]")),
            tuple((name, phone) for name, phone in orjson.loads(row[6] or "[]")), tuple(joined.get(row[0], ())),
        )
        for row in found
    )  # fmt: skip


async def _works(connection: AsyncConnection, campaign: str) -> tuple[Work, ...]:
    materials = await _materials(connection, campaign)
    found = await connection.execute(
        select(
            entries.c.id, entries.c.number, entries.c.track, entries.c.title, entries.c.unit, entries.c.state,
            entries.c.version, entries.c.code, entries.c.received, people.c.name, prints.c.answers,
        )
        .select_from(
            entries.outerjoin(people, people.c.id == entries.c.person).outerjoin(
                prints, prints.c.code == entries.c.code
            )
        )
        .where(entries.c.campaign == campaign)
        .order_by(entries.c.track, entries.c.id)
    )  # fmt: skip
    given = await opinions(connection, entries.c.campaign == campaign)
    return tuple(
        Work(
            *row[:9], row[9] or "", orjson.loads(row[10] or "{}") | given.get(row[7], {}),
            materials.get((row[0], row[6]), ()),
        )
        for row in found
    )  # fmt: skip


async def _materials(connection: AsyncConnection, campaign: str) -> dict[tuple[int, int], tuple[Material, ...]]:
    """(entry, version) -> its files; none where this program keeps no files with entries."""
    table = metadata.tables.get("materials")
    if table is None:
        return {}
    of = table.c
    rows = await connection.execute(
        select(of.entry, of.version, of.key, of.place, of.sha256, of.name, of.size)
        .select_from(table.join(entries, entries.c.id == of.entry))
        .where(entries.c.campaign == campaign)
        .order_by(of.entry, of.version, of.key, of.place)
    )
    found: dict[tuple[int, int], tuple[Material, ...]] = {}
    for row in rows:
        found[row[0], row[1]] = (*found.get((row[0], row[1]), ()), Material(*row[2:]))
    return found


async def _leaves(connection: AsyncConnection, campaign: str) -> tuple[Leave, ...]:
    rows = await connection.execute(
        select(leaves.c.track, leaves.c.unit, leaves.c.until, leaves.c.reason, leaves.c.at)
        .where(leaves.c.campaign == campaign)
        .order_by(leaves.c.id)
    )
    return tuple(Leave(*row) for row in rows)


async def _caps(connection: AsyncConnection, campaign: str) -> dict[tuple[str, int], int]:
    """Caps that were moved; none where this program moves none."""
    table = metadata.tables.get("caps")
    if table is None:
        return {}
    rows = await connection.execute(
        select(table.c.track, table.c.unit, table.c.cap).where(table.c.campaign == campaign)
    )
    return {(track, unit): cap for track, unit, cap in rows}


async def tell_progress(moment: Moment, person: int, card: str, campaign: str, facts: Mapping[str, Any]) -> None:
    """Show whoever waits how far their export is, on one card, where a message can be edited."""
    run = moment.connection.execute
    row = (await run(select(people.c.channel, people.c.address).where(people.c.id == person))).one_or_none()
    if row is None or row.channel not in EDITING:
        return
    home = f"{row.channel}:{row.address}"
    waiting = (outbox.c.card == card, outbox.c.state == DUE, outbox.c.address == home)
    await run(update(outbox).where(*waiting).values(state=DEAD, why="superseded"))
    await post(moment, [Post(person, home, "card", "export.card", facts, campaign, card=card)])
