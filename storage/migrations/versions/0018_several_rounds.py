"""Several rounds: what a round follows, short lists, draws, and experts' remarks between rounds.

Revision 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns and the tables."""
    for name in ("after", "purpose", "draw"):
        op.add_column("ballot_rounds", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("lots_gone", "remarks_gone"):
        op.add_column("ballot_rounds", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "shortlists",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "round", "entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "remark_drafts",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "remarks",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("released", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("round", "code"),
        sqlite_with_rowid=False,
    )
