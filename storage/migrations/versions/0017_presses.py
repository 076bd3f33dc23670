"""What was pressed on ballots, so that the same press counts once.

Revision 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "ballot_presses",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("press", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", "press"),
        sqlite_with_rowid=False,
    )
