"""Duties: confirmations and what was handed in for tasks; requests to have one's data erased.

Revision 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables of duties and of erasures."""
    op.create_table(
        "receipts",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("row", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stand", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "unit"),
    )
    op.create_table(
        "handed",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("late", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("held", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "unit", "task", "slot", "version"),
    )
    op.create_index("ix_handed_campaign_task_state", "handed", ["campaign", "task", "state"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
