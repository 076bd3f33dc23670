"""Boxes to tick, answered in words: "3，4", "③", labels or their beginnings, "10 其他：农村信用".

The value is {"picked": [labels, the primary one first], "other": text}. In an open list, words that are no label are an
answer of one's own and stand in "other"; elsewhere "other" belongs to the box named by `Field.other`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rules.cleaning import clean, echo, folded, one_line
from rules.faults import Misread, Unreadable
from rules.forms import Field

Picks = dict[str, Any]
_QUOTES = re.compile("[\\s\"'“”‘’「」『』_]+")
_PARTED = r",，;；、\n|"
_NUMBERED = re.compile(r"第?\s*(\d{1,3})\s*[项个号]?(?:\s*[.)、:]|\s+|$)\s*(.*)", re.DOTALL)
_INNER = re.compile(r"\s+|[+&和及与]")
_SPACES = re.compile(r"\s+")
_AFTER = r"[:：\s_—-]"


def read_boxes(box: Field, raw: str) -> Picks:
    """What was picked, numbers counted from 1. Raises `Misread` with every token that means nothing here."""
    found = _Found(box)
    text = _SPACES.sub(lambda run: "\n" if "\n" in run[0] else " ", clean(raw).strip())
    for token in _tokens(box, found.take_other(text)):
        found.take(token)
    if found.faults:
        raise Misread(found.faults)
    return {"picked": found.picked, "other": found.other or "、".join(found.own)}


def is_picks(value: Any) -> bool:
    """Whether a stored value has the shape of ticks at all."""
    return (
        isinstance(value, dict)
        and set(value) <= {"picked", "other"}
        and isinstance(value.get("picked"), list)
        and all(isinstance(label, str) for label in value["picked"])
        and isinstance(value.get("other", ""), str)
    )


def check_boxes(box: Field, value: Picks) -> list[Unreadable]:
    """Everything wrong with well-shaped ticks; an empty answer is somebody else's question."""
    picked, other = value["picked"], value.get("other", "").strip()
    ticked = box.other is not None and box.other in picked
    own = [other] if other and box.open and not ticked else []
    wrong = [_unknown(box, label) for label in picked if label not in box.options]
    if not box.several and len(picked) + len(own) > 1:
        wrong.append(Unreadable("one_only", picked=[*picked, *own], count=len(picked) + len(own)))
    if ticked and box.other_required and not other:
        wrong.append(Unreadable("other_missing", other=box.other, picked=list(picked)))
    if other and not own and not ticked:
        wrong.append(Unreadable("other_unpicked", other=box.other or "", typed=echo(other)))
    return wrong


def written_boxes(box: Field, value: Picks) -> str:
    """The ticks as one line that `read_boxes` reads back: 行业信用监管、其他：农村信用."""
    picked, other = value["picked"], value.get("other", "")
    if box.other not in picked or not other:
        return "、".join([*picked, *([other] if other else [])])
    if picked[-1] == box.other:
        return "、".join([*picked[:-1], f"{box.other}：{other}"])
    return "、".join(f"{label}（{other}）" if label == box.other else label for label in picked)


@dataclass(slots=True)
class _Found:
    """What a line of ticks has given so far."""

    box: Field
    picked: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    other: str = ""
    faults: list[Unreadable] = field(default_factory=list)

    def take_other(self, text: str) -> str:
        """Cut 其他 with its text out of the line (by label or by number); its number stays in its place."""
        if not self.box.other:
            return text
        number, by_label, by_number = _other_patterns(self.box.options, self.box.other)
        for pattern in (by_label, by_number):
            if not (at := pattern.search(text)):
                continue
            rest = text[at.end() :]
            if rest[:1].isspace() and self._is_option(rest):
                continue
            rest = rest.strip()
            inside, after = _bracketed(rest) if rest[:1] in ("(", "（") else (re.sub(f"^{_AFTER}+", "", rest), "")
            if inside.strip(" _"):
                self.other = one_line(inside).strip(" _")
                return f"{text[: at.start()]}{number},{after}"
        return text

    def _is_option(self, rest: str) -> bool:
        """Whether what follows 其他 after a mere space is the next option rather than its text."""
        first = next(iter(_tokens(self.box, rest)), "")
        return not first or bool(_meant(self.box, first) or _meant(self.box, first.split()[0]))

    def take(self, token: str) -> None:
        """One token between separators: a number, a label, several of them, or words of one's own."""
        labels = _meant(self.box, token)
        if labels is None:
            each = [_meant(self.box, part) for part in _INNER.split(folded(token)) if part]
            labels = [label for some in each if some for label in some] if all(each) else None
        if labels is not None:
            self.picked += [label for label in labels if label not in self.picked]
        elif folded(token).strip().isdecimal():
            self.faults.append(Unreadable("no_such_number", typed=echo(token), count=len(self.box.options)))
        elif self.box.open:
            self.own.append(one_line(token))
        else:
            self.faults.append(_unknown(self.box, token))


def _tokens(box: Field, text: str) -> list[str]:
    """The line cut at its separators, but never inside a label that holds one."""
    pieces = (found[0].strip(" .。\t\u3000") for found in _token_pattern(box.options).finditer(text))
    return [piece for piece in pieces if piece]


def _meant(box: Field, token: str) -> list[str] | None:
    """The labels that one token names, None when it names none for certain."""
    wanted, cores = _core(token), _cores(box.options)
    if wanted in cores:
        return [cores[wanted]]
    if found := _NUMBERED.fullmatch(folded(token).strip()):
        if not 1 <= (number := int(found[1])) <= len(box.options):
            return None
        label, rest = box.options[number - 1], found[2].strip()
        more = _meant(box, rest) if rest else []
        return None if more is None else [label, *(each for each in more if each != label)]
    if box.open or len(wanted) < 2:
        return None
    begun = [label for core, label in cores.items() if core.startswith(wanted)]
    return begun if len(begun) == 1 else None


def _unknown(box: Field, token: str) -> Unreadable:
    wanted = _core(token)
    begun = [label for core, label in _cores(box.options).items() if len(wanted) > 1 and core.startswith(wanted)]
    if len(begun) > 1:
        return Unreadable("ambiguous_option", typed=echo(token), candidates=begun)
    number = box.options.index(box.other) + 1 if box.other in box.options else 0
    return Unreadable("unknown_option", typed=echo(token), count=len(box.options), other=box.other or "", number=number)


def _bracketed(text: str) -> tuple[str, str]:
    """("农村信用", the rest) from "（农村信用）…"; an unclosed bracket reaches to the end."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char in "(（") - (char in ")）")
        if not depth:
            return text[1:index], text[index + 1 :]
    return text[1:], ""


def _core(label: str) -> str:
    return _QUOTES.sub("", folded(label)).casefold().strip(".。:")


@lru_cache(maxsize=64)
def _cores(options: tuple[str, ...]) -> dict[str, str]:
    return {_core(label): label for label in options}


@lru_cache(maxsize=64)
def _token_pattern(options: tuple[str, ...]) -> re.Pattern[str]:
    """A label that holds a separator, or anything up to the next separator."""
    parted = sorted((label for label in options if re.search(f"[{_PARTED}]", label)), key=len, reverse=True)
    whole = [rf"{_any_width(label)}(?=\s*(?:[{_PARTED}]|$))" for label in parted]
    return re.compile("|".join([*whole, f"[^{_PARTED}]+"]))


@lru_cache(maxsize=64)
def _other_patterns(options: tuple[str, ...], other: str) -> tuple[int, re.Pattern[str], re.Pattern[str]]:
    """The number of 其他 and how it begins a token with its text: by label ("10 其他：…"), or by number ("10：…")."""
    number = options.index(other) + 1
    digits = "|".join([_any_width(str(number)), *([chr(0x245F + number)] if number <= 20 else [])])
    begin, numbered = rf"(?:^|(?<=[{_PARTED}\s]))", rf"第?\s*(?:{digits})\s*[项个号]?"
    label = rf"(?:{numbered}\s*[.．)）、:：]?\s*)?{_any_width(_QUOTES.sub('', other))}(?=\s*[(（]|{_AFTER})"
    return number, re.compile(begin + label), re.compile(rf"{begin}{numbered}(?=\s*[(（:：]|\s+\S)")


def _any_width(text: str) -> str:
    """A pattern for `text` in full-width or half-width characters."""
    wide = {char: chr(ord(char) + 0xFEE0) for char in map(chr, range(0x21, 0x7F))}
    spellings = ({char, folded(char), wide.get(folded(char), char)} for char in text)
    return "".join(f"(?:{'|'.join(map(re.escape, sorted(each)))})" for each in spellings)
