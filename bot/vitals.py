"""How a deployment is, for `/readyz` and `/metrics`: read from the database, the disk and this process."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage import vital_figures as counts
from storage.database import Database
from web.vitals import Figure

#: The variable of the environment with the token for /metrics.
TOKEN = "XINSHI_METRICS_TOKEN"  # noqa: S105  a name
#: Bytes on the disk below which no message is taken any more with a clear conscience.
LEAST_DISK = 256 * 2**20
#: Seconds for the database to answer, and for which figures are good.
_PATIENCE, _FRESH = 5.0, 10.0


class DeploymentVitals:
    """A deployment's `web.vitals.Vitals`."""

    def __init__(self, database: Database, data: Path, clock: SystemClock | SimulatedClock) -> None:
        self._database, self._data, self._clock = database, data, clock
        self._reading = asyncio.Lock()
        self._read: tuple[float, Sequence[Figure]] = (-_FRESH, ())

    async def faults(self) -> Sequence[str]:
        """What keeps the program from taking messages."""
        found = []
        try:
            async with asyncio.timeout(_PATIENCE), self._database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            found.append("database")
        if shutil.disk_usage(self._data).free < LEAST_DISK:
            found.append("disk")
        return found

    async def figures(self) -> Sequence[Figure]:
        """All figures; those of the last seconds are given again, so that asking often costs nothing."""
        async with self._reading:
            if time.monotonic() - self._read[0] >= _FRESH:
                self._read = time.monotonic(), [*await self._counted(), *self._machine()]
            return self._read[1]

    async def _counted(self) -> list[Figure]:
        async with self._database.read() as connection:
            letters, due = await counts.outbox_by_state(connection), await counts.oldest_due(connection)
            tasks, works = await counts.work_by_state(connection), await counts.entries_by_state(connection)
            unreadable, broken = await counts.set_aside(connection)
            size = await counts.database_size(connection)
        waited = max(0, micros(self._clock.now()) - due) / 1e6 if due else 0
        return [
            _by("outbox_messages", "Messages to people by state.", ("state",), letters),
            _one("outbox_oldest_due_seconds", "How long the oldest message that is due has waited.", waited),
            _by("work_tasks", "Checks of films and scans and other work by kind and state.", ("kind", "state"), tasks),
            _by("entries", "Entries by state.", ("campaign", "track", "state"), works),
            _one("quarantined_messages", "Messages that could not be read.", unreadable),
            _one("incidents", "Messages that broke a conversation.", broken),
            _one("database_bytes", "Size of the database without its log.", size),
        ]

    def _machine(self) -> list[Figure]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return [
            _one("disk_free_bytes", "Room on the disk of the data folder.", shutil.disk_usage(self._data).free),
            Figure(
                "process_cpu_seconds_total",
                "CPU time of this process.",
                [({}, used.ru_utime + used.ru_stime)],
                "counter",
            ),
            Figure("process_resident_memory_bytes", "Memory of this process.", [({}, _resident())]),
        ]


def token() -> str:
    """The token for /metrics, "" where only this machine may read figures."""
    return os.environ.get(TOKEN, "")


def _one(name: str, says: str, value: float) -> Figure:
    return Figure(f"xinshi_{name}", says, [({}, value)])


def _by(name: str, says: str, labels: tuple[str, ...], rows: counts.Counts) -> Figure:
    return Figure(f"xinshi_{name}", says, [(dict(zip(labels, row, strict=True)), count) for row, count in rows])


def _resident() -> int:
    """Bytes in memory now; the most there ever were where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()
