"""The quiz of Hongze from its notice to the day after its report, with units and players as they are.

    python -m tests.campaigns.week --units 48 --players 700 --packets 300 --seed 1 --board --out /tmp/hongze

writes for each person what they wrote and were told in order (`people/`), what the program said by itself
(`letters.txt`), figures (`counts.txt`), the export, and the board, where Chromium is there. Exit 1: what the program
counted is not what the players did, or `packets audit` has something to say.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.app import ROOT
from documents.sheet_reading import read_sheet
from rules.fair_play import Sign
from rules.instants import micros, opening
from rules.looks_quiz import QuizFigures, QuizFiguresOf
from rules.packets import Pool
from rules.packets_audit import audit
from rules.roster import read_roster
from scheduler.quiz_checking import QuizChecker
from storage.packets_read import books_of
from storage.quiz_figures import figures_of
from tests.campaigns.week_agenda import Hours
from tests.campaigns.week_office import Looks, Office, with_link
from tests.campaigns.week_players import Contestant, Tally, a_class, crowd, programs
from tests.campaigns.week_units import Liaison, habits
from tests.reminders.campaign import Played, counts, nobody_looks, write
from tests.reminders.campaign_stage import ZONE, Stage, stage

CAMPAIGN = "hongze-quiz-2020"
#: Hours after the close at which the play ends.
_AFTER = 36
#: Time that may pass before what went out is marked.
_LEAP = timedelta(seconds=1)
_STEP = timedelta(minutes=30)


@dataclass(slots=True)
class Week:
    """What came of it: everybody's chats, what the players know, what the program counted, what the audit says."""

    played: Played
    tally: Tally
    figures: QuizFigures
    signs: tuple[Sign, ...]
    programs: set[int]
    audit: tuple[str, ...]
    exported: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Where the program's figures are not those of the players."""
        ours = {each.name: each.people for each in self.figures.units if each.name}
        pairs = {
            "people": (self.figures.people, len(self.tally.people)),
            "attempts": (self.figures.attempts, self.tally.ended),
            "passed": (self.figures.passed, self.tally.passed),
            "void": (self.figures.void, self.tally.void),
            "packets": (self.figures.stock.count - self.figures.stock.left, self.tally.packets),
            "units": (ours, {unit: len(people) for unit, people in self.tally.units.items()}),
        }
        wrong = [f"{name}: counted {one}, played {other}" for name, (one, other) in pairs.items() if one != other]
        accused = {person for sign in self.signs for person in sign.people} - self.programs
        return [*wrong, *self.audit, *([f"honest players are named: {sorted(accused)}"] if accused else [])]


async def play(
    folder: Path,
    *,
    units: int,
    players: int,
    pupils: int,
    packets: int,
    seed: int,
    looks: Looks = nobody_looks,
    step: timedelta = _STEP,
) -> Week:
    """Play the whole of it; the program looks what is due at every `step`, and before whatever an office does."""
    dice, roster = Random(seed), _roster(folder, units)
    start = opening("2020-07-06", ZONE).replace(hour=8, minute=30)
    async with stage(folder / "data", CAMPAIGN, f"{start:%Y-%m-%d %H:%M}", with_link, [roster]) as here:
        agenda, tally = Hours(), Tally()
        names = _named(here, roster)
        liaisons = [
            Liaison(here, agenda, name, habit, dice, area=klass == "area")
            for (name, klass), habit in zip(names, habits(len(names), dice), strict=True)
        ]
        office = Office(here, agenda, Pool(packets * 250, packets, 100, 2000), looks)
        office.plan(start)
        for each in liaisons:
            each.plan(start)
        machines = programs(here, agenda, tally, dice)
        people = [
            *crowd(here, agenda, tally, [name for name, _ in names], dice, players),
            *a_class(here, agenda, tally, names[4 % len(names)][0], dice, pupils), *machines,
        ]  # fmt: skip
        await _pass(here, agenda, liaisons, start, step)
        return await _told(here, office, liaisons, people, machines, tally)


async def _pass(here: Stage, agenda: Hours, liaisons: Sequence[Liaison], start: datetime, step: timedelta) -> None:
    """Let the time pass."""
    assert here.notice.quiz is not None, "it is a quiz that is played"
    end, at = here.notice.quiz.stage.closes + timedelta(hours=_AFTER), start
    while at < end:
        while (due := agenda.due(at)) is not None:
            when, deed, tick = due
            when = max(when, here.clock.now())
            if when - here.clock.now() > _LEAP:
                await here.handed()
            if tick:
                await here.move(when)
            else:
                here.clock.move(when)
            await deed()
            if tick:
                await here.drained()
        await here.move(at)
        for each in liaisons:
            each.hear()
        at += step


async def _told(
    here: Stage, office: Office, liaisons: Sequence[Liaison], people: Sequence[Contestant],
    machines: Sequence[Contestant], tally: Tally,
) -> Week:  # fmt: skip
    named = {each.who.where: f"{each.unit}（{each.habit}）" for each in liaisons}
    named |= {each.where: each.name for each in (office.admin, office.other)}
    named |= {each.who.where: f"{each.who.name}（{each.habit}）" for each in people}
    quiz, app = here.notice.quiz, here.app
    assert quiz is not None, "it is a quiz that is played"
    async with app.database.read() as connection:
        figures = await figures_of(connection, QuizFiguresOf(CAMPAIGN))
        books = await books_of(
            connection, CAMPAIGN, per_person=quiz.packets.per_person, opens=micros(quiz.stage.opens),
            closes=micros(quiz.stage.closes),
        )  # fmt: skip
    assert books is not None, "the office has made the packets"
    checked = await QuizChecker(app.database, app.notices, app.house.banks).check(CAMPAIGN)
    driven = {each.who.where.partition(":")[2] for each in machines}
    numbers = await _numbers(here, driven)
    exported = sorted(str(each.relative_to(app.made.folder)) for each in app.made.folder.rglob("*") if each.is_file())
    chats = [(named[where], chat) for where, chat in here.chats.items() if where in named]
    return Week(Played(here.notice, chats), tally, figures, checked.signs, numbers, tuple(audit(books)), exported)


async def _numbers(here: Stage, addresses: set[str]) -> set[int]:
    """The numbers of the people at these addresses."""
    from sqlalchemy import select

    from storage.tables import people

    async with here.app.database.read() as connection:
        found = await connection.execute(select(people.c.id).where(people.c.address.in_(addresses)))
        return set(found.scalars())


def _roster(folder: Path, units: int) -> Path:
    """The campaign's roster, cut off."""
    rows = (ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv").read_text("utf-8").splitlines()
    path = folder / "roster.csv"
    path.write_text("\n".join(rows[: units + 1]), "utf-8")
    return path


def _named(here: Stage, roster: Path) -> list[tuple[str, str]]:
    """Units with their classes."""
    classes = {klass.key: klass.label for klass in here.notice.classes}
    return [(row.name, row.klass) for row in read_roster(read_sheet(roster), classes).rows]


def main() -> int:
    """Play and write. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("units", 48), ("players", 700), ("pupils", 45), ("packets", 300), ("seed", 1)):
        arguments.add_argument(f"--{name}", type=int, default=usual)
    arguments.add_argument("--board", action="store_true", help="pictures of the board on two days, by Chromium")
    arguments.add_argument("--out", type=Path, default=Path("week-played"))
    given = arguments.parse_args()
    began = time.monotonic()
    given.out.mkdir(parents=True, exist_ok=True)

    async def looks(here: Stage, admin: object, name: str) -> None:
        if given.board:
            from tests.reminders.campaign_board import pictures  # only pictures need what drives a browser

            await pictures(here, admin, given.out, name)  # type: ignore[arg-type]

    sizes = {name: getattr(given, name) for name in ("units", "players", "pupils", "packets", "seed")}
    with tempfile.TemporaryDirectory(prefix="xinshi-week-") as folder:
        week = asyncio.run(play(Path(folder), **sizes, looks=looks))
        made = Path(folder) / "data" / "exports"
        if made.is_dir():
            shutil.copytree(made, given.out / "exports", dirs_exist_ok=True)
    write(week.played, given.out)
    sys.stdout.write(f"{counts(week.played)}{week.figures.people} people, {week.figures.attempts} attempts\n")
    sys.stdout.write("".join(f"{fault}\n" for fault in week.faults()))
    sys.stdout.write(f"{time.monotonic() - began:.0f} s; read {given.out}\n")
    return 1 if week.faults() else 0


if __name__ == "__main__":
    raise SystemExit(main())
