"""What the organiser does around a quiz: makes packets, keeps the link back, looks, urges, exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rehearsal.agenda import Agenda
from rehearsal.stage import About, Stage
from rehearsal.watch import Watch
from rules.deeds_quiz import Committed, FillPool
from rules.instants import micros
from rules.notice import Notice
from rules.packets import Pool
from storage.moments import Moment
from storage.registry import DEEDS

LINK, WORD = "quiz.example.org/hongze", "诚信洪泽2020"


def with_link(notice: Notice) -> Notice:
    """The campaign with the link and the password that are to be kept back."""
    return replace(notice, embargoes=tuple(replace(each, links=(LINK,), words=(WORD,)) for each in notice.embargoes))


class Office:
    """An admin in Telegram who steers, and one in WeChat who looks on."""

    def __init__(self, stage: Stage, agenda: Agenda, pool: Pool, watch: Watch) -> None:
        """Who steers writes in Telegram, who looks on in WeChat."""
        self._stage, self._agenda, self._pool, self._watch = stage, agenda, pool, watch
        self.admin = stage.citizen("管理员陈", "telegram", About("管理员", "", "主办方经办人"))
        self.other = stage.citizen("管理员赵", "wechat", About("管理员", "", "主办方分管领导"))

    def plan(self, start: datetime) -> None:
        """Put everything on the agenda."""
        assert self._stage.notice.quiz is not None, "it is a quiz that is played"
        opens, closes = self._stage.notice.quiz.stage.opens, self._stage.notice.quiz.stage.closes
        told = f"今天零点开始答题：https://{LINK} 口令：{WORD}"
        hours = timedelta(hours=1)
        for at, deed in (
            (start + timedelta(minutes=5), self._join),
            (start + 8 * hours, lambda: self.admin.say("任务情况")),
            (start + 11 * hours, lambda: self.admin.all("联络表")),
            (opens - 14 * hours, lambda: self.admin.all("群发", "全部联络员", told)),
            (opens - 14 * hours, lambda: self.admin.all("定时", "明天 0:00", "定时发送", "答题", "答题情况")),
            (opens - 13 * hours, self._fill),
            (opens + timedelta(minutes=12), lambda: self.admin.all("答题情况", "看板")),
            (opens + 10 * hours, lambda: self.admin.all("报送情况", "任务情况")),
            (opens + 57 * hours, lambda: self.admin.all("答题核查")),
            (opens + 100 * hours, lambda: self.other.all("/status", "答题情况")),
            (closes + 9 * hours, lambda: self.admin.all("答题情况", "任务情况", "联系不上")),
            (closes + 20 * hours, lambda: self.admin.all("/remind", "1", "马上提醒")),
            (closes + 33 * hours, lambda: self.admin.all("任务情况", "导出", "只要表格和文档")),
        ):
            self._agenda.add(at, deed, tick=True)

    async def _join(self) -> None:
        for who in (self.admin, self.other):
            await who.all(f"/start {await self._stage.code()}", who.name)

    async def _fill(self) -> None:
        """As `./xinshi packets fill` does."""
        self._watch.note(f"备好红包 {self._pool.count} 个")
        quiz, app = self._stage.notice.quiz, self._stage.app
        assert quiz is not None, "it is a quiz that is played"
        async with app.database.write() as connection:
            moment = Moment(connection, micros(app.clock.now()), app.numbers)
            deed = FillPool(self._stage.notice.id, self._pool, micros(quiz.stage.opens), 0)
            assert isinstance(await DEEDS[FillPool](moment, deed), Committed)
