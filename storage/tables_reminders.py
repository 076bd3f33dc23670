"""The tables of reminding: what was said to whom and why not, how far each occasion is, peace asked for, tasks done."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text, text

from storage.columns import metadata, whole, words

#: One row for each occasion of a campaign that was begun, done with, or left out (`why`). `cursor` is the person up to
#: whom it is done; `units` limits it (JSON list, "" for all).
rounds = Table(
    "rounds",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("key", Text, nullable=False),
    words("kind"),
    whole("nominal"),
    whole("moment"),
    whole("closes"),
    words("shifted"),
    words("units"),
    words("state"),
    words("why"),
    whole("cursor"),
    whole("by"),
    whole("began"),
    whole("ended"),
    PrimaryKeyConstraint("campaign", "key"),
    Index("ix_rounds_state", "state"),
    sqlite_with_rowid=False,
)

#: Reminders that somebody was sent.
_LETTER = "letter > 0"

#: One row for each single reminder, whatever became of it; its key makes sure that it is decided once.
reminders = Table(
    "reminders",
    metadata,
    Column("instant", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    whole("unit"),
    whole("at"),
    words("state"),
    words("why"),
    whole("letter"),
    whole("fresh_until"),
    whole("closes"),
    PrimaryKeyConstraint("instant", "person", "campaign", "rule", "subject"),
    Index("ix_reminders_person_at", "person", "at"),
    Index("ix_reminders_unit_at", "unit", "at"),
    Index("ix_reminders_letter", "letter", sqlite_where=text(_LETTER), postgresql_where=text(_LETTER)),
    sqlite_with_rowid=False,
)
#: Its index serves only statements in which this stands, see `storage.tables.STILL_OPEN`.
WITH_LETTER = text(f"reminders.{_LETTER}")

mutes = Table(
    "mutes",
    metadata,
    Column("person", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),
    whole("until"),
    PrimaryKeyConstraint("person", "campaign"),
    sqlite_with_rowid=False,
)

#: Tasks of a notice that a unit has done, by its own word or through the conversation that hands them in.
fulfilments = Table(
    "fulfilments",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("task", Text, nullable=False),
    whole("person"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "unit", "task"),
    sqlite_with_rowid=False,
)

#: Which program acts on time where the database has no advisory locks (SQLite).
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    words("holder"),
    whole("until"),
    sqlite_with_rowid=False,
)
