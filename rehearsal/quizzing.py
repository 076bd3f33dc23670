"""The quiz of a play: its packets, its players and programs, and whether the program counted what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select

from rehearsal.agenda import Agenda
from rehearsal.players import Contestant, Tally, a_class, crowd, programs
from rehearsal.record import Table
from rehearsal.size import Size
from rehearsal.stage import Citizen, Stage
from rehearsal.watch import Watch
from rehearsal.week_office import plan_quiz
from rules.fair_play import Sign
from rules.instants import micros
from rules.looks_quiz import QuizFigures, QuizFiguresOf
from rules.packets import Pool
from rules.packets_audit import audit
from scheduler.quiz_checking import QuizChecker
from storage.packets_read import books_of
from storage.quiz_figures import figures_of
from storage.tables import people

#: Pupils of a class that plays in one room.
PUPILS = 45
#: Cents of a packet in the middle, at least and at most.
_MIDDLE, _LEAST, _MOST = 250, 100, 2000


def pool_of(size: Size) -> Pool:
    """Packets for four players in nine."""
    count = max(4, size.players * 4 // 9)
    return Pool(count * _MIDDLE, count, _LEAST, _MOST)


class Quizzing:
    """The quiz of a notice, planned on an agenda; `units` are those that players name."""

    def __init__(
        self, play: Stage, agenda: Agenda, admins: tuple[Citizen, Citizen], units: Sequence[str], dice: Random,
        watch: Watch, size: Size, start: datetime,
    ) -> None:  # fmt: skip
        self._play, self.tally = play, Tally()
        plan_quiz(play, agenda, admins, pool_of(size), watch, start)
        self._machines = programs(play, agenda, self.tally, dice)
        crowd(play, agenda, self.tally, list(units), dice, size.players)
        a_class(play, agenda, self.tally, units[4 % len(units)], dice, 2 if size.small else PUPILS)

    async def counted(self) -> Counted:
        """What the program counted."""
        return await _counted(self._play, self._machines)


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


def results(figures: QuizFigures) -> tuple[Table, ...]:
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
