"""What a notice forbids to show before an instant: found in a text however it is spaced, wide or narrow, and hidden."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from rules.schema import Written
from rules.stages import read_opening

#: What stands in the place of hidden words.
HIDDEN = "●●●"
#: Characters of a link or word at least: shorter ones would be found in innocent texts.
SHORTEST = 4
#: What people write between the letters of a link so that it is not recognised as one.
_JOINERS = frozenset("\u00ad\u034f\u061c\u180e\u2060\ufeff")
_STOPS = str.maketrans({"。": ".", "｡": ".", "∶": ":", "⁄": "/", "∕": "/"})


@dataclass(frozen=True, slots=True)
class Embargo:
    """One thing that nobody may show, forward or preview before `until`.

    `links` are beginnings of addresses and `words` any other texts that give it away (a password of the quiz).
    `codes`: which QR codes in pictures are held back: those that lead to one of these ("listed"), or "any".
    """

    key: str
    what: str
    until: Annotated[datetime, Written(via=read_opening)]
    clause: str
    links: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    codes: Literal["listed", "any"] = "listed"

    def problems(self) -> Iterator[tuple[str, str]]:
        for name, listed in (("links", self.links), ("words", self.words)):
            for text in listed:
                if len(_bare(text)) < SHORTEST:
                    yield name, f"“{text}”太短（至少 {SHORTEST} 个字符），会误伤无关的文字。"
        if not self.links and not self.words and self.codes == "listed":
            yield "links", "没有写链接、口令，也不拦二维码，这条保密规则拦不住任何内容。"


@dataclass(frozen=True, slots=True)
class Breach:
    """An embargo that a text or picture would break, and where in the text: [start, end)."""

    embargo: Embargo
    start: int = 0
    end: int = 0


def breaches(text: str, embargoes: Sequence[Embargo], now: datetime) -> tuple[Breach, ...]:
    """What a text would give away at `now`, in the order of the text."""
    held = [each for each in embargoes if now < each.until]
    if not held or not text:
        return ()
    letters, places = _folded(text)
    found: list[Breach] = []
    for embargo in held:
        for needle in map(_bare, (*embargo.links, *embargo.words)):
            start = letters.find(needle)
            while start >= 0:
                found.append(Breach(embargo, places[start], places[start + len(needle) - 1] + 1))
                start = letters.find(needle, start + len(needle))
    return tuple(sorted(found, key=lambda breach: (breach.start, breach.end)))


def pictured(codes: Sequence[str], embargoes: Sequence[Embargo], now: datetime) -> tuple[Breach, ...]:
    """What the QR codes of a picture (their texts) would give away at `now`."""
    held = [each for each in embargoes if now < each.until]
    found = {each.key: Breach(each) for each in held if codes and each.codes == "any"}
    for code in codes:
        found |= {breach.embargo.key: Breach(breach.embargo) for breach in breaches(code, held, now)}
    return tuple(found.values())


def hidden(text: str, embargoes: Sequence[Embargo], now: datetime) -> str:
    """A text in which `HIDDEN` stands for what must not be shown at `now`; the rest of a link goes with it."""
    shown, at = [], 0
    for breach in breaches(text, embargoes, now):
        if breach.end <= at:
            continue
        start, end = max(breach.start, at), breach.end
        while end < len(text) and text[end].isascii() and (text[end].isalnum() or text[end] in "/?&=#%._-~+"):
            end += 1
        shown += [text[at:start], HIDDEN]
        at = end
    return "".join([*shown, text[at:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and the place in `text` that each of its characters comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _plain(char):
            letters.append(plain)
            places.append(place)
    return "".join(letters), places


def _plain(char: str) -> str:
    """A character in its narrow, small form; "" for blanks, marks of emphasis and what cannot be seen."""
    folded = unicodedata.normalize("NFKC", char.translate(_STOPS)).casefold()
    return "".join(
        each for each in folded
        if not each.isspace() and each not in _JOINERS and unicodedata.category(each) not in ("Cc", "Cf", "Mn", "Me")
    )  # fmt: skip


def _bare(needle: str) -> str:
    """A link or word as it is looked for: without its scheme, because nobody needs that to open it."""
    letters = _folded(needle)[0]
    for scheme in ("https://", "http://"):
        letters = letters.removeprefix(scheme)
    return letters.removeprefix("www.")
