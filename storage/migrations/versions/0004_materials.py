"""Films, scans and pictures of entries; until when a program has taken a piece of work.

Revision 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of materials and give work its lease."""
    op.create_table(
        "materials",
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("entry", "version", "key", "place"),
        sqlite_with_rowid=False,
    )
    op.add_column("work", sa.Column("leased", sa.BigInteger(), server_default="0", nullable=False))
