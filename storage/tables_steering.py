"""The tables of steering: what admins did, caps that moved, pauses, entries sent back, and what people ask."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from storage.columns import key, metadata, whole, words

audit = Table(
    "audit",
    metadata,
    key("seq"),
    words("campaign"),
    whole("by"),
    whole("at"),
    words("command"),
    words("what"),
    words("result"),
    Column("hash", Text, nullable=False),
    Index("ix_audit_campaign_seq", "campaign", "seq"),
)

caps = Table(
    "caps",
    metadata,
    words("campaign"),
    words("track"),
    whole("unit"),
    whole("cap"),
    whole("by"),
    words("reason"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "track", "unit"),
    sqlite_with_rowid=False,
)

asks = Table(
    "asks",
    metadata,
    key("id"),
    words("campaign"),
    words("track"),
    whole("unit"),
    whole("person"),
    whole("cap"),
    words("reason"),
    words("state"),
    whole("by"),
    words("answer"),
    whole("at"),
    whole("ended"),
    Index(
        "uq_asks_open",
        "campaign",
        "track",
        "unit",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_asks_campaign_state", "campaign", "state"),
)

pauses = Table(
    "pauses",
    metadata,
    words("campaign"),
    words("track"),
    whole("by"),
    words("reason"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "track"),
    sqlite_with_rowid=False,
)

returns = Table(
    "returns",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    words("reasons"),
    whole("until"),
    whole("by"),
    whole("at"),
    PrimaryKeyConstraint("entry", "version"),
    sqlite_with_rowid=False,
)

questions = Table(
    "questions",
    metadata,
    words("campaign"),
    words("topic"),
    words("words"),
    whole("count"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "topic", "words"),
    sqlite_with_rowid=False,
)
