"""The whole schema: one metadata that knows every table."""

from __future__ import annotations

from storage import tables, tables_judging, tables_post
from storage.columns import metadata

__all__ = ["metadata", "tables", "tables_judging", "tables_post"]
