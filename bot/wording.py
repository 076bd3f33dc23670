"""Sentences for people: wording keys and facts to text. The sentences live in `templates/wording/zh/`.

Every file is TOML of nested tables; "enter.received" is `received` in the table `enter`. A sentence is a Jinja2
template; a fact it names must be given. `**…**` marks emphasis and becomes `BOLD`/`PLAIN`, so that nothing a person
typed can mark anything.

A sentence may differ by channel, and by whether its reader speaks for a unit. Beside its own facts it knows those of
`place_of`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from bot.talk.lines import Line
from bot.talk.messages import BOLD, PAGE, PLAIN, UPLOAD
from rules.sections import MARKS

_EMPHASIS = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_SPACES = re.compile(r"[ \t]*\n")
_BLANK = re.compile(r"\n{3,}")
_NUMBERED = re.compile(r"[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．]")

#: Rendered lines kept at most of each channel; a kept line is never garbage, so its identity is a safe key.
REMEMBERED = 4096
#: Characters of a line that is kept; longer ones repeat what somebody wrote and are said once.
LONGEST_REMEMBERED = 2000

#: How an option is chosen where it is not pressed. Mail goes one way: its options are chosen elsewhere.
_TAPS = {"wechat": "回复", "console": "回复", "mail": "选"}
#: Where a message that was sent can be edited; elsewhere every word on how something goes is a message of its own.
_EDITING = frozenset(("telegram",))
#: Where the conversation's own picker takes files of any size, so that a link to the page for files is of no use.
_PICKING = frozenset(("web", "console"))
#: Where a file cannot be sent into the conversation.
_NO_FILES = frozenset(("wechat", "mail"))


class NoWording(LookupError):
    """A wording key is not in any file; a sentence is missing or its name is misspelt."""


class Wording:
    """All sentences of one language."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)
        self._rendered: dict[tuple[str, bool], dict[int, tuple[Line, str]]] = {}
        environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  plain text; pages escape for themselves
        environment.filters |= {"named": named, "numbered_once": numbered_once, "cited": cited, "said": self._saying()}
        self._environment = environment
        #: Compiled at first use: there are many, and a program says few of them at once.
        self._templates: dict[str, Template] = {}

    @classmethod
    def load(cls, folder: Path) -> Wording:
        """Read every `*.toml` of a folder. Raises `ValueError` for a key that two files hold."""
        sentences: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8")), ""):
                if key in sentences:
                    raise ValueError(f"expected every wording key once, found {key!r} again in {path.name}")
                sentences[key] = text
        return cls(sentences)

    def with_sentence(self, key: str, text: str) -> Wording:
        """The same sentences and one more."""
        return Wording({**self._sentences, key: text})

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def _template(self, key: str) -> Template:
        """A sentence, compiled. Raises `KeyError`."""
        template = self._templates.get(key)
        if template is None:
            text = _EMPHASIS.sub(rf"{BOLD}\1{PLAIN}", self._sentences[key].strip("\n"))
            template = self._templates[key] = self._environment.from_string(text)
        return template

    def text(self, key: str, /, **facts: Any) -> str:
        """One sentence with its facts, as it is said on pages. Raises `NoWording`."""
        return self._text(key, facts, "web")

    def _text(self, key: str, facts: Mapping[str, Any], channel: str, *, natural: bool = False) -> str:
        """A fact of a sentence's own stands before what is known of the channel and of who is spoken to."""
        try:
            template = self._template(key)
        except KeyError:
            raise NoWording(f"expected the wording key {key!r} in templates/wording/zh, found none") from None
        return template.render(place_of(channel, natural=facts.get("natural", natural)), **facts).strip()

    def line(self, line: Line, channel: str = "web", *, natural: bool = False) -> str:
        """One line as text. What is asked again and again is the same `Line` each time, and rendered once.

        `natural`: it is said to somebody who enters for themselves, not for a unit.
        """
        try:
            rendered = self._rendered[channel, natural]
        except KeyError:
            rendered = self._rendered[channel, natural] = {}
        known = rendered.get(id(line))
        if known is not None and known[0] is line:
            return known[1]
        text = _BLANK.sub("\n\n", _SPACES.sub("\n", self._text(line.key, line.facts, channel, natural=natural)))
        if len(rendered) >= REMEMBERED:
            rendered.clear()
        if len(text) <= LONGEST_REMEMBERED:
            rendered[id(line)] = (line, text)
        return text

    def _saying(self) -> Callable[[Context, Line], str]:
        """The filter that words a line inside another sentence, for the same channel and the same reader."""

        @pass_context
        def said(context: Context, line: Line) -> str:
            return self._text(line.key, line.facts, context["channel"], natural=context["natural"])

        return said

    def lines(self, lines: Iterable[Line], channel: str = "web", *, natural: bool = False) -> str:
        """Several lines as the paragraphs of one message."""
        return "\n".join([text for line in lines if (text := self.line(line, channel, natural=natural))])


@cache
def place_of(channel: str, *, natural: bool = False) -> Mapping[str, Any]:
    """What every sentence knows of the channel it is said in, and of whom it is said to.

    `channel` is its name; `tap` the verb for choosing an option; `files` whether a file can be sent into the
    conversation, and `send` the verb for handing one in; `upload` stands for the address of the page for files,
    and `page` for the one of papers and shares; `edits`
    whether a message can be edited after it was sent; `linked` whether that page is of use beside the conversation.
    `natural`: the reader enters for themselves; `you` is what they, or their unit, are called to their face.
    """
    files = channel not in _NO_FILES
    return {
        "channel": channel,
        "tap": _TAPS.get(channel, "点"),
        "files": files,
        "send": "发" if files else "上传",
        "upload": UPLOAD,
        "page": PAGE,
        "edits": channel in _EDITING,
        "linked": channel not in _PICKING,
        "natural": natural,
        "you": "您" if natural else "贵单位",
    }


def named(text: str) -> str:
    """A title in quotation marks; marks inside it become single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def cited(clause: str) -> str:
    """A clause in brackets, with the name of the document where it does not name one itself."""
    own = clause.startswith(("附", "《", "通知"))
    return f"（{clause}）" if own else f"（《通知》{clause}）" if clause else ""


def numbered_once(heading: str) -> str:
    """A heading without the sign before it where it has a number of its own: ① 一、问题 -> 一、问题."""
    sign, _, own = heading.partition(" ")
    return own if sign in MARKS and _NUMBERED.match(own) else heading


def _flat(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            raise ValueError(f"expected a sentence under {prefix}{key}, found {type(value).__name__}")


@cache
def house_wording() -> Wording:
    """The sentences that come with the program."""
    return Wording.load(Path(__file__).resolve().parent.parent / "templates" / "wording" / "zh")
