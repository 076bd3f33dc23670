"""Addresses that are out of reach are found without reading all others.

Revision 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
_SHUT = "state <> ''"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_addresses_shut", "addresses", ["id"], sqlite_where=sa.text(_SHUT), postgresql_where=sa.text(_SHUT)
    )
