"""Certificates, what units were told of their results, and the outlets where these are shown.

Revision 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "certificates",
        sa.Column("number", sa.Text(), nullable=False),
        _words("campaign"),
        sa.Column("honour", sa.BigInteger(), nullable=False),
        _whole("unit"),
        *(_words(name) for name in ("unit_name", "title", "award", "activity", "hosts")),
        _whole("at"),
        sa.PrimaryKeyConstraint("number"),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_certificates_honour", "certificates", ["honour"], unique=True)
    op.create_index("ix_certificates_campaign", "certificates", ["campaign"])
    op.create_table(
        "results_told",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        _words("mark"),
        _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outlets",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        _words("link"),
        _whole("by"),
        _whole("done"),
        sa.PrimaryKeyConstraint("campaign", "outlet"),
        sqlite_with_rowid=False,
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
