"""The program to be killed: the whole of it on SQLite, served on a port.

`python -m tests.uploads.server DATA PORT` says `ready` on stdout and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.app import running
from bot.fakes.serving import serving
from storage.database import sqlite_url
from web.app import create
from web.config import WebConfig

CAMPAIGN = "xian-2024"
KEY = b"the secret of a deployment with a slow network"


async def serve(data: Path, port: int) -> None:
    """Serve until killed."""
    url = f"http://127.0.0.1:{port}"
    async with running(
        data=data, database_url=sqlite_url(data), campaign_ids=(CAMPAIGN,), key=KEY, public_url=url
    ) as app:
        site = create(app.web_ports(), config=WebConfig(secret=KEY, secure=False, public_url=url))
        async with serving(site, port=port, ending=site.state.end_streams):
            os.write(1, b"ready\n")
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
