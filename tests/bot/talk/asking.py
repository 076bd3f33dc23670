"""A question asked on its own: what is heard goes into its pieces, as the engine would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.talk.fields import Outcome, Pieces, Question, Undo
from bot.talk.messages import Incoming, Press
from tests.bot.talk.room import START


@dataclass
class Asking:
    """A question with the parts heard so far."""

    question: Question
    pieces: list[Any] = field(default_factory=list)

    def type(self, text: str) -> Outcome:
        """Type something."""
        return self._heard(Incoming("test", "1", "1", START, text=text))

    def press(self, choice: str) -> Outcome:
        """Press a button."""
        return self._heard(Incoming("test", "1", "1", START, press=Press("1/x", choice)))

    def all(self, texts: Sequence[str]) -> Outcome:
        """Type several messages; gives the outcome of the last."""
        return [self.type(text) for text in texts][-1]

    @property
    def shown(self) -> tuple[str, list[str]]:
        """How the question looks now: the key of its line, and the labels of its choices, the marked ones with ✓."""
        prompt = self.question.prompt(self.pieces)
        return prompt.line.key, [f"✓{each.label}" if each.marked else each.label for each in prompt.choices]

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of its line."""
        return dict(self.question.prompt(self.pieces).line.facts)

    def _heard(self, incoming: Incoming) -> Outcome:
        outcome = self.question.hear(self.pieces, incoming)
        if isinstance(outcome, Pieces):
            self.pieces.extend(outcome.values)
        elif isinstance(outcome, Undo):
            self.pieces.pop()
        return outcome


def keys(outcome: Outcome) -> list[str]:
    """The keys of what an outcome says."""
    return [each.key for each in outcome.lines]
