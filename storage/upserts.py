"""INSERT where a row may be there already: both databases know ON CONFLICT, each by a class of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.direct import Direct


def insert_into(table: FromClause, on: AsyncConnection | Direct | Database) -> Any:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`; the two classes have no common base."""
    is_sqlite = on.sqlite if isinstance(on, Database) else on.dialect.name == "sqlite"
    return (sqlite if is_sqlite else postgresql).insert(table)
