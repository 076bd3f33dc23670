"""The tables of people, conversations and entries. Those of the channels are in `storage.tables_post`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from storage.columns import key, metadata, whole, words

#: Messages that still have a way to go.
_OPEN = "state IN ('passive', 'due', 'sending', 'held')"
#: Messages of a message to many.
_OF_MANY = "batch > 0"
#: Addresses that are out of reach.
_SHUT = "state <> ''"
#: Units that are under another one.
_UNDER = "parent <> ''"
#: Entries that were sent back: few, and asked for with every page of reminders.
_BACK = "state = 'returned'"

people = Table(
    "people",
    metadata,
    key("id"),
    words("name"),
    words("channel"),
    words("address"),
    whole("seat"),
    whole("tries"),
    whole("locked_until"),
    whole("since"),
    whole("merged"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Text, primary_key=True),
    whole("person"),
    whole("since"),
    words("state"),
    Index("ix_addresses_person", "person"),
    Index("ix_addresses_shut", "id", sqlite_where=text(_SHUT), postgresql_where=text(_SHUT)),
)
#: As `STILL_OPEN` below: nearly everybody is in reach.
SHUT = text(f"addresses.{_SHUT}")

units = Table(
    "units",
    metadata,
    key("id"),
    words("campaign"),
    words("name"),
    words("short"),
    words("aliases"),
    words("klass"),
    words("parent"),
    words("contacts"),
    words("recommender"),
    words("lead"),
    Index("uq_units_campaign_name", "campaign", "name", unique=True),
    Index("ix_units_parent", "campaign", "parent", sqlite_where=text(_UNDER), postgresql_where=text(_UNDER)),
)

seats = Table(
    "seats",
    metadata,
    key("id"),
    whole("person"),
    words("campaign"),
    words("role"),
    whole("unit"),
    whole("since"),
    Index("uq_seats_person_campaign_role_unit", "person", "campaign", "role", "unit", unique=True),
    Index("ix_seats_campaign_unit", "campaign", "unit"),
)

invites = Table(
    "invites",
    metadata,
    Column("hash", Text, primary_key=True),
    words("campaign"),
    words("role"),
    whole("unit"),
    Column("uses", Integer, nullable=False),
    whole("expires"),
    whole("by"),
    whole("at"),
)

sessions = Table(
    "sessions",
    metadata,
    key("id"),
    whole("person"),
    words("flow"),
    words("campaign"),
    whole("seat"),
    words("facts"),
    words("state"),
    words("shown"),
    words("title"),
    words("step"),
    Column("seq", Integer, nullable=False, server_default="0"),
    whole("started"),
    whole("touched"),
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
    words("kind"),
    words("key"),
    words("value"),
    whole("at"),
    PrimaryKeyConstraint("session", "seq"),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Text, primary_key=True),
    whole("number"),
    words("address"),
    whole("person"),
    whole("at"),
    words("body"),
    Index("ix_inbox_address_number", "address", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    key("id"),
    words("address"),
    whole("person"),
    words("cause"),
    whole("at"),
    words("body"),
    words("state"),
    words("kind"),
    words("card"),
    words("edits"),
    words("campaign"),
    whole("batch"),
    Column("rank", Integer, nullable=False, server_default="0"),
    whole("due"),
    whole("claimed"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("again", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    words("remote"),
    words("via"),
    words("why"),
    Index("ix_outbox_address_id", "address", "id"),
    Index("ix_outbox_open", "state", "due", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    Index("ix_outbox_batch", "batch", "state", sqlite_where=text(_OF_MANY), postgresql_where=text(_OF_MANY)),
)
#: The index of messages with a way to go is used only by statements in which its condition stands word for word: of a
#: million messages few are open, and whoever leaves it out reads them all.
STILL_OPEN = text(f"outbox.{_OPEN}")
OF_MANY = text(f"outbox.{_OF_MANY}")

prints = Table(
    "prints",
    metadata,
    Column("code", Text, primary_key=True),
    words("campaign"),
    words("form"),
    whole("unit"),
    whole("person"),
    words("answers"),
    whole("at"),
)

entries = Table(
    "entries",
    metadata,
    key("id"),
    words("campaign"),
    words("track"),
    words("form"),
    words("number"),
    words("title"),
    whole("unit"),
    whole("person"),
    words("state"),
    Column("version", Integer, nullable=False),
    words("code"),
    whole("received"),
    Index("uq_entries_campaign_number", "campaign", "number", unique=True),
    Index("ix_entries_campaign_unit_track", "campaign", "unit", "track"),
    Index("ix_entries_back", "campaign", "unit", sqlite_where=text(_BACK), postgresql_where=text(_BACK)),
)

versions = Table(
    "versions",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    words("what"),
    words("code"),
    whole("person"),
    whole("at"),
    PrimaryKeyConstraint("entry", "version"),
    sqlite_with_rowid=False,
)

pledges = Table(
    "pledges",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Text, nullable=False),
    words("wording_hash"),
    whole("person"),
    whole("at"),
    PrimaryKeyConstraint("entry", "version", "key"),
    sqlite_with_rowid=False,
)

leaves = Table(
    "leaves",
    metadata,
    key("id"),
    words("campaign"),
    words("track"),
    whole("unit"),
    whole("until"),
    words("reason"),
    whole("by"),
    whole("at"),
    whole("ended"),
    Index("ix_leaves_campaign_unit_track", "campaign", "unit", "track"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    whole("value"),
)

work = Table(
    "work",
    metadata,
    key("id"),
    words("kind"),
    words("payload"),
    whole("session"),
    words("topic"),
    words("state"),
    Column("tries", Integer, nullable=False, server_default="0"),
    whole("at"),
    whole("leased"),
    Index("ix_work_state_id", "state", "id"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("reference", Text, primary_key=True),
    whole("at"),
    whole("session"),
    words("flow"),
    words("key"),
    words("inbox"),
    words("error"),
)

guests = Table(
    "guests",
    metadata,
    Column("token_hash", Text, primary_key=True),
    words("address"),
    whole("at"),
)
