"""One of several programs on one PostgreSQL, which acts by the clock until it is killed.

It is forked by `tests.crash.failover`, so that a start costs no imports.
The twin "lawless" acts whoever leads, and without looking whether somebody was faster.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
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
from tests.crash.channels_plan import BEGIN, CommonClock
from tests.crash.driver import KEY
from tests.crash.plan import CAMPAIGN
from tests.flows.variants import opened_as

#: Seconds between two occasions of reminding, and for which there are some.
BETWEEN, LASTS = 1, 3000


def reminded_often(notice: Notice) -> Notice:
    """The campaign, with something to remind of at every moment."""
    often = tuple(BEGIN + timedelta(seconds=seconds) for seconds in range(1, LASTS, BETWEEN))
    return replace(notice, reminders=replace(notice.reminders, at=often))


@dataclass(frozen=True, slots=True)
class Job:
    """What a program is told: its folder, its database with its name in it, and which twin it is."""

    data: Path
    url: str
    twin: str = ""


async def work(job: Job, ready: Any) -> None:
    """Act until killed, or until whoever started this is gone."""
    parent = os.getppid()
    async with running(
        data=job.data, database_url=job.url, campaign_ids=(CAMPAIGN,), key=KEY, clock=CommonClock(job.data / "clock"),
        ticking=True,
    ):  # fmt: skip
        ready.value = 1
        while os.getppid() == parent:  # noqa: ASYNC110  nobody tells when a parent is gone
            await asyncio.sleep(0.2)


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


def run(job: Job, ready: Any) -> None:
    """A program's process; `ready` becomes 1 when it is at work."""
    with (job.data / "program.log").open("a", encoding="utf-8") as log:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        with opened_as(reminded_often), _TWINS[job.twin]():
            asyncio.run(work(job, ready))
