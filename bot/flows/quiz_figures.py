"""答题情况: what organisers see of a quiz: people and attempts, units, hours, hard questions, packets."""

from __future__ import annotations

from bot.flows.steering import ADMIN
from bot.talk.flow import Flow
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.instants import micros
from rules.looks import UnitsOf
from rules.looks_quiz import QuizFigures, QuizFiguresOf
from rules.packets import yuan
from rules.quiz_view import Group, QuizView, quiz_view

#: Units, hours and questions that are named one by one.
_MOST = 10
_BUSY = 3


async def quiz_figures(talk: Talk) -> Ending:
    """The figures as they are now, with their chart."""
    if talk.notice.quiz is not None and talk.scene.charts:
        ref = f"{talk.notice.id}/quiz/{micros(talk.now)}"
        talk.give(Attachment("chart", ref, "答题情况.png"), "play.chart", title=talk.notice.short_title)
    if not await say_figures(talk, most=_MOST):
        talk.say("play.no_figures", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    talk.offer("答题核查", "任务情况", "看板", "导出", "菜单")
    return None


async def say_figures(talk: Talk, *, most: int) -> bool:
    """Tell of the quiz, naming so many units; False where the campaign has none."""
    if talk.notice.quiz is None:
        return False
    found: QuizFigures = await talk.look(QuizFiguresOf(talk.notice.id))
    bank = talk.scene.banks.get(talk.notice.id, {})
    view = quiz_view(talk.notice, found, await talk.look(UnitsOf(talk.notice.id)), bank, talk.now)
    playing = [(unit, play) for unit, play in view.units if play.attempts]
    talk.say(
        "play.figures",
        title=talk.notice.short_title, state=view.state, closes=talk.notice.quiz.stage.closes_text,
        people=found.people, attempts=found.attempts, passed=found.passed, swift=found.swift, void=found.void,
        unfinished=found.unfinished,
        classes=[_group(each) for each in view.classes], above=[_group(each) for each in view.above],
        units=[
            {"name": unit.called, "people": play.people, "attempts": play.attempts} for unit, play in playing[:most]
        ],
        more=max(0, len(playing) - most),
        silent=[unit.called for unit in view.silent],
        hours=_busiest(view),
        hard=[{"text": each.text, "percent": each.percent} for each in view.hard if each.text],
        packets=found.stock.count, left=found.stock.left, total=yuan(found.stock.total),
        commitment=found.stock.commitment,
    )  # fmt: skip
    return True


def _group(group: Group) -> dict[str, object]:
    return {"label": group.label, "units": group.units, "playing": group.playing, "people": group.people,
            "attempts": group.attempts}  # fmt: skip


def _busiest(view: QuizView) -> list[dict[str, object]]:
    """The hours with the most attempts."""
    ordered = sorted(view.hours, key=lambda hour: (-hour.attempts, hour.begins))[:_BUSY]
    return [{"hour": f"{each.begins:%m-%d %H}时", "count": each.attempts} for each in ordered if each.attempts]


QUIZ_FIGURES = Flow("quiz_figures", quiz_figures, words=("答题情况", "quizstatus"), roles=ADMIN)
