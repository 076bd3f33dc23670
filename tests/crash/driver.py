"""The program to be killed: a desk that is sent planned messages and says which of them it acknowledged.

`python -m tests.crash.driver` reads one job a line (JSON) and forks a process for each, so that a start costs no
imports. On stdout: `pid N`, then `ack LANE/PLACE` after each message's `receive` has returned, then `end STATUS`. An
empty line on stdin lets go of the ended process.
The campaign asks for the form alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from bot.app import App, running
from bot.talk.messages import Incoming
from scheduler import housekeeping
from tests.crash.plan import CAMPAIGN, Sent, plan
from tests.flows.variants import form_only, opened_as

KEY = b"the secret of a deployment to be killed"
#: How long the hasty twin leaves between its acknowledgement and the commit, in seconds.
HASTE = 0.01
_NEVER = 86_400.0


def say(line: str) -> None:
    """One line to whoever holds the pipe, past all buffers."""
    os.write(1, f"{line}\n".encode())


async def work(job: dict[str, Any]) -> None:
    """Deliver each lane's messages from a given place on, the next after the one before is acknowledged."""
    # What is put away 20 seconds after a start would depend on how fast the machine is.
    housekeeping.EVERY = _NEVER
    data, codes = Path(job["data"]), job["codes"]
    async with running(data=data, database_url=job["database"], campaign_ids=(CAMPAIGN,), key=KEY) as app:
        lanes = plan(job["seed"], codes)
        await asyncio.gather(*(_send(app, job, lane[start:]) for lane, start in zip(lanes, job["from"], strict=True)))


async def _send(app: App, job: dict[str, Any], lane: list[Sent]) -> None:
    for sent in lane:
        # The forgetful twin calls a redelivered message a new one.
        number = f"{sent.id}@{os.getpid()}" if job["twin"] == "forgetful" else sent.id
        if job["twin"] == "hasty":
            say(f"ack {sent.id}")
            await asyncio.sleep(HASTE)
        await app.desk.receive(Incoming("console", str(sent.lane), number, sent.at, text=sent.text))
        if job["twin"] != "hasty":
            say(f"ack {sent.id}")


def main() -> None:
    """Take jobs until stdin ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(line)
        found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert found is not None
        say(f"end {found.si_status if found.si_code == os.CLD_EXITED else -found.si_status}")
        # Only now that nobody may still aim at it: until the next job its number belongs to nobody else.
        sys.stdin.readline()
        os.waitpid(child, 0)


def _child(job: str) -> None:
    say(f"pid {os.getpid()}")
    status = 0
    try:
        with opened_as(form_only):
            asyncio.run(work(json.loads(job)))
    except BaseException:  # noqa: BLE001  the child must not go on as a second parent
        traceback.print_exc()
        status = 1
    os._exit(status)


if __name__ == "__main__":
    main()
