"""The web chat's wire format: a posted form read into `Incoming`, a message turned into what its template draws."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.talk.messages import BOLD, PICKED, PLAIN, Attachment, Choice, File, Incoming, Press, lettered
from web.ports import Shown

CHANNEL = "web"
#: Own texts longer than this are folded away under their beginning.
LONG = 700
#: Endings of files that are shown as they are.
PICTURES = frozenset({"PNG", "JPG", "JPEG"})

_LINK = re.compile(r"https?://[!#-;=?-~]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029]")
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came: fields in their order, the files that were kept, the names of those that were not."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()
    left: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The first field of this name, or ""."""
        return next((value for key, value in self.fields if key == name), "")

    def every(self, name: str) -> list[str]:
        """All fields of this name, in order."""
        return [value for key, value in self.fields if key == name]


def typed(posted: Posted) -> str:
    """The text of the message box: LF newlines, no control characters, as the person wrote it otherwise."""
    return _CONTROL.sub("", _NEWLINE.sub("\n", posted.first("text")))


def read(posted: Posted, *, address: str, at: datetime) -> Incoming | None:
    """The message in a form, or None when it holds nothing.

    A pressed button or quick word comes before text in the box, which then stays in the box. The id is the form's own
    number with a digest of what it says: the same form sent twice counts once, but one that was gone back to and
    changed is another message.
    """
    press = _press(posted)
    word = "" if press else posted.first("word")[:20].strip()
    text = "" if press else _CONTROL.sub("", word) or typed(posted).strip("\n")
    files = posted.files
    if not (press or text.strip() or files):
        return None
    said = json.dumps([text, press and [press.question, press.choice], [(file.name, file.sha256) for file in files]])
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    return Incoming(
        channel=CHANNEL,
        address=address,
        id=f"{address}:{posted.first('mid')}:{digest}",
        at=at,
        text=text,
        press=press,
        files=files,
    )


def start(code: str, *, address: str, mid: str, at: datetime) -> Incoming:
    """The message that an opened invite link stands for."""
    return Incoming(channel=CHANNEL, address=address, id=f"{address}:{mid}:start", at=at, text=f"/start {code}")


def _press(posted: Posted) -> Press | None:
    """A button's value is its question and its code; with an empty code it submits the ticked boxes."""
    if not (raw := posted.first("press")):
        return None
    question, code = (_CONTROL.sub("", unquote(part)) for part in raw.partition(":")[::2])
    if code:
        return Press(question, code)
    boxes = [value.partition(":")[::2] for value in posted.every("box")]
    codes = dict.fromkeys(_CONTROL.sub("", unquote(code)) for asked, code in boxes if unquote(asked) == question)
    return Press(question, "\n".join([PICKED, *codes]))


def value_of(question: str, code: str) -> str:
    """What a button or box carries in the form."""
    return f"{quote(question, safe='/')}:{quote(code, safe='/!')}"


def file_name(raw: str) -> str:
    """A file's name as it may be shown and kept: no path, no control or direction marks, at most 120 characters."""
    name = _DIRECTION.sub("", _CONTROL.sub("", raw)).replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name).replace("\n", " ").replace("\t", " ").strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 12:
        return name[:120]
    return f"{stem[: 119 - len(ending)]}.{ending}"


def show(shown: Shown, *, zone: ZoneInfo) -> dict[str, Any]:
    """What the message template draws. Choices are sorted: numbered options, acts on the question, commands.

    While a question is open, its commands are options like others. Later they are still there to be pressed, as in an
    old menu, unless they stood among answers that count no more.
    """
    at = shown.at.astimezone(zone)
    by_letter = lettered(shown.choices)
    numbered = shown.numbered or shown.several or by_letter
    listed = numbered and (shown.open or any(choice.code[:1] not in ("/", "!") for choice in shown.choices))
    done = "!done" if shown.several else ""  # the boxes have a button of their own for that
    return {
        "id": str(shown.id),
        "mine": shown.mine,
        "opened": shown.mine and shown.text.split(" ")[0] == "/start",
        "iso": at.isoformat(timespec="seconds"),
        "time": f"{at:%H:%M}",
        "day": day_text(at),
        "body": markup(shown.text),
        "long": shown.mine and len(shown.text) > LONG,
        "beginning": " ".join(_bare(shown.text)[:140].split()),
        "characters": len(_bare(shown.text)),
        "options": _drawn(shown, lambda code: numbered and (code[0] not in "!/" or (code[0] == "/" and listed))),
        "acts": _drawn(shown, lambda code: code != done and (code[0] == "!" or (code[0] != "/" and not numbered))),
        "commands": _drawn(shown, lambda code: code[0] == "/" and not listed),
        "lettered": by_letter,
        "submit": value_of(shown.question, ""),
        "several": shown.several,
        "open": shown.open,
        "attachment": None if shown.attachment is None else _card(shown.id, shown.attachment),
        "files": [{"name": name, "ending": ending(name)} for name in map(file_name, shown.files)],
    }


def _drawn(shown: Shown, wanted: Callable[[str], bool]) -> list[dict[str, Any]]:
    def draw(number: int, choice: Choice) -> dict[str, Any]:
        letters = lettered(shown.choices)
        return {
            "number": choice.label[0] if letters else number,
            "label": choice.label[3:] if letters else choice.label,
            "value": value_of(shown.question, choice.code),
            "marked": choice.marked,
            "command": choice.code.startswith("/"),
        }

    # The number is what may be typed instead: the place among all choices, as every channel counts them.
    return [
        draw(number, choice) for number, choice in enumerate(shown.choices, 1) if choice.code and wanted(choice.code)
    ]


def _card(number: int, attachment: Attachment) -> dict[str, str]:
    name = file_name(attachment.name)
    href, kind = f"/files/{number}/{quote(name, safe='')}", ending(name)
    return {"href": href, "name": name, "ending": kind, "picture": "yes" if kind in PICTURES else ""}


def ending(name: str) -> str:
    """The letters on a file's icon: its ending in capitals, at most four, or ""."""
    tail = name.rpartition(".")[2] if "." in name else ""
    return tail.upper() if tail.isascii() and tail.isalnum() and len(tail) <= 4 else ""


def day_text(at: datetime) -> str:
    """ "2月27日（周二）"."""
    return f"{at.month}月{at.day}日（周{_WEEKDAYS[at.weekday()]}）"


def _bare(text: str) -> str:
    return text.replace(BOLD, "").replace(PLAIN, "")


def markup(text: str) -> Markup:
    """Text as HTML: blank lines part paragraphs, newlines become <br>, marks <strong>, addresses links."""
    blocks: list[Markup] = []
    lines: list[Markup] = []
    bold = False
    for line in text.strip("\n").split("\n"):
        html, bold = _line(line, bold)
        if _bare(line).strip():
            lines.append(html)
        elif lines:
            blocks.append(_paragraph(lines))
            lines = []
    if lines:
        blocks.append(_paragraph(lines))
    return Markup("").join(blocks)


def _paragraph(lines: list[Markup]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _line(line: str, bold: bool) -> tuple[Markup, bool]:
    """One line as HTML, and whether emphasis goes on into the next; each line closes what it opened."""
    html = Markup("")
    for piece in re.split(f"([{BOLD}{PLAIN}])", line):
        if piece in (BOLD, PLAIN):
            bold = piece == BOLD
        elif piece:
            html += Markup("<strong>{}</strong>").format(_linked(piece)) if bold else _linked(piece)
    return html, bold


def _linked(text: str) -> Markup:
    html, end = Markup(""), 0
    for found in _LINK.finditer(text):
        url = found.group().rstrip(".,;:!?'\")]}>")
        html += escape(text[end : found.start()])
        html += Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(url)
        end = found.start() + len(url)
    return html + escape(text[end:])
