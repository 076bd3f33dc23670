"""The tables of the public vote: votes, what admins settled, and totals imported from another platform."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.columns import metadata, whole, words

votes = Table(
    "votes",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("round", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    #: 20240430 in the notice's zone; 0 where all days are one.
    Column("day", Integer, nullable=False),
    Column("entry", BigInteger, nullable=False),
    #: What votes are counted together with, and the which of them it is, from 1: no two share a place.
    words("bucket"),
    Column("place", Integer, nullable=False),
    whole("at"),
    #: The channel it came by, or "page"; there, the keyed hash of the network; whether the address was not a day old.
    words("way"),
    words("network"),
    Column("fresh", Integer, nullable=False, server_default="0"),
    #: When an admin set it aside, 0 while it counts.
    whole("aside"),
    PrimaryKeyConstraint("campaign", "round", "person", "day", "entry"),
    Index("uq_votes_place", "campaign", "round", "person", "day", "bucket", "place", unique=True),
    Index("ix_votes_entry", "campaign", "round", "entry", "at"),
    Index("ix_votes_at", "campaign", "round", "at"),
    sqlite_with_rowid=False,
)

vote_terms = Table(
    "vote_terms",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("round", Text, nullable=False),
    #: In place of the notice's times; 0 and 0 where nobody set any.
    whole("opens"),
    whole("closes"),
    #: The share of the public vote as an exact fraction, and how votes become points; "" where nobody set them.
    words("public"),
    words("normalise"),
    whole("by"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "round"),
    sqlite_with_rowid=False,
)

vote_imports = Table(
    "vote_imports",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("round", Text, nullable=False),
    #: Votes by entry, as JSON.
    words("votes"),
    words("file"),
    words("sha256"),
    Column("added", Integer, nullable=False, server_default="0"),
    whole("by"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "round"),
    sqlite_with_rowid=False,
)
