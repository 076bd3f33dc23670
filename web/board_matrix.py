"""The board's matrix of units and tracks: what is asked of it in an address, and one page of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from rules.cleaning import folded
from rules.overview import Cell, Overview, Reached, Row

#: Units on one page.
PAGE = 100
#: Which units the matrix may be narrowed to, beside their class.
STANDINGS = ("owing", "absent", "begun", "returned", "complete")
_MOST_QUERY = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of the matrix: a class, a standing, a part of a name ("": all), and which page."""

    klass: str = ""
    standing: str = ""
    query: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """From the query of an address; what is not understood is left out."""
        page = given.get("page", "")
        standing = given.get("standing", "")
        return cls(
            given.get("class", "")[:_MOST_QUERY],
            standing if standing in STANDINGS else "",
            " ".join(given.get("q", "").split())[:_MOST_QUERY],
            int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
        )

    def address(self, **changes: str) -> str:
        """The query of an address for the same with changes."""
        asked = {"class": self.klass, "standing": self.standing, "q": self.query, "page": str(self.page)} | changes
        return urlencode({name: value for name, value in asked.items() if value and (name, value) != ("page", "1")})


class Matrix:
    """The units of one campaign; days are told in its own zone."""

    def __init__(self, over: Overview, zone: ZoneInfo) -> None:
        self._rows, self._zone = over.rows, zone

    def facts(self, wanted: Wanted) -> dict[str, Any]:
        """One page of the units that are asked for, and where the others are."""
        rows = [row for row in self._rows if _asked_for(row, wanted)]
        pages = max(1, -(-len(rows) // PAGE))
        page = min(wanted.page, pages)
        return {
            "rows": [self._row(row) for row in rows[(page - 1) * PAGE : page * PAGE]],
            "count": len(rows),
            "whole": len(self._rows),
            "page": page,
            "pages": pages,
            "before": wanted.address(page=str(page - 1)) if page > 1 else None,
            "after": wanted.address(page=str(page + 1)) if page < pages else None,
        }

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            "unit": row.unit.called,
            "label": row.label,
            "people": row.people,
            "drafts": row.drafts,
            "seen": day(row.seen, self._zone),
            "cells": [self._cell(cell) for cell in row.cells],
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        kind = "none" if cell.free and not cell.entries else "owes" if cell.owes else "met"
        if cell.returned:
            kind = "returned"
        facts = {"entries": cell.entries, "floor": cell.floor, "owes": cell.owes, "soft": cell.soft, "cap": cell.cap}
        return facts | {"kind": kind, "returned": cell.returned}


def _asked_for(row: Row, wanted: Wanted) -> bool:
    if wanted.klass and row.unit.klass != wanted.klass:
        return False
    if wanted.query and not any(_plain(wanted.query) in _plain(name) for name in (row.unit.name, row.unit.short)):
        return False
    match wanted.standing:
        case "owing":
            return row.owes > 0
        case "absent":
            return row.reached < Reached.JOINED
        case "begun":
            return row.drafts > 0
        case "returned":
            return row.returned > 0
        case "complete":
            return row.reached is Reached.COMPLETE
    return True


def _plain(name: str) -> str:
    return "".join(folded(name).split()).casefold()


def day(at: datetime | None, zone: ZoneInfo) -> str:
    """3月20日, "" for no day."""
    local = at.astimezone(zone) if at is not None else None
    return f"{local.month}月{local.day}日" if local is not None else ""
