"""Entries that were sent back are found without reading all others.

Revision 0026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
_BACK = "state = 'returned'"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_entries_back", "entries", ["campaign", "unit"],
        sqlite_where=sa.text(_BACK), postgresql_where=sa.text(_BACK),
    )  # fmt: skip
