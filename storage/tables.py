"""The tables. Instants are UTC microseconds in BIGINT; JSON is text; numbers are given by `storage.numbers`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, text

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def _text(name: str, **options: object) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **options)  # type: ignore[arg-type]  # passed through


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


people = Table(
    "people",
    metadata,
    _key("id"),
    _text("name"),
    _text("channel"),
    _text("address"),
    _whole("seat"),
    _whole("tries"),
    _whole("locked_until"),
    _whole("since"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Text, primary_key=True),
    _whole("person"),
    _whole("since"),
    Index("ix_addresses_person", "person"),
)

units = Table(
    "units",
    metadata,
    _key("id"),
    _text("campaign"),
    _text("name"),
    _text("short"),
    _text("aliases"),
    _text("klass"),
    _text("parent"),
    _text("contacts"),
    Index("uq_units_campaign_name", "campaign", "name", unique=True),
)

seats = Table(
    "seats",
    metadata,
    _key("id"),
    _whole("person"),
    _text("campaign"),
    _text("role"),
    _whole("unit"),
    _whole("since"),
    Index("uq_seats_person_campaign_role_unit", "person", "campaign", "role", "unit", unique=True),
    Index("ix_seats_campaign_unit", "campaign", "unit"),
)

invites = Table(
    "invites",
    metadata,
    Column("hash", Text, primary_key=True),
    _text("campaign"),
    _text("role"),
    _whole("unit"),
    Column("uses", Integer, nullable=False),
    _whole("expires"),
    _whole("by"),
    _whole("at"),
)

sessions = Table(
    "sessions",
    metadata,
    _key("id"),
    _whole("person"),
    _text("flow"),
    _text("campaign"),
    _whole("seat"),
    _text("facts"),
    _text("state"),
    _text("shown"),
    _text("title"),
    _text("step"),
    Column("seq", Integer, nullable=False, server_default="0"),
    _whole("started"),
    _whole("touched"),
    Index(
        "uq_sessions_active",
        "person",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    Index("ix_sessions_person_state", "person", "state"),
)

log = Table(
    "log",
    metadata,
    Column("session", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    _text("kind"),
    _text("key"),
    _text("value"),
    _whole("at"),
    PrimaryKeyConstraint("session", "seq"),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Text, primary_key=True),
    _whole("number"),
    _text("address"),
    _whole("person"),
    _whole("at"),
    _text("body"),
    Index("ix_inbox_address_number", "address", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    _key("id"),
    _text("address"),
    _whole("person"),
    _text("cause"),
    _whole("at"),
    _text("body"),
    _text("state"),
    Index("ix_outbox_address_id", "address", "id"),
)

prints = Table(
    "prints",
    metadata,
    Column("code", Text, primary_key=True),
    _text("campaign"),
    _text("form"),
    _whole("unit"),
    _whole("person"),
    _text("answers"),
    _whole("at"),
)

entries = Table(
    "entries",
    metadata,
    _key("id"),
    _text("campaign"),
    _text("track"),
    _text("form"),
    _text("number"),
    _text("title"),
    _whole("unit"),
    _whole("person"),
    _text("state"),
    Column("version", Integer, nullable=False),
    _text("code"),
    _whole("received"),
    Index("uq_entries_campaign_number", "campaign", "number", unique=True),
    Index("ix_entries_campaign_unit_track", "campaign", "unit", "track"),
)

versions = Table(
    "versions",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    _text("what"),
    _text("code"),
    _whole("person"),
    _whole("at"),
    PrimaryKeyConstraint("entry", "version"),
    sqlite_with_rowid=False,
)

pledges = Table(
    "pledges",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Text, nullable=False),
    _text("wording_hash"),
    _whole("person"),
    _whole("at"),
    PrimaryKeyConstraint("entry", "version", "key"),
    sqlite_with_rowid=False,
)

leaves = Table(
    "leaves",
    metadata,
    _key("id"),
    _text("campaign"),
    _text("track"),
    _whole("unit"),
    _whole("until"),
    _text("reason"),
    _whole("by"),
    _whole("at"),
    Index("ix_leaves_campaign_unit_track", "campaign", "unit", "track"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    _whole("value"),
)

work = Table(
    "work",
    metadata,
    _key("id"),
    _text("kind"),
    _text("payload"),
    _whole("session"),
    _text("topic"),
    _text("state"),
    Column("tries", Integer, nullable=False, server_default="0"),
    _whole("at"),
    Index("ix_work_state_id", "state", "id"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("reference", Text, primary_key=True),
    _whole("at"),
    _whole("session"),
    _text("flow"),
    _text("key"),
    _text("inbox"),
    _text("error"),
)

guests = Table(
    "guests",
    metadata,
    Column("token_hash", Text, primary_key=True),
    _text("address"),
    _whole("at"),
)
