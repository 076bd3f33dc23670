"""The program to be killed with both channels open: doors, desk, dispatcher, cards and web server, on either database.

`python -m tests.crash.channels_driver` reads one job a line (JSON) and forks a process for each, so that a start costs
no imports. On stdout: `pid N`, `ready` when its doors are open, then `end STATUS`; an empty line on stdin lets go of
the ended process. The log goes to a file in the data folder.

A job's twin breaks it on purpose: "eager" confirms Telegram's updates before they are kept, "hasty" answers WeChat
before the commit, "unclaimed" forgets which messages it was sending.
The campaign asks for the form alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from bot.app import running
from bot.channels import Settings, with_callbacks
from bot.fakes.serving import serving
from bot.handlers.post import Letter, Outcome
from bot.handlers.telegram_door import TelegramDoor
from bot.handlers.telegram_post import TelegramSender
from bot.handlers.wechat_door import WeChatDoor
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from scheduler import dispatch, housekeeping
from scheduler.cards import Cards
from tests.crash.channels_plan import CommonClock
from tests.crash.driver import KEY, say
from tests.crash.places import asked
from tests.crash.plan import CAMPAIGN
from tests.flows.variants import form_only, opened_as
from web.app import create
from web.config import WebConfig

#: How long a broken twin leaves the door open through which something is lost, in seconds.
HASTE = 0.1


async def work(job: dict[str, Any]) -> None:
    """Run the program until it is killed."""
    data, url = Path(job["data"]), f"http://127.0.0.1:{job['port']}"
    _TWINS[job["twin"]](job["database"])
    async with running(
        data=data, database_url=job["database"], campaign_ids=(CAMPAIGN,), key=KEY,
        clock=CommonClock(Path(job["clock"])), public_url=url, channels=_settings(job),
    ) as app:  # fmt: skip
        site = create(app.web_ports(), config=WebConfig(secret=KEY, secure=False, public_url=url))
        async with serving(with_callbacks(site, app.channels), port=job["port"], ending=site.state.end_streams):
            say("ready")
            await asyncio.Event().wait()


def _settings(job: dict[str, Any]) -> Settings:
    secrets = ChannelSecrets(**{name: SecretStr(value) for name, value in job["secrets"].items()})
    return Settings(Telegram(**job["telegram"]), WeChat(**job["wechat"]), Mail.model_validate({}), secrets, pace=0.0)


def _sound(database: str) -> None:
    """The program as it is, but with short waits where it would only wait."""
    dispatch.IDLE, dispatch.RESCAN = 0.1, 1.0
    # What is put away 20 seconds after a start would depend on how fast the machine is.
    housekeeping.EVERY = 86_400.0
    assert Cards.__init__.__kwdefaults__ is not None
    Cards.__init__.__kwdefaults__["every"] = 0.2


def _eager(database: str) -> None:
    _sound(database)
    keep, kept = TelegramDoor._take, set[asyncio.Task[None]]()

    async def take(self: TelegramDoor, updates: Sequence[Any], at: datetime) -> None:
        async def late() -> None:
            await asyncio.sleep(HASTE)
            await keep(self, updates, at)

        self._offset = max(each["update_id"] for each in updates) + 1
        kept.add(asyncio.create_task(late()))

    TelegramDoor._take = take  # type: ignore[method-assign]  # the twin is broken here


def _hasty(database: str) -> None:
    _sound(database)
    settle, settling = WeChatDoor._answered, set[asyncio.Task[None]]()

    async def answered(self: WeChatDoor, message: Any, at: datetime, began: float) -> str | None:
        async def late() -> None:
            await asyncio.sleep(HASTE)
            await settle(self, message, at, began)

        settling.add(asyncio.create_task(late()))
        return ""

    WeChatDoor._answered = answered  # type: ignore[method-assign]  # the twin is broken here


def _unclaimed(database: str) -> None:
    _sound(database)
    asked(database, "UPDATE outbox SET state = 'due' WHERE state = 'sending'")
    send = TelegramSender.send

    async def slowly(self: TelegramSender, letter: Letter, way: str) -> Outcome:
        outcome = await send(self, letter, way)
        await asyncio.sleep(HASTE)
        return outcome

    TelegramSender.send = slowly  # type: ignore[method-assign]  # so that the twin is caught soon


_TWINS: dict[str, Callable[[str], None]] = {
    "": _sound, "eager": _eager, "hasty": _hasty, "unclaimed": _unclaimed,
}  # fmt: skip


def main() -> None:
    """Take jobs until stdin ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(json.loads(line))
        found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert found is not None
        say(f"end {found.si_status if found.si_code == os.CLD_EXITED else -found.si_status}")
        # Only now that nobody may still aim at it: until the next job its number belongs to nobody else.
        sys.stdin.readline()
        os.waitpid(child, 0)


def _child(job: dict[str, Any]) -> None:
    say(f"pid {os.getpid()}")
    status = 0
    try:
        with (Path(job["data"]) / "program.log").open("a", encoding="utf-8") as log:
            structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
            with opened_as(form_only):
                asyncio.run(work(job))
    except BaseException:  # noqa: BLE001  the child must not go on as a second parent
        traceback.print_exc()
        status = 1
    os._exit(status)


if __name__ == "__main__":
    main()
