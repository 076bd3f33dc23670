"""The table of what was awarded: one row for each prize that an entry, or a unit, was given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table

from storage.columns import metadata, whole, words

honours = Table(
    "honours",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    words("campaign"),
    #: The prize by its key, and the track, theme or category it was given in ("" for all at once).
    words("prize"),
    words("within"),
    #: The prize's full name as it is printed, such as “一等奖（文字类）”.
    words("label"),
    #: The entry that won it; 0 for a prize of a unit, such as 优秀组织奖.
    whole("entry"),
    whole("unit"),
    words("track"),
    whole("gift"),
    #: "listed" while it is shown for objections (公示), then "final"; "withdrawn" when the committee took it back.
    words("state"),
    whole("at"),
    whole("settled"),
    Index("ix_honours_campaign", "campaign", "state"),
)
