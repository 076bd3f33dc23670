"""New databases of tests come to their newest shape by its written form, not by running all migrations each time.

The migrations run once for each process, on SQLite in memory; what they make is written down statement by statement,
and a fresh SQLite file gets the same statements (15 ms instead of 350). PostgreSQL, older shapes, databases that hold
something already, and the tests of the migrations themselves take the real way.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from storage import migrate

#: The real way.
SHAPE = migrate.shape


@cache
def written() -> tuple[str, ...]:
    """The newest shape as statements, what the migrations put into its tables included."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        SHAPE(connection)
    with closing(engine.raw_connection()) as raw:
        driver: Any = raw.driver_connection
        assert isinstance(driver, sqlite3.Connection), "SQLite in memory is opened by its own driver"
        found = tuple(each for each in driver.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;"))
    engine.dispose()
    return found


def shape(connection: Connection, to: str = "head") -> None:
    """Bring a database to a version of its shape, a fresh SQLite file by the quick way."""
    fresh = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)"
    if connection.dialect.name == "sqlite" and to == "head" and connection.exec_driver_sql(fresh).scalar():
        for statement in written():
            connection.exec_driver_sql(statement)
        return
    SHAPE(connection, to)
