"""Units under a unit are found without reading every unit, for quotas that count their works.

Revision 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"


def upgrade() -> None:
    """Add the index."""
    under = sa.text("parent <> ''")
    op.create_index("ix_units_parent", "units", ["campaign", "parent"], sqlite_where=under, postgresql_where=under)
