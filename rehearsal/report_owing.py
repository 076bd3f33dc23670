"""What each unit owed when: units by instants, with figures and in colours."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal.owed import PIECE, class_of, owed_by, played
from rehearsal.record import Owing, Record

#: Instants that are shown: evenly in the beginning, and what there is of the end.
EARLY, LATE = 5, 5
#: How long before the end is the end.
_END = timedelta(days=4)


def matrices(record: Record) -> list[dict[str, Any]]:
    """One for each thing that is owed by number; who owes most in the end stands first, else as they were played."""
    by_track: dict[str, list[Owing]] = defaultdict(list)
    for each in played(record):
        by_track[each.track].append(each)
    return [
        _matrix(record, track, mine) for track, mine in by_track.items() if any(each.floor for each in mine)
    ]  # fmt: skip


def shown_instants(instants: list[datetime]) -> list[datetime]:
    """Some of them in order: the first, some evenly, more of the end, and the last."""
    ordered = sorted(set(instants))
    if len(ordered) <= EARLY + LATE:
        return ordered
    end = [at for at in ordered if at > ordered[-1] - _END][-LATE:]
    before = [at for at in ordered if at < end[0]]
    step = max(1, -(-len(before) // (EARLY + LATE - len(end))))
    return before[::step] + end


def _matrix(record: Record, track: str, owing: list[Owing]) -> dict[str, Any]:
    zone = ZoneInfo(record.notice.zone)
    known = owed_by(record.notice, track, "")
    instants = shown_instants([each.at for each in owing])
    cells: dict[str, dict[datetime, Owing]] = defaultdict(dict)
    for each in owing:
        cells[each.unit][each.at] = each
    rows = [_row(record, unit, mine, instants) for unit, mine in cells.items()]
    rows.sort(key=lambda row: -row["owes"])
    return {
        "label": known.label if known is not None else track,
        "measure": known.measure if known is not None else PIECE,
        "heads": [_head(at.astimezone(zone)) for at in instants],
        "rows": rows,
        "owing": [sum(row["cells"][place]["kind"] == "owes" for row in rows) for place in range(len(instants))],
    }


def _row(record: Record, unit: str, mine: dict[datetime, Owing], instants: list[datetime]) -> dict[str, Any]:
    """The figures of a unit; an instant that was not looked at shows the last one before it."""
    known = sorted(mine.values(), key=lambda each: each.at)
    cells: list[dict[str, Any]] = []
    for at in instants:
        latest = next((each for each in reversed(known) if each.at <= at), None)
        if latest is None or not latest.floor:
            cells.append({"kind": "none", "have": latest.have if latest else None, "floor": 0})
        else:
            kind = "owes" if latest.have < latest.floor else "met"
            depth = min(3, latest.floor - latest.have)
            cells.append({"kind": kind, "have": latest.have, "floor": latest.floor, "depth": max(0, depth)})
    _, label = class_of(record.notice, known[-1].klass)
    owes = max(0, known[-1].floor - known[-1].have)
    return {"unit": unit, "klass": label, "cells": cells, "owes": owes}


def _head(local: datetime) -> dict[str, str]:
    return {"day": f"{local.month}/{local.day}", "clock": f"{local:%H:%M}"}
