"""Tables that people send: the rows of a .csv or of an Excel file's first sheet, as texts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook


class UnreadableSheet(ValueError):
    """A roster file is no sheet that can be read; the message says what it is and what to send."""


def read_sheet(path: Path) -> list[list[str]]:
    """The rows of a .csv (UTF-8 or GB18030) or of the first sheet of an .xlsx, as texts. Raises `UnreadableSheet`."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx", ".xls", ".ods"):
        raise UnreadableSheet(f"{path.name}：请用 .xlsx 或 .csv 文件（写的是“{path.suffix or '无后缀'}”）。")
    try:
        return _csv(path) if kind == ".csv" else _workbook(path)
    except OSError as wrong:
        raise UnreadableSheet(f"{path.name}：读不了这个文件（{wrong.strerror or wrong}）。请核对路径和权限。") from None


def _workbook(path: Path) -> list[list[str]]:
    data = io.BytesIO(path.read_bytes())
    try:
        sheet = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0)
        # Empty rows above the titles count, so that a row has the number that its sheet shows.
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as wrong:
        raise UnreadableSheet(
            f"{path.name}：打不开，不是完整的 Excel 文件，或者设了密码（{wrong}）。请另存为 .xlsx 后再试。"
        ) from None
    return [[_cell(cell) for cell in row] for row in rows]


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline=None)))
        except csv.Error as wrong:
            raise UnreadableSheet(f"{path.name}：不是完整的 CSV 文件（{wrong}）。请另存为“CSV UTF-8”后再试。") from None
    raise UnreadableSheet(f"{path.name}：文字编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”后再试。")


def _cell(value: object) -> str:
    """A cell as a person reads it: a whole number without ".0", so that a phone number stays one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
