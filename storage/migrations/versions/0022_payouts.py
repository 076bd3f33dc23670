"""Payment of red packets: by WeChat under one bill number each, and by codes.

Revision 0022.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str, kind: type[Any] = sa.BigInteger) -> sa.Column[int]:
    return sa.Column(name, kind(), server_default="0", nullable=False)


def _must(name: str, kind: type[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind(), nullable=False)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "payouts",
        _must("campaign", sa.Text), _must("slot", sa.Integer), _words("bill"), _whole("person"), _words("openid"),
        _whole("amount"), _words("state"), _whole("tries", sa.Integer), *map(_whole, ("at", "asked", "due")),
        _words("why"), _whole("told"),
        sa.PrimaryKeyConstraint("campaign", "slot"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("uq_payouts_bill", "payouts", ["bill"], unique=True)
    still = sa.text("state IN ('ready', 'asked', 'sent')")
    op.create_index("ix_payouts_open", "payouts", ["state", "due"], sqlite_where=still, postgresql_where=still)
    op.create_index("ix_payouts_openid", "payouts", ["openid", "asked"])
    op.create_table(
        "payout_rests",
        _must("campaign", sa.Text), _words("why"), _whole("by"), _whole("at"),
        sa.PrimaryKeyConstraint("campaign"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        _words("campaign"), _words("code"), _whole("amount"), _words("kind"), _whole("slot", sa.Integer),
        *map(_whole, ("given", "by", "at")),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("uq_vouchers_code", "vouchers", ["campaign", "code"], unique=True)
    given = sa.text("slot > 0")
    op.create_index(
        "uq_vouchers_slot", "vouchers", ["campaign", "slot"],
        unique=True, sqlite_where=given, postgresql_where=given,
    )  # fmt: skip
