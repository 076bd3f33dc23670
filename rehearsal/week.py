"""The quiz of Hongze from its notice to the day after its report, with units and players as they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.app import ROOT
from bot.fakes import FakeClock
from bot.people import take_roster
from documents.sheet_reading import read_sheet
from rehearsal.agenda import Agenda
from rehearsal.campaign import Progress, Size, everybody
from rehearsal.exporting import exported
from rehearsal.materials import StandIns
from rehearsal.players import Contestant, Tally, a_class, crowd, programs
from rehearsal.record import Record, Table
from rehearsal.stage import Stage, at_work
from rehearsal.watch import Watch
from rehearsal.week_liaisons import Liaison, habits
from rehearsal.week_office import Office, with_link
from rehearsal.writing import keep
from rules.fair_play import Sign
from rules.instants import micros, opening
from rules.looks_quiz import QuizFigures, QuizFiguresOf
from rules.notice import Notice
from rules.packets import Pool
from rules.packets_audit import audit
from rules.roster import read_roster
from scheduler.quiz_checking import QuizChecker
from storage.packets_read import books_of
from storage.quiz_figures import figures_of
from storage.tables import people

CAMPAIGN = "hongze-quiz-2020"
#: Units of the whole of it, and pupils of a class that plays in one room.
UNITS, PUPILS = 48, 45
#: Agenda after the close at which the play ends.
_AFTER = 36
#: Time that may pass before what went out is marked.
_LEAP = timedelta(seconds=1)
_STEP = timedelta(minutes=30)


async def rehearse(folder: Path, notice: Notice, size: Size, out: Path, progress: Progress) -> Record:
    """Play the whole of it; the program looks what is due at every step, and before whatever an office does."""
    began, dice, roster = time.monotonic(), Random(size.seed), _roster(folder, size.units)
    start = opening(notice.issued, notice.zone).replace(hour=8, minute=30)
    play = Stage(FakeClock(start), StandIns())
    play.on_moved = _shares(play, notice, progress)
    async with at_work(play, folder / "data", notice.id, with_link):
        await take_roster(play.app, notice.id, roster)
        agenda, tally, watch = Agenda(), Tally(), Watch(play)
        names = _named(play, roster)
        liaisons = [
            Liaison(play, agenda, name, habit, dice, area=klass == "area")
            for (name, klass), habit in zip(names, habits(len(names), dice), strict=True)
        ]
        Office(play, agenda, _pool(size), watch).plan(start)
        for each in liaisons:
            each.plan(start)
        machines = programs(play, agenda, tally, dice)
        crowd(play, agenda, tally, [name for name, _ in names], dice, size.players)
        a_class(play, agenda, tally, names[4 % len(names)][0], dice, 2 if size.small else PUPILS)
        await _pass(play, agenda, liaisons, start, timedelta(hours=6) if size.small else _STEP)
        await watch.look_for_lost()
        counted = await _counted(play, machines)
        folders = {"导出": await exported(play, folder / "导出")}
    return Record(
        play.notice, size.seed, len(names), start, play.clock.now(), time.monotonic() - began, everybody(play),
        watch.timeline(start, play.clock.now()), (), watch.unreached, _results(counted.figures),
        keep({}, folders, out), tuple(faults(counted, tally)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """What the program counted, whom its signs name, which accounts a program drove, what the audit says."""

    figures: QuizFigures
    signs: tuple[Sign, ...]
    programs: frozenset[int]
    audit: tuple[str, ...]


def faults(counted: Counted, tally: Tally) -> list[str]:
    """Where the program's figures are not those of the players."""
    figures = counted.figures
    ours = {each.name: each.people for each in figures.units if each.name}
    pairs = {
        "答题人数": (figures.people, len(tally.people)),
        "答题次数": (figures.attempts, tally.ended),
        "合格次数": (figures.passed, tally.passed),
        "无效次数": (figures.void, tally.void),
        "发出红包": (figures.stock.count - figures.stock.left, tally.packets),
        "各单位人数": (ours, {unit: len(people) for unit, people in tally.units.items()}),
    }
    wrong = [f"{name}：程序算 {one}，实际 {other}" for name, (one, other) in pairs.items() if one != other]
    accused = {person for sign in counted.signs for person in sign.people} - counted.programs
    return [*wrong, *counted.audit, *([f"可疑名单里有正常答题的人：{sorted(accused)}"] if accused else [])]


def _pool(size: Size) -> Pool:
    count = max(4, size.players * 4 // 9)
    return Pool(count * 250, count, 100, 2000)


def _shares(play: Stage, notice: Notice, progress: Progress) -> Callable[[], None]:
    """Tells the share of the days that have passed."""
    assert notice.quiz is not None, "it is a quiz that is played"
    start = play.clock.now()
    whole = notice.quiz.stage.closes + timedelta(hours=_AFTER) - start

    def moved() -> None:
        now = play.clock.now()
        progress(f"{now:%m-%d %H:%M}", min(1.0, (now - start) / whole))

    return moved


async def _pass(here: Stage, agenda: Agenda, liaisons: Sequence[Liaison], start: datetime, step: timedelta) -> None:
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


async def _counted(here: Stage, machines: Sequence[Contestant]) -> Counted:
    quiz, app = here.notice.quiz, here.app
    assert quiz is not None, "it is a quiz that is played"
    async with app.database.read() as connection:
        figures = await figures_of(connection, QuizFiguresOf(here.notice.id))
        books = await books_of(
            connection, here.notice.id, per_person=quiz.packets.per_person, opens=micros(quiz.stage.opens),
            closes=micros(quiz.stage.closes),
        )  # fmt: skip
    assert books is not None, "the office has made the packets"
    checked = await QuizChecker(app.database, app.notices, app.house.banks).check(here.notice.id)
    driven = await _numbers(here, {each.who.where.partition(":")[2] for each in machines})
    return Counted(figures, checked.signs, frozenset(driven), tuple(audit(books)))


def _results(figures: QuizFigures) -> tuple[Table, ...]:
    stock = figures.stock
    whole = (
        ("答题人数", f"{figures.people}"), ("答题次数", f"{figures.attempts}"), ("合格次数", f"{figures.passed}"),
        ("无效次数", f"{figures.void}"), ("没有答完", f"{figures.unfinished}"),
        ("红包", f"共 {stock.count} 个，发出 {stock.count - stock.left} 个"),
    )  # fmt: skip
    units = tuple((each.name or "以个人身份", f"{each.people}", f"{each.attempts}") for each in figures.units)
    return Table("答题情况", ("项目", "数量"), whole), Table("各单位答题", ("单位", "人数", "次数"), units)


async def _numbers(here: Stage, addresses: set[str]) -> set[int]:
    """The numbers of the people at these addresses."""
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
