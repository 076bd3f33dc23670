"""The tables of what is handed in beside the form: films, stamped scans, pictures."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text

from storage.columns import metadata, whole, words

materials = Table(
    "materials",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("place", Integer, nullable=False),
    words("sha256"),
    words("name"),
    whole("size"),
    words("facts"),
    PrimaryKeyConstraint("entry", "version", "key", "place"),
    sqlite_with_rowid=False,
)
