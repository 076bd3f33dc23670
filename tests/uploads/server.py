"""The program to be killed: the whole of it on SQLite, served on a port.

`python -m tests.uploads.server DATA PORT [CAMPAIGN UNIT START URL]` says `ready` and an invitation code on stdout and
serves until it is killed. With START ("2024-04-20 10:00") its clock was there when DATA was new, and runs on from then
in every life; URL is where people reach it, if by another way than by PORT.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from bot.app import ROOT, running
from bot.fakes.serving import serving
from bot.people import make_invite, take_roster, unit_named
from rules.instants import opening
from rules.people import Role
from scheduler.clock import SimulatedClock
from storage.database import sqlite_url
from web.app import create
from web.config import WebConfig

CAMPAIGN, UNIT = "xian-2024", "西安市市场监督管理局"
KEY = b"the secret of a deployment with a slow network"


async def serve(
    data: Path, port: int, campaign: str = CAMPAIGN, unit: str = UNIT, start: str = "", url: str = ""
) -> None:
    """Serve until killed."""
    url = url or f"http://127.0.0.1:{port}"
    async with running(
        data=data, database_url=sqlite_url(data), campaign_ids=(campaign,), key=KEY, public_url=url,
        clock=_clock(data, start) if start else None,
    ) as app:  # fmt: skip
        await take_roster(app, campaign, ROOT / "campaigns" / f"{campaign}.roster.csv")
        invited = await unit_named(app, campaign, unit)
        code = (await make_invite(app, campaign, Role.LIAISON, invited, at=app.clock.now(), uses=9)).code
        # Forms take 1 MB, so that a small film is too large for them.
        config = WebConfig(secret=KEY, secure=False, public_url=url, max_file_size=2**20)
        site = create(app.web_ports(), config=config)
        async with serving(site, port=port, ending=site.state.end_streams):
            os.write(1, f"ready {code}\n".encode())
            await asyncio.Event().wait()


def _clock(data: Path, start: str) -> SimulatedClock:
    """A clock that a crash does not set back."""
    began = data / "began"
    if not began.exists():
        data.mkdir(parents=True, exist_ok=True)
        began.write_text(str(time.time()), "ascii")
    lived = timedelta(seconds=time.time() - float(began.read_text("ascii")))
    return SimulatedClock(opening(start, "Asia/Shanghai") + lived)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
