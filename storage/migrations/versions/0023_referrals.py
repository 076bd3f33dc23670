"""Who brought whom to a quiz, and the words in which an admin took the platform's rule against that on.

Revision 0023.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "referral_terms",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Integer(), server_default="0", nullable=False),
        _words("words"), _whole("by"), _whole("at"),
        sa.PrimaryKeyConstraint("campaign"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    _of_person("referral_links", _words("code"))
    _of_person("referrals", _whole("inviter"))
    op.create_index("uq_referral_links_code", "referral_links", ["code"], unique=True)
    op.create_index("ix_referrals_inviter", "referrals", ["campaign", "inviter"])


def _of_person(name: str, column: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("campaign", sa.Text(), nullable=False), sa.Column("person", sa.BigInteger(), nullable=False),
        column, _whole("at"),
        sa.PrimaryKeyConstraint("campaign", "person"),
        sqlite_with_rowid=False,
    )  # fmt: skip
