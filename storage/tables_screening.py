"""The table of screening: what was decided on which version of an entry, level by level; nothing in it is changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, text

from storage.columns import key, metadata, whole, words

#: Decisions of which a version has one at each level.
_ONCE = "decision IN ('passed', 'straight', 'returned', 'rejected')"

screenings = Table(
    "screenings",
    metadata,
    key("id"),
    words("campaign"),
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    words("level"),
    words("field"),
    whole("unit"),
    words("decision"),
    words("opinion"),
    words("clause"),
    whole("target"),
    whole("by"),
    whole("at"),
    words("day"),
    Column("carried", Integer, nullable=False, server_default="0"),
    Index(
        "uq_screenings_level",
        "entry",
        "version",
        "level",
        unique=True,
        sqlite_where=text(_ONCE),
        postgresql_where=text(_ONCE),
    ),
    Index("ix_screenings_campaign_unit", "campaign", "unit"),
    Index("ix_screenings_entry_version", "entry", "version"),
)
