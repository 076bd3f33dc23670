"""One question of a quiz as it is shown and heard: its options bear letters, so that no number stands for a place.

Where an option is itself a digit ("第1位是什么？" 9, 5, 2, 1), whoever types it means the option. Where one is itself
a letter, and another option bears that letter, it is asked which of them is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import chosen, plain
from bot.talk.fields import OneOf, Option, Outcome, Refused, Took
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, Incoming
from rules.bank_key import LETTERS
from rules.quiz_paper import Asked

#: A letter or a place said with more words: "选C", "我选 c 项", "第三个", "答案是B".
_AT_LENGTH = re.compile(r"(?:我?选择?|答案是?|第)([a-f1-6一二三四五六])(?:项|个|号)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(OneOf):
    """One of the options: by button, letter or words, or by its place where no option is that number."""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        choices = tuple(Choice(each.code, self._lettered(place)) for place, each in enumerate(self.options))
        return Prompt(self.text, choices, numbered=False)

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if incoming.press is not None:
            return OneOf.hear(self, pieces, incoming)
        words = [plain(each.label) for each in self.options]
        typed = plain(incoming.text)
        if typed not in words and (said_at_length := _AT_LENGTH.fullmatch(typed)):
            typed = said_at_length[1]
        said = words.index(typed) if typed in words else -1
        letter = LETTERS.find(typed.upper()) if len(typed) == 1 else -1
        letter = letter if letter < len(self.options) else -1
        if -1 not in (said, letter) and said != letter:
            return Refused((self._twice(typed.upper(), letter, said),))
        place = said if said >= 0 else letter if letter >= 0 else self._meant_by(typed)
        if place is None:
            last = LETTERS[len(self.options) - 1]
            return Refused((line("play.pick", typed=incoming.text[:40], last=last),))
        return Took(self.options[place].code)

    def _meant_by(self, text: str) -> int | None:
        """The place meant by other words: the whole label as it is shown, a place, or words that only one has."""
        shown = [plain(self._lettered(place)) for place in range(len(self.options))]
        if text in shown:
            return shown.index(text)
        return chosen(text, [each.label for each in self.options])

    def _lettered(self, place: int) -> str:
        return f"{LETTERS[place]}. {self.options[place].label}"

    def _twice(self, typed: str, letter: int, said: int) -> Line:
        shown = {"first": self._lettered(letter), "second": self._lettered(said)}
        return line("play.twice", typed=typed, one=letter + 1, other=said + 1, **shown)


def pick(asked: Asked, place: int, count: int, *, seconds: int | None) -> Pick:
    """The question at a place of an attempt of `count`, with its progress."""
    text = line("play.question", text=asked.text, place=place + 1, count=count, seconds=seconds or 0)
    options = tuple(Option(str(at), option) for at, option in enumerate(asked.options))
    return Pick(text=text, options=options, step=f"第 {place + 1} 题")
