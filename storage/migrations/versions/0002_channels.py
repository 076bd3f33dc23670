"""The channels: what is sent by whom and when, what waits for its files, one person with several addresses.

Revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of the channels and widen the outbox."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("letter", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("budget", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attempts_address_at", "attempts", ["address", "at"], unique=False)
    op.create_index("ix_attempts_letter", "attempts", ["letter"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "grants",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("left", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("address", "template"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("expires", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_links_person", "links", ["person"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "spool",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_spool_number", "spool", ["number"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("addresses", sa.Column("state", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("card", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("edits", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("campaign", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("batch", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("rank", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("due", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("claimed", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("done", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("again", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("remote", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("via", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("why", sa.Text(), server_default="", nullable=False))
    batched = sa.text("batch > 0")
    op.create_index(
        "ix_outbox_batch", "outbox", ["batch", "state"], unique=False, sqlite_where=batched, postgresql_where=batched
    )
    still = sa.text("state IN ('passive', 'due', 'sending', 'held')")
    op.create_index(
        "ix_outbox_open", "outbox", ["state", "due"], unique=False, sqlite_where=still, postgresql_where=still
    )
    op.add_column("people", sa.Column("merged", sa.BigInteger(), server_default="0", nullable=False))
