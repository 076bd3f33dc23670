"""Judging: rounds, scrutineers, the roll, envelopes, drafts, the board.

Revision 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables of judging."""
    op.create_table(
        "ballot_rounds",
        sa.Column("key", sa.Text(), nullable=False),
        *(_words(name) for name in ("campaign", "round", "state", "opening", "commitment")),
        sa.Column("threshold", sa.Integer(), server_default="0", nullable=False),
        *(_whole(name) for name in ("opens", "closes", "by", "at", "tallied")),
        _words("bundle"),
        *(_whole(name) for name in ("drafts_gone", "views_gone")),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_ballot_rounds_campaign_round", "ballot_rounds", ["campaign", "round"], unique=False)
    _numbered("scrutineers", _whole("person"), _words("fingerprint"), _whole("confirmed"))
    _numbered("roll", _whole("person"), _words("recused"), _words("state"))
    op.create_index("uq_roll_round_person", "roll", ["round", "person"], unique=True)
    _numbered("envelopes", _bytes("ciphertext"), _words("leaf"), _bytes("seed"))
    _numbered("ballot_drafts", _bytes("sealed"))
    op.create_table(
        "board",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        _words("levels"),
        sa.PrimaryKeyConstraint("round", "entry", "tracker"),
        sqlite_with_rowid=False,
    )


def _numbered(table: str, *columns: sa.Column[object]) -> None:
    """A table of rows that have a number within their round."""
    op.create_table(
        table,
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("round", "number"),
        sqlite_with_rowid=False,
    )


def _words(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _bytes(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)
