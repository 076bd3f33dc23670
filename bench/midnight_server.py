"""The server of `bench.midnight`: the whole program with a quiz that has just opened, and a pool of red packets."""

from __future__ import annotations

import logging
import secrets
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
import uvloop

from bench.callbacks_servers import listen, served, wechat_alone
from bot import app as roof
from bot.channels import with_callbacks
from rules.deeds_quiz import FillPool
from rules.instants import micros, opening
from rules.packets import Pool
from scheduler.clock import SimulatedClock
from storage.database import sqlite_url
from storage.moments import Moment
from storage.registry import DEEDS
from web.app import create
from web.config import WebConfig

QUIZ = "hongze-quiz-2020"
OPENS = opening("2020-07-08 00:00", "Asia/Shanghai")
#: Fewer packets than people who pass, so that the last ones are fought for; 1.88 yuan each at the mean.
POOL = Pool(total=188_000, count=1000)


def run(_: str, pipe: Connection, data: Path) -> None:
    """A server's process; that people have to wait is measured and not told."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    uvloop.run(_quiz(pipe, data))


async def _quiz(pipe: Connection, data: Path) -> None:
    listening, key = listen(), secrets.token_bytes(32)
    url, clock = f"http://127.0.0.1:{listening.getsockname()[1]}", SimulatedClock(OPENS)
    async with roof.running(
        data=data, database_url=sqlite_url(data), campaign_ids=(QUIZ,), key=key, clock=clock, public_url=url,
        channels=wechat_alone(),
    ) as app:  # fmt: skip
        before = micros(OPENS) - 1
        async with app.database.write() as connection:
            moment = Moment(connection, before, app.numbers)
            await DEEDS[FillPool](moment, FillPool(QUIZ, POOL, micros(OPENS), 0))
        site = create(app.web_ports(), config=WebConfig(secret=key, secure=False, public_url=url))
        async with served(with_callbacks(site, app.channels), listening, pipe) as ended:
            await ended.wait()
            site.state.end_streams()
