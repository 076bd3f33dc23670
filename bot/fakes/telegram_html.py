"""Telegram's HTML read as strictly as Telegram reads it: plain text and entities counted in UTF-16 units.

Source: core.telegram.org/bots/api#html-style.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.fakes.telegram_limits import Refusal, bad, units

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+)))?")
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]+);")

Entity = dict[str, Any]


@dataclass(slots=True)
class _Open:
    tag: str
    kind: str
    at: int
    more: dict[str, str]


def parse(html: str) -> tuple[str, list[Entity]]:
    """Text without markup, and its entities in order. Raises `Refusal` for what Telegram cannot parse."""
    text: list[str] = []
    length, place = 0, 0
    waiting: list[_Open] = []
    found: list[Entity] = []
    while place < len(html):
        following = html.find("<", place)
        following = len(html) if following < 0 else following
        if following > place:
            piece = _REFERENCE.sub(_character, html[place:following])
            text.append(piece)
            length += units(piece)
            place = following
            continue
        tag = _TAG.match(html, place)
        if tag is None:
            raise _unparsed(f'Unsupported start tag "{html[place + 1 : place + 12]}"', html, place)
        if tag[1]:
            _close(tag[2].lower(), waiting, found, length, html, place)
        else:
            waiting.append(_opened(tag[2].lower(), tag[3], length, html, place))
        place = tag.end()
    if waiting:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{waiting[-1].tag}\"")
    # Of two that cover the same text the outer one closed later, and comes first.
    found.reverse()
    return "".join(text), sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    if not name.startswith("#"):
        return _NAMED.get(name, reference[0])
    number = int(name[1:]) if name[1] != "x" else int(f"0{name[1:]}", 0)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else reference[0]


def _opened(tag: str, rest: str, length: int, html: str, place: int) -> _Open:
    given = {
        name.lower(): _REFERENCE.sub(_character, double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(rest)
    }
    if tag in _SIMPLE:
        return _Open(tag, _SIMPLE[tag], length, {})
    if tag == "span" and given.get("class") == "tg-spoiler":
        return _Open(tag, "spoiler", length, {})
    if tag == "a":
        return _Open(tag, "text_link", length, {"url": given.get("href", "")})
    if tag == "tg-emoji" and given.get("emoji-id", "").isdecimal():
        return _Open(tag, "custom_emoji", length, {"custom_emoji_id": given["emoji-id"]})
    raise _unparsed(f'Unsupported start tag "{tag}"', html, place)


def _close(tag: str, waiting: list[_Open], found: list[Entity], length: int, html: str, place: int) -> None:
    if not waiting:
        raise _unparsed("Unexpected end tag", html, place)
    opened = waiting.pop()
    if opened.tag != tag:
        raise _unparsed("Unmatched end tag", html, place, f', expected "</{opened.tag}>", found "</{tag}>"')
    if length > opened.at and (opened.kind != "text_link" or opened.more["url"]):
        found.append({"type": opened.kind, "offset": opened.at, "length": length - opened.at} | opened.more)


def _unparsed(what: str, html: str, place: int, more: str = "") -> Refusal:
    return bad(f"can't parse entities: {what} at byte offset {len(html[:place].encode())}{more}")
