"""What was awarded.

Revision 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_COLUMNS = ("campaign", "prize", "within", "label", "entry", "unit", "track", "gift", "state", "at", "settled")
_WHOLE = ("entry", "unit", "gift", "at", "settled")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "honours",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            if name in _WHOLE
            else sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in _COLUMNS
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_honours_campaign", "honours", ["campaign", "state"])
