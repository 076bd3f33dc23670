"""Decisions about prizes, listings for 公示, objections, and changes of prizes.

Revision 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_LIVE = sa.text("state IN ('waiting', 'listed', 'final')")
_TABLES = {
    "award_decisions": "campaign kind prize within value reason by# at#",
    "listings": "campaign state given basis opens# closes# by# second# at# decided# confirmed#",
    "objections": "campaign number# honour# person# unit# words files state outcome answer by# at# ended#",
    "honour_changes": "campaign honour# what stage before after reason objection# place# by# at#",
}


def _column(name: str) -> sa.Column[object]:
    """A column of text, or of whole numbers where its name ends in "#"."""
    plain = name.removesuffix("#")
    if name != plain:
        return sa.Column(plain, sa.BigInteger(), server_default="0", nullable=False)
    return sa.Column(plain, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """Add the tables."""
    for table, columns in _TABLES.items():
        key = sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False)
        op.create_table(table, key, *map(_column, columns.split()), sa.PrimaryKeyConstraint("id"))
    op.create_index("ix_award_decisions_campaign", "award_decisions", ["campaign"])
    op.create_index(
        "uq_listings_live", "listings", ["campaign"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )
    op.create_index("uq_objections_campaign_number", "objections", ["campaign", "number"], unique=True)
    op.create_index("ix_honour_changes_campaign", "honour_changes", ["campaign"])
