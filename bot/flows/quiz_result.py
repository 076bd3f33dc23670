"""How an attempt at a quiz ended: the score, what came of it, and what was wrong."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talk.replay import Talk
from rules.deeds_quiz import Marked
from rules.notice import Notice
from rules.packets import yuan
from rules.quiz import Quiz
from rules.quiz_paper import Asked


def say_result(
    talk: Talk,
    notice: Notice,
    rules: Quiz,
    marked: Marked,
    count: int,
    wrong: Sequence[tuple[int, Asked, int]],
) -> None:
    """The result card; `wrong`: (place, question, what was picked), explained unless that was done after each."""
    talk.say(
        "play.result", title=notice.short_title, right=marked.right, count=count, passed=marked.passed,
        void=marked.void, needed=rules.correct, packet=yuan(marked.packet) if marked.packet else "", why=marked.why,
        chance=rules.packets.chance, most=rules.packets.per_person, payout=rules.packets.payout,
        brings=rules.referral.on,
    )  # fmt: skip
    if rules.explain == "end" and wrong:
        listed = [
            {
                "place": place + 1, "text": asked.text, "picked": asked.told(picked), "right": asked.right,
                "explanation": asked.explanation, "source": asked.source,
            }
            for place, asked, picked in wrong
        ]  # fmt: skip
        talk.say("play.wrong", wrong=listed)
    talk.offer("答题", "我的红包", *(("菜单",) if talk.scene.seat is not None else ()))
