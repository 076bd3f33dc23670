"""Ours in `bench.turns`: desk, engine and a SQLite file that survives a power cut; only the network is missing."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bench.load import FIELDS, SCRIPT, THANKS, Figures, crowd, drive
from bot.desk import Desk
from bot.flows.sheet import sheet_of
from bot.talk.flow import Flow, Flows
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from bot.talk.wishes import House
from bot.tuning import settle_in
from bot.wording import Wording, house_wording
from rules.forms import Form
from storage.database import Database
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.turns import Turns

FORM = Form("bench", "测速用表", "附件", "bench.docx", "测速", FIELDS)
NOW = datetime(2024, 3, 1, 2, tzinfo=UTC)


async def form(talk: Talk) -> Ending:
    """Ten questions, as the others ask them."""
    for field, question in sheet_of(FORM).asked:
        await talk.ask(f"form/{field.key}", question)
    talk.say("bench.thanks")
    return None


FORM_FLOW = Flow("bench", form, words=("start",), keeps=True)
FLOWS = Flows((FORM_FLOW,), stranger="bench", home="bench", file="bench", drafts="bench")


def wording() -> Wording:
    """The house's sentences and the one of the bench."""
    sentences = house_wording()
    return sentences.with_sentence("bench.thanks", THANKS)


async def run(people: int, waiting: int, *, data_dir: Path) -> Figures:
    """The whole crowd through a new database in `data_dir`."""
    with tempfile.TemporaryDirectory(dir=data_dir) as folder:
        database = Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'ours.db'}")
        await migrate(database)
        settle_in()
        numbers = Numbers()
        desk = Desk(House(FLOWS, {}, numbers), Turns(database, numbers), wording())
        working = asyncio.create_task(desk.run())
        messages = [
            Incoming("bench", str(person), str(number), NOW, text=text) for number, person, text in crowd(people)
        ]
        figures = await drive(messages, waiting, desk.receive)
        last = await desk.receive(messages[-1])
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await database.close()
        gc.unfreeze()
        gc.set_threshold(700, 10, 10)
    assert last[0].text == THANKS, f"expected {len(SCRIPT)} answers to end in thanks, found {last}"
    return figures
