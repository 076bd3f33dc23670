"""Steering from chat: the audit log, caps that move, pauses, entries sent back, broadcasts that are planned.

Revision 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """Create the tables of steering and widen leaves and broadcasts."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _words("campaign"),
        _whole("by"),
        _whole("at"),
        _words("command"),
        _words("what"),
        _words("result"),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_audit_campaign_seq", "audit", ["campaign", "seq"], unique=False)
    op.create_table(
        "caps",
        _words("campaign"),
        _words("track"),
        _whole("unit"),
        _whole("cap"),
        _whole("by"),
        _words("reason"),
        _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "track", "unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        _words("campaign"),
        _words("track"),
        _whole("unit"),
        _whole("person"),
        _whole("cap"),
        _words("reason"),
        _words("state"),
        _whole("by"),
        _words("answer"),
        _whole("at"),
        _whole("ended"),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_asks_open", "asks", ["campaign", "track", "unit"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip
    op.create_index("ix_asks_campaign_state", "asks", ["campaign", "state"], unique=False)
    op.create_table(
        "pauses",
        _words("campaign"),
        _words("track"),
        _whole("by"),
        _words("reason"),
        _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "track"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "returns",
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("reasons"),
        _whole("until"),
        _whole("by"),
        _whole("at"),
        sa.PrimaryKeyConstraint("entry", "version"),
        sqlite_with_rowid=False,
    )
    op.add_column("leaves", _whole("ended"))
    op.add_column("broadcasts", _whole("due"))
    op.add_column("broadcasts", _words("plan"))
    op.add_column("broadcasts", _whole("second"))
    op.create_index("ix_broadcasts_state_due", "broadcasts", ["state", "due"], unique=False)
