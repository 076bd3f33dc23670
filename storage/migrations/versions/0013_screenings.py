"""What was decided in screening, and in the roster who recommends and who leads.

Revision 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_COLUMNS = (
    "campaign", "entry", "version", "level", "field", "unit", "decision", "opinion", "clause", "target", "by", "at",
    "day", "carried",
)  # fmt: skip
_WHOLE = ("unit", "target", "by", "at")


def upgrade() -> None:
    """Add the table and the columns."""
    for name in ("recommender", "lead"):
        op.add_column("units", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_table(
        "screenings",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(_column(name) for name in _COLUMNS),
        sa.PrimaryKeyConstraint("id"),
    )
    once = sa.text("decision IN ('passed', 'straight', 'returned', 'rejected')")
    op.create_index(
        "uq_screenings_level", "screenings", ["entry", "version", "level"], unique=True, sqlite_where=once,
        postgresql_where=once,
    )  # fmt: skip
    op.create_index("ix_screenings_campaign_unit", "screenings", ["campaign", "unit"])
    op.create_index("ix_screenings_entry_version", "screenings", ["entry", "version"])


def _column(name: str) -> sa.Column[int] | sa.Column[str]:
    match name:
        case "entry":
            return sa.Column(name, sa.BigInteger(), nullable=False)
        case "version":
            return sa.Column(name, sa.Integer(), nullable=False)
        case "carried":
            return sa.Column(name, sa.Integer(), server_default="0", nullable=False)
    if name in _WHOLE:
        return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
