"""What the program settles before it works, and how its jobs end: the interpreter, the data folder, the tasks."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

#: Seconds for which a thread may go on while another waits. A batch is settled in SQLite's thread while the loop reads
#: what comes in; at the default of 5 ms they interrupt each other for about a twentieth of the work.
SWITCH = 0.02


def settle_in() -> None:
    """Tune the interpreter for turns: never look at what is loaded for garbage, change between threads seldom.

    That garbage is looked for seldom is settled with the first import (`bot/__init__.py`).
    """
    gc.freeze()
    sys.setswitchinterval(SWITCH)


def make_folder(data: Path) -> None:
    """A data folder that only its owner can look into; one that exists keeps the rights it was given."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


@asynccontextmanager
async def working(jobs: Sequence[Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
    """Jobs that run until the end of the block, where they finish what they are at."""
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
