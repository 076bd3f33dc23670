"""Reminding: occasions, single reminders, peace for a day, tasks done, and who acts on time.

Revision 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _called(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Create the tables of reminding."""
    op.create_table(
        "rounds", _called("campaign"), _called("key"), _words("kind"), _whole("nominal"), _whole("moment"),
        _whole("closes"), _words("shifted"), _words("units"), _words("state"), _words("why"), _whole("cursor"),
        _whole("by"), _whole("began"), _whole("ended"), sa.PrimaryKeyConstraint("campaign", "key"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_rounds_state", "rounds", ["state"], unique=False)
    op.create_table(
        "reminders", _key("instant"), _key("person"), _called("campaign"), _called("rule"), _called("subject"),
        _whole("unit"), _whole("at"), _words("state"), _words("why"), _whole("letter"), _whole("fresh_until"),
        _whole("closes"), sa.PrimaryKeyConstraint("instant", "person", "campaign", "rule", "subject"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_reminders_person_at", "reminders", ["person", "at"], unique=False)
    op.create_index("ix_reminders_unit_at", "reminders", ["unit", "at"], unique=False)
    lettered = sa.text("letter > 0")
    op.create_index(
        "ix_reminders_letter", "reminders", ["letter"], unique=False, sqlite_where=lettered, postgresql_where=lettered
    )
    op.create_table(
        "mutes", _key("person"), _called("campaign"), _whole("until"), sa.PrimaryKeyConstraint("person", "campaign"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "fulfilments", _called("campaign"), _key("unit"), _called("task"), _whole("person"), _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "unit", "task"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "leases", _called("name"), _words("holder"), _whole("until"), sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )  # fmt: skip
