"""The work of reading the table of another platform's votes: which work has how many, what is wrong in which row."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from documents.sheet_reading import UnreadableSheet, read_sheet
from rules.looks_judging import Candidate
from rules.notice import Notice
from rules.reaching import candidates
from rules.vote_sheet import Sheet, read_votes
from storage.database import Database
from storage.judging import admitted
from storage.store import Store


class VoteSheetReader:
    """Reads such tables."""

    def __init__(self, store: Store, database: Database, notices: Mapping[str, Notice]) -> None:
        self._store, self._database, self._notices = store, database, notices

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the file named in the payload. The facts are JSON-plain; only `error` of one that does not open."""
        data, name = await self._store.read(payload["sha256"]), payload["name"]
        async with self._database.read() as connection:
            entries = await admitted(connection, candidates(self._notices[payload["campaign"]], payload["round"]))
        try:
            sheet = await asyncio.to_thread(_read, data, name, entries)
        except UnreadableSheet as wrong:
            return {"error": str(wrong)}
        return {
            "name": name, "sha256": payload["sha256"], "missing": list(sheet.missing),
            "votes": {str(entry): count for entry, count in sheet.votes.items()},
            "faults": [{"row": each.row, "key": each.key, "facts": dict(each.facts)} for each in sheet.faults],
        }  # fmt: skip


def _read(data: bytes, name: str, entries: Sequence[Candidate]) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"票数{PurePath(name).suffix.lower()}"
        path.write_bytes(data)
        return read_votes(read_sheet(path), entries)
