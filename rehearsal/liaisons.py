"""Eighty units as they are: who joins when, and what becomes of their good intentions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Protocol

from rehearsal.agenda import Agenda, Deed
from rehearsal.answering import Given
from rehearsal.chores import Chores
from rehearsal.filling import go_on, report
from rehearsal.record import Line
from rehearsal.rosters import Unit
from rehearsal.stage import About, Citizen, Stage
from rules.tracks import Track

#: Habits with how many of eighty units have each.
HABITS: Sequence[tuple[str, int]] = (
    ("early", 14), ("steady", 13), ("misplaced", 1), ("evening", 12), ("left", 10), ("unsealed", 8),
    ("never", 8), ("absent", 3),
    ("late", 3), ("muter", 3), ("handover", 2), ("over", 1), ("blocks", 2),
)  # fmt: skip
#: Habits that show only where messages get through at any time.
_CHANNEL = {"muter": "telegram", "handover": "web", "blocks": "telegram"}
#: What is said of a habit in the report.
SPOKEN = {
    "early": "早早报齐", "steady": "按时报送", "misplaced": "拿错邀请码，加到了别的单位",
    "evening": "拖到最后一晚才报", "left": "填了一半就放下",
    "unsealed": "填好了还没盖章，催两次才交",
    "never": "加入后什么也不做", "absent": "一直没有加入", "late": "最后一天才加入",
    "muter": "嫌提醒烦，每次都免打扰", "handover": "中途换人负责", "over": "截止后七分钟才来交",
    "blocks": "把机器人拉黑",
    "colleague": "接手的同事",
}  # fmt: skip
#: How each does tasks beside works; whoever is not named does none.
_TASKS = {
    "early": "early", "steady": "prompt", "misplaced": "prompt", "unsealed": "prompt", "left": "evening",
    "evening": "evening", "muter": "reminded",
}  # fmt: skip
#: Who changes what was sent back; the rest let it lie.
_MENDING = ("early", "evening", "steady", "misplaced")
#: Questions at which people are called away, where the form has them.
_CALLED_AWAY = ("phone", "content", "introduction")
#: How often the steady hand in one of a track that asks for none.
_KEEN = 0.35
CHANNELS = ("telegram", "telegram", "telegram", "wechat", "wechat", "web")
TITLES = (
    "诚信菜市场", "信用就医先看后付", "出租车信用分级", "信易贷进园区", "物业服务信用公示", "家政服务信用码",
    "旅游诚信商户", "农资店信用积分", "校外培训信用监管", "公证承诺容缺办理", "工程招投标信用评价", "食品小作坊红黑榜",
)  # fmt: skip


class Turning(Protocol):
    """Gives what the next work of a track answers to certain fields."""

    def next(self, track: str) -> Given:
        """What it answers."""
        ...


class Liaison:
    """Somebody who speaks for a unit, with a habit. `told` counts the reminders they had."""

    def __init__(
        self, stage: Stage, agenda: Agenda, unit: Unit, habit: str, dice: Random, channel: str, turns: Turning
    ) -> None:
        self.unit, self.habit, self.dice = unit, habit, dice
        about = About("联络员", unit.name, SPOKEN[habit])
        self.who: Citizen = stage.citizen(f"{unit.name}联络员", _CHANNEL.get(habit, channel), about)
        self._stage, self._agenda, self.told = stage, agenda, 0
        self._track, self._turns = stage.notice.entered[0], turns
        klass = next((each.key for each in stage.notice.classes if each.label == unit.klass), "")
        self._chores = Chores(stage, agenda, self.who, klass, _TASKS.get(habit, "never"), dice)
        self.has_joined = False
        #: The unit that they join for by mistake, "" for none.
        self.stray = ""
        self.colleague: Liaison | None = None
        #: The titles of what was said to be in, by track.
        self.handed: dict[str, list[str]] = {}
        #: The title and the track of what was begun and left.
        self._begun = ("", self._track)

    @property
    def newest(self) -> Liaison:
        """Who speaks for the unit now."""
        return self.colleague or self

    def plan(self) -> None:
        """Put what they intend to do on the agenda."""
        if self.habit == "absent":
            return
        spans = dict.fromkeys((track.opens, track.closes) for track in self._stage.notice.entered)
        opens, closes, start = min(spans)[0], max(each[1] for each in spans), self._stage.clock.now()
        last = closes - timedelta(days=1, hours=10)
        joins = last if self.habit == "late" else opens + (closes - opens) * self.dice.uniform(0, 0.3)
        if self._stage.notice.tasks and self.habit != "late":
            self._at(start + timedelta(hours=self.dice.uniform(1, 6)), self._join)
            self._chores.plan(start)
        else:
            self._at(_office(joins, self.dice), self._join)
        for opens, closes in spans:
            self._plan(opens, closes)

    def _plan(self, opens: datetime, closes: datetime) -> None:
        """What they do about the works of one period."""
        span = closes - opens
        match self.habit:
            case "early":
                self._reports(opens + span * self.dice.uniform(0.31, 0.5))
            case "steady" | "misplaced":
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
        code = await self._stage.code(self.stray or self.unit.name)
        await self.who.all(f"/start {code}", f"{self.unit.name[:8]}老师")
        self.has_joined = True

    async def _begin(self) -> None:
        """Begin a work and be called away."""
        form = self._track.form
        assert form is not None, "works are entered by a form"
        fields = [field.key for field in form.fields if field.source == "ask"]
        asked = [key for key in _CALLED_AWAY if key in fields] or fields[-1:]
        await self._report(self._track, stop=f"form/{self.dice.choice(asked)}")
        if await self.who.asked():
            await self.who.say("暂停")

    async def _unsealed(self) -> None:
        await self._report(self._track, sealed=False)

    async def _report(self, track: Track, *, stop: str = "", sealed: bool = True) -> None:
        """One work, as far as they get."""
        title, given = self._title(), self._turns.next(track.label)
        if called := await report(self.who, track, title, stop=stop, sealed=sealed, given=given):
            self.handed.setdefault(track.label, []).append(called)
        else:
            self._begun = title, track

    async def report_all(self) -> None:
        """Hand in what the unit owes by the floors of the notice, or one work where nothing is owed."""
        await self._resume(sealed=True)
        done = {track: len(titles) for track, titles in self.handed.items()}
        for track, count in self._wants():
            for _ in range(count - done.get(track.label, 0)):
                await self._report(track)

    def _wants(self) -> list[tuple[Track, int]]:
        """What the unit owes by the floors of what is open; of tracks without a floor the diligent hand in one."""
        floors = dict(self.unit.floors)
        keen = self.habit == "early" or (self.habit == "steady" and self.dice.random() < _KEEN)
        every, now = self._stage.notice.entered, self._stage.clock.now()
        tracks = [track for track in every if track.is_open(now)] or list(every)
        wanted = [(track, floors.get(track.label) or int(keen)) for track in tracks]
        return wanted if any(count for _, count in wanted) else [(tracks[0], 1)]

    async def _resume(self, *, sealed: bool) -> None:
        """Go on with what was left, and then with what is owed."""
        title, track = self._begun
        if not title:
            return
        await self.who.say("继续")
        if called := await go_on(self.who, title, sealed=sealed, track=track):
            self.handed.setdefault(track.label, []).append(called)
            self._begun = "", track

    async def _block(self) -> None:
        self._stage.blocked.add(self.who.where)

    def _title(self) -> str:
        return f"{self.dice.choice(TITLES)}（{self.unit.name[:10]}{self.dice.randint(1, 99)}）"

    def hear(self) -> None:
        """React to what was said since the last time."""
        for line in self._stage.chat(self.who.where).news():
            self._react(line)

    def _react(self, line: Line) -> None:
        self._chores.react(line)
        soon = line.at + timedelta(minutes=self.dice.randint(3, 50))
        if line.kind == "reminder":
            self.told += 1
            self._reminded(line, soon)
        elif "修改退回" in line.buttons and self.habit in _MENDING:
            self._at(soon + timedelta(days=2), self._mend)

    def _reminded(self, line: Line, soon: datetime) -> None:
        match self.habit:
            case "muter" if self.told <= 2:
                self._at(soon, lambda: self.who.say("今天不再提醒"))
            case "handover" if self.told == 1 and "换人负责" in line.buttons:
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
        if "暂停报送" in await self.who.say("修改退回"):
            self._at(self._stage.clock.now() + timedelta(days=1), self._mend)
            return
        if await self.who.asked() == "which" and self.who.choices:
            await self.who.say(self.who.choices[0])  # several were sent back: one after the other
        await go_on(self.who, "改好的成片", mends=True)

    async def _hand_over(self) -> None:
        """Let a colleague in, who reports what is owed on the next day."""
        said = await self.who.all("换人负责", "给同事发邀请码")
        code = next(word for word in said.split() if len(word) == 11 and word[5] == "-")
        colleague = Liaison(self._stage, self._agenda, self.unit, "colleague", self.dice, "telegram", self._turns)
        await colleague.who.all(f"/start {code}", "赵老师")
        self.colleague, colleague.handed, colleague.has_joined = colleague, self.handed, True
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
