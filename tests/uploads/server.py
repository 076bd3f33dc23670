"""The program to be killed: the whole of it on SQLite, served on a port.

`python -m tests.uploads.server DATA PORT` says `ready` and an invitation code on stdout and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.app import ROOT, running
from bot.fakes.serving import serving
from bot.people import make_invite, take_roster, unit_named
from rules.people import Role
from storage.database import sqlite_url
from web.app import create
from web.config import WebConfig

CAMPAIGN, UNIT = "xian-2024", "西安市市场监督管理局"
KEY = b"the secret of a deployment with a slow network"


async def serve(data: Path, port: int) -> None:
    """Serve until killed."""
    url = f"http://127.0.0.1:{port}"
    async with running(
        data=data, database_url=sqlite_url(data), campaign_ids=(CAMPAIGN,), key=KEY, public_url=url
    ) as app:
        await take_roster(app, CAMPAIGN, ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        unit = await unit_named(app, CAMPAIGN, UNIT)
        code = (await make_invite(app, CAMPAIGN, Role.LIAISON, unit, at=app.clock.now(), uses=9)).code
        # Forms take 1 MB, so that a small film is too large for them.
        config = WebConfig(secret=KEY, secure=False, public_url=url, max_file_size=2**20)
        site = create(app.web_ports(), config=config)
        async with serving(site, port=port, ending=site.state.end_streams):
            os.write(1, f"ready {code}\n".encode())
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
