"""The tables of judging: rounds, scrutineers, the roll, envelopes and drafts, and the board after the tally."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.columns import metadata, whole, words

rounds = Table(
    "ballot_rounds",
    metadata,
    Column("key", Text, primary_key=True),
    words("campaign"),
    words("round"),
    words("state"),
    #: What is fixed at the opening, as JSON, and its hash; "" while the round is being prepared.
    words("opening"),
    words("commitment"),
    Column("threshold", Integer, nullable=False, server_default="0"),
    whole("opens"),
    whole("closes"),
    whole("by"),
    whole("at"),
    whole("tallied"),
    words("bundle"),
    #: When the key of drafts and the key of 核对 were destroyed, 0 while they are there.
    whole("drafts_gone"),
    whole("views_gone"),
    #: What admins decided beforehand, as JSON, and when the bundle was made public.
    words("plan"),
    whole("published"),
    #: The round that this one follows, and what for: again, runoff; "" for one of its own.
    words("after"),
    words("purpose"),
    #: A draw among the tied, as JSON; when its seed and the key of remarks were destroyed, 0 while they are there.
    words("draw"),
    whole("lots_gone"),
    whole("remarks_gone"),
    Index("ix_ballot_rounds_campaign_round", "campaign", "round"),
)

#: What experts declared before a round opened (回避声明).
declared = Table(
    "recusals",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("entry", BigInteger, nullable=False),
    whole("at"),
    PrimaryKeyConstraint("campaign", "person", "entry"),
    sqlite_with_rowid=False,
)

scrutineers = Table(
    "scrutineers",
    metadata,
    Column("round", Text, nullable=False),
    Column("number", Integer, nullable=False),
    whole("person"),
    #: The hash of the share, and when it was typed back.
    words("fingerprint"),
    whole("confirmed"),
    PrimaryKeyConstraint("round", "number"),
    sqlite_with_rowid=False,
)

roll = Table(
    "roll",
    metadata,
    Column("round", Text, nullable=False),
    Column("number", Integer, nullable=False),
    whole("person"),
    words("recused"),
    words("state"),
    PrimaryKeyConstraint("round", "number"),
    Index("uq_roll_round_person", "round", "person", unique=True),
    sqlite_with_rowid=False,
)

envelopes = Table(
    "envelopes",
    metadata,
    Column("round", Text, nullable=False),
    Column("number", Integer, nullable=False),
    #: Emptied at the tally; the leaf stays, and the seed (sealed for 核对) until that key is destroyed.
    Column("ciphertext", LargeBinary, nullable=False),
    words("leaf"),
    Column("seed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("round", "number"),
    sqlite_with_rowid=False,
)

ballot_drafts = Table(
    "ballot_drafts",
    metadata,
    Column("round", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("round", "number"),
    sqlite_with_rowid=False,
)

#: What was pressed on ballots, as a hash: no person, no instant, no choice. Gone with the drafts.
presses = Table(
    "ballot_presses",
    metadata,
    Column("round", Text, nullable=False),
    Column("press", Text, nullable=False),
    PrimaryKeyConstraint("round", "press"),
    sqlite_with_rowid=False,
)

board = Table(
    "board",
    metadata,
    Column("round", Text, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("tracker", Text, nullable=False),
    words("levels"),
    PrimaryKeyConstraint("round", "entry", "tracker"),
    sqlite_with_rowid=False,
)

#: The entries that go on after a round of the notice.
shortlists = Table(
    "shortlists",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("round", Text, nullable=False),
    Column("entry", BigInteger, nullable=False),
    whole("at"),
    PrimaryKeyConstraint("campaign", "round", "entry"),
    sqlite_with_rowid=False,
)

#: What an expert writes for the others, sealed with the key of drafts and of one length; gone with the tally.
remark_drafts = Table(
    "remark_drafts",
    metadata,
    Column("round", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("round", "number"),
    sqlite_with_rowid=False,
)

#: The same after the tally: nobody's, in the order of codes drawn by chance; sealed until an admin has retyped them.
remarks = Table(
    "remarks",
    metadata,
    Column("round", Text, nullable=False),
    Column("code", Text, nullable=False),
    whole("entry"),
    Column("sealed", LargeBinary, nullable=False),
    words("words"),
    whole("released"),
    PrimaryKeyConstraint("round", "code"),
    sqlite_with_rowid=False,
)
