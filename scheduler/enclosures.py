"""The work of looking at a file that goes with a message to many: what it gives away, or which units it lists."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from documents.codes import Opaque, Seen, decoded, seen
from documents.sheet_reading import UnreadableSheet, read_sheet
from rules.embargo import Embargo, breaches, pictured
from rules.notice import Notice
from rules.roster import COLUMNS
from storage.store import Store

#: Before every embargo: what a file holds is asked without a time, and judged by the instant of sending later.
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_SHEETS = frozenset((".csv", ".xlsx", ".xls", ".ods"))
#: Names that a list may hold, and characters of one.
MOST_NAMES, MOST_NAME = 500, 60


class EnclosureReader:
    """Looks at enclosed files."""

    def __init__(self, store: Store, notices: Mapping[str, Notice]) -> None:
        self._store, self._notices = store, notices

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Look at the file named in the payload. The facts are JSON-plain; a refusal is the fact `error`."""
        data = await self._store.read(payload["sha256"])
        notice = self._notices.get(payload["campaign"])
        held = notice.embargoes if notice is not None else ()
        return await asyncio.to_thread(self._look, data, payload, held)

    def _look(self, data: bytes, payload: Mapping[str, Any], held: Sequence[Embargo]) -> Mapping[str, Any]:
        name = payload["name"]
        facts: dict[str, Any] = {"name": name, "sha256": payload["sha256"], "names": self._names(data, name)}
        try:
            found = seen(data, name)
        except Opaque:
            # A list that can be read is one, whatever else it is.
            if facts["names"]:
                return {**facts, "broken": []}
            return {"error": {"key": "broadcast.file_unreadable", "facts": {"name": name}}}
        return {**facts, "broken": _broken(found, held), "opaque": not found.whole}

    def _names(self, data: bytes, name: str) -> list[str]:
        """The units that a list names, [] for a file that is none."""
        kind = PurePath(name).suffix.lower()
        if kind == ".txt":
            rows = [[each] for each in decoded(data).splitlines()]
        elif kind in _SHEETS:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"list{kind}"
                path.write_bytes(data)
                try:
                    rows = read_sheet(path)
                except UnreadableSheet:
                    return []
        else:
            return []
        return _column(rows)


def _column(rows: Sequence[Sequence[str]]) -> list[str]:
    """The column of names: the one with the title of one, else the first."""
    titles = COLUMNS["name"]
    for number, row in enumerate(rows):
        found = next((place for place, cell in enumerate(row) if "".join(cell.split()) in titles), None)
        if found is not None:
            return _cells(rows[number + 1 :], found)
    return _cells(rows, 0)


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (" ".join(row[place].split())[:MOST_NAME] for row in rows if place < len(row))
    return list(dict.fromkeys(filter(None, cells)))[:MOST_NAMES]


def _broken(found: Seen, held: Sequence[Embargo]) -> list[str]:
    """The keys of the embargoes that a file would break while they are in force."""
    every = (*pictured(found.codes, held, _ALWAYS), *breaches(found.text, held, _ALWAYS))
    return list(dict.fromkeys(each.embargo.key for each in every))
