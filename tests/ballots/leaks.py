"""Known votes, cast by buttons in Telegram, looked for in every byte that the program wrote.

`python -m tests.ballots.leaks [EXPERTS] [ENTRIES] [SEED] [sqlite|postgresql]` (250, 40 and 1: 10 000 votes) prints how
many of them can be found in the database with its log, in backups, in the program's log at its most talkative, and in
the chats apart from pop-ups; beside it how many in a naive twin, which keeps presses as it keeps messages. On
PostgreSQL the server's whole folder is read, with its log of every statement and value. Exit code 1 unless 0 and all.
"""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import insert

from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_messages import PRESS_SECONDS
from rules.ballots import Opening, Paper, encode
from rules.deeds_judging import BeginRound, Planned, PlanRound
from rules.instants import micros, opening
from storage.snapshots import taking
from storage.tables import addresses, people
from tests.ballots.booth import Booth, until
from tests.ballots.hall import ZONE, Hall, hall, put_in
from tests.ballots.needles import Needles
from tests.postgres import Postgres, serving
from tests.sealing.round import RULE

AT, CLOSE = "2024-05-10 09:00", "2024-05-20 17:00"
HOLDERS = (201, 202, 203)
#: Experts at once: presses are written one after the other, and one that waits for a minute can no longer be answered.
_AT_ONCE = 4


@dataclass
class Known:
    """What was pressed: number of the entry, place, level, the button's text and the words that popped up."""

    presses: list[tuple[str, int, str, str]] = field(default_factory=list)
    papers: list[bytes] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    def needles(self) -> Needles:
        """What a vote would be recognised by."""
        return Needles(
            {popup: n for n, (_, _, _, popup) in enumerate(self.presses)},
            {data: n for n, (_, _, data, _) in enumerate(self.presses)},
            {f"{entry}/{level}": n for n, (entry, level, _, _) in enumerate(self.presses)},
            tuple(self.papers),
        )


async def vote(here: Hall, experts: int, count: int, seed: int, scans: Mapping[Path, Path]) -> Known:
    """Everybody fills in a paper by buttons and casts it; copies of folders are taken before the casts and after."""
    telegram, known = here.telegram, Known()
    assert telegram is not None, "a booth needs a Telegram"
    entries = sorted(await put_in(here, [""] * count))
    paper = await opened(here, experts, entries)
    dice = random.Random(seed)
    gate = asyncio.Semaphore(_AT_ONCE)
    chosen = {number: [dice.randint(1, 10) for _ in entries] for number in range(1, experts + 1)}

    async def fill(number: int) -> None:
        async with gate:
            booth = await Booth.entered(telegram, 1000 + number)
            for place, level in enumerate(chosen[number]):
                await _mark(known, booth, entries, place, level)
            known.papers.append(encode(paper, dict(zip(entries, ((each,) for each in chosen[number]), strict=True))))
            booths[number] = booth

    booths: dict[int, Booth] = {}
    await asyncio.gather(*(fill(number) for number in chosen))
    _copied(scans, "filled")

    async def cast(number: int) -> None:
        async with gate:
            for _ in range(2):
                await booths[number].press("确认投票")
            assert not booths[number].card.buttons, "it was cast"

    await asyncio.gather(*(cast(number) for number in chosen))
    _copied(scans, "cast")
    async with taking(here.app.database) as copy:
        (next(iter(scans.values())) / "backup").write_bytes(b"".join([line async for line in copy.lines("")]))
    known.history += [each.text for person in telegram.people for each in person.conversation]
    return known


async def opened(here: Hall, experts: int, entries: list[int]) -> Paper:
    """A round that is open for so many experts in Telegram, numbered from 1001 on."""
    at, office = here.clock.now(), here.app.ballots.office
    async with here.app.database.write() as connection:
        for number in range(1, experts + 1):
            there = f"telegram:{1000 + number}"
            await connection.execute(insert(people).values(id=number, name="", channel="telegram", address=there[9:]))
            await connection.execute(insert(addresses).values(id=there, person=number, since=micros(at), state=""))
    planned = await office._do(PlanRound(here.campaign, "expert", HOLDERS, 2, {}, by=0), at)
    assert isinstance(planned, Planned)
    for place, person in enumerate(HOLDERS, start=1):
        await office.confirm(planned.key, person, await office.share(planned.key, place), at)
    paper = Paper(planned.key, "scores", tuple(entries), ("choice",), 10)
    roll = dict.fromkeys(range(1, experts + 1), ())
    rule, closes = {**RULE, "criteria": ["1"]}, micros(opening(CLOSE, ZONE))
    fixed = Opening(paper, roll, 3, rule, micros(at), closes, "", "", 2, 3)
    begun = await office._do(BeginRound(here.campaign, planned.key, fixed, {n: n for n in roll}, by=0), at)
    assert isinstance(begun, Planned)
    return paper


async def _mark(known: Known, booth: Booth, entries: list[int], place: int, level: int) -> None:
    """Press a level on the entry that the card shows, and wait for the next one."""
    data, before = booth.data(f"{level}"), booth.text
    pressed = booth.sent(data)
    await until(lambda: pressed.answered, PRESS_SECONDS)
    popup = pressed.text
    assert popup == f"T-C{place + 1:04d}：{level} 分", popup
    known.presses.append((f"{entries[place]}", level, data, popup))
    await until(lambda: booth.text != before, PRESS_SECONDS)
    known.history += [booth.text, *booth.card.labels]


def _copied(scans: Mapping[Path, Path], when: str) -> None:
    """All files of each folder as they are now, the database's log with them."""
    for folder, copies in scans.items():
        shutil.copytree(folder, copies / when, ignore_dangling_symlinks=True, ignore=_sockets)


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).is_socket()]


@contextmanager
def talkative(path: Path) -> Iterator[None]:
    """All that the program and its libraries log, at every level, in a file."""
    handler, root, before = logging.FileHandler(path), logging.getLogger(), structlog.get_config()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # It would write the whole database once more, statement by statement.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    with path.with_suffix(".events").open("w", encoding="utf-8") as file:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=file), cache_logger_on_first_use=False)
        try:
            yield
        finally:
            structlog.configure(**before)
            root.removeHandler(handler)
            root.setLevel(level)
            handler.close()


def naive(folder: Path, known: Known) -> None:
    """The twin: a press is an update as any other, and its answer a message as any other."""
    with sqlite3.connect(folder / "naive.db") as base:
        base.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, body TEXT)")
        base.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT)")
        for place, (_, _, data, popup) in enumerate(known.presses):
            base.execute("INSERT INTO inbox VALUES (?, ?)", (place, f'{{"callback_query":{{"data":"{data}"}}}}'))
            base.execute("INSERT INTO outbox VALUES (?, ?)", (place, f'{{"text":"{popup}"}}'))


def _looked_through(folder: Path, needles: Needles) -> tuple[int, int, int]:
    written, size = set[int](), 0
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.parent.name != "twin"):
        data = path.read_bytes()
        size += len(data)
        # What a chat holds are buttons with the texts of all levels; there only what popped up would tell.
        written |= needles.found(data, chats=path.name == "chats.txt")
    return len(written), len(needles.found((folder / "twin" / "naive.db").read_bytes())), size


async def measure(
    folder: Path, experts: int, count: int, seed: int, server: Postgres | None = None
) -> tuple[Known, int, int, int]:
    """The votes, how many of them were found in what the program wrote, how many in the twin, bytes looked through."""
    telegram, url, scans = FakeTelegram(limits=False), "", {folder / "data": folder / "scans"}
    if server is not None:
        server.set(log_statement="'all'", log_parameter_max_length="-1", autovacuum="off")
        url, scans = server.url(server.create()), {**scans, server.data: folder / "server"}
    with talkative(folder / "log.txt"):
        async with (
            telegram.running(),
            hall(folder / "data", "xian-2024", AT, roster=False, telegram=telegram, url=url) as here,
        ):
            known = await vote(here, experts, count, seed, scans)
    (folder / "chats.txt").write_text("\n".join(known.history), encoding="utf-8")
    (folder / "twin").mkdir()
    naive(folder / "twin", known)
    assert telegram.violations == []
    return known, *_looked_through(folder, known.needles())


def main(experts: int = 250, count: int = 40, seed: int = 1, kind: str = "sqlite") -> int:
    """Measure and tell."""
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serving()) if kind == "postgresql" else None
        known, found, twin, size = asyncio.run(measure(folder, experts, count, seed, server))
    spent, votes = time.monotonic() - began, len(known.presses)
    told = f"{votes} known votes of {experts} experts on {count} entries, {kind}, seed {seed}, {spent:.0f} s"
    print(told)  # noqa: T201  a report
    print(f"found in {size / 1e6:.1f} MB that the program wrote: {found}; in the naive twin: {twin}")  # noqa: T201
    return 0 if (found, twin) == (0, votes) else 1


if __name__ == "__main__":
    experts, count, seed, kind = (*sys.argv[1:5], *("250", "40", "1", "sqlite")[len(sys.argv[1:5]) :])
    sys.exit(main(int(experts), int(count), int(seed), kind))
