"""What passes between people and the program, the same for every channel.

An `Incoming` is one message from outside: typed text, a pressed button, files, or a result that the program itself
sends in (a finished check, a timer). An `Outgoing` is one message to a person. Handlers translate both to and from
their wire format and know nothing else; the desk turns one into the other and knows no wire format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules.cleaning import clean, one_line

#: Marks of emphasis inside `Outgoing.text`. People cannot type them: control characters are removed at the door.
BOLD, PLAIN = "\x02", "\x03"
#: Stands for the address of the page where this person can hand in files; each channel puts in a link of its own.
UPLOAD = "\x04"
#: Stands for the address of this person's own page of papers and shares; put in by each channel, and kept nowhere.
PAGE = "\x05"
#: The command for a secret ballot by buttons. Channels that have such take its press themselves; others do not show it.
BALLOT = "按钮投票"
#: A `Press.choice` that holds all ticked boxes at once: this word, then their codes in the order of ticking, by line.
PICKED = "!picked"


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: the question it was shown with, and the code of its choice."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sent, already kept in the file store under its SHA-256 (hex); `size` in bytes."""

    name: str
    size: int
    sha256: str


def file_facts(file: File) -> dict[str, Any]:
    """A file as it is kept in a conversation's log."""
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def file_of(facts: Mapping[str, Any]) -> File:
    """A file, from its facts."""
    return File(facts["name"], facts["size"], facts["sha256"])


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from outside. `(channel, id)` is unique: the same message delivered twice counts once.

    `address` is the channel's own name for the sender. `at` is the aware instant of receipt, which decides every
    deadline. `topic` and `facts` are filled only on the channel `inside`, where `address` is the session's number.
    `origin` is the channel's own name for the message whose button was pressed, "event" for one that nobody typed, or
    "page" for one that was handed in by a page beside the channel.
    `bound` is the question (as in `Press.question`) on whose page the files were handed in, "" for any other message.
    `unread` names what was sent where the program can make nothing of it ("sticker", "voice", "expired" …).
    """

    channel: str
    address: str
    id: str
    at: datetime
    text: str = ""
    press: Press | None = None
    files: tuple[File, ...] = ()
    topic: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    bound: str = ""
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option under a question; `code` comes back in a `Press`, `marked` draws it as already chosen.

    A choice whose `code` starts with "/" is a command: it belongs to no question and may be pressed at any time.
    """

    code: str
    label: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for the person. It is made when it is delivered: `kind` says by whom, `ref` from what."""

    kind: str
    ref: str
    name: str


#: How the label of a lettered choice begins.
_LETTERED = re.compile(r"[A-F]\. ")


def lettered(choices: Sequence[Choice]) -> bool:
    """Whether choices bear letters ("A. 2年"), as those of a quiz do; these tell them apart, and no number."""
    return bool(choices) and all(_LETTERED.match(choice.label) for choice in choices)


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Outgoing:
    """One message to a person: text (with `BOLD`/`PLAIN` marks, paragraphs parted by newlines), choices, a file.

    `question` is what the choices belong to, to be sent back in the `Press`. `several` asks for drawn tick boxes.
    `numbered` says that a typed number picks a choice; otherwise a choice is typed by its label. `kind` says what it
    is to its reader: "reply" to what they sent, or "notice", "reminder", "broadcast" …; a later message with the same
    `card` replaces an earlier one where the channel can. `protected` asks the channel to prevent passing it on.
    `id` is its number once it is kept, `at` when it was written (UTC µs); 0 before. `said` is the wording key and the
    facts of a text that is worded only when it goes out, in the words of the channel it goes by; `text` is ""
    until then.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    question: str = ""
    several: bool = False
    numbered: bool = True
    attachment: Attachment | None = None
    kind: str = "reply"
    card: str = ""
    protected: bool = False
    id: int = field(default=0, compare=False)
    at: int = field(default=0, compare=False)
    said: tuple[str, Mapping[str, Any]] | None = None


def cleaned(incoming: Incoming, text: str) -> Incoming:
    """A message whose button and file names, too, hold nothing that cannot be seen or stored."""
    press = incoming.press and Press(clean(incoming.press.question), clean(incoming.press.choice))
    files = tuple([replace(file, name=one_line(file.name)) for file in incoming.files])
    return replace(incoming, text=text, press=press, files=files)
