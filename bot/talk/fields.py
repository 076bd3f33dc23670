"""Questions: what may be asked, how it looks, and what an arriving message means to it.

A question is a frozen value that a flow builds from its locals. It never stores anything: `hear` says what the
message was worth (an `Outcome`), and the engine writes it down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import chosen, plain
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, File, Incoming
from rules.faults import Fault, Faulty, Read

#: Code of the choice that puts the previous answer back.
KEEP = "!keep"


def no_faults(value: Any) -> Sequence[Fault]:
    """The check of a question that takes whatever it once took."""
    return ()


def fault_lines(faults: Sequence[Fault]) -> tuple[Line, ...]:
    """Faults of a rule as lines of wording."""
    return tuple(Line(fault.key, fault.facts) for fault in faults)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A kept answer that no longer fits its question, and why; the question is asked again."""

    why: Line


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Took:
    """The message completes the answer."""

    value: Any
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Pieces:
    """The message adds parts to an answer that takes several messages."""

    values: tuple[Any, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """The last part is taken back."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The message does not answer the question; `lines` say why and how to mend it. Nothing is written."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """The message picked an option that is a command word of the engine or of a flow."""

    word: str
    lines: tuple[Line, ...] = ()


Outcome = Took | Pieces | Undo | Refused | Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What all questions share. `label` names the answer in lists for editing; an empty one is never listed.

    `step` says where somebody stands who is at a question that has no label.
    """

    text: Line
    label: str = ""
    step: str = ""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        """How the question looks, given the parts already heard."""
        return Prompt(self.text)

    def load(self, kept: Any) -> Any:
        """The answer as the flow gets it, from its JSON-plain form, or `Unfit`."""
        return kept

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        """What a message means as an answer."""
        raise NotImplementedError

    def takes(self, file: File) -> bool:
        """Whether a file may be an answer to this question, or part of one."""
        return False

    def reopen(self, kept: Any) -> tuple[Any, ...]:
        """The parts to begin an edit with, for a question that takes its answer in parts."""
        return ()

    def told(self, kept: Any) -> str:
        """An answer in a few words, "" where it has none."""
        parts = kept.values() if isinstance(kept, dict) else (kept,)
        return " ".join(part for part in parts if isinstance(part, str) and part)


#: What people type to leave an answer out; it must not become the answer of a field that is required.
_SKIPS = frozenset(("跳过", "不填"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(Question):
    """An answer typed in one message, read by one rule and, when it is old, checked by another.

    `skip` is the label of the choice that leaves an optional answer empty.
    """

    read: Callable[[str], Read]
    check: Callable[[Any], Sequence[Fault]] = no_faults
    skip: str = ""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        choices = (Choice("!skip", self.skip),) if self.skip else ()
        return Prompt(self.text, choices, numbered=False)

    def load(self, kept: Any) -> Any:
        if kept == "" and self.skip:
            return kept
        faults = self.check(kept)
        return Unfit(fault_lines(faults)[0]) if faults else kept

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if pressed(incoming, "!skip", self.skip):
            return Took("")
        if not incoming.text.strip():
            return Refused((line("engine.text_please"),))
        if self.label and plain(incoming.text) in _SKIPS:
            return Refused((line("engine.required", label=self.label),))
        read = self.read(incoming.text)
        if isinstance(read, Faulty):
            return Refused(fault_lines(read.faults))
        return Took(read.value, fault_lines(read.notes))


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the code that is kept, and its label. A code "/修改" is the command word 修改."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Question):
    """A choice of exactly one option; the answer is its code. `yes` and `no` are the codes that plain words mean."""

    options: tuple[Option, ...]
    yes: str = ""
    no: str = ""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.text, tuple(Choice(option.code, option.label) for option in self.options))

    def told(self, kept: Any) -> str:
        return next((option.label for option in self.options if option.code == kept), "")

    def load(self, kept: Any) -> Any:
        if any(option.code == kept for option in self.options):
            return kept
        return Unfit(line("engine.option_gone"))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if (press := incoming.press) is not None:
            picked = next((option for option in self.options if option.code == press.choice), None)
        else:
            index = chosen(incoming.text, [option.label for option in self.options])
            code = self._meant(incoming.text) if index is None else self.options[index].code
            picked = next((option for option in self.options if option.code == code), None)
        if picked is None:
            return Refused((line("engine.pick_one", count=len(self.options), typed=incoming.text[:40]),))
        return Command(picked.code[1:]) if picked.code.startswith("/") else Took(picked.code)

    def _meant(self, text: str) -> str:
        """The code that a plain yes or no means here, "" where it means none."""
        typed = plain(text)
        return self.yes if typed in _YES else self.no if typed in _NO else ""


_YES = frozenset(map(plain, ("是", "好", "好的", "确认", "同意", "可以", "对", "没问题", "没有问题", "yes", "y", "ok")))
_NO = frozenset(map(plain, ("否", "不", "不是", "不用", "先不", "不同意", "no", "n")))


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Question):
    """A yes or no, with the two answers in the flow's own words."""

    yes: str
    no: str

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.text, (Choice("yes", self.yes), Choice("no", self.no)))

    def load(self, kept: Any) -> Any:
        return kept if isinstance(kept, bool) else Unfit(line("engine.option_gone"))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if (press := incoming.press) is not None:
            if press.choice in ("yes", "no"):
                return Took(press.choice == "yes")
        else:
            typed = plain(incoming.text)
            index = chosen(incoming.text, (self.yes, self.no))
            if index is not None or typed in _YES or typed in _NO:
                return Took(index == 0 if index is not None else typed in _YES)
        return Refused((line("engine.yes_or_no", yes=self.yes, no=self.no),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Question):
    """A wording to accept explicitly. The answer keeps the wording's SHA-256, so that a changed one is asked again."""

    wording_hash: str
    accept: str

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.text, (Choice("accept", self.accept),))

    def load(self, kept: Any) -> Any:
        return kept if kept == self.wording_hash else Unfit(line("engine.pledge_changed"))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        press = incoming.press
        if press is not None and press.choice == "accept":
            return Took(self.wording_hash)
        if press is None and (chosen(incoming.text, (self.accept,)) == 0 or plain(incoming.text) in _YES):
            return Took(self.wording_hash)
        return Refused((line("engine.accept_please", accept=self.accept),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Question):
    """Something the program itself will answer; whatever the person writes meanwhile, they are told to wait."""

    topic: str

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if incoming.channel == "inside" and incoming.topic == self.topic:
            return Took(dict(incoming.facts))
        return Refused((line("engine.wait"),))


def pressed(incoming: Incoming, code: str, label: str) -> bool:
    """Whether the message picks the choice `code`, by button or by its label."""
    if incoming.press is not None:
        return incoming.press.choice == code
    return bool(label) and plain(incoming.text) == plain(label)
