"""Numbers for new rows: 63 bits, growing, made here so that a whole batch can be written without asking back."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import outbox

#: Bits that tell processes apart. The microseconds above them last until the year 2041.
_NODE = 12


@dataclass(slots=True)
class Numbers:
    """Gives growing numbers: microseconds of the real clock over 12 bits that tell processes apart.

    A clock that stands still or jumps back never repeats a number within one process, nor does any thread.
    """

    node: int = field(default_factory=lambda: secrets.randbits(_NODE))
    last: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    async def above(cls, database: Database) -> Numbers:
        """Numbers above those already given, also if the machine's clock was set back between two runs."""
        async with database.read() as connection:
            return cls(last=(await connection.execute(select(func.coalesce(func.max(outbox.c.id), 0)))).scalar_one())

    def __call__(self) -> int:
        """The next number."""
        with self._lock:
            micros = max(time.time_ns() // 1000, (self.last >> _NODE) + 1)
            self.last = micros << _NODE | self.node
            return self.last
