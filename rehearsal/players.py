"""Who plays the quiz, and how: at the opening, in the evenings, in a class, at the last minute, by a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from rehearsal.agenda import Agenda, Deed
from rehearsal.stage import About, Citizen, Stage
from rules.bank import Question

#: Of a hundred players, so many have each habit.
HABITS = (
    ("steady", 62), ("keen", 10), ("leaver", 8), ("goner", 6), ("early", 4), ("late", 3), ("after", 2), ("typist", 5),
)  # fmt: skip
#: What is said of a habit in the report.
SPOKEN = {
    "steady": "认真答题", "keen": "反复答题", "leaver": "答到一半走开，过后接着答", "goner": "答到一半就不答了",
    "early": "没开始就来",
    "late": "最后两分钟才来", "after": "结束了才来", "typist": "自己打字作答", "program": "程序代答",
}  # fmt: skip
CHANNELS = ("wechat", "wechat", "wechat", "telegram", "web")
_LETTERS = "ABCDEF"


@dataclass(slots=True)
class Tally:
    """What the players know of the quiz, beside the program: attempts they ended, passes, packets, people by unit."""

    ended: int = 0
    passed: int = 0
    packets: int = 0
    void: int = 0
    gone: int = 0
    people: set[str] = field(default_factory=set)
    units: dict[str, set[str]] = field(default_factory=dict)


class Contestant:
    """Somebody who plays, for a unit ("" for nobody), with a habit; `skill` is how often they know the answer."""

    def __init__(
        self, stage: Stage, agenda: Agenda, tally: Tally, dice: Random, *, habit: str, unit: str, name: str,
        channel: str = "",
    ) -> None:  # fmt: skip
        self.who: Citizen = stage.citizen(name, channel or dice.choice(CHANNELS), About("答题人", unit, SPOKEN[habit]))
        self.habit, self.unit, self.skill = habit, unit, min(0.97, max(0.25, dice.gauss(0.68, 0.16)))
        self._agenda, self._tally = agenda, tally
        #: Their own: a crowd acts side by side, and what one does must not hang on who was faster.
        self._dice = dice = Random(dice.random())
        self._bank: Mapping[str, Question] = stage.app.house.banks[stage.notice.id]
        self._left_at = dice.randint(2, 7) if habit in ("leaver", "goner") else 0
        self._own = dice.uniform(4, 11)
        self.pace: list[float] = []
        self.again = {"keen": dice.randint(2, 6), "late": 0, "goner": 0}.get(habit, 1)

    def plan(self, at: datetime) -> None:
        """Come at an instant."""
        self._agenda.add(at, self.come, by=self.who)

    def _later(self, span: timedelta, deed: Deed) -> None:
        self._agenda.add(self.who.now() + span, deed, by=self.who)

    async def come(self) -> None:
        """Ask for the quiz, say who one is, and begin."""
        said = await self.who.say(
            self._dice.choice(("我要答题", "quiz", "/quiz")) if self.habit == "typist" else "答题"
        )
        if "请发“答题”，不用登记" in said:
            said = await self.who.say("答题")
        if "开始答题，还有" in said:
            return
        if "代表单位参加，还是以个人身份" in said:
            said = await self._say_who()
        if "开始答题" in self.who.choices:
            said = await self.who.say("开始答题")
        self._next(said)

    async def _say_who(self) -> str:
        if not self.unit:
            return await self.who.say("以个人身份")
        await self.who.say("代表单位")
        typed = self.unit if self._dice.random() < 0.5 else self.unit.removeprefix("区").removeprefix("洪泽")
        said = await self.who.say(typed)
        if "可能是这几个" in said:
            said = await self.who.say(self.unit)
        return said

    def _next(self, said: str) -> None:
        """Answer the question that was just read, after a while."""
        if not (place := self._place(said)):
            return
        if place == self._left_at:
            self._left_at = 0
            if self.habit == "leaver":
                self._later(timedelta(hours=self._dice.choice((1, 5, 20))), self.come)
            return
        self._later(timedelta(seconds=self._read(place)), self._answer)

    def _read(self, place: int) -> float:
        if self.pace:
            return self.pace[(place - 1) % len(self.pace)] + self._dice.uniform(-0.04, 0.04)
        return 1.2 + self._dice.lognormvariate(0, 0.6) * self._own * 0.6

    async def _answer(self) -> None:
        said = await self.who.say(self._typed())
        if "答错的题" in said or "答对 " in said:
            self._ended(said)
        else:
            self._next(said)

    def _typed(self) -> str:
        """The answer as this person types it: its number, its letter, or its words."""
        labels = [label[3:] for label in self.who.choices]
        question = self._asked()
        right = labels.index(question.options[question.key])
        wrong = [place for place in range(len(labels)) if place != right]
        place = right if self._dice.random() < self.skill else self._dice.choice(wrong)
        typed = (_LETTERS[place].lower(), labels[place]) if self.habit == "typist" else (_LETTERS[place],)
        said = self._dice.choice(typed)
        # One of the questions has letters for options: there only the place is plain.
        return f"{place + 1}" if said.upper() in labels and said not in labels[place : place + 1] else said

    def _asked(self) -> Question:
        shown = self.who.text
        return max(
            (each for each in self._bank.values() if each.text in shown), key=lambda each: shown.rfind(each.text)
        )

    @staticmethod
    def _place(said: str) -> int:
        told = said.rpartition("第 ")[2].partition("/")[0]
        return int(told) if told.isdigit() else 0

    def _ended(self, said: str) -> None:
        self._tally.void += "本次无效" in said
        if "本次无效" in said:
            return
        self._tally.ended += 1
        self._tally.passed += "合格**" in said or "，合格" in said
        self._tally.packets += "祝贺您获得红包" in said
        self._tally.gone += "红包已经领完了" in said
        self._tally.people.add(self.who.where)
        if self.unit:
            self._tally.units.setdefault(self.unit, set()).add(self.who.where)
        if self.again > 0 and ("祝贺您" not in said or self.habit == "keen"):
            self.again -= 1
            self._later(timedelta(seconds=self._dice.randint(5, 900)), self.come)


def crowd(stage: Stage, agenda: Agenda, tally: Tally, units: list[str], dice: Random, count: int) -> list[Contestant]:
    """So many people as they are, each with an hour of their own."""
    assert stage.notice.quiz is not None, "it is a quiz that is played"
    opens, closes = stage.notice.quiz.stage.opens, stage.notice.quiz.stage.closes
    habits = [habit for habit, share in HABITS for _ in range(share)]
    weights = [dice.paretovariate(1.2) for _ in units]
    found = []
    for number in range(count):
        habit = habits[number * 37 % len(habits)]
        unit = dice.choices(units, weights)[0] if dice.random() < 0.7 else ""
        each = Contestant(stage, agenda, tally, dice, habit=habit, unit=unit, name=f"答题人{number}")
        each.plan(_hour(habit, opens, closes, dice))
        if habit == "early":
            each.plan(opens + timedelta(seconds=dice.randint(5, 3600)))
        found.append(each)
    return found


def _hour(habit: str, opens: datetime, closes: datetime, dice: Random) -> datetime:
    match habit:
        case "early":
            return opens - timedelta(minutes=dice.choice((1, 20, 600, 1500)))
        case "late":
            return closes - timedelta(seconds=dice.randint(20, 100))
        case "after":
            return closes + timedelta(hours=dice.randint(0, 20))
    if dice.random() < 0.3:
        return opens + timedelta(seconds=dice.expovariate(1 / 240))
    day, hour = dice.choice((0, 0, 0, 1, 1, 2, 3, 4, 5, 6)), dice.choice((8, 9, 10, 12, 12, 13, 17, 19, 20, 20, 21, 22))
    at = opens + timedelta(days=day, hours=hour, seconds=dice.randint(0, 3599))
    return at if at < closes else opens + (closes - opens) * dice.uniform(0.02, 0.95)  # shorter than a week


def a_class(stage: Stage, agenda: Agenda, tally: Tally, unit: str, dice: Random, pupils: int) -> list[Contestant]:
    """Pupils who begin together in one room, on the second morning."""
    assert stage.notice.quiz is not None, "it is a quiz that is played"
    opens, closes = stage.notice.quiz.stage.opens, stage.notice.quiz.stage.closes
    bell = opens + min(timedelta(days=1, hours=10), (closes - opens) / 4)
    found = []
    for number in range(pupils):
        each = Contestant(stage, agenda, tally, dice, habit="steady", unit=unit, name=f"学生{number}", channel="wechat")
        each.plan(bell + timedelta(seconds=dice.uniform(0, 5)))
        found.append(each)
    return found


def programs(stage: Stage, agenda: Agenda, tally: Tally, dice: Random) -> list[Contestant]:
    """Five accounts that one program drives in one rhythm, on the third night, and one that answers at once."""
    assert stage.notice.quiz is not None, "it is a quiz that is played"
    opens, closes = stage.notice.quiz.stage.opens, stage.notice.quiz.stage.closes
    night = opens + min(timedelta(days=2, hours=3), (closes - opens) / 3)
    rhythm, found = [dice.uniform(2, 4) for _ in range(10)], []
    for number in range(6):
        each = Contestant(stage, agenda, tally, dice, habit="program", unit="", name=f"账号{number}", channel="wechat")
        each.pace, each.skill, each.again = (rhythm if number < 5 else [0.5] * 10), 0.95, 0
        each.plan(night + timedelta(minutes=7 * number))
        found.append(each)
    return found
