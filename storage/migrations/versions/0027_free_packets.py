"""The next free red packet is found at once, however many were given out before.

Revision 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0021"


def upgrade() -> None:
    """Add the index."""
    free = sa.text("person = 0")
    op.create_index("ix_packets_free", "packets", ["campaign", "slot"], sqlite_where=free, postgresql_where=free)
