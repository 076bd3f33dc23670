"""A scan measured: pages, sharpness, seals, version codes, and the one PDF that is kept of all that was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from media.confined import Fell, Limits, Outlasted, confined
from media.scan_work import KEPT
from rules.scans import Page, Scan, Seal, Source

#: What 30 pages of A4 at 300 dpi take, with room to spare.
LIMITS = Limits(memory=2048, seconds=240.0, processor=200, output=64)
#: Exceptions of a process that ran out of memory inside a library.
_STARVED = ("MemoryError", "SIGKILL")


async def measure(files: Sequence[tuple[Path, str]], folder: Path, limits: Limits = LIMITS) -> tuple[Scan, Path | None]:
    """Measure the files (path and the name they were sent under) of one scan, in the order in which they were sent.

    Gives the scan and the PDF to keep: the file itself where it is a plain PDF, else one made in `folder`, else None.
    A file that breaks its reader or outlasts the limits makes the scan unreadable, and is named.
    """
    request = {"files": [{"path": str(path.resolve()), "name": name} for path, name in files]}
    try:
        facts = await confined("media.scan_work:measure", request, folder, limits)
    except Outlasted as outlasted:
        return _spoilt(files, outlasted.note, "heavy"), None
    except Fell as fell:
        return _spoilt(files, fell.note, "heavy" if fell.why in _STARVED else "broken"), None
    scan = scan_of(facts)
    if not scan.pages or any(file.why for file in scan.files):
        return scan, None
    return scan, folder / KEPT if scan.remade else files[0][0]


def scan_of(facts: Mapping[str, Any]) -> Scan:
    """A scan from its JSON-plain facts."""
    pages = tuple(
        Page(**{**page, "seals": tuple(Seal(**seal) for seal in page["seals"]), "symbols": tuple(page["symbols"])})
        for page in facts["pages"]
    )
    return Scan(tuple(Source(**file) for file in facts["files"]), pages, tuple(facts["remade"]))


def _spoilt(files: Sequence[tuple[Path, str]], at: Any, why: str) -> Scan:
    """The scan of which one file could not be got through; without a note it was the first."""
    number = at if isinstance(at, int) and 0 <= at < len(files) else 0
    return Scan(
        tuple(
            Source(name, "", path.stat().st_size, why=why if place == number else "")
            for place, (path, name) in enumerate(files)
        )
    )
