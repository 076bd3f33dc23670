"""A question for files: one, or several gathered until 完成; words beside it are choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import chosen, plain
from bot.talk.fields import Command, Option, Outcome, Pieces, Question, Refused, Took, Undo, Unfit
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, File, Incoming, file_facts

DONE, UNDO = "完成", "撤回"
#: Files of one answer at most: a form has a few pages.
MOST_FILES = 30


def never(file: File) -> bool:
    """No file is the whole answer by itself."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn(Question):
    """Files, as `wanted` says. The answer is {"files": [{"name", "size", "sha256"} …], "for": note}.

    `several` gathers files until 完成, but for one that is `whole` by itself. `options` are what else may be answered:
    a code is kept as {"none": code}, one that starts with "/" is a command word. `hint` is said to any other words.
    `note` is kept with the files: what they were handed in for.
    """

    wanted: Callable[[File], bool]
    hint: Line
    several: bool = False
    whole: Callable[[File], bool] = never
    options: tuple[Option, ...] = ()
    note: str = ""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        if pieces:
            gathered = line("material.gathered", label=self.label, names=[piece["name"] for piece in pieces])
            return Prompt(gathered, (Choice("!done", DONE), Choice("!undo", UNDO)), numbered=False)
        return Prompt(self.text, tuple(Choice(option.code, option.label) for option in self.options))

    def takes(self, file: File) -> bool:
        return self.wanted(file)

    def load(self, kept: Any) -> Any:
        files = kept.get("files") if isinstance(kept, dict) else None
        if isinstance(files, list) and files and all(_is_file(each) for each in files):
            return kept
        if isinstance(kept, dict) and any(kept == {"none": option.code} for option in self.options):
            return kept
        return Unfit(line("engine.option_gone"))

    def told(self, kept: Any) -> str:
        return "、".join(each["name"] for each in kept.get("files", ()))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if incoming.files:
            return self._take(pieces, incoming.files)
        typed = plain(incoming.text) if incoming.press is None else incoming.press.choice
        if pieces and typed in ("!done", DONE):
            return Took({"files": list(pieces), "for": self.note})
        if pieces and typed in ("!undo", UNDO):
            return Undo((line("material.undone", name=pieces[-1]["name"]),))
        picked = self._picked(incoming)
        if picked is None:
            return Refused((self.hint,))
        return Command(picked.code[1:]) if picked.code.startswith("/") else Took({"none": picked.code})

    def _take(self, pieces: Sequence[Any], files: tuple[File, ...]) -> Outcome:
        first, *others = files
        if not self.several or (not pieces and not others and self.whole(first)):
            left = (line("engine.one_file", name=first.name, others=len(others)),) if others else ()
            return Took({"files": [file_facts(first)], "for": self.note}, left)
        known = {piece["sha256"] for piece in pieces}
        new = [file for file in dict.fromkeys(files) if file.sha256 not in known]
        if len(pieces) + len(new) > MOST_FILES:
            return Refused((line("material.too_many", most=MOST_FILES, names=[file.name for file in new]),))
        if not new:
            return Refused((line("material.same_file", name=first.name),))
        return Pieces(tuple(file_facts(file) for file in new))

    def _picked(self, incoming: Incoming) -> Option | None:
        if (press := incoming.press) is not None:
            return next((option for option in self.options if option.code == press.choice), None)
        index = chosen(incoming.text, [option.label for option in self.options])
        return None if index is None else self.options[index]


def _is_file(facts: Any) -> bool:
    known: Mapping[str, type] = {"name": str, "size": int, "sha256": str}
    return isinstance(facts, dict) and all(isinstance(facts.get(key), kind) for key, kind in known.items())
