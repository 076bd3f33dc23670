"""答题情况: what organisers see of a quiz: people and attempts, units, hours, hard questions, packets."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.flows.steering import ADMIN
from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.instants import from_micros
from rules.looks import UnitsOf
from rules.looks_quiz import QuizFigures, QuizFiguresOf
from rules.packets import yuan

#: Units, hours and questions that are named one by one.
_MOST = 10


async def quiz_figures(talk: Talk) -> Ending:
    """The figures as they are now."""
    if talk.notice.quiz is None:
        talk.say("play.no_figures", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    found: QuizFigures = await talk.look(QuizFiguresOf(talk.notice.id))
    units = await talk.look(UnitsOf(talk.notice.id))
    there = {each.unit for each in found.units}
    bank, zone = talk.scene.banks.get(talk.notice.id, {}), ZoneInfo(talk.notice.zone)
    busiest = sorted(found.hours.items(), key=lambda each: (-each[1], each[0]))[:3]
    talk.say(
        "play.figures",
        title=talk.notice.short_title,
        people=found.people, attempts=found.attempts, passed=found.passed, swift=found.swift,
        units=[
            {"name": each.name or "以个人身份", "people": each.people, "attempts": each.attempts}
            for each in found.units[:_MOST]
        ],
        more=max(0, len(found.units) - _MOST),
        silent=[each.called for each in units if each.id not in there],
        hours=[
            {"hour": f"{from_micros(hour).astimezone(zone):%m-%d %H}时", "count": count} for hour, count in busiest
        ],
        hard=[
            {"text": bank[each.code].text, "percent": 100 * each.right // each.answered}
            for each in found.hard if each.code in bank
        ],
        packets=found.stock.count, left=found.stock.left, total=yuan(found.stock.total),
        commitment=found.stock.commitment,
    )  # fmt: skip
    talk.offer("任务情况", "菜单")
    return None


QUIZ_FIGURES = Flow("quiz_figures", quiz_figures, words=("答题情况", "quizstatus"), roles=ADMIN)
