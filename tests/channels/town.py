"""The whole program with its web server between a fake WeChat and a fake Telegram, on ports of this machine."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import app as roof
from bot.channels import with_callbacks
from bot.fakes import FakeClock
from bot.fakes.phones import settings_for
from bot.fakes.serving import serving
from bot.fakes.telegram import FakeTelegram
from bot.fakes.wechat import Account, FakeWeChat
from bot.handlers.wechat_asgi import PATH
from bot.people import make_invite, take_roster, unit_named
from bot.settings import Mail, WeChat
from rules.instants import opening
from rules.notice import Notice
from rules.people import Role
from scheduler.work import Skill
from storage.database import sqlite_url
from tests.flows.variants import form_only, opened_as
from web.app import create
from web.config import WebConfig

CAMPAIGN = "xian-2024"
KEY = b"the key of a town with two messengers"
UNIT = "西安市市场监督管理局"


@dataclass(slots=True)
class Town:
    """The program and both platforms, running."""

    app: roof.App
    telegram: FakeTelegram
    wechat: FakeWeChat
    clock: FakeClock
    url: str

    async def invite(self, role: Role = Role.LIAISON, unit: str = UNIT) -> str:
        """A new invitation code."""
        found = await unit_named(self.app, CAMPAIGN, unit) if role is Role.LIAISON else None
        return (await make_invite(self.app, CAMPAIGN, role, found, at=self.clock.now(), uses=99)).code


@asynccontextmanager
async def town(
    data: Path,
    *,
    telegram: FakeTelegram | None = None,
    account: Account | None = None,
    wechat: FakeWeChat | None = None,
    mail: Mail | None = None,
    templates: Mapping[str, Mapping[str, Any]] | None = None,
    mode: str = "poll",
    start: str = "2024-03-01 10:00",
    variant: Callable[[Notice], Notice] = form_only,
    skills: Mapping[str, Skill] | None = None,
) -> AsyncIterator[Town]:
    """Everything, until the block ends. Without limits in Telegram the program does not pace itself.

    The campaign asks for the form alone unless another `variant` is wanted; `skills` do the slow work.
    """
    clock = FakeClock(opening(start, "Asia/Shanghai"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    telegram = telegram or FakeTelegram(limits=False, clock=clock)
    wechat = wechat or FakeWeChat(account, clock=clock)
    wechat.callback_url = f"{url}{PATH}"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(telegram.running())
        await stack.enter_async_context(wechat)
        settings = settings_for(telegram, wechat, mail=mail, pace=0.0)
        settings = replace(
            settings,
            telegram=settings.telegram.model_copy(update={"mode": mode}),
            wechat=WeChat.model_validate({**settings.wechat.model_dump(), "templates": templates or {}}),
        )
        stack.enter_context(opened_as(variant))
        app = await stack.enter_async_context(
            roof.running(
                data=data,
                database_url=sqlite_url(data),
                campaign_ids=(CAMPAIGN,),
                key=KEY,
                clock=clock,
                public_url=url,
                channels=settings,
                skills=skills,
            )
        )
        await take_roster(app, CAMPAIGN, roof.ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        site = create(app.web_ports(), config=WebConfig(secret=KEY, secure=False, public_url=url))
        program = with_callbacks(site, app.channels)
        await stack.enter_async_context(serving(program, port=port, ending=site.state.end_streams))
        yield Town(app, telegram, wechat, clock, url)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
