"""stub"""
from __future__ import annotations
from pathlib import Path
from rehearsal.record import Record
def write(record: Record, folder: Path) -> Path:
    """x"""
    (folder / "index.html").write_text("x")
    return folder / "index.html"
