"""One of several programs on one PostgreSQL, which acts by the clock until it is killed.

`python -m tests.crash.failover_driver` reads one job a line, as `tests.crash.channels_driver` does.
The twin "lawless" acts whoever leads, and without looking whether somebody was faster.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import running
from rules.notice import Notice
from scheduler import planned
from storage import broadcasts
from storage.leases import Leadership
from storage.moments import Moment
from storage.tables_post import broadcasts as rows
from tests.crash.channels_driver import take_jobs
from tests.crash.channels_plan import BEGIN, CommonClock
from tests.crash.driver import KEY, say
from tests.crash.plan import CAMPAIGN
from tests.flows.variants import opened_as

#: Seconds between two occasions of reminding, and for which there are some.
BETWEEN, LASTS = 1, 3000


def reminded_often(notice: Notice) -> Notice:
    """The campaign, with something to remind of at every moment."""
    often = tuple(BEGIN + timedelta(seconds=seconds) for seconds in range(1, LASTS, BETWEEN))
    return replace(notice, reminders=replace(notice.reminders, at=often))


async def work(job: dict[str, Any]) -> None:
    """Run the program until it is killed."""
    async with running(
        data=Path(job["data"]), database_url=job["database"], campaign_ids=(CAMPAIGN,), key=KEY,
        clock=CommonClock(Path(job["clock"])), ticking=True,
    ):  # fmt: skip
        say("ready")
        await asyncio.Event().wait()


def _lawless() -> AbstractContextManager[object]:
    async def lead(self: Leadership, connection: AsyncConnection) -> bool:
        return True

    async def launch(moment: Moment, one: broadcasts.Planned, still: set[int]) -> int | None:
        await moment.connection.execute(update(rows).where(rows.c.id == one.id).values(state=broadcasts.RUNNING))
        return await broadcasts._write(moment, one.id, one.campaign, one.text, one.plan, one.plan["people"])

    stack = ExitStack()
    stack.enter_context(mock.patch.object(Leadership, "lead", lead))
    stack.enter_context(mock.patch.object(planned, "launch", launch))
    return stack


_TWINS: dict[str, Callable[[], AbstractContextManager[object]]] = {"": nullcontext, "lawless": _lawless}


def _child(job: dict[str, Any]) -> None:
    say(f"pid {os.getpid()}")
    status = 0
    try:
        with (Path(job["data"]) / "program.log").open("a", encoding="utf-8") as log:
            structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
            with opened_as(reminded_often), _TWINS[job["twin"]]():
                asyncio.run(work(job))
    except BaseException:  # noqa: BLE001  the child must not go on as a second parent
        traceback.print_exc()
        status = 1
    os._exit(status)


if __name__ == "__main__":
    take_jobs(_child)
