"""The table of packages that were mailed to organisers: each version of an entry at most once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table

from storage.columns import metadata, whole, words

parcels = Table(
    "parcels",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    words("campaign"),
    words("receiver"),
    words("state"),
    words("why"),
    whole("by"),
    whole("at"),
    PrimaryKeyConstraint("entry", "version"),
)
