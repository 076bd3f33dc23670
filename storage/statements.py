"""The statements of a turn: what is read for all waiting messages at once, and what is written for them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Table, bindparam, delete, func, insert, select, update

from storage.database import Database
from storage.prepared import Bulk, Prepared
from storage.tables import addresses, inbox, log, outbox, people, seats, sessions, units
from storage.tables_post import spool

SESSION_COLUMNS = ("id", "flow", "campaign", "seat", "facts", "state", "shown", "title", "step", "started", "seq")
CHANGING = ("state", "shown", "title", "step", "seq", "touched")


class Answer(NamedTuple):
    """An answer as it stands: which message it answers, its content and number, and what became of it."""

    cause: str
    body: str
    id: int
    state: str
    done: int
    again: int
    via: str


class Statements:
    """Built once for a database."""

    def __init__(self, database: Database) -> None:
        def adding(table: Table, *names: str) -> Bulk:
            ordered = [column.name for column in table.columns if column.name in names]
            return Bulk(insert(table).values(_bound(*ordered)), *ordered)

        among = database.among
        self.seen = Prepared(select(inbox.c.id).where(among(inbox.c.id, "ids")))
        self.answers = Prepared(
            # By address, because that has an index anyway; one on the cause would cost every message a page.
            select(*(outbox.c[name] for name in Answer._fields))
            .join(inbox, (inbox.c.address == outbox.c.address) & (inbox.c.id == outbox.c.cause))
            .where(among(inbox.c.id, "ids"), outbox.c.id > inbox.c.number)
            .order_by(outbox.c.id)
        )
        columns = (
            people.c.id, people.c.name, people.c.seat, people.c.channel, people.c.address,
            *(sessions.c[name] for name in SESSION_COLUMNS),
        )  # fmt: skip
        active = (sessions.c.person == people.c.id) & (sessions.c.state == "active")
        party = (
            select(addresses.c.id.label("at"), *columns)
            .select_from(addresses.join(people, people.c.id == addresses.c.person).outerjoin(sessions, active))
            .where(among(addresses.c.id, "ids"))
            .order_by(people.c.id)
        )
        self.party = Prepared(party)
        ours = (
            select(addresses.c.person)
            .where(among(addresses.c.id, "ids"))
            .union(select(sessions.c.person).where(among(sessions.c.id, "inside")))
        )
        # By itself and before all others: on PostgreSQL a statement that waits for a lock sees the other tables as they
        # were before it waited.
        self.hold = Prepared(select(people.c.id).where(people.c.id.in_(ours)).order_by(people.c.id).with_for_update())
        # Somebody who is now known by another address's number is that one.
        same = people.alias()
        now = select(func.coalesce(func.nullif(same.c.merged, 0), same.c.id)).where(same.c.id == bindparam("id"))
        self.person = Prepared(
            select(*columns).select_from(people.outerjoin(sessions, active)).where(people.c.id == now.scalar_subquery())
        )
        self.inside = Prepared(
            select(sessions.c.id.label("at"), *columns)
            .select_from(sessions.join(people, people.c.id == sessions.c.person))
            .where(among(sessions.c.id, "ids"))
        )
        self.recall = Prepared(
            select(*(sessions.c[name] for name in SESSION_COLUMNS)).where(
                sessions.c.id == bindparam("id"), sessions.c.person == bindparam("owner"), sessions.c.state == "parked"
            )
        )
        self.seats = Prepared(
            select(seats.c.id, seats.c.campaign, seats.c.role, seats.c.unit, units.c.name, units.c.short, units.c.klass)
            .select_from(seats.outerjoin(units, units.c.id == seats.c.unit))
            .where(among(seats.c.id, "ids"))
        )
        self.log = Prepared(
            select(log.c.session, log.c.seq, log.c.kind, log.c.key, log.c.value, log.c.at)
            .where(among(log.c.session, "ids"))
            .order_by(log.c.session, log.c.seq)
        )
        self.home = Bulk(
            update(people)
            .where(people.c.id == bindparam("who"))
            .values(channel=bindparam("new_channel"), address=bindparam("new_address")),
            "new_channel", "new_address", "who",
        )  # fmt: skip
        ordered = [f"new_{column.name}" for column in sessions.columns if column.name in CHANGING]
        self.session = Bulk(
            update(sessions)
            .where(sessions.c.id == bindparam("which"))
            .values({name: bindparam(f"new_{name}") for name in CHANGING}),
            *ordered, "which",
        )  # fmt: skip
        self.new_people = adding(people, "id", "channel", "address", "since")
        self.new_addresses = adding(addresses, "id", "person", "since")
        self.new_sessions = adding(sessions, *SESSION_COLUMNS, "person", "touched")
        self.new_rows = adding(log, "session", "seq", "kind", "key", "value", "at")
        self.arrived = adding(inbox, "id", "number", "address", "person", "at", "body")
        self.sent = adding(outbox, "id", "address", "person", "cause", "at", "body", "state")
        self.posted = adding(
            outbox, "id", "address", "person", "cause", "at", "body", "state", "kind", "card", "edits", "rank", "due"
        )
        self.unspool = Bulk(delete(spool).where(spool.c.id == bindparam("which")), "which")
        self.back = Bulk(update(addresses).where(addresses.c.id == bindparam("which")).values(state=""), "which")


def _bound(*names: str) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name) for name in names}
