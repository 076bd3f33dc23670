"""The public vote: votes, what admins settled, imported totals.

Revision 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _round() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("campaign", sa.Text(), nullable=False), sa.Column("round", sa.Text(), nullable=False)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "votes",
        *_round(),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        _words("bucket"),
        sa.Column("place", sa.Integer(), nullable=False),
        _whole("at"),
        _words("way"),
        _words("network"),
        sa.Column("fresh", sa.Integer(), server_default="0", nullable=False),
        _whole("aside"),
        sa.PrimaryKeyConstraint("campaign", "round", "person", "day", "entry"),
        sqlite_with_rowid=False,
    )
    places = ["campaign", "round", "person", "day", "bucket", "place"]
    op.create_index("uq_votes_place", "votes", places, unique=True)
    op.create_index("ix_votes_entry", "votes", ["campaign", "round", "entry", "at"])
    op.create_index("ix_votes_at", "votes", ["campaign", "round", "at"])
    op.create_table(
        "vote_terms",
        *_round(),
        _whole("opens"),
        _whole("closes"),
        _words("public"),
        _words("normalise"),
        _whole("by"),
        _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "round"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vote_imports",
        *_round(),
        _words("votes"),
        _words("file"),
        _words("sha256"),
        sa.Column("added", sa.Integer(), server_default="0", nullable=False),
        _whole("by"),
        _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "round"),
        sqlite_with_rowid=False,
    )
