"""Tables that people send: the rows of a .csv or of an Excel file's first sheet, as texts."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import cast

_CHILD = Path(__file__).with_name("sheet_child.py")
#: Seconds for one sheet.
_PATIENCE = 60.0


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
    with path.open("rb"):
        pass  # what the operating system says against it is told as such
    # In a process of its own, see there. It knows the path and nothing else of this program.
    command = [sys.executable, "-I", str(_CHILD), str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        told = {"wrong": "内容太多，或者文件有问题"}
    if isinstance(told, dict):
        raise UnreadableSheet(
            f"{path.name}：打不开，不是完整的 Excel 文件，或者设了密码（{told['wrong']}）。请另存为 .xlsx 后再试。"
        )
    return cast("list[list[str]]", told)


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
