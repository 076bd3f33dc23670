"""The tables of the channels: attempts to deliver, what waits for its files, codes, tokens, broadcasts."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.columns import key, metadata, whole, words

attempts = Table(
    "attempts",
    metadata,
    key("id"),
    whole("letter"),
    words("address"),
    words("way"),
    words("budget"),
    words("outcome"),
    words("why"),
    whole("at"),
    Index("ix_attempts_address_at", "address", "at"),
    Index("ix_attempts_letter", "letter"),
)

spool = Table(
    "spool",
    metadata,
    Column("id", Text, primary_key=True),
    whole("number"),
    words("address"),
    whole("at"),
    words("body"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("ix_spool_number", "number"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Text, primary_key=True),
    whole("at"),
    words("why"),
    Column("body", LargeBinary, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("hash", Text, primary_key=True),
    whole("person"),
    words("target"),
    whole("expires"),
    Index("ix_links_person", "person"),
)

grants = Table(
    "grants",
    metadata,
    Column("address", Text, nullable=False),
    Column("template", Text, nullable=False),
    whole("left"),
    PrimaryKeyConstraint("address", "template"),
    sqlite_with_rowid=False,
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    whole("expires"),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    key("id"),
    words("campaign"),
    whole("by"),
    words("address"),
    words("text"),
    whole("at"),
    words("state"),
    words("told"),
    whole("due"),
    words("plan"),
    whole("second"),
    Index("ix_broadcasts_state_due", "state", "due"),
)
