"""A message as Telegram takes it: HTML in parts, an inline keyboard under the last, a document with its caption."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from bot.handlers.buttons import seal
from bot.handlers.splitting import split
from bot.handlers.telegram_limits import BUTTONS, CAPTION, ROW, TEXT
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Attachment, Choice, Outgoing, lettered

#: Stands before a message that may have come before.
AGAIN = "（重发）"
#: What a row of buttons shows on a narrow phone, in columns of half a 汉字, and what the edges of one button take.
ROW_WIDTH, EDGE = 36, 2
#: A keyboard with a long label keeps the beginnings of labels up to this many options, and shows bare numbers beyond.
MOST_SHORTENED = 8
#: Buttons of bare numbers in a row.
NUMBERS = 5

Row = list[dict[str, str]]

_MARKS = re.compile(f"([{BOLD}{PLAIN}])")
_TICKS = frozenset("☑☐✓")


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text as HTML (a caption, where there is an attachment), and the rows of its keyboard."""

    html: str
    keyboard: tuple[Row, ...] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class _Button:
    text: str
    place: int


def show(outgoing: Outgoing, *, key: bytes, upload: str = "") -> tuple[Part, ...]:
    """The parts of a message, in order; none where it holds nothing.

    `key` seals the buttons; `upload` is the address that takes the place of `UPLOAD`. Every part leaves room for
    `AGAIN`, so that a message has the same parts whether it is sent again or not.
    """
    text = outgoing.text.strip()
    listed, rows = _keyboard(outgoing)
    if listed:
        text = f"{text}\n\n{listed}" if text else listed
    if rows and not text and outgoing.attachment is None:
        text = "\n".join(_line(choice.label) for choice in outgoing.choices)
    keyboard = tuple([{"text": b.text, "callback_data": seal(key, outgoing.id, b.place)} for b in row] for row in rows)

    def units(piece: str) -> int:
        """UTF-16 units of what is read: marks are tags, and `UPLOAD` is an address."""
        return _units(piece) - piece.count(BOLD) - piece.count(PLAIN) + piece.count(UPLOAD) * (_units(upload) - 1)

    room = _units(AGAIN)
    if outgoing.attachment is None:
        pieces = split(text, TEXT - room, measure=units) if text else []
        last: list[Part] = []
    else:
        fits = units(text) <= CAPTION - room
        pieces = [] if fits or not text else split(text, TEXT - room, measure=units)
        last = [Part(html(text, upload) if fits else "", attachment=outgoing.attachment)]
    parts = [Part(html(piece, upload)) for piece in pieces if _MARKS.sub("", piece).strip()] + last
    if parts and keyboard:
        parts[-1] = Part(parts[-1].html, keyboard, parts[-1].attachment)
    return tuple(parts)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def html(text: str, upload: str = "") -> str:
    """HTML with every tag closed, whatever the marks."""
    bold = False
    out: list[str] = []
    safe = escape(text.encode("utf-8", "replace").decode(), quote=False)
    for mark in _MARKS.split(safe):
        if mark == BOLD:
            out.append("" if bold else "<b>")
            bold = True
        elif mark == PLAIN:
            out.append("</b>" if bold else "")
            bold = False
        else:
            out.append(mark)
    return ("".join(out) + ("</b>" if bold else "")).replace(UPLOAD, escape(upload, quote=False))


def _keyboard(outgoing: Outgoing) -> tuple[str, list[list[_Button]]]:
    """The options written out, where their buttons cannot hold them, and the rows of buttons."""
    options = [(place, choice) for place, choice in enumerate(outgoing.choices) if not choice.code.startswith("/")]
    commands = [(place, choice) for place, choice in enumerate(outgoing.choices) if choice.code.startswith("/")]
    commands = commands[:BUTTONS]
    labels = [_label(outgoing, choice) for _, choice in options]
    listed = ""
    each = 0
    long = any(_width(label) > ROW_WIDTH - EDGE for label in labels)
    if long or len(options) > BUTTONS - len(commands):
        listed = "\n".join(_listed(outgoing, place, label) for (place, _), label in zip(options, labels, strict=True))
        if lettered(outgoing.choices):
            listed = "\n".join(labels)
            each, labels = NUMBERS, [label[0] for label in labels]
        elif outgoing.numbered:
            each = NUMBERS if len(options) > MOST_SHORTENED else 1
            labels = [_numbered(place, label, bare=each > 1) for (place, _), label in zip(options, labels, strict=True)]
    room = BUTTONS - len(commands)
    shown = [_Button(_cut(label) or f"{place + 1}", place) for (place, _), label in zip(options, labels, strict=True)][
        :room
    ]
    ends = [_Button(_cut(_line(choice.label)) or choice.code, place) for place, choice in commands]
    return listed, [*_rows(shown, each), *_rows(ends)]


def _listed(outgoing: Outgoing, place: int, label: str) -> str:
    return f"{place + 1}. {label}" if outgoing.numbered else f"· {label}"


def _numbered(place: int, label: str, *, bare: bool) -> str:
    """A label that begins with its number; `bare` keeps only the number and a tick."""
    tick = label[0] if label[:1] in _TICKS else ""
    return f"{tick}{place + 1}" if bare else f"{place + 1} {label}"


def _label(outgoing: Outgoing, choice: Choice) -> str:
    """The whole label, with its tick. Codes with "!" are no boxes, they end or undo the ticking."""
    text = _line(choice.label)
    if outgoing.several and not choice.code.startswith("!"):
        return f"{'☑' if choice.marked else '☐'} {text}"
    return f"✓ {text}" if choice.marked else text


def _line(text: str) -> str:
    return " ".join(text.replace(BOLD, "").replace(PLAIN, "").replace(UPLOAD, "").split())


@lru_cache(maxsize=2048)
def _width(text: str) -> int:
    """Columns a text takes: two for a 汉字 or an emoji, none for what combines, one for the rest."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text
    )


def _cut(label: str) -> str:
    """A label that a button shows whole, ending in "…" where something is left out."""
    if _width(label) <= ROW_WIDTH - EDGE:
        return label
    kept = label
    while _width(kept) > ROW_WIDTH - EDGE - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _rows(buttons: Sequence[_Button], each: int = 0) -> list[list[_Button]]:
    """Buttons in rows of `each`, or of as many as have room side by side."""
    if not buttons:
        return []
    widest = max(_width(button.text) for button in buttons)
    if not each:
        each = max(1, min(ROW, len(buttons), ROW_WIDTH // (widest + EDGE)))
        rows = -(-len(buttons) // each)
        each = -(-len(buttons) // rows)  # as many in each row, none left alone in the last
    return [list(buttons[start : start + each]) for start in range(0, len(buttons), each)]


def markup(part: Part) -> dict[str, Any]:
    """The `reply_markup` of a part. An edit without one takes the old buttons away."""
    return {"inline_keyboard": list(part.keyboard)}
