"""Which printed options of a cell somebody ticked, however they did it.

A tick may fill the box, stand before or behind it, replace it, or stand in brackets; the box may stand before or behind
its option. What is only underlined or left over is not taken for a choice: it is reported as `unsure`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from documents.prose import Piece

_EMPTY = "□☐▢◻◽⬜❏❐❑❒○◯"
_FULL = "☑☒■▣◼◾⬛●◉✅🗹🗷⊠⊡"
_BARE = "√✓✔"
_MARK = re.compile(
    rf"(?P<full>[{_FULL}]|[(（\[【]\s*[{_BARE}{_FULL}]\s*[)）\]】])"
    rf"|(?P<empty>[{_EMPTY}]|[(（\[【]\s{{0,4}}[)）\]】])|(?P<bare>[{_BARE}])"
)
#: "请在□内打“√”" explains; its marks are no ticks.
_ADVICE = re.compile(
    rf"[{_EMPTY}]?[^\n{_EMPTY}]{{0,8}}(?:打|划|画|填)[“\"‘'（( ]{{0,2}}[{_BARE}{_FULL}][”\"’'）) ]{{0,2}}"
)
_LISTED = re.compile("[、，,；;]")
#: "其他（请注明）：" invites; it is no answer.
_INVITED = re.compile(r"^[(（]\s*请?(?:注明|填写|说明|写明)[^()（）]{0,10}[)）]")
_RULE = " \t\u3000\u00a0_＿—"
_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』«»＂", '"'))
#: Characters between a mark and its option that do not part them: "☑ 3.行业信用监管".
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Ticks:
    """Options as ticked, in the order of the page; the text beside 其他; options that may have been meant.

    `own` are ticked words that are no printed option.
    """

    picked: tuple[str, ...] = ()
    other: str = ""
    unsure: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """Something found in the text: an option (`name`) or a mark (full, empty, bare)."""

    name: str
    start: int
    end: int


def read_ticks(pieces: Sequence[Piece], *, options: Sequence[str], other: str | None, typed: str) -> Ticks | None:
    """The ticks of a cell; None when it has no marks and somebody simply typed there.

    `typed`: the cell's text without the blank's explanations. Where it names every option, without as much as a comma
    between them, it is the printed list.
    """
    text = "".join(piece.text for piece in pieces)
    found = _find_options(text, options, other)
    last = found[-1].end if found and found[-1].name == other else len(text)
    marks = _find_marks(text, last)
    if not marks and (_LISTED.search(typed) or len(_find_options(typed, options, other)) < len(options)):
        return None
    ticked, own = (
        _assign(text, found, marks) if found else (set(), tuple(_words_behind(text, marks, len(text)).values()))
    )
    picked = tuple(span.name for span in found if span.name in ticked)
    beside = _beside(text, found, other, ticked)
    unsure = () if picked or own else _meant(pieces, found, options)
    if other and beside and other not in picked and any(mark.name == "empty" for mark in marks):
        unsure = (*unsure, other) if other not in unsure else unsure
    return Ticks(picked, beside if other in picked else "", unsure, own)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text without white space and differences of width, and where each of its characters stood."""
    folded, places = [], []
    for place, char in enumerate(text):
        for same in unicodedata.normalize("NFKC", char).translate(_QUOTES):
            if not same.isspace():
                folded.append(same)
                places.append(place)
    return "".join(folded), places


def _find_options(text: str, options: Sequence[str], other: str | None) -> list[_Span]:
    """The first place of each option, longer names first; `other` is sought behind the rest, its text may name them."""
    folded, places = _fold(text)
    names = {_fold(option)[0]: option for option in options}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    found: dict[str, _Span] = {}
    for hit in pattern.finditer(folded):
        name = names[hit[0]]
        if name not in found:
            found[name] = _Span(name, places[hit.start()], places[hit.end() - 1] + 1)
        if name == other and len(found) == len(options):
            break
    return sorted(found.values(), key=lambda span: span.start)


def _find_marks(text: str, until: int) -> list[_Span]:
    advice = [(hit.start(), hit.end()) for hit in _ADVICE.finditer(text)]
    marks = [_Span(str(hit.lastgroup), hit.start(), hit.end()) for hit in _MARK.finditer(text)]
    behind = next((mark for mark in marks if mark.start >= until), None)
    if behind is not None and text[until : behind.start].strip(_RULE) == "" and "_" not in text[until : behind.start]:
        until = behind.end  # "其他 √"
    explained = [mark for mark in marks if any(start <= mark.start < end for start, end in advice)]
    return [mark for mark in marks if mark.end <= until and mark not in explained]


def _assign(text: str, found: list[_Span], marks: list[_Span]) -> tuple[set[str], tuple[str, ...]]:
    """The names of the ticked options, and ticked words that are none of them."""
    ticked: set[str] = set()
    own: list[str] = []
    leads = any(mark.end <= found[0].start and _joined(text, mark.end, found[0].start) for mark in marks)
    for at in range(len(found) + 1):
        left = found[at - 1] if at else None
        right = found[at] if at < len(found) else None
        start, end = left.end if left else 0, right.start if right else len(text)
        gap = [mark for mark in marks if start <= mark.start and mark.end <= end]
        back, front = _part(text, gap, left, right, leads=leads)
        words = _words_behind(text, gap, end) if leads and right else {}
        own += [words[mark] for mark in back if mark in words]
        if left and any(mark not in words and _joined(text, left.end, mark.start) for mark in _full(back)):
            ticked.add(left.name)
        if right and any(_joined(text, mark.end, right.start) for mark in _full(front)):
            ticked.add(right.name)
    return ticked, tuple(own)


def _part(
    text: str, gap: list[_Span], left: _Span | None, right: _Span | None, *, leads: bool
) -> tuple[list[_Span], list[_Span]]:
    """The marks between two options: which belong to the one before, which to the one behind."""
    if left is None or right is None:
        return ([], gap) if left is None else (gap, [])
    boxes = [at for at, mark in enumerate(gap) if mark.name != "bare"]
    if boxes and leads:
        cut = boxes[-1]
        if cut and gap[cut - 1].end == gap[cut].start and gap[cut - 1].name == "bare" and gap[cut - 1].start > left.end:
            cut -= 1  # "A  √□B"
        return gap[:cut], gap[cut:]
    if boxes:
        cut = boxes[0] + 1
        while cut < len(gap) and gap[cut].name == "bare" and gap[cut].start == gap[cut - 1].end < right.start - 1:
            cut += 1  # "A□√ B"
        return gap[:cut], gap[cut:]
    back = [
        mark
        for mark in gap
        if _distance(text, left.end, mark.start) < _distance(text, mark.end, right.start) + (not leads)
    ]
    return back, [mark for mark in gap if mark not in back]


def _distance(text: str, start: int, end: int) -> int:
    between = text[start:end]
    return len(between) + 100 * between.count("\n")


def _joined(text: str, start: int, end: int) -> bool:
    """Whether hardly anything stands between a mark and an option, and no other line."""
    between = _MARK.sub("", text[start:end])
    return "\n" not in between.strip(" ") and len("".join(between.split())) <= _NEAR


def _full(marks: list[_Span]) -> list[_Span]:
    return [mark for mark in marks if mark.name != "empty"]


def _words_behind(text: str, marks: list[_Span], end: int) -> dict[_Span, str]:
    """What stands behind each full mark that belongs to no printed option, up to the next mark or line."""
    words = {}
    for at, mark in enumerate(marks):
        until = marks[at + 1].start if at + 1 < len(marks) else end
        line = text[mark.end : until].strip().split("\n", 1)[0].strip(_RULE)
        if mark.name != "empty" and len(line) > 1:
            words[mark] = line
    return words


def _beside(text: str, found: list[_Span], other: str | None, ticked: set[str]) -> str:
    """What was written behind 其他, in its line, without the ruled line and the brackets."""
    span = next((span for span in found if span.name == other), None)
    if span is None:
        return ""
    following = next((each.start for each in found if each.start > span.start), len(text))
    line = text[span.end : following].split("\n", 1)[0]
    if following < len(text) and (marks := list(_MARK.finditer(line))) and not line[marks[-1].end() :].strip():
        line = line[: marks[-1].start()]
    line = _INVITED.sub("", line.strip(_RULE)).lstrip(":：").strip(_RULE)
    if line[:1] in "(（" and line[-1:] in ")）":
        line = line[1:-1].strip(_RULE)
    if (behind := _MARK.match(line)) and not _ticked_before(text, span):
        line = line[behind.end() :].strip(_RULE)
    return line


def _ticked_before(text: str, span: _Span) -> bool:
    before = list(_MARK.finditer(text[: span.start]))
    return bool(before) and before[-1].lastgroup != "empty" and not text[before[-1].end() : span.start].strip()


def _meant(pieces: Sequence[Piece], found: list[_Span], options: Sequence[str]) -> tuple[str, ...]:
    """Options that stand out though no box is ticked: underlined or bold, or the only ones left."""
    if 0 < len(found) < len(options):
        return tuple(span.name for span in found)
    looks = [piece.stressed for piece in pieces for _ in piece.text]
    stressed = tuple(span.name for span in found if all(looks[span.start : span.end]))
    return stressed if len(stressed) < len(options) else ()
