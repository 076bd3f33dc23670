"""The work of making the contact table (附件4 of all units): on the official annex, and as a sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.fill import Blank, fill
from documents.sheets import Sheet, workbook
from rules.filenames import safe_name
from rules.forms import Form
from rules.instants import micros
from rules.looks_duty import DutyBoard, UnitDuty
from rules.notice import Notice
from rules.rows import joined, parted
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.made import Made
from storage.database import Database
from storage.duties import duty_board

Row = Mapping[str, Any]


class ContactTable:
    """Makes the table of the campaigns it knows. `blanks` is the folder that the blank annexes' paths start from."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], blanks: Path,
        clock: SystemClock | SimulatedClock,
    ) -> None:  # fmt: skip
        self._database, self._made, self._notices, self._blanks, self._clock = database, made, notices, blanks, clock

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The facts: [name, sha256] of each file, how many units and people stand in it, how many units do not."""
        notice = self._notices[payload["campaign"]]
        task = next(each for each in notice.tasks if each.key == payload["task"])
        form = notice.form(task.form or "")
        async with self._database.read() as connection:
            board = await duty_board(connection, DutyBoard(notice.id))
        units = [each for each in board if task.concerns(each.klass) and each.of(task.key)]
        rows = contact_rows(form, task.key, units)
        files: list[list[str]] = []
        for name, data in await asyncio.to_thread(self._drawn, notice, form, rows):
            kept = await self._made.keep_bytes(name, data, at=micros(self._clock.now()))
            files.append([name, kept.sha256])
        owing = sum(task.concerns(each.klass) for each in board)
        return {"files": files, "units": len(units), "people": len(rows), "missing": owing - len(units)}

    def _drawn(self, notice: Notice, form: Form, rows: Sequence[Row]) -> list[tuple[str, bytes]]:
        if not rows:
            return []
        name = safe_name(f"{form.annex} {form.title}（汇总）")
        sheet = contact_sheet(form, rows)
        word = fill(Blank.open(self._blanks / form.blank), form, {"rows": list(rows)})
        return [(f"{name}.docx", word), (f"{name}.xlsx", workbook([sheet], title=notice.title))]


def contact_rows(form: Form, task: str, units: Sequence[UnitDuty]) -> list[Row]:
    """The rows of all units one below the other, as the annex takes them."""
    rows: list[Row] = []
    for unit in units:
        for handed in unit.of(task):
            own, whole = parted(form, handed.answers)
            rows += joined(form, own, whole, unit.name)["rows"]
    return rows


def contact_sheet(form: Form, rows: Sequence[Row]) -> Sheet:
    """The same as a sheet."""
    labels = tuple(field.label for field in form.fields)
    return Sheet(form.title, labels, tuple(tuple(row.get(field.key, "") for field in form.fields) for row in rows))
