"""What every table is made of: the one metadata, and columns that are never NULL.

Instants are UTC microseconds in BIGINT; JSON is text; numbers are given by `storage.numbers`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Text

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def words(name: str) -> Column[str]:
    """A text, "" where there is none."""
    return Column(name, Text, nullable=False, server_default="")


def whole(name: str) -> Column[int]:
    """A whole number of 64 bits, 0 where there is none."""
    return Column(name, BigInteger, nullable=False, server_default="0")


def key(name: str) -> Column[int]:
    """A row's own number."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)
