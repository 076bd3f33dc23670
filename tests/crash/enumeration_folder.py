"""The data folder of a run, with an eye on the database that sees what is committed, whoever lives."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any


class Folder:
    """A folder that is there. The eye is opened once, and stays open while the program ends and is opened again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._eye: sqlite3.Connection | None = None

    def ask(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        if self._eye is None:
            self._eye = sqlite3.connect(self.path / "xinshi.db")
        return self._eye.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the eye; the folder stays."""
        if self._eye is not None:
            self._eye.close()
            self._eye = None

    def clear(self) -> None:
        """Throw the folder away."""
        shutil.rmtree(self.path)
        self.close()
