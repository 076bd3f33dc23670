"""The next free red packet, and those that somebody has, are found at once, however many were given out before.

Revision 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_packets_person", "packets", ["campaign", "person", "slot", "amount"])
