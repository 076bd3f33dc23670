"""The tables of resumable uploads: each upload with what has arrived of it, and how much each person holds."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.columns import metadata, whole, words

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    words("owner"),
    words("question"),
    words("name"),
    words("labels"),
    words("mark"),
    whole("length"),
    whole("arrived"),
    words("state"),
    words("why"),
    words("sha256"),
    whole("at"),
    whole("done"),
    whole("expires"),
    Index("ix_uploads_owner", "owner"),
    Index("ix_uploads_state_expires", "state", "expires"),
)

shelves = Table(
    "shelves",
    metadata,
    Column("owner", Text, primary_key=True),
    whole("held"),
    whole("uploads"),
)
