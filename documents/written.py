"""What people wrote into the cells of a form that was found: their own words, without what the form prints there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.inline import split_guests
from documents.match import Found, Match
from documents.prose import Piece
from documents.ticks import Ticks, read_ticks
from rules.cleaning import tidy
from rules.faults import Fault
from rules.forms import Field, Form

_LONG = frozenset({"text", "sections", "opinion"})
_SEAL = re.compile(
    r"[(（\[]?\s*(?:加盖)?(?:单位|本人|个人)?\s*(?:盖\s*章|签\s*章|公\s*章|签\s*字)[^\n，。；]{0,8}?[)）\]]?\s*$"
)
_DATE = re.compile(r"^\s*[\d_]{0,4}\s*年\s*[\d_]{0,2}\s*月\s*[\d_]{0,2}\s*日\s*$")
#: Printed words this long, with the answer typed right behind them, are told apart even within a line.
_TELLING = 6


@dataclass(frozen=True, slots=True)
class Written:
    """The words of one field; `value` where they were ticks and need no more reading; notes without their label."""

    text: str
    value: Any = None
    notes: tuple[Fault, ...] = ()


def written_cells(
    form: Form, match: Match | None, inline: Mapping[str, str], printed: Mapping[str, str]
) -> dict[str, Written]:
    """Field key -> what stands in its cell (or behind its label in a line), for every field found in the file."""
    guests: dict[str, dict[str, str]] = {}
    for field in form.fields:
        if field.into is not None and field.kind != "opinion":  # a seal has no words to be told by
            guests.setdefault(field.into, {})[field.key] = field.label
    found: dict[str, Written] = {}
    for field in form.fields:
        spots = match.fields.get(field.key, ()) if match else ()
        if spots:
            own, lodged = _written(field, spots, printed.get(field.key, ""), guests.get(field.key, {}))
            found[field.key] = own
            for key, text in lodged.items():
                found.setdefault(key, Written(text))
        elif field.key in inline:
            found[field.key] = Written(inline[field.key])
    return found


def written_rows(form: Form, match: Match) -> list[dict[str, Written]]:
    """The rows below the labels in which anything is written, each by field key."""
    spots = {key: found[0] for key, found in match.fields.items()}
    sheet = next(iter(spots.values())).sheet
    head = max(spot.label.row + spot.label.rows for spot in spots.values())
    rows = []
    for row in range(head, sheet.grid.height):
        cells = {key: sheet.grid.at(row, spot.label.col) for key, spot in spots.items()}
        if len({id(cell) for cell in cells.values()}) < len(cells):
            break  # a note or signature line across the columns
        if any(cell and cell.row == row and sheet.text(cell).strip() for cell in cells.values()):
            rows.append({key: Written(tidy(sheet.text(cell))) for key, cell in cells.items() if cell})
    return rows


def _written(
    field: Field, spots: Sequence[Found], printed: str, guests: Mapping[str, str]
) -> tuple[Written, dict[str, str]]:
    """A field's own words, and those of the fields that lie in its cell."""
    texts = []
    for spot in spots:
        text = "\n".join(spot.sheet.text(cell) for cell in spot.values)
        texts.append(without_printed(text, printed, field))
    text, notes = _joined(field, texts)
    text, lodged = split_guests(text, guests)
    if field.kind == "boxes":
        pieces = [piece for spot in spots for cell in spot.values for piece in (*spot.sheet.pieces(cell), Piece("\n"))]
        ticks = read_ticks(pieces, options=field.options, other=field.other, typed=text)
        if ticks is not None:
            return _ticked(field, ticks, notes), lodged
    return Written(text, notes=notes), lodged


def _joined(field: Field, texts: Sequence[str]) -> tuple[str, tuple[Fault, ...]]:
    """The texts of a label that stands more than once: running text goes on, of anything else the first counts."""
    told = list(dict.fromkeys(text for text in texts if text))
    if field.kind in _LONG or len(told) < 2:
        return "\n".join(told), ()
    return told[0], (Fault("document.repeated", {"taken": told[0], "left": told[1:]}),)


def _ticked(field: Field, ticks: Ticks, notes: tuple[Fault, ...]) -> Written:
    own = [words for words in ticks.own if words not in ticks.picked]
    other = ticks.other
    if own and field.open:
        other = "、".join([*([other] if other else []), *own])
    elif own:
        notes = (*notes, Fault("document.unknown_option", {"words": own}))
    if ticks.unsure:
        notes = (*notes, Fault("document.unsure", {"options": list(ticks.unsure)}))
    text = "、".join([*ticks.picked, *([other] if other else [])])
    return Written(text, {"picked": list(ticks.picked), "other": other}, notes)


def without_printed(text: str, printed: str, field: Field) -> str:
    """A cell's text without the explanation the blank prints in it, and without stamp and (of opinions) date lines."""
    headings = {_squeezed(heading) for heading in field.headings}
    lines = [line for line in (*printed.split("\n"), *field.printed.split("\n")) if _squeezed(line)]
    hints = {_squeezed(line) for line in lines} - headings
    kept = []
    for line in text.split("\n"):
        if _squeezed(line) in hints:
            continue
        behind = next((hint for hint in lines if len(hint.strip()) >= _TELLING and _begins(line, hint)), "")
        kept.append(line.strip()[len(behind.strip()) :] if behind and _squeezed(behind) in hints else line)
    return tidy("\n".join(_unsigned(kept, field)))


def _unsigned(lines: list[str], field: Field) -> list[str]:
    """Without the lines that wait for a stamp: at the end of any cell, in an opinion wherever they stand."""
    if field.kind == "opinion":
        return [_SEAL.sub("", line) for line in lines if not _DATE.match(line)]
    while lines and (not lines[-1].strip() or re.fullmatch(r"\s*[(（]\s*盖\s*章\s*[)）]\s*", lines[-1])):
        lines = lines[:-1]
    return lines


def _begins(line: str, hint: str) -> bool:
    return line.strip().startswith(hint.strip())


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
