"""A campaign with works, experts and scrutineers, who talk to the real program and open its real pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from pydantic import SecretStr
from sqlalchemy import insert

from bot import app as roof
from bot.channels import Settings
from bot.fakes import FakeClock, Person
from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_people import TelegramPerson
from bot.people import make_invite, take_roster, unit_named
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from rehearsal.pages import Pages
from rules.codes import shown
from rules.instants import micros, opening
from rules.people import Role
from storage.database import sqlite_url
from storage.tables import entries, prints
from tests.web.fakes import settings
from web.app import create

ADDRESS = "https://xinshi.example"
ZONE = "Asia/Shanghai"
KEY = b"k" * 32


@dataclass
class Hall(Pages):
    """A running program whose pages are opened, with its people."""

    telegram: FakeTelegram | None = None

    def at(self, instant: str) -> None:
        self.clock.move(opening(instant, ZONE))

    async def person(self, name: str, role: Role, unit: str = "") -> Person:
        """Somebody who has joined."""
        found = await unit_named(self.app, self.campaign, unit) if unit else None
        code = (await make_invite(self.app, self.campaign, role, found, at=self.clock.now())).code
        someone = Person(self.app.desk, self.clock, address=f"p{len(self.people)}", channel="web")
        await someone.say(f"/start {shown(code)}")
        await someone.say(name)
        self.people[name] = someone
        return someone

    async def phone(self, name: str, role: Role, number: int) -> TelegramPerson:
        """Somebody who has joined with a Telegram account."""
        assert self.telegram is not None, "a phone needs a Telegram"
        code = (await make_invite(self.app, self.campaign, role, None, at=self.clock.now())).code
        someone = self.telegram.person(number, name)
        someone.start(code)
        await someone.heard()
        someone.say(name)
        await someone.heard()
        return someone

    async def tell(self, admin: Person, *said: str) -> str:
        for text in said:
            await admin.say(text)
        return admin.text


async def put_in(hall: Hall, units: list[str], track: str = "case", *, first: int = 1) -> list[int]:
    """Works of these units, as if they had been handed in."""
    form = next(each for each in hall.app.notices[hall.campaign].tracks if each.key == track).form
    assert form is not None
    made: list[int] = []
    async with hall.app.database.write() as connection:
        for place, name in enumerate(units, start=first):
            unit = await unit_named(hall.app, hall.campaign, name) if name else None
            number, code = hall.app.numbers(), f"CODE{track}{place:04d}"
            answers = orjson.dumps({"title": f"作品{place}"}).decode()
            owner = unit.id if unit is not None else 0
            at = micros(hall.clock.now())
            await connection.execute(
                insert(prints).values(
                    code=code, campaign=hall.campaign, form=form.key, unit=owner, person=0, answers=answers, at=at
                )
            )
            await connection.execute(
                insert(entries).values(
                    id=number, campaign=hall.campaign, track=track, form=form.key,
                    number=f"T-{track[0].upper()}{place:04d}",
                    title=f"{'案例' if track == 'case' else '短视频'}第 {place} 件", unit=owner, person=0,
                    state="submitted", version=1, code=code, received=at,
                )
            )  # fmt: skip
            made.append(number)
    return made


@asynccontextmanager
async def hall(
    folder: Path, campaign: str, at: str, *, roster: bool = True, telegram: FakeTelegram | None = None, url: str = "",
    more: tuple[str, ...] = (),
) -> AsyncIterator[Hall]:  # fmt: skip
    """The program on a folder; opened again on the same one it is restarted. `telegram` is running already.

    `url` is that of the database where it is not SQLite's in the folder; `more` campaigns are run beside this one.
    """
    clock = FakeClock(opening(at, ZONE))
    async with roof.running(
        data=folder, database_url=url or sqlite_url(folder), campaign_ids=(campaign, *more), key=KEY, clock=clock,
        public_url=ADDRESS, channels=_only(telegram) if telegram is not None else None,
    ) as app:  # fmt: skip
        if roster:
            await take_roster(app, campaign, roof.ROOT / "campaigns" / f"{campaign}.roster.csv")
        web = create(app.web_ports(), config=settings(public_url=ADDRESS))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=ADDRESS) as http:
            yield Hall(app, clock, campaign, http, telegram=telegram)


def _only(telegram: FakeTelegram) -> Settings:
    """Telegram and no other channel, without pauses."""
    none = SecretStr("")
    secrets = ChannelSecrets(
        telegram_token=SecretStr(telegram.token), wechat_secret=none, wechat_token=none, wechat_aes_key=none,
        mail_password=none,
    )  # fmt: skip
    wanted = Telegram.model_validate({"base_url": telegram.base_url, "poll_seconds": 5})
    return Settings(wanted, WeChat.model_validate({}), Mail.model_validate({}), secrets, pace=0.0)
