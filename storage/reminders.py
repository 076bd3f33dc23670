"""Reminding, as it is written down: occasions begun and ended, single reminders with their fates, and their messages.

A page of people is decided and written in one transaction, together with how far its occasions are. So a crash leaves
whole pages only, and the next start goes on behind the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Choice
from rules.notice import Notice
from rules.occasions import NOW, Calendar, Occasion
from rules.reminder_message import SENT, Fate, Message, settled
from rules.reminders import Item, Reader, Rules, all_items
from storage.moments import Moment
from storage.outbox import DEAD, HELD
from storage.posting import Post, post
from storage.prepared import Bulk
from storage.reminders_state import Page, leaves_of, readers, units_in
from storage.tables import STILL_OPEN, outbox
from storage.tables_reminders import mutes, reminders, rounds

#: People whose reminders are decided in one transaction.
PAGE = 2000
#: Microseconds for which what a message says of the time left is fresh enough to be delivered.
FRESH = 12 * 3_600_000_000
OPEN, OVER, LEFT_OUT = "open", "over", "left_out"
#: What stands below a message: the word that is sent back, and how it is called.
_COMMANDS = {"接着填": "继续"}
#: Instants asked for in one statement.
_AT_ONCE = 5000
_COLUMNS = (
    "instant", "person", "campaign", "rule", "subject", "unit", "at", "state", "why", "letter", "fresh_until", "closes",
)  # fmt: skip
_WRITE = Bulk(insert(reminders).values({name: bindparam(name) for name in _COLUMNS}), *_COLUMNS)


@dataclass(frozen=True, slots=True)
class Round:
    """An occasion under way: the person up to whom it is done, the units that it is limited to (none: all)."""

    occasion: Occasion
    cursor: int
    units: frozenset[int]


@dataclass(slots=True)
class Told:
    """What a page came to: the addresses that have news, the last person looked at, whether it was the last page."""

    addresses: list[str]
    cursor: int
    over: bool


async def calendar_of(connection: AsyncConnection, notice: Notice) -> Calendar:
    """The calendar of a campaign with the leaves recorded by now."""
    return Calendar(notice, await leaves_of(connection, notice.id))


async def known_rounds(connection: AsyncConnection, campaign: str) -> dict[str, str]:
    """The occasions that were begun, done with or left out, by key, with their state."""
    rows = await connection.execute(select(rounds.c.key, rounds.c.state).where(rounds.c.campaign == campaign))
    return {row.key: row.state for row in rows}


async def open_rounds(connection: AsyncConnection, campaign: str) -> list[Round]:
    """Those under way that are worked off together: the planned ones, or else the oldest made by hand."""
    rows = await connection.execute(
        select(
            rounds.c.key, rounds.c.kind, rounds.c.nominal, rounds.c.moment, rounds.c.closes, rounds.c.shifted,
            rounds.c.cursor, rounds.c.units,
        )
        .where(rounds.c.campaign == campaign, rounds.c.state == OPEN)
        .order_by(rounds.c.nominal, rounds.c.key)
    )  # fmt: skip
    found = [Round(Occasion(*row[:6]), row.cursor, units_in(row.units)) for row in rows]
    planned = [each for each in found if each.occasion.kind != NOW]
    return planned or found[:1]


async def begin(moment: Moment, campaign: str, occasions: Sequence[Occasion]) -> None:
    """Open occasions. What still waits from the one before says less than what comes now."""
    rows = [_row(campaign, occasion, moment.at) | {"state": OPEN} for occasion in occasions]
    await moment.connection.execute(insert(rounds), rows)
    if any(occasion.closes for occasion in occasions):
        waits = (STILL_OPEN, outbox.c.state == HELD, outbox.c.kind == "reminder", outbox.c.campaign == campaign)
        await moment.connection.execute(update(outbox).where(*waits).values(state=DEAD, why="superseded"))


async def leave_out(moment: Moment, campaign: str, occasions: Iterable[tuple[Occasion, str]]) -> None:
    """Note that nobody is reminded at these occasions, each with the reason."""
    rows = [
        _row(campaign, occasion, moment.at) | {"state": LEFT_OUT, "why": why, "ended": moment.at}
        for occasion, why in occasions
    ]
    await moment.connection.execute(insert(rounds), rows)


async def cut_short(moment: Moment, campaign: str, occasions: Iterable[tuple[Occasion, str]]) -> None:
    """Note that occasions under way were broken off and cannot be finished any more, each with the reason."""
    for occasion, why in occasions:
        which = (rounds.c.campaign == campaign, rounds.c.key == occasion.key)
        values = {"state": LEFT_OUT, "why": why, "ended": moment.at}
        await moment.connection.execute(update(rounds).where(*which).values(values))


def _row(campaign: str, occasion: Occasion, at: int) -> dict[str, object]:
    return {
        "campaign": campaign, "key": occasion.key, "kind": occasion.kind, "nominal": occasion.nominal,
        "moment": occasion.moment, "closes": occasion.closes, "shifted": occasion.shifted, "began": at,
    }  # fmt: skip


async def remind(moment: Moment, notice: Notice, under_way: Sequence[Round], *, most: int = PAGE) -> Told:
    """Decide and write the next page of the occasions under way."""
    page = under_way[0]
    calendar = await calendar_of(moment.connection, notice)
    asked = Page(notice.id, moment.at, calendar.day_of(moment.at), page.cursor, most)
    found = await readers(moment.connection, asked)
    fates, messages = await decide(moment, notice, calendar, found, under_way)
    letters = await _post(moment, notice, messages)
    await _write(moment, notice.id, fates, letters)
    told = Told([reader.address for reader, _ in messages], found[-1].person if found else page.cursor, not found)
    await _advance(moment, notice.id, [each.occasion.key for each in under_way], told)
    return told


async def decide(
    moment: Moment, notice: Notice, calendar: Calendar, found: Sequence[Reader], under_way: Sequence[Round]
) -> tuple[list[tuple[int, list[Fate]]], list[tuple[Reader, Message]]]:
    """The fates of a page's reminders by person, and the messages that come of them; writes nothing."""
    rules, zone, by_hand = Rules(notice, calendar), ZoneInfo(notice.zone), under_way[0].occasion.kind == NOW
    occasions, units = [each.occasion for each in under_way], under_way[0].units
    persons = {klass.key for klass in notice.classes if klass.natural}
    owed: list[tuple[Reader, list[Item]]] = []
    for reader in found:
        items = all_items(rules, reader, occasions, moment.at)
        if items and units:
            items = [item for item in items if item.unit in units]
        if items:
            owed.append((reader, items))
    decided = await _decided(moment.connection, notice.id, owed)
    fates: list[tuple[int, list[Fate]]] = []
    messages: list[tuple[Reader, Message]] = []
    for reader, items in owed:
        fresh = [i for i in items if (i.instant, reader.person, i.rule, i.subject) not in decided] if decided else items
        done, message = settled(
            reader, fresh, most=notice.reminders.most, title=notice.short_title, now=moment.at, zone=zone,
            by_hand=by_hand, natural=len(reader.places) == 1 and reader.places[0].klass in persons,
        )  # fmt: skip
        fates.append((reader.person, done))
        if message is not None:
            messages.append((reader, message))
    return fates, messages


async def _decided(
    connection: AsyncConnection, campaign: str, owed: Sequence[tuple[Reader, list[Item]]]
) -> set[tuple[int, int, str, str]]:
    """Which of these reminders were decided before: (instant, person, rule, subject)."""
    if not owed:
        return set()
    first, last = owed[0][0].person, owed[-1][0].person
    instants = sorted({item.instant for _, items in owed for item in items})
    found: set[tuple[int, int, str, str]] = set()
    for some in (instants[start : start + _AT_ONCE] for start in range(0, len(instants), _AT_ONCE)):
        rows = await connection.execute(
            select(reminders.c.instant, reminders.c.person, reminders.c.rule, reminders.c.subject).where(
                reminders.c.instant.in_(some), reminders.c.person.between(first, last),
                reminders.c.campaign == campaign,
            )
        )  # fmt: skip
        found.update((row[0], row[1], row[2], row[3]) for row in rows)
    return found


async def _post(moment: Moment, notice: Notice, messages: Sequence[tuple[Reader, Message]]) -> dict[int, int]:
    """Write the messages into the outbox; gives their numbers by person."""
    posts = [
        Post(
            reader.person, reader.address, "reminder", "remind.message", message.facts, notice.id,
            choices=tuple([Choice(f"/{_COMMANDS.get(word, word)}", word) for word in message.buttons]),
        )
        for reader, message in messages
    ]  # fmt: skip
    numbers = await post(moment, posts)
    return {reader.person: number for (reader, _), number in zip(messages, numbers, strict=True)}


async def _write(
    moment: Moment, campaign: str, fates: Sequence[tuple[int, list[Fate]]], letters: dict[int, int]
) -> None:
    at, rows = moment.at, []
    for person, done in fates:
        letter = letters.get(person, 0)
        closes = max((fate.item.closes for fate in done), default=0)
        for fate in done:
            item, carries = fate.item, fate.state == SENT
            rows.append((
                item.instant, person, campaign, item.rule, item.subject, item.unit, at, fate.state, fate.why, letter,
                min(at + FRESH, closes) if carries else 0, closes if carries else item.closes,
            ))  # fmt: skip
    if rows:
        await _WRITE.run(moment.connection, rows)


async def _advance(moment: Moment, campaign: str, keys: Sequence[str], told: Told) -> None:
    """Note how far these occasions are."""
    values = {"cursor": told.cursor} | ({"state": OVER, "ended": moment.at} if told.over else {})
    which = (rounds.c.campaign == campaign, rounds.c.key.in_(keys))
    await moment.connection.execute(update(rounds).where(*which).values(values))


async def move_reminders(connection: AsyncConnection, old: int, into: int) -> None:
    """What one person was told has been told to another, who is the same from now on."""
    twin = reminders.alias()
    told = exists().where(
        twin.c.person == into, twin.c.instant == reminders.c.instant, twin.c.campaign == reminders.c.campaign,
        twin.c.rule == reminders.c.rule, twin.c.subject == reminders.c.subject,
    )  # fmt: skip
    await connection.execute(update(reminders).where(reminders.c.person == old, ~told).values(person=into))
    kept = select(mutes.c.campaign).where(mutes.c.person == into)
    moved = update(mutes).where(mutes.c.person == old, mutes.c.campaign.not_in(kept)).values(person=into)
    await connection.execute(moved)
    await connection.execute(delete(mutes).where(mutes.c.person == old))


def written_units(units: Iterable[int]) -> str:
    """Units as a round's column holds them."""
    found = sorted(set(units))
    return orjson.dumps(found).decode() if found else ""
