"""Eighty units as they are: who joins when, and what becomes of their good intentions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from tests.reminders.campaign_forms import go_on, report
from tests.reminders.campaign_stage import Citizen, Line, Stage

Deed = Callable[[], Awaitable[object]]
#: Habits with how many of eighty units have each.
HABITS: Sequence[tuple[str, int]] = (
    ("early", 14), ("steady", 14), ("evening", 12), ("left", 10), ("unsealed", 8), ("never", 8), ("absent", 3),
    ("late", 3), ("muter", 3), ("handover", 2), ("over", 1), ("blocks", 2),
)  # fmt: skip
#: Habits that show only where messages get through at any time.
_CHANNEL = {"muter": "telegram", "handover": "web", "blocks": "telegram"}
CHANNELS = ("telegram", "telegram", "telegram", "wechat", "wechat", "web")
TITLES = (
    "诚信菜市场", "信用就医先看后付", "出租车信用分级", "信易贷进园区", "物业服务信用公示", "家政服务信用码",
    "旅游诚信商户", "农资店信用积分", "校外培训信用监管", "公证承诺容缺办理", "工程招投标信用评价", "食品小作坊红黑榜",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the play: its name, and how many works it owes of each track."""

    name: str
    floors: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Agenda:
    """What is going to happen, in order of time."""

    plans: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _count: int = 0

    def add(self, at: datetime, deed: Deed) -> None:
        """Let something happen at an instant."""
        self._count += 1
        self.plans.append((at, self._count, deed))
        self.plans.sort(key=lambda plan: plan[:2])

    def due(self, by: datetime) -> tuple[datetime, Deed] | None:
        """Take out the next thing that happens by then."""
        if not self.plans or self.plans[0][0] > by:
            return None
        at, _, deed = self.plans.pop(0)
        return at, deed


class Liaison:
    """Somebody who speaks for a unit, with a habit. `told` counts the reminders they had."""

    def __init__(self, stage: Stage, agenda: Agenda, unit: Unit, habit: str, dice: Random, channel: str) -> None:
        self.unit, self.habit, self.dice = unit, habit, dice
        self.who: Citizen = stage.citizen(f"{unit.name}联络员", _CHANNEL.get(habit, channel))
        self._stage, self._agenda, self._seen, self.told = stage, agenda, 0, 0
        self._track = stage.notice.tracks[0]

    def plan(self) -> None:
        """Put what they intend to do on the agenda."""
        if self.habit == "absent":
            return
        opens, closes = self._track.opens, self._track.closes
        span = closes - opens
        last = closes - timedelta(days=1, hours=10)
        joins = last if self.habit == "late" else opens + span * self.dice.uniform(0, 0.3)
        self._at(_office(joins, self.dice), self._join)
        match self.habit:
            case "early":
                self._reports(opens + span * self.dice.uniform(0.31, 0.5))
            case "steady":
                self._reports(opens + span * self.dice.uniform(0.5, 0.93))
            case "evening":
                self._at(_office(closes - timedelta(days=4), self.dice), self._begin)
                self._at(closes - timedelta(minutes=self.dice.randint(8, 185)), self.report_all)
            case "left" | "blocks" | "over":
                self._at(_office(opens + span * self.dice.uniform(0.31, 0.8), self.dice), self._begin)
            case "unsealed":
                self._at(_office(opens + span * self.dice.uniform(0.4, 0.8), self.dice), self._unsealed)
            case "late":
                self._at(closes - timedelta(hours=5), self.report_all)
            case "muter":
                self._reports(closes - timedelta(days=1, hours=3))
        if self.habit == "over":
            self._at(closes + timedelta(minutes=7), lambda: self._resume(sealed=True))
        if self.habit == "blocks":
            self._at(_office(closes - timedelta(days=9), self.dice), self._block)

    def _at(self, at: datetime, deed: Deed) -> None:
        self._agenda.add(at, deed)

    def _reports(self, at: datetime) -> None:
        self._at(_office(at, self.dice), self.report_all)

    async def _join(self) -> None:
        await self.who.all(f"/start {await self._stage.code(self.unit.name)}", f"{self.unit.name[:8]}老师")

    async def _begin(self) -> None:
        """Begin a work and be called away."""
        await report(self.who, self._track.label, self._title(), stop=self.dice.choice(("form/phone", "form/content")))
        await self.who.say("暂停")

    async def _unsealed(self) -> None:
        await report(self.who, self._track.label, self._title(), sealed=False)

    async def report_all(self) -> None:
        """Hand in what the unit owes by the floors of the notice, or one work where nothing is owed."""
        await self._resume(sealed=True)
        floors = self.unit.floors or ((self._track.label, 1),)
        for label, count in floors:
            for _ in range(count):
                await report(self.who, label, self._title())

    async def _resume(self, *, sealed: bool) -> None:
        """Go on with what was left, and then with what is owed."""
        await self.who.say("继续")
        await go_on(self.who, self._title(), sealed=sealed)

    async def _block(self) -> None:
        self._stage.blocked.add(self.who.where)

    def _title(self) -> str:
        return f"{self.dice.choice(TITLES)}（{self.unit.name[:10]}{self.dice.randint(1, 99)}）"

    def hear(self) -> None:
        """React to what was said since the last time."""
        lines = self._stage.chat(self.who.where).lines
        new, self._seen = lines[self._seen :], len(lines)
        for line in new:
            if line.by_itself:
                self._react(line)

    def _react(self, line: Line) -> None:
        soon = line.at + timedelta(minutes=self.dice.randint(3, 50))
        if line.kind == "reminder":
            self.told += 1
            self._reminded(soon)
        elif "修改退回" in line.buttons and self.habit in ("early", "evening"):
            self._at(soon + timedelta(days=2), self._mend)

    def _reminded(self, soon: datetime) -> None:
        match self.habit:
            case "muter" if self.told <= 2:
                self._at(soon, lambda: self.who.say("今天不再提醒"))
            case "handover" if self.told == 1:
                self._at(soon, self._hand_over)
            case "unsealed" if self.told == 2:
                self._at(soon + timedelta(hours=3), lambda: self._resume(sealed=True))
            case "left" if self.told == 1:
                self._at(soon, self._look_in)

    async def _look_in(self) -> None:
        """Open the draft and leave it again."""
        await self.who.all("继续", "暂停")

    async def _mend(self) -> None:
        """Change what was sent back and hand it in again."""
        await self.who.say("修改退回")
        await go_on(self.who, self._title())

    async def _hand_over(self) -> None:
        """Let a colleague in, who reports what is owed on the next day."""
        said = await self.who.all("换人负责", "给同事发邀请码")
        code = next(word for word in said.split() if len(word) == 11 and word[5] == "-")
        colleague = Liaison(self._stage, self._agenda, self.unit, "colleague", self.dice, "telegram")
        await colleague.who.all(f"/start {code}", "赵老师")
        self._agenda.add(self._stage.clock.now() + timedelta(days=1), colleague.report_all)


def _office(at: datetime, dice: Random) -> datetime:
    """The next hour in which offices work."""
    day = at.date()
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(dice.choice((8, 9, 10, 11, 14, 15, 16, 17)), dice.randint(0, 59)), at.tzinfo)


def habits(units: int, dice: Random) -> list[str]:
    """A habit for each unit, in the proportions above, shuffled; every habit is there from 40 units on."""
    whole = [name for name, count in HABITS for _ in range(count)]
    chosen = [whole[number * len(whole) // units] for number in range(units)]
    dice.shuffle(chosen)
    return chosen
