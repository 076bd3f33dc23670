"""The outbox as the dispatcher works it off: what is due, what is on its way, what became of it.

States: "pulled" (its reader fetches it), "passive" (a door is handing it over), "due", "sending", "sent", "held" (until
its reader writes again), "dead" (with a reason), "unknown" (sent once, perhaps delivered).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, bindparam, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Outgoing
from rules.delivery import BOUND
from storage.database import Database
from storage.letters import outgoing_of
from storage.numbers import Numbers
from storage.prepared import Bulk, Prepared
from storage.tables import STILL_OPEN, addresses, inbox, outbox
from storage.tables_post import attempts

PULLED, PASSIVE, DUE, SENDING, SENT = "pulled", "passive", "due", "sending", "sent"
HELD, DEAD, UNKNOWN = "held", "dead", "unknown"


#: Microseconds within which a message that came in may not have been known yet to whoever looked for a way out.
_JUST_NOW = 2_000_000
_CLAIMED = (
    outbox.c.id, outbox.c.address, outbox.c.person, outbox.c.body, outbox.c.done, outbox.c.again, outbox.c.tries,
    outbox.c.edits, outbox.c.campaign, outbox.c.at,
)  # fmt: skip


# Not frozen, nor the two below: several are made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Waiting:
    """A message that is due: its number, "channel:address", rank, and the instant it is due (UTC microseconds)."""

    id: int
    address: str
    rank: int
    due: int


@dataclass(slots=True)
class Claimed:
    """A message that this program is sending now, and since when (`claimed`, UTC microseconds)."""

    id: int
    address: str
    person: int
    outgoing: Outgoing
    done: int
    again: bool
    tries: int
    edits: str
    campaign: str
    at: int
    claimed: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver, written down before it is made, because its place in a budget may be used up by it."""

    letter: int
    address: str
    way: str
    budget: str = ""


@dataclass(slots=True)
class Mark:
    """What became of a message after a try; it counts only while the claim that the try began with still holds."""

    id: int
    state: str
    address: str
    due: int = 0
    done: int = 0
    again: bool = False
    tries: int = 0
    remote: str = ""
    via: str = ""
    why: str = ""
    claimed: int = 0


#: What became of nearly every answer that a door handed over: whole, in one part; those share one statement.
_AT_ONCE = (SENT, 1, "passive")


class Outbox:
    """The outbox of a deployment, from the dispatcher's side."""

    def __init__(self, database: Database, number: Numbers) -> None:
        self.database, self._number = database, number
        among = database.among
        due = select(outbox.c.id, outbox.c.address, outbox.c.rank, outbox.c.due).where(outbox.c.state == DUE)
        due = due.order_by(outbox.c.rank, outbox.c.id).limit(bindparam("most"))
        self._due = Prepared(due.where(STILL_OPEN))
        self._new = Prepared(due.where(outbox.c.id > bindparam("above")))
        free = select(outbox.c.id).where(among(outbox.c.id, "ids"), outbox.c.state == DUE)
        if not database.sqlite:
            free = free.with_for_update(skip_locked=True)  # another program is claiming those that are locked
        self._claim = Prepared(
            update(outbox)
            .where(outbox.c.id.in_(free))
            .values(state=SENDING, claimed=bindparam("now"))
            .returning(*_CLAIMED, outbox.c.card)
        )
        names = ("address", "state", "due", "done", "again", "tries", "remote", "via", "why")
        self._mark = Bulk(
            update(outbox)
            .where(outbox.c.id == bindparam("which"), outbox.c.claimed == bindparam("was"), text("state = 'sending'"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            *(f"new_{name}" for name in names), "which", "was",
        )  # fmt: skip
        self._try = Bulk(
            insert(attempts).values(
                {name: bindparam(name) for name in ("id", "letter", "address", "way", "budget", "at")}
            ),
            "id", "letter", "address", "way", "budget", "at",
        )  # fmt: skip
        self._hand = Bulk(
            update(outbox)
            .where(outbox.c.id == bindparam("which"), text("state IN ('passive', 'held', 'due')"))
            .values({name: bindparam(f"new_{name}") for name in ("state", "due", "done", "via")}),
            "new_state", "new_due", "new_done", "new_via", "which",
        )  # fmt: skip
        self._whole = Prepared(
            update(outbox)
            .where(among(outbox.c.id, "ids"), text("state IN ('passive', 'held', 'due')"))
            .values(state=SENT, done=1, via="passive", due=bindparam("now"))
            .returning(outbox.c.id)
        )
        self._ended = Bulk(
            update(attempts)
            .where(attempts.c.id == bindparam("which"))
            .values(outcome=bindparam("new_outcome"), why=bindparam("new_why")),
            "new_outcome", "new_why", "which",
        )  # fmt: skip

    async def due(self, *, above: int = 0, most: int = 20_000) -> list[Waiting]:
        """What is due now or later, above a number; answers first, then oldest first."""
        async with self.database.read() as connection:
            new = {"above": above} if above else {}
            rows = await (self._new if above else self._due).all(connection, {"most": most} | new)
        return [Waiting(*row) for row in rows]

    async def turn(
        self,
        marks: Sequence[Mark],
        claims: Sequence[int],
        tries: Sequence[Attempt],
        ends: Sequence[tuple[int, str, str]] = (),
        *,
        now: int,
    ) -> tuple[list[Claimed], list[int]]:
        """In one transaction: note what became of messages, and take others to be sent; with the tries' numbers.

        `ends` says how earlier tries ended: (number, outcome, why).
        """
        numbers = [self._number() for _ in tries]
        async with self.database.write() as connection:
            if marks:
                await self._mark.run(connection, [_row(mark) for mark in marks])
            if tries:
                rows = [
                    (number, one.letter, one.address, one.way, one.budget, now)
                    for number, one in zip(numbers, tries, strict=True)
                ]
                await self._try.run(connection, rows)
            if ends:
                await self._ended.run(connection, [(outcome, why, number) for number, outcome, why in ends])
            found = await self._claimed(connection, claims, now) if claims else []
        return found, numbers

    async def _claimed(self, connection: AsyncConnection, ids: Sequence[int], now: int) -> list[Claimed]:
        rows = await self._claim.all(connection, {"ids": self.database.keys(ids), "now": now})
        found = []
        for row in rows:
            letter, card = _claimed(row, now), row[-1]
            if card and not letter.edits:
                letter.edits = await self._shown_card(connection, letter.address, card, letter.id)
            found.append(letter)
        return found

    async def _shown_card(self, connection: AsyncConnection, address: str, card: str, below: int) -> str:
        """The channel's number of the message that shows this card now."""
        found = (
            select(outbox.c.remote)
            .where(outbox.c.address == address, outbox.c.card == card, outbox.c.id < below, outbox.c.remote != "")
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        return (await connection.execute(found)).scalar_one_or_none() or ""

    async def sending(self) -> list[Waiting]:
        """What is being sent, by whichever program; `due` says since when."""
        columns = outbox.c.id, outbox.c.address, outbox.c.rank, outbox.c.claimed
        async with self.database.read() as connection:
            rows = await connection.execute(select(*columns).where(STILL_OPEN, outbox.c.state == SENDING))
            return [Waiting(*row) for row in rows]

    async def take_over(self, ids: Sequence[int], *, before: int, now: int) -> list[Claimed]:
        """Take messages whose sender did not come back; only one program gets each. Nobody knows whether they went."""
        stuck = (outbox.c.id.in_(ids), outbox.c.state == SENDING, outbox.c.claimed < before)
        async with self.database.write() as connection:
            rows = await connection.execute(update(outbox).where(*stuck).values(claimed=now).returning(*_CLAIMED))
            return sorted([_claimed(row, now) for row in rows], key=lambda letter: letter.id)

    async def unhanded(self, *, now: int) -> int:
        """Take over answers whose door did not hand them over in time; they may have arrived all the same."""
        late = (STILL_OPEN, outbox.c.state == PASSIVE, outbox.c.due <= now)
        async with self.database.read() as connection:
            if (await connection.execute(select(outbox.c.id).where(*late).limit(1))).one_or_none() is None:
                return 0
        async with self.database.write() as connection:
            taken = update(outbox).where(*late).values(state=DUE, again=1)
            return len((await connection.execute(taken.returning(outbox.c.id))).all())

    async def holding(self) -> set[str]:
        """The addresses where somebody who writes frees messages: their own, and those of the same person."""
        held = select(outbox.c.address).where(STILL_OPEN, outbox.c.state == HELD)
        theirs = (
            select(addresses.c.id)
            .join(outbox, outbox.c.person == addresses.c.person)
            .where(STILL_OPEN, outbox.c.state == HELD, outbox.c.kind.not_in(BOUND))
        )
        async with self.database.read() as connection:
            return set((await connection.execute(held.union(theirs))).scalars())

    async def held(self, address: str) -> list[tuple[Outgoing, int]]:
        """Messages that wait for whoever is at an address, oldest first, each with its delivered parts."""
        async with self.database.read() as connection:
            rows = await connection.execute(select(*_CLAIMED).where(*_held_for(address)).order_by(outbox.c.id))
            found = [_claimed(row, 0) for row in rows]
        return [(each.outgoing, each.done if each.address == address else 0) for each in found]

    async def free(self, address: str, *, now: int) -> None:
        """Somebody wrote again: what waited for them, there or elsewhere, is due."""
        async with self.database.write() as connection:
            held = update(outbox).where(*_held_for(address))
            await connection.execute(held.values(state=DUE, due=now, tries=0))

    async def heard_meanwhile(self, ids: Sequence[int], *, now: int) -> int:
        """Free those of these held messages whose reader wrote while it was found out that they must wait."""
        wrote = select(inbox.c.id).where(
            inbox.c.address == outbox.c.address, inbox.c.at > outbox.c.claimed - _JUST_NOW
        )  # fmt: skip
        async with self.database.write() as connection:
            held = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state == HELD, wrote.exists())
            freed = held.values(state=DUE, due=now + _JUST_NOW).returning(outbox.c.id)
            return len((await connection.execute(freed)).all())

    async def hand(self, told: Sequence[tuple[int, str, int, str]], released: Sequence[int] = (), *, now: int) -> None:
        """Doors handed messages over: (number, new state, delivered parts, way). They could not with `released`."""
        async with self.database.write() as connection:
            if whole := [each[0] for each in told if each[1:] == _AT_ONCE]:
                await self._whole.all(connection, {"ids": self.database.keys(whole), "now": now})
            if rows := [(each[1], now, each[2], each[3], each[0]) for each in told if each[1:] != _AT_ONCE]:
                await self._hand.run(connection, rows)
            if released:
                waits = (outbox.c.id.in_(released), outbox.c.state == PASSIVE)
                await connection.execute(update(outbox).where(*waits).values(state=DUE, due=now))

    async def given(self, ids: Sequence[int]) -> dict[int, tuple[str, Outgoing]]:
        """Messages by number: "channel:address" and content."""
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(outbox.c.id, outbox.c.address, outbox.c.body).where(outbox.c.id.in_(ids))
            )
            return {number: (address, outgoing_of(body, number)) for number, address, body in rows}


def _row(mark: Mark) -> tuple[object, ...]:
    return (
        mark.address, mark.state, mark.due, mark.done, int(mark.again), mark.tries, mark.remote, mark.via, mark.why,
        mark.id, mark.claimed,
    )  # fmt: skip


def _claimed(row: Sequence[Any], claimed: int) -> Claimed:
    """A message from its columns (`_CLAIMED`)."""
    number, address, person, body, done, again, tries, edits, campaign, at = row[:10]
    letter = outgoing_of(body, number, at)
    return Claimed(number, address, person, letter, done, bool(again), tries, edits, campaign, at, claimed)


def _held_for(address: str) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """What waits for whoever is at an address: answers only there, anything else wherever it was to go."""
    person = select(addresses.c.person).where(addresses.c.id == address).scalar_subquery()
    anywhere = and_(outbox.c.kind.not_in(BOUND), outbox.c.person == person)
    return STILL_OPEN, outbox.c.state == HELD, or_(outbox.c.address == address, anywhere)
