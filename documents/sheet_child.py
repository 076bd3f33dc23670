"""Reads one sheet in a process of its own: a few bytes of it may unfold to billions of cells, or break the reader.

Run as a program with the sheet's path, it prints the rows as JSON, or {"wrong": why}. Whatever it takes or breaks, it
takes from itself: memory, time and cells are bounded. Nothing of this project is imported.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile

#: Bytes of address space, seconds of processor time, and cells that are read; bytes that an archive says it unpacks to.
MOST_MEMORY, MOST_SECONDS, MOST_CELLS, MOST_UNPACKED = 2**30, 20, 2_000_000, 100 * 2**20


def rows_of(path: str) -> list[list[str]]:
    """The rows of the first sheet, as texts. Raises what the reader raises, and `ValueError` for too many cells."""
    from python_calamine import CalamineWorkbook  # after the limits are set

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise ValueError(f"more than {MOST_UNPACKED} bytes unpacked")
    with open(path, "rb") as file:  # noqa: PTH123  a program of its own, with as little as it can do with
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    if sheet.total_height * max(sheet.total_width, 1) > MOST_CELLS:
        raise ValueError(f"more than {MOST_CELLS} cells")
    # Empty rows above the titles count, so that a row has the number that its sheet shows.
    return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell(value: object) -> str:
    """A cell as a person reads it: a whole number without ".0", so that a phone number stays one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def main(path: str) -> None:
    """Read within the limits, and print."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        told: object = rows_of(path)
    except Exception as wrong:  # noqa: BLE001  whatever the reader stumbles over is told
        told = {"wrong": f"{wrong}"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
