"""What the organiser does around a quiz: makes packets, keeps the link back, looks, urges, exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rehearsal.agenda import Agenda
from rehearsal.stage import Citizen, Stage
from rehearsal.watch import Watch
from rules.deeds_quiz import Committed, FillPool
from rules.instants import micros
from rules.notice import Notice
from rules.packets import Pool
from rules.quiz import Quiz
from storage.moments import Moment
from storage.registry import DEEDS

LINK, WORD = "quiz.example.org/start", "诚信答题口令"


def with_link(notice: Notice) -> Notice:
    """The campaign with the link and the password that are to be kept back."""
    return replace(notice, embargoes=tuple(replace(each, links=(LINK,), words=(WORD,)) for each in notice.embargoes))


def plan_quiz(
    stage: Stage, agenda: Agenda, admins: tuple[Citizen, Citizen], pool: Pool, watch: Watch, start: datetime
) -> None:  # fmt: skip
    """Put what two admins do around the quiz on the agenda; what would come before they have joined is left out."""
    admin, other = admins
    opens, closes = _quiz(stage).stage.opens, _quiz(stage).stage.closes
    told = f"{opens.month}月{opens.day}日 {opens:%H:%M} 开始答题：https://{LINK} 口令：{WORD}"
    hours, span = timedelta(hours=1), closes - opens
    at = f"{opens:%Y-%m-%d %H:%M}"

    async def fill() -> None:
        watch.note(f"备好红包 {pool.count} 个")
        await _fill(stage, pool)

    async def made(*texts: str) -> None:
        await admin.all(*texts)
        await stage.worked()

    for when, deed in (
        (start + 8 * hours, lambda: admin.say("任务情况")),
        (start + 11 * hours, lambda: made("联络表")),
        (opens - 14 * hours, lambda: admin.all("群发", "全部联络员", told)),
        (opens - 14 * hours, lambda: admin.all("定时", at, "定时发送", "答题", "答题情况")),
        (max(opens - 13 * hours, start + hours), fill),
        (opens, stage.worked),  # what was planned for the opening goes out then, and not with the next look
        (opens + timedelta(minutes=12), lambda: admin.all("答题情况", "看板")),
        (opens + min(10 * hours, span * 0.1), lambda: admin.all("报送情况", "任务情况")),
        (opens + min(57 * hours, span * 0.4), lambda: made("答题核查")),
        (opens + min(100 * hours, span * 0.6), lambda: other.all("/status", "答题情况")),
        (closes + 9 * hours, lambda: admin.all("答题情况", "任务情况", "联系不上")),
        (closes + 20 * hours, lambda: admin.all("/remind", "1", "马上提醒")),
        (closes + 33 * hours, lambda: made("任务情况", "导出", "只要表格和文档")),
    ):
        if when >= start + hours:
            agenda.add(when, deed)


def _quiz(stage: Stage) -> Quiz:
    assert stage.notice.quiz is not None, "it is a quiz that is played"
    return stage.notice.quiz


async def _fill(stage: Stage, pool: Pool) -> None:
    """As `./xinshi packets fill` does."""
    app = stage.app
    async with app.database.write() as connection:
        moment = Moment(connection, micros(app.clock.now()), app.numbers)
        deed = FillPool(stage.notice.id, pool, micros(_quiz(stage).stage.opens), 0)
        assert isinstance(await DEEDS[FillPool](moment, deed), Committed)
