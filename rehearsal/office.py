"""What two admins do in the course of a campaign: they write to many, send back, pause, grant, and look."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from rehearsal.agenda import Agenda
from rehearsal.liaisons import Liaison
from rehearsal.stage import About, Citizen, Stage
from rehearsal.watch import Watch
from storage.tables import entries

#: How long after the notice the admins join.
_JOINING = timedelta(minutes=30)
#: What is answered to 催报 for all.
_EVERYBODY = ("1", "马上提醒")
#: What is sent back, in this order, and why.
_LONG = ("案例内容", "成果内容", "作品简介", "剧情简介", "内容梗概", "内容简介", "作品亮点")
_REASON = "请补充一年来的数据，如投诉量、办理时间的变化。"


class Office:
    """The organiser's office: one admin in Telegram who steers, and one in WeChat who looks on."""

    def __init__(self, stage: Stage, agenda: Agenda, liaisons: list[Liaison], watch: Watch) -> None:
        self._stage, self._agenda, self._liaisons, self._watch = stage, agenda, liaisons, watch
        self.admin: Citizen = stage.citizen("管理员陈", "telegram", About("管理员", "", "主办方经办人"))
        self.other: Citizen = stage.citizen("管理员赵", "wechat", About("管理员", "", "主办方分管领导"))

    def plan(self, start: datetime) -> None:
        """Put everything on the agenda."""
        opens, closes = self._stage.notice.entered[0].opens, self._stage.notice.entered[0].closes
        midnight = closes.replace(hour=0, minute=0, second=0, microsecond=0)
        for at, deed in (
            (start + _JOINING, self._join),
            (_at(opens + (closes - opens) * 0.3, 10), self._first_word),
            (_at(opens + (closes - opens) * 0.36, 11), self._move_strays),
            (_at(opens + (closes - opens) * 0.55, 15), lambda: self._send_back(3)),
            (_at(midnight - timedelta(days=9), 16), self._plan_word),
            (_at(midnight - timedelta(days=6), 14), self._pause),
            (_at(midnight - timedelta(days=6), 16, 30), lambda: self.admin.all("恢复报送", "恢复并通知")),
            (_at(midnight - timedelta(days=5), 11), lambda: self._send_back(2)),
            (_at(midnight - timedelta(days=2), 15), lambda: self.admin.all("报送情况", "联系不上")),
            (_at(midnight - timedelta(days=2), 15, 10), self._urge),
            (_at(midnight - timedelta(days=1), 11), self._extend),
            (_at(midnight - timedelta(days=3), 10), lambda: self.admin.all("报送情况", "看板")),
            (_at(midnight + timedelta(days=1), 9), lambda: self.admin.all("报送情况", "联系不上")),
        ):
            if at == start + _JOINING or at > start + 2 * _JOINING:  # of a short collection not all finds its day
                self._agenda.add(at, deed)

    async def _move_strays(self) -> None:
        """Whoever joined for the wrong unit has phoned, and is moved to their own."""
        for each in self._liaisons:
            if each.stray and each.has_joined:
                self._watch.note(f"主办方把加错单位的联络员从{each.stray}改到{each.unit.name}")
                await self.admin.all("调整联络员", each.stray, "改到别的单位", each.unit.name, "确认")

    async def _join(self) -> None:
        for who in (self.admin, self.other):
            await who.all(f"/start {await self._stage.code()}", who.name)

    async def _first_word(self) -> None:
        self._watch.note("主办方群发：请尽早准备材料")
        await self.admin.all("群发", "全部联络员", "请各单位尽早准备材料，先报一个，不要集中在最后几天。", "发送")
        await self._stage.worked()

    async def _plan_word(self) -> None:
        classes = self._stage.notice.classes
        klass = next((each for each in classes if each.enters), classes[0]).label
        self._watch.note(f"主办方定时群发：给还没报送的{klass}")
        await self.admin.say(f"给还没报送的{klass}发：距截止只有一周了，请抓紧报送。")
        if "定时" in self.admin.choices:
            await self.admin.all("定时", "明天 9:00", "定时发送")
            self._agenda.add(_at(self._stage.clock.now() + timedelta(days=1), 9), self._stage.worked)

    async def _pause(self) -> None:
        self._watch.note("主办方暂停报送两个半小时")
        await self.admin.say("暂停报送")
        if "全部" in self.admin.choices:
            await self.admin.say("全部")
        await self.admin.all("系统维护，预计今天下午五点前恢复", "暂停并通知")

    async def _send_back(self, most: int) -> None:
        in_force = select(entries.c.number).where(entries.c.state == "submitted").order_by(entries.c.received.desc())
        async with self._stage.app.database.read() as connection:
            numbers = list((await connection.execute(in_force.limit(most))).scalars())
        self._watch.note(f"主办方退回 {'、'.join(numbers) or '0 件'}")
        for number in numbers:
            await self.admin.say(f"/return {number}")
            texts = [field.label for form in self._stage.notice.forms for field in form.fields if field.kind == "text"]
            known = (label for label in (*_LONG, *texts) if label in self.admin.choices)
            field = next(known, self.admin.choices[-2])
            await self.admin.all(field, _REASON, "就这些", "下周三", "退回并通知")

    async def _urge(self) -> None:
        self._watch.note("主办方催报")
        await self.admin.all("/remind", *_EVERYBODY)

    async def _extend(self) -> None:
        for who in [each for each in self._liaisons if each.habit == "left"][:1]:
            self._watch.note(f"主办方准许{who.unit.name}延期一天")
            closes = self._stage.notice.entered[0].closes + timedelta(hours=23)  # 24:00 is the first instant of a day
            until = f"{closes:%Y-%m-%d} 24:00"
            await self.admin.say(f"/extend {who.unit.name}")
            if await self.admin.asked() == "track":
                await self.admin.say(self._stage.notice.entered[0].label)
            await self.admin.say(until)
            await self.admin.all("负责同志出差，材料后补", "准许")


def _at(day: datetime, hour: int, minute: int = 0) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
