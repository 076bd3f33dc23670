"""答题核查: signs of unfair play in a quiz, with their thresholds. Nothing is done about them by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import ADMIN
from bot.talk.fields import Wait
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import StartWork
from rules.instants import from_micros, spoken

#: The kind of work that looks through the attempts, and the topic of its result.
QUIZ_CHECK = "quiz_check"


async def quiz_check(talk: Talk) -> Ending:
    """Have all attempts looked through, and tell what stands out."""
    if talk.notice.quiz is None:
        talk.say("play.no_figures", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    talk.title = "答题核查"
    payload = {"campaign": talk.notice.id}
    await talk.do("work", StartWork(QUIZ_CHECK, payload, session=talk.scene.session, topic=QUIZ_CHECK))
    found = await talk.ask("found", Wait(text=line("play.checking"), topic=QUIZ_CHECK))
    if found.get("error"):
        talk.say("play.check_broken")
    else:
        shown = [_sign(talk, each) for each in found["signs"]]
        talk.say(
            "play.checked", title=talk.notice.short_title, attempts=found["attempts"], count=found["count"],
            signs=shown, watch=asdict(talk.notice.quiz.watch),
        )  # fmt: skip
    talk.offer("答题情况", "导出", "菜单")
    return None


def _sign(talk: Talk, sign: Mapping[str, Any]) -> dict[str, Any]:
    at = from_micros(sign["at"]).astimezone(ZoneInfo(talk.notice.zone)).replace(microsecond=0)
    return {**sign, "at": spoken(at), "seconds": f"{sign['measure'] / 1000:.2f}"}


QUIZ_CHECKED = Flow("quiz_check", quiz_check, words=("答题核查", "quizcheck"), roles=ADMIN, keeps=True, gives=True)
