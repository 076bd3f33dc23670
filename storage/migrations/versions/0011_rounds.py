"""Rounds of judging: how each was planned, when it was published, and what experts declared.

Revision 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns and the table of declarations."""
    op.add_column("ballot_rounds", sa.Column("plan", sa.Text(), server_default="", nullable=False))
    op.add_column("ballot_rounds", sa.Column("published", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "recusals",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "person", "entry"),
        sqlite_with_rowid=False,
    )
