"""The tables of duties: who confirmed theirs, and what was handed in for which task."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.columns import key, metadata, whole, words

receipts = Table(
    "receipts",
    metadata,
    Column("campaign", Text, nullable=False),
    whole("unit"),
    whole("person"),
    Column("row", Integer, nullable=False, server_default="0"),
    words("stand"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "unit"),
)

#: Every version of everything that was handed in for a task. `state`: "in" is in force, "replaced", "withdrawn".
#: `code` is that of a filled form in `prints`; `counts` and `files` are JSON.
handed = Table(
    "handed",
    metadata,
    Column("campaign", Text, nullable=False),
    whole("unit"),
    Column("task", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("version", Integer, nullable=False),
    whole("person"),
    whole("at"),
    Column("late", Integer, nullable=False, server_default="0"),
    words("state"),
    words("code"),
    words("held"),
    words("counts"),
    words("words"),
    words("files"),
    PrimaryKeyConstraint("campaign", "unit", "task", "slot", "version"),
    Index("ix_handed_campaign_task_state", "campaign", "task", "state"),
)

#: Requests of people to have their data erased, and what came of each. `state`: "asked", "later" (its forms wait for
#: the end of a campaign), "done".
erasures = Table(
    "erasures",
    metadata,
    key("person"),
    whole("at"),
    words("state"),
    words("report"),
)
