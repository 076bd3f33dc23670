"""The tables of a quiz: who plays, attempts and answers, and the red packets with their ledger."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from storage.columns import metadata, whole, words

_OPEN, _TAKEN = "state = 'open'", "person > 0"

players = Table(
    "quiz_players",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    #: 0 for one of the public.
    whole("unit"),
    whole("since"),
    PrimaryKeyConstraint("campaign", "person"),
    sqlite_with_rowid=False,
)

quiz_attempts = Table(
    "quiz_attempts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    words("campaign"),
    whole("person"),
    whole("unit"),
    #: The codes of its questions in order, as JSON, and the seed (hex) of the order of their options.
    words("codes"),
    words("seed"),
    #: "open", "done", or "void" when it ended after the close.
    words("state"),
    whole("day"),
    whole("begun"),
    whole("ended"),
    whole("correct"),
    whole("passed"),
    #: The median of the gaps between its answers, in milliseconds.
    whole("gap"),
    Index("ix_quiz_attempts_person", "campaign", "person", "day"),
    Index(
        "uq_quiz_attempts_open", "campaign", "person",
        unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN),
    ),
)  # fmt: skip

quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("attempt", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    words("code"),
    Column("picked", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    whole("at"),
    PrimaryKeyConstraint("attempt", "place"),
    sqlite_with_rowid=False,
)

pools = Table(
    "packet_pools",
    metadata,
    Column("campaign", Text, primary_key=True),
    whole("total"),
    whole("count"),
    whole("least"),
    whole("most"),
    words("seed"),
    words("commitment"),
    whole("by"),
    whole("at"),
    sqlite_with_rowid=False,
)

packets = Table(
    "packets",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    whole("amount"),
    #: Who has it (0: nobody yet), their how-manieth it is from 1, and the attempt that brought it.
    whole("person"),
    whole("nth"),
    whole("attempt"),
    whole("won"),
    words("reference"),
    whole("paid"),
    PrimaryKeyConstraint("campaign", "slot"),
    Index(
        "uq_packets_person", "campaign", "person", "nth",
        unique=True, sqlite_where=text(_TAKEN), postgresql_where=text(_TAKEN),
    ),
    #: Finds what somebody has won, and the next free one, however many were given out before.
    Index("ix_packets_person", "campaign", "person", "slot", "amount"),
    sqlite_with_rowid=False,
)  # fmt: skip

ledger = Table(
    "packet_ledger",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    words("campaign"),
    Column("slot", Integer, nullable=False),
    #: Double entry: what leaves one account comes into the other: "funds", "pool", "won", "paid".
    words("out_of"),
    words("into"),
    whole("amount"),
    whole("at"),
    Index("ix_packet_ledger_campaign", "campaign"),
)
