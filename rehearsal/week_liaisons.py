"""The liaisons of units that enter no works: who does the tasks of a notice in time, late, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rehearsal.agenda import Agenda
from rehearsal.chores import SPOKEN, Chores
from rehearsal.rosters import Unit
from rehearsal.stage import About, Citizen, Stage

#: Habits with how many of forty-eight units have each.
HABITS = (("prompt", 20), ("evening", 9), ("reminded", 8), ("counts", 3), ("early", 2), ("never", 4), ("absent", 2))
CHANNELS = ("wechat", "wechat", "telegram", "web")


class Liaison:
    """Somebody who speaks for a unit, with a habit."""

    def __init__(self, stage: Stage, agenda: Agenda, unit: Unit, habit: str, dice: Random) -> None:
        self.unit, self.habit, self.dice = unit, habit, dice
        about = About("联络员", unit.name, SPOKEN[habit])
        self.who: Citizen = stage.citizen(f"{unit.name}联络员", dice.choice(CHANNELS), about)
        self._stage, self._agenda = stage, agenda
        klass = next(each.key for each in stage.notice.classes if each.label == unit.klass)
        self._chores = Chores(stage, agenda, self.who, klass, habit, dice)

    def plan(self, start: datetime) -> None:
        """Put what they intend to do on the agenda; the notice came at `start`."""
        if self.habit != "absent":
            self._agenda.add(start + timedelta(minutes=self.dice.randint(20, 300)), self._join)
            self._chores.plan(start)

    async def _join(self) -> None:
        await self.who.all(f"/start {await self._stage.code(self.unit.name)}", f"{self.unit.name[:6]}老师", "我的任务")
        if "确认收到任务" in self.who.choices:
            await self.who.say("确认收到任务")

    def hear(self) -> None:
        """React to what was said since the last time."""
        for line in self._stage.chat(self.who.where).news():
            self._chores.react(line)


def habits(count: int, dice: Random) -> list[str]:
    """A habit for each of so many units, in the proportions above, shuffled."""
    whole = [name for name, share in HABITS for _ in range(share)]
    chosen = [whole[number * len(whole) // count] for number in range(count)]
    dice.shuffle(chosen)
    return chosen
