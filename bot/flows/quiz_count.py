"""How many people answered the quiz for a unit: counted by the program, and offered to whoever reports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.talk.fields import Outcome, Question, Took, Typed, pressed
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, Incoming
from bot.talk.replay import Talk
from rules.looks_quiz import UnitPlays, UnitPlaysOf

_OURS = "!ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Typed):
    """A number that the program has counted: one press takes it; another one is taken, and the difference said."""

    ours: int
    about: Line

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.about, (Choice(_OURS, self._button),), numbered=False)

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if pressed(incoming, _OURS, self._button):
            return Took(self.ours)
        heard = Typed.hear(self, pieces, incoming)
        if isinstance(heard, Took) and heard.value != self.ours:
            differs = line("duty.quiz_differs", ours=self.ours, theirs=heard.value)
            return Took(heard.value, (*heard.lines, differs))
        return heard

    @property
    def _button(self) -> str:
        return f"就报 {self.ours} 人"


async def counted_by_quiz(talk: Talk, label: str, question: Question) -> Question:
    """The question for a figure, with what the quiz counted for the unit that talks; as it is without a quiz."""
    if talk.notice.quiz is None or not isinstance(question, Typed):
        return question
    plays: UnitPlays = await talk.look(UnitPlaysOf(talk.notice.id, talk.unit.id))
    stage = talk.notice.quiz.stage
    about = line(
        "duty.quiz_count", label=label, people=plays.people, attempts=plays.attempts, over=talk.now >= stage.closes,
        closes=stage.closes_text,
    )  # fmt: skip
    kept = {field.name: getattr(question, field.name) for field in fields(question)}
    return Counted(**kept, ours=plays.people, about=about)
