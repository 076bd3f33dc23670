"""What people ask about the rules, counted.

Revision 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "questions",
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("campaign", "topic", "words")),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("count", "at")),
        sa.PrimaryKeyConstraint("campaign", "topic", "words"),
        sqlite_with_rowid=False,
    )
