"""The tables of publication: certificates that were issued, what units were told, and where results are shown."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.columns import metadata, whole, words

certificates = Table(
    "certificates",
    metadata,
    #: Given once and never again, also after a withdrawal.
    Column("number", Text, primary_key=True),
    words("campaign"),
    Column("honour", BigInteger, nullable=False),
    whole("unit"),
    #: What stands on it, as it was when it was issued.
    words("unit_name"),
    words("title"),
    words("award"),
    words("activity"),
    words("hosts"),
    whole("at"),
    Index("uq_certificates_honour", "honour", unique=True),
    Index("ix_certificates_campaign", "campaign"),
    sqlite_with_rowid=False,
)

results_told = Table(
    "results_told",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("unit", BigInteger, nullable=False),
    #: Names what the unit was told last.
    words("mark"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "unit"),
    sqlite_with_rowid=False,
)

outlets = Table(
    "outlets",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    words("link"),
    whole("by"),
    #: When the results stood there, 0 while they do not.
    whole("done"),
    PrimaryKeyConstraint("campaign", "outlet"),
    sqlite_with_rowid=False,
)
