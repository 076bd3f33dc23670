"""Resumable uploads: what has arrived of each, and how much each person holds.

Revision 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXTS = ("owner", "question", "name", "labels", "mark", "state", "why", "sha256")
_NUMBERS = ("length", "arrived", "at", "done", "expires")


def upgrade() -> None:
    """Create the tables of uploads."""
    texts = {name: sa.Column(name, sa.Text(), server_default="", nullable=False) for name in _TEXTS}
    numbers = {name: sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _NUMBERS}
    columns = texts | numbers
    order = "owner question name labels mark length arrived state why sha256 at done expires".split()
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        *(columns[name] for name in order),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_uploads_owner", "uploads", ["owner"], unique=False)
    op.create_index("ix_uploads_state_expires", "uploads", ["state", "expires"], unique=False)
    op.create_table(
        "shelves",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uploads", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
