"""The liaisons of the quiz's units: who hands in the form, holds the event, reports, or does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rehearsal.agenda import Agenda
from rehearsal.record import Line
from rehearsal.stage import About, Citizen, Stage

PICTURE = ("现场.jpg", b"\xff\xd8\xff picture")
#: Habits with how many of forty-eight units have each.
HABITS = (("prompt", 20), ("evening", 9), ("reminded", 8), ("counts", 3), ("early", 2), ("never", 4), ("absent", 2))
#: What is said of a habit in the report.
SPOKEN = {
    "prompt": "按时报齐", "evening": "当天晚上才报", "reminded": "提醒了才报", "counts": "自己另有统计",
    "early": "提前报，之后再更新",
    "never": "加入后什么也不做", "absent": "一直没有加入",
}  # fmt: skip
CHANNELS = ("wechat", "wechat", "telegram", "web")
_FORM = ("张三 科长 13800138000\n李四 科员 13800138001", "王五，副主任科员，0517-87200000")


class Liaison:
    """Somebody who speaks for a unit, with a habit; `area`: the unit holds an event."""

    def __init__(self, stage: Stage, agenda: Agenda, unit: str, habit: str, dice: Random, *, area: bool) -> None:
        self.unit, self.habit, self.area, self.dice = unit, habit, area, dice
        self.who: Citizen = stage.citizen(f"{unit}联络员", dice.choice(CHANNELS), About("联络员", unit, SPOKEN[habit]))
        self._stage, self._agenda = stage, agenda

    def plan(self, start: datetime) -> None:
        """Put what they intend to do on the agenda; the notice came at `start`."""
        assert self._stage.notice.quiz is not None, "it is a quiz that is played"
        opens, closes = self._stage.notice.quiz.stage.opens, self._stage.notice.quiz.stage.closes
        if self.habit == "absent":
            return
        self._at(start + timedelta(minutes=self.dice.randint(20, 300)), self._join)
        if self.habit == "never":
            return
        late = self.habit == "reminded"
        form = start.replace(hour=18, minute=40) if late else start.replace(hour=14, minute=self.dice.randint(0, 59))
        self._at(form, self._form)
        if self.area:
            self._at(opens + timedelta(days=1, hours=16), self._event)
        morning = closes + timedelta(hours=8, minutes=40 + self.dice.randint(0, 150))
        match self.habit:
            case "prompt" | "counts":
                self._at(morning, self.report)
            case "evening":
                self._at(closes + timedelta(hours=19, minutes=self.dice.randint(0, 200)), self.report)
            case "early":
                self._at(opens + timedelta(days=3, hours=10), self.report)
                self._at(morning, self._again)

    def _at(self, at: datetime, deed: object) -> None:
        self._agenda.add(at, deed, tick=True)  # type: ignore[arg-type]  # bound methods without arguments

    async def _join(self) -> None:
        await self.who.all(f"/start {await self._stage.code(self.unit)}", f"{self.unit[:6]}老师", "我的任务")
        if "确认收到任务" in self.who.choices:
            await self.who.say("确认收到任务")

    async def _form(self) -> None:
        await self.who.all("我的任务", "报送信用知识竞赛工作联络表", *_FORM, "完成", "20", "300", "没有问题")

    async def _event(self) -> None:
        await self.who.all("我的任务", "组织诚信专题宣传活动", "7月9日", "130", "在广场设了展板，挂了标语。")
        await self.who.send(PICTURE)
        await self.who.all("完成", "没有问题")

    async def report(self) -> None:
        """Report the number and what was done; some have a number of their own."""
        said = await self.who.all("我的任务", "报送参加答题人数和组织推广工作的图文资料")
        ours = next((label for label in self.who.choices if label.startswith("就报")), "")
        if not ours:
            return
        number = int(ours.removeprefix("就报").removesuffix("人"))
        await self.who.say(f"{number + 12}" if self.habit == "counts" else ours)
        await self.who.say("在大厅摆了二维码，工作群里发了通知，组织职工答题。")
        await self.who.send(PICTURE)
        said = await self.who.all("完成", "没有问题")
        assert "已收到" in said, said

    async def _again(self) -> None:
        """Bring an early report up to date."""
        await self.who.all("我的任务", "报送参加答题人数和组织推广工作的图文资料", "修改后重报", "修改", "参加答题人数")
        ours = next((label for label in self.who.choices if label.startswith("就报")), "")
        await self.who.all(ours, "没有问题")

    def hear(self) -> None:
        """React to what was said since the last time."""
        for line in self._stage.chat(self.who.where).news():
            self._react(line)

    def _react(self, line: Line) -> None:
        told = line.kind == "reminder" and "参加答题人数" in line.text
        if self.habit == "reminded" and told:
            self._at(line.at + timedelta(minutes=self.dice.randint(5, 90)), self.report)
            self.habit = "reminded already"


def habits(count: int, dice: Random) -> list[str]:
    """A habit for each of so many units, in the proportions above, shuffled."""
    whole = [name for name, share in HABITS for _ in range(share)]
    chosen = [whole[number * len(whole) // count] for number in range(count)]
    dice.shuffle(chosen)
    return chosen
