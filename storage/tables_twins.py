"""The tables of the duplicate guard: what each version of an entry looks like, and which entries look alike."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from storage.columns import metadata, whole, words

_WAITS = "searched = 0"

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    words("campaign"),
    words("track"),
    words("theme"),
    whole("unit"),
    words("sha256"),
    words("film"),
    words("text"),
    words("digest"),
    whole("at"),
    whole("searched"),
    PrimaryKeyConstraint("entry", "version"),
    Index("ix_fingerprints_campaign_digest", "campaign", "digest"),
    Index("ix_fingerprints_waits", "at", sqlite_where=text(_WAITS), postgresql_where=text(_WAITS)),
)
#: Its index serves only statements in which this stands, see `storage.tables.STILL_OPEN`.
UNSEARCHED = text(f"fingerprints.{_WAITS}")

twins = Table(
    "twins",
    metadata,
    Column("one", BigInteger, nullable=False),
    Column("other", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    words("campaign"),
    Column("same", Integer, nullable=False, server_default="0"),
    Column("percent", Integer, nullable=False, server_default="0"),
    words("about"),
    words("state"),
    whole("by"),
    whole("at"),
    PrimaryKeyConstraint("one", "other", "what"),
    Index("ix_twins_campaign_state", "campaign", "state"),
    Index("ix_twins_other", "other"),
)
