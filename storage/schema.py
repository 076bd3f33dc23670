"""The whole schema: one metadata that knows every table."""

from __future__ import annotations

from storage import (
    tables,
    tables_awards,
    tables_duties,
    tables_judging,
    tables_materials,
    tables_parcels,
    tables_payout,
    tables_post,
    tables_public,
    tables_publication,
    tables_quiz,
    tables_reminders,
    tables_screening,
    tables_steering,
    tables_twins,
    tables_uploads,
)
from storage.columns import metadata

__all__ = [
    "metadata",
    "tables",
    "tables_awards",
    "tables_duties",
    "tables_judging",
    "tables_materials",
    "tables_parcels",
    "tables_payout",
    "tables_post",
    "tables_public",
    "tables_publication",
    "tables_quiz",
    "tables_reminders",
    "tables_screening",
    "tables_steering",
    "tables_twins",
    "tables_uploads",
]
