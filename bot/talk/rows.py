"""A form with one row per person, filled in over several messages: add, change, remove, 完成.

Every step is kept as a piece, so that 撤回 takes back exactly the last one. Rows that were typed are never lost: a
refusal leaves what was there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import plain
from bot.talk.fields import Outcome, Pieces, Question, Refused, Took, Undo, Unfit, fault_lines
from bot.talk.lines import Prompt, line
from bot.talk.messages import Choice, Incoming
from rules.faults import Fault, Faulty, Read
from rules.rows import Row, twin_of

DONE, UNDO = "完成", "撤回"
_STEP = re.compile(r"(改|修改|换|删|删除|去掉)第?(\d{1,2})位?[:：]?")
#: Most rows of any form; more in one answer are a mistake.
MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Question):
    """Rows of a form. `read` reads one row from each line of a message; `check` judges the whole.

    `shown` words one row for the list of rows so far.
    """

    read: Callable[[str], Read]
    check: Callable[[Any], Sequence[Fault]]
    shown: Callable[[Row], str]
    least: int
    most: int

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        rows, changing = state_of(pieces)
        if not pieces:
            return Prompt(self.text, numbered=False)
        if changing is not None:
            return Prompt(line("duty.row_change", number=changing + 1, row=self.shown(rows[changing])), numbered=False)
        listed = [self.shown(row) for row in rows]
        text = line("duty.rows", rows=listed, least=self.least, most=self.most)
        done = (Choice("!done", DONE),) if self.least <= len(rows) <= self.most else ()
        steps = [
            Choice(f"!{step}/{number}", f"{label}第{number}位")
            for number in range(1, len(rows) + 1)
            for step, label in (("change", "改"), ("drop", "删"))
        ]
        return Prompt(text, (*done, *steps), numbered=False)

    def load(self, kept: Any) -> Any:
        faults = self.check(kept)
        return Unfit(fault_lines(faults)[0]) if faults else kept

    def reopen(self, kept: Any) -> tuple[Any, ...]:
        return tuple({"add": row} for row in kept) if isinstance(kept, list) else ()

    def told(self, kept: Any) -> str:
        return "；".join(self.shown(row) for row in kept) if isinstance(kept, list) else ""

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        rows, changing = state_of(pieces)
        step, place = _step(incoming)
        if step == "done":
            return self._finish(rows)
        if step == "undo":
            return Undo() if pieces else Refused((line("duty.row_nothing"),))
        if step:
            if not 0 <= place < len(rows):
                return Refused((line("duty.row_absent", number=place + 1, rows=len(rows)),))
            return Pieces(({step: place},))
        if not incoming.text.strip():
            return Refused((line("engine.text_please"),))
        return self._add(rows, changing, incoming.text)

    def _finish(self, rows: list[Row]) -> Outcome:
        faults = self.check(rows)
        return Refused(fault_lines(faults)) if faults else Took(rows)

    def _add(self, rows: list[Row], changing: int | None, text: str) -> Outcome:
        if len(rows) + text.count("\n") >= MOST:
            return Refused((line("duty.row_flood", most=MOST),))
        read = self.read(text)
        if isinstance(read, Faulty):
            return Refused(fault_lines(read.faults))
        fresh: list[Row] = read.value
        if changing is not None and len(fresh) != 1:
            return Refused((line("duty.row_one", number=changing + 1, found=len(fresh)),))
        others = [row for place, row in enumerate(rows) if place != changing]
        for place, row in enumerate(fresh):
            twin = twin_of(row, [*others, *fresh[:place]])
            if twin is not None:
                return Refused((line("duty.row_twin", row=self.shown(row)),))
        if changing is not None:
            return Pieces(({"put": changing, "row": fresh[0]},))
        return Pieces(tuple({"add": row} for row in fresh))


def state_of(pieces: Sequence[Any]) -> tuple[list[Row], int | None]:
    """The rows that the steps so far make, and the place of the one that is being changed."""
    rows: list[Row] = []
    changing: int | None = None
    for piece in pieces:
        match piece:
            case {"add": Mapping() as row}:
                rows.append(row)
            case {"put": int() as place, "row": Mapping() as row} if place < len(rows):
                rows[place], changing = row, None
            case {"drop": int() as place} if place < len(rows):
                del rows[place]
                changing = None
            case {"change": int() as place} if place < len(rows):
                changing = place
    return rows, changing


def _step(incoming: Incoming) -> tuple[str, int]:
    """Which step a message asks for, with the place of the row: "done", "undo", "change", "drop", or "" for rows."""
    if incoming.press is not None:
        code = incoming.press.choice.removeprefix("!")
        name, _, number = code.partition("/")
        known = name in ("done", "change", "drop")
        return name if known else "", int(number) - 1 if number.isdecimal() else -1
    typed = plain(incoming.text)
    if typed in (DONE, UNDO):
        return ("done" if typed == DONE else "undo"), -1
    if found := _STEP.fullmatch(typed):
        return ("drop" if found[1] in ("删", "删除", "去掉") else "change"), int(found[2]) - 1
    return "", -1
