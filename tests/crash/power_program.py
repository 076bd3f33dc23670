"""The program whose disk is written down: it takes planned messages and notes in a file which it acknowledged.

`python -m tests.crash.power_program` reads its job (JSON) from stdin. The twin "normal" opens its database with
`synchronous=NORMAL`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import structlog

from bot import desk
from bot.app import App, running
from bot.talk.messages import Incoming
from storage import database
from storage.database import sqlite_url
from tests.crash.driver import KEY
from tests.crash.plan import CAMPAIGN, Sent, plan
from tests.flows.variants import form_only, opened_as

#: Seconds without a message that count as a quiet moment here, and that somebody sometimes waits.
_QUIET, _PAUSE = 0.03, 0.12
ACKNOWLEDGED = "acknowledged"


async def work(job: dict[str, Any]) -> None:
    """Take every lane's messages, the next after the one before is acknowledged; now and then all are quiet."""
    data = Path(job["data"])
    async with running(data=data, database_url=sqlite_url(data), campaign_ids=(CAMPAIGN,), key=KEY) as app:
        noted = os.open(data / ACKNOWLEDGED, os.O_RDWR | os.O_CREAT, 0o600)
        lanes, dice = plan(job["seed"], job["codes"]), random.Random(job["seed"])
        longest = max(map(len, lanes))
        for place in range(0, longest, 3):
            await asyncio.gather(*(_send(app, lane[place : place + 3], noted) for lane in lanes))
            if dice.random() < 0.4:
                await asyncio.sleep(_PAUSE)
        os.close(noted)


async def _send(app: App, lane: list[Sent], noted: int) -> None:
    for sent in lane:
        await app.desk.receive(Incoming("console", str(sent.lane), sent.id, sent.at, text=sent.text))
        os.pwrite(noted, f"{sent.id}\n".encode(), os.fstat(noted).st_size)


def main() -> None:
    """Do the job that stdin tells."""
    job = json.loads(sys.stdin.read())
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    pragmas: tuple[str, ...] = database._SQLITE_PRAGMAS
    if job["twin"] == "normal":
        pragmas = tuple(each.replace("synchronous=FULL", "synchronous=NORMAL") for each in pragmas)
    with (
        opened_as(form_only), mock.patch.object(database, "_SQLITE_PRAGMAS", pragmas),
        mock.patch.object(desk, "QUIET", _QUIET),
    ):  # fmt: skip
        asyncio.run(work(job))


if __name__ == "__main__":
    main()
