"""What a vote would be recognised by in bytes: words that popped up, the button that was pressed, a whole paper."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

_POPUP = re.compile(r"T-C\d{4}：\d{1,2} 分".encode())
#: The same where a file holds JSON in ASCII.
_ESCAPED = re.compile(rb"T-C\d{4}\\uff1a\d{1,2} \\u5206")
_DATA = re.compile(rb"![A-Za-z0-9_-]{51}")
#: An entry's number with a level behind it, as forms, JSON and words would put it.
_PAIR = re.compile(rb"(\d{15,19})(?:\.0\"?[=:] ?|\": ?\[|: ?\(?|[=/])\"?(\d{1,2})(?!\d)")


#: Bytes by which all needles are looked for at once; shorter ones are looked for one by one.
_HEAD, _LOWEST = 8, (1 << 22) - 1
#: Levels that are told by a byte each: fewer are somewhere in the random bytes of a few thousand files by chance.
_TELLING = 6


@dataclass(frozen=True, slots=True)
class Needles:
    """Known votes by number: by pop-up, by the pressed button's text, by "entry/level"; and papers as bytes."""

    popups: Mapping[str, int]
    pressed: Mapping[str, int]
    pairs: Mapping[str, int]
    papers: tuple[bytes, ...]

    def found(self, data: bytes, *, chats: bool = False) -> set[int]:
        """The numbers of the votes that these bytes tell. In `chats` buttons stand by themselves."""
        found = {self.popups[each] for each in _words(data) if each in self.popups}
        if not chats:
            texts = {each.decode() for each in _DATA.findall(data)}
            found |= {number for text, number in self.pressed.items() if text in texts}
            found |= _present(data, {form: number for text, number in self.pressed.items() for form in _raw(text)})
        pairs = {f"{entry.decode()}/{int(level)}" for entry, level in _PAIR.findall(data)}
        found |= {self.pairs[each] for each in pairs if each in self.pairs}
        return found | _present(data, {form: -1 - at for at, paper in enumerate(self.papers) for form in _forms(paper)})


def _present(data: bytes, forms: Mapping[bytes, int]) -> set[int]:
    """The numbers of the forms that are somewhere in these bytes: their heads are looked for all at once."""
    heads: dict[int, list[bytes]] = {}
    for form in forms:
        if len(form) >= _HEAD:
            heads.setdefault(int.from_bytes(form[:_HEAD], "little"), []).append(form)
    found = {number for form, number in forms.items() if len(form) < _HEAD and form in data}
    keys = np.array(list(heads), dtype="<u8")
    # Most places are told by the lowest bits of their number to begin no needle.
    likely = np.zeros(_LOWEST + 1, dtype=bool)
    likely[keys & _LOWEST] = True
    for shift in range(min(_HEAD, len(data))):
        words = np.frombuffer(data, dtype="<u8", offset=shift, count=(len(data) - shift) // _HEAD)
        for at in np.flatnonzero(likely[words & _LOWEST]).tolist():
            place = shift + at * _HEAD
            found |= {forms[form] for form in heads.get(int(words[at]), ()) if data.startswith(form, place)}
    return found


def _words(data: bytes) -> Iterator[str]:
    yield from (each.decode() for each in _POPUP.findall(data))
    yield from (json.loads(f'"{each.decode()}"') for each in _ESCAPED.findall(data))


def _raw(text: str) -> tuple[bytes, ...]:
    """A button decoded: its card's secret and its code, as bytes and in hex."""
    raw = base64.urlsafe_b64decode(text[1:] + "=")
    return raw[:16], raw[16:], raw[:16].hex().encode(), raw[16:].hex().encode()


def _forms(paper: bytes) -> Iterator[bytes]:
    """A filled paper as somebody might have written it down."""
    levels = [int.from_bytes(paper[at : at + 2], "big") for at in range(0, len(paper), 2)]
    yield paper
    yield paper.hex().encode()
    yield base64.b64encode(paper).rstrip(b"=")
    yield from (mark.join(map(str, levels)).encode() for mark in (",", ", ", " ", "\n"))
    if len(levels) >= _TELLING:
        yield bytes(levels)
