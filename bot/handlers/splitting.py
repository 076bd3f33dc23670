"""Long texts cut into messages that a platform takes, at the ends of paragraphs, sentences or, at worst, anywhere."""

from __future__ import annotations

from collections.abc import Callable

from bot.talk.messages import BOLD, PLAIN

#: Where a text may be cut, best first: after these.
_ENDS = ("\n\n", "\n", "。！？；…!?;", "，、,： :")
#: A cut that would leave less than this share of the room unused is good enough.
_SHARE = 0.5


def split(text: str, limit: int, *, measure: Callable[[str], int] = len) -> list[str]:
    """`text` in parts that each measure at most `limit`; emphasis that spans a cut goes on in the next part.

    `measure` counts as the platform does (characters, UTF-16 units, UTF-8 bytes) and never falls as a text grows.
    Nothing but white space at the cuts is lost. Raises `ValueError` where not even one character fits.
    """
    parts: list[str] = []
    rest = text.strip("\n")
    while rest and measure(rest) > limit:
        room = _room(rest, limit - measure(BOLD + PLAIN), measure)
        if room < 1:
            raise ValueError(f"expected room for a character, found a limit of {limit}")
        cut = _cut(rest, room)
        part, rest = rest[:cut].rstrip("\n"), rest[cut:].lstrip("\n")
        if part.rfind(BOLD) > part.rfind(PLAIN):
            part, rest = part + PLAIN, BOLD + rest
        if part.strip():
            parts.append(part)
    return [*parts, rest] if rest.strip() or not parts else parts


def _room(text: str, limit: int, measure: Callable[[str], int]) -> int:
    """How many characters from the beginning measure at most `limit`."""
    low, high = 0, min(len(text), max(limit, 0))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut(text: str, room: int) -> int:
    for ends in _ENDS:
        marks = (ends,) if ends.startswith("\n") else tuple(ends)
        found = max(
            text.rfind(mark, 0, room - len(mark) + 1) + len(mark) if mark in text[:room] else 0 for mark in marks
        )
        if found >= room * _SHARE:
            return found
    return room
