"""A quiz: players, attempts, answers, and red packets with their ledger.

Revision 0021.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _must(name: str, kind: type[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind(), nullable=False)


def upgrade() -> None:
    """Add the tables."""
    _play()
    _packets()


def _play() -> None:
    op.create_table(
        "quiz_players",
        _must("campaign", sa.Text), _must("person", sa.BigInteger), _whole("unit"), _whole("since"),
        sa.PrimaryKeyConstraint("campaign", "person"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "quiz_attempts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        _words("campaign"), _whole("person"), _whole("unit"), _words("codes"), _words("seed"), _words("state"),
        *map(_whole, ("day", "begun", "ended", "correct", "passed", "gap")),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_quiz_attempts_person", "quiz_attempts", ["campaign", "person", "day"])
    still = sa.text("state = 'open'")
    op.create_index(
        "uq_quiz_attempts_open", "quiz_attempts", ["campaign", "person"],
        unique=True, sqlite_where=still, postgresql_where=still,
    )  # fmt: skip
    op.create_table(
        "quiz_answers",
        _must("attempt", sa.BigInteger), _must("place", sa.Integer), _words("code"), _must("picked", sa.Integer),
        _must("correct", sa.Integer), _whole("at"),
        sa.PrimaryKeyConstraint("attempt", "place"),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _packets() -> None:
    op.create_table(
        "packet_pools",
        _must("campaign", sa.Text), *map(_whole, ("total", "count", "least", "most")), _words("seed"),
        _words("commitment"), _whole("by"), _whole("at"),
        sa.PrimaryKeyConstraint("campaign"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "packets",
        _must("campaign", sa.Text), _must("slot", sa.Integer),
        *map(_whole, ("amount", "person", "nth", "attempt", "won")), _words("reference"), _whole("paid"),
        sa.PrimaryKeyConstraint("campaign", "slot"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    taken = sa.text("person > 0")
    op.create_index(
        "uq_packets_person", "packets", ["campaign", "person", "nth"],
        unique=True, sqlite_where=taken, postgresql_where=taken,
    )  # fmt: skip
    op.create_table(
        "packet_ledger",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        _words("campaign"), _must("slot", sa.Integer), _words("out_of"), _words("into"), _whole("amount"), _whole("at"),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_packet_ledger_campaign", "packet_ledger", ["campaign"])
