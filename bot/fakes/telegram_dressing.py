"""A message's text as HTML for a page: its entities as tags, its addresses as links, everything else escaped."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from bot.fakes.telegram_world import Wire

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "code",
    "blockquote": "q",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；！？、（）【】“”]+")


def dressed(text: str, entities: list[Wire]) -> Markup:
    """`text` with its entities (places in UTF-16 units, well nested) as HTML."""
    raw = text.encode("utf-16-le")
    begins: dict[int, list[Wire]] = {}
    places = {0, len(raw) // 2}
    for entity in entities:
        begins.setdefault(entity["offset"], []).append(entity)
        places |= {entity["offset"], entity["offset"] + entity["length"]}
    parts: list[Markup] = []
    waiting: list[tuple[int, Markup]] = []
    edges = sorted(places)
    for begin, end in zip(edges, [*edges[1:], edges[-1]], strict=True):
        while waiting and waiting[-1][0] <= begin:
            parts.append(waiting.pop()[1])
        for entity in begins.get(begin, ()):
            opening, closing = _tags(entity)
            parts.append(opening)
            waiting.append((begin + entity["length"], closing))
        piece = raw[begin * 2 : end * 2].decode("utf-16-le")
        linked = any(closing == "</a>" for _, closing in waiting)
        parts.append(escape(piece) if linked else _linked(piece))
    return Markup("").join(parts)


def _tags(entity: Wire) -> tuple[Markup, Markup]:
    url = str(entity.get("url", ""))
    if entity["type"] == "text_link" and url.startswith(("http://", "https://")):
        return Markup('<a href="{}" target="_blank" rel="noopener">').format(url), Markup("</a>")
    tag = _TAGS.get(entity["type"], "span")
    return Markup("<{}>").format(tag), Markup("</{}>").format(tag)


def _linked(text: str) -> Markup:
    parts: list[Markup] = []
    place = 0
    for found in _ADDRESS.finditer(text):
        parts.append(escape(text[place : found.start()]))
        parts.append(Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(found[0]))
        place = found.end()
    return Markup("").join([*parts, escape(text[place:])])


def size_of(count: int) -> str:
    """Bytes as a person reads them."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} KB" if count < 2**20 else f"{count / 2**20:.1f} MB"
