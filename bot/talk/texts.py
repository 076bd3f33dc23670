"""Questions for long texts that arrive in several messages: one text, or one text in compulsory sections.

完成 ends it, 撤回 takes the last piece back, 重写 starts over, 全文 shows what is there. After each piece the running
字数 is told. Nothing written is lost: a text that is too long stays as pieces to shorten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import plain
from bot.talk.fields import Outcome, Pieces, Question, Refused, Took, Undo, Unfit, fault_lines, no_faults
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, Incoming
from rules.faults import Fault, Faulty, Read
from rules.words import count

DONE, UNDO, CLEAR, WHOLE = "完成", "撤回", "重写", "全文"
#: Characters of one answer while it is being written: far above every limit, and counted anew with every piece.
MOST_WRITTEN = 100_000
#: Numbers of sections as they are shown to people.
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_CODES = {"!done": DONE, "!undo": UNDO, "!clear": CLEAR, "!whole": WHOLE}


def _word(incoming: Incoming) -> str:
    """Which of the four words (or which choice code) the message is, "" for text."""
    if incoming.press is not None:
        return _CODES.get(incoming.press.choice, incoming.press.choice)
    typed = plain(incoming.text)
    return typed if typed in (DONE, UNDO, CLEAR, WHOLE) else ""


def _choices(*codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, _CODES[code]) for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText(Question):
    """A text of several paragraphs, at most `limit` 字 (None: no limit), in one message or many."""

    read: Callable[[str], Read]
    check: Callable[[Any], Sequence[Fault]] = no_faults
    limit: int | None = None
    skip: str = ""

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        if not (parts := _parts(pieces)):
            skip = (Choice("!skip", self.skip),) if self.skip else ()
            return Prompt(self.text, (*skip, *(_choices("!undo") if pieces else ())), numbered=False)
        now = line("text.standing", label=self.label, total=count("\n".join(parts)), limit=self.limit)
        return Prompt(now, _choices("!done", "!undo", "!clear", "!whole"), numbered=False)

    def load(self, kept: Any) -> Any:
        if kept == "" and self.skip:
            return kept
        faults = self.check(kept)
        return Unfit(fault_lines(faults)[0]) if faults else kept

    def reopen(self, kept: Any) -> tuple[Any, ...]:
        return (kept,) if isinstance(kept, str) and kept else ()

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        parts = _parts(pieces)
        match _word(incoming):
            case "!skip" if self.skip and not parts:
                return Took("")
            case word if self.skip and not parts and plain(incoming.text) == plain(self.skip):
                return Took("")
            case "":
                return self._add(parts, incoming.text.strip())
            case word if word == DONE and self.skip and not parts:
                return Took("")
            case word if word == UNDO and pieces:
                return Undo((line("text.undone", words=count(_shown(pieces[-1]))),))
            case _ if not parts:
                return Refused((line("text.nothing_yet", label=self.label),))
            case word if word == CLEAR:
                return Pieces(({"clear": True},), (line("text.cleared"),))
            case word if word == WHOLE:
                return Refused((line("text.whole", text="\n".join(parts)),))
            case word if word == DONE:
                return self._finish("\n".join(parts))
            case _:
                return Refused((line("text.how"),))

    def _add(self, parts: list[str], text: str) -> Outcome:
        if not text:
            return Refused((line("engine.text_please"),))
        if (refused := _too_much(self.label, *parts, text)) is not None:
            return refused
        total = count("\n".join([*parts, text]))
        over = max(0, total - self.limit) if self.limit else 0
        said = line("text.piece", words=count(text), total=total, limit=self.limit, over=over)
        return Pieces((text,), (said,))

    def _finish(self, text: str) -> Outcome:
        read = self.read(text)
        if isinstance(read, Faulty):
            return Refused((*fault_lines(read.faults), line("text.kept")))
        return Took(read.value, fault_lines(read.notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections(Question):
    """A text in compulsory sections; the answer is one text per heading, together at most `limit` 字.

    `section_text` asks for one section (its facts hold the `guide`). `split` cuts one pasted text at the headings, or
    gives None where it does not carry them all. `remarks` are what may be said of a good text.
    """

    headings: tuple[str, ...]
    section_text: Callable[[int], Line]
    split: Callable[[str], Sequence[str] | None]
    check: Callable[[Any], Sequence[Fault]] = no_faults
    remarks: Callable[[Any], Sequence[Fault]] = no_faults
    limit: int | None = None

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        texts, at = self._fold(pieces)
        if not pieces:
            return Prompt(self.section_text(0), numbered=False)
        written = ["\n".join(parts) for parts in texts]
        now = line(
            "text.sections",
            label=self.label,
            total=self._total(written),
            limit=self.limit,
            at=CIRCLED[at],
            heading=self.headings[at],
            guide=self.section_text(at).facts["guide"],
            empty=not texts[at],
            left=not all(texts),
            parts=[
                {"mark": CIRCLED[index], "heading": heading, "words": count(written[index])}
                for index, heading in enumerate(self.headings)
            ],
        )
        codes = ("!done", "!undo", "!clear", "!whole") if texts[at] else ("!undo",)
        others = [index for index, parts in enumerate(texts) if parts and index != at]
        moves = tuple(Choice(f"!go/{index}", f"修改{CIRCLED[index]}") for index in others)
        return Prompt(now, (*_choices(*codes), *moves), numbered=False)

    def load(self, kept: Any) -> Any:
        faults = self.check(kept)
        return Unfit(fault_lines(faults)[0]) if faults else kept

    def reopen(self, kept: Any) -> tuple[Any, ...]:
        if not isinstance(kept, list):
            return ()
        return ({"all": kept[: len(self.headings)]},) if any(kept) else ()

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        texts, at = self._fold(pieces)
        word = _word(incoming)
        if (target := self._target(word or plain(incoming.text))) is not None:
            return Pieces(({"go": target},))
        if not word:
            return self._add(texts, at, incoming.text.strip())
        if word == WHOLE:
            shown = "\n".join(f"{title}\n" + "\n".join(texts[i]) for i, title in enumerate(self.headings) if texts[i])
            return Refused((line("text.whole", text=shown) if shown else line("text.nothing_yet", label=self.label),))
        if word == UNDO and pieces:
            return Undo((line("text.undone", words=count(_shown(pieces[-1]))),))
        if word == CLEAR and texts[at]:
            return Pieces(({"at": at, "clear": True},), (line("text.cleared"),))
        if word == DONE and texts[at]:
            return self._finish(texts, at)
        return Refused((line("text.nothing_yet", label=f"{CIRCLED[at]} {self.headings[at]}"),))

    def _add(self, texts: list[list[str]], at: int, text: str) -> Outcome:
        if not text:
            return Refused((line("engine.text_please"),))
        if (refused := _too_much(self.label, text)) is not None:
            return refused
        if (cut := self.split(text)) is not None and len(cut) == len(self.headings):
            return Pieces(({"all": list(cut)},), (line("text.split", count=len(cut)),))
        written = ["\n".join([*parts, text] if index == at else parts) for index, parts in enumerate(texts)]
        if (refused := _too_much(self.label, *written)) is not None:
            return refused
        total = self._total(written)
        over = max(0, total - self.limit) if self.limit else 0
        said = line("text.piece", words=count(text), total=total, limit=self.limit, over=over)
        return Pieces(({"at": at, "text": text},), (said,))

    def _finish(self, texts: list[list[str]], at: int) -> Outcome:
        empty = next((index for index, parts in enumerate(texts) if not parts), None)
        if empty is not None:
            return Pieces(({"go": empty},))
        value = ["\n".join(parts) for parts in texts]
        if faults := self.check(value):
            return Refused((*fault_lines(faults), line("text.kept")))
        return Took(value, fault_lines(self.remarks(value)))

    def _total(self, written: Sequence[str]) -> int:
        """字数 of the whole cell as it will be printed, headings included only where text stands under them."""
        return sum(count(text) for text in written)

    def _target(self, word: str) -> int | None:
        if word.startswith("!go/") and word[4:].isdigit():
            index = int(word[4:])
        elif word.startswith("修改") and word[2:].isdigit():
            index = int(word[2:]) - 1
        else:
            return None
        return index if 0 <= index < len(self.headings) else None

    def _fold(self, pieces: Sequence[Any]) -> tuple[list[list[str]], int]:
        """The texts per section, and the section that stands open."""
        texts: list[list[str]] = [[] for _ in self.headings]
        at, last = 0, len(texts) - 1
        for piece in pieces:
            match piece:
                case {"go": index}:
                    at = min(index, last)
                case {"all": whole}:
                    texts = [[text] if text.strip() else [] for text in [*whole, *[""] * len(texts)][: len(texts)]]
                    at = next((index for index, parts in enumerate(texts) if not parts), last)
                case {"at": index, "clear": True}:
                    at = min(index, last)
                    texts[at] = []
                case {"at": index, "text": text}:
                    at = min(index, last)
                    texts[at].append(text)
                case str():
                    texts[at].append(piece)
        return texts, at


def _too_much(label: str, *written: str) -> Refused | None:
    characters = sum(map(len, written))
    if characters <= MOST_WRITTEN:
        return None
    return Refused((line("text.too_much", label=label, characters=characters, most=MOST_WRITTEN),))


def _parts(pieces: Sequence[Any]) -> list[str]:
    """The pieces of a plain text that count: those since the last 重写. Pieces of a text in sections count too."""
    parts: list[str] = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece)
            case {"all": whole}:
                parts = [text for text in whole if text.strip()]
            case {"text": text}:
                parts.append(text)
            case {"clear": True}:
                parts.clear()
    return parts


def _shown(piece: Any) -> str:
    """The text of a piece, as far as it has one."""
    return "\n".join(_parts([piece]))
