"""Sentences for people: wording keys and facts to text. The sentences live in `templates/wording/zh/`.

Every file is TOML of nested tables; "enter.received" is `received` in the table `enter`. A sentence is a Jinja2
template; a fact it names must be given. `**…**` marks emphasis and becomes `BOLD`/`PLAIN`, so that nothing a person
typed can mark anything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from bot.talk.lines import Line
from bot.talk.messages import BOLD, PLAIN

_EMPHASIS = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_SPACES = re.compile(r"[ \t]*\n")
_BLANK = re.compile(r"\n{3,}")


#: Rendered lines kept at most; a kept line is never garbage, so its identity is a safe key.
REMEMBERED = 4096
#: Characters of a line that is kept; longer ones repeat what somebody wrote and are said once.
LONGEST_REMEMBERED = 2000


class NoWording(LookupError):
    """A wording key is not in any file; a sentence is missing or its name is misspelt."""


class Wording:
    """All sentences of one language."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)
        self._rendered: dict[int, tuple[Line, str]] = {}
        environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  plain text; pages escape for themselves
        environment.filters["named"] = named
        self._templates: dict[str, Template] = {
            key: environment.from_string(_EMPHASIS.sub(rf"{BOLD}\1{PLAIN}", text.strip("\n")))
            for key, text in sentences.items()
        }

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
        return key in self._templates

    def text(self, key: str, /, **facts: Any) -> str:
        """One sentence with its facts. Raises `NoWording`."""
        try:
            template = self._templates[key]
        except KeyError:
            raise NoWording(f"expected the wording key {key!r} in templates/wording/zh, found none") from None
        return template.render(facts).strip()

    def line(self, line: Line) -> str:
        """One line as text. What is asked again and again is the same `Line` each time, and rendered once."""
        known = self._rendered.get(id(line))
        if known is not None and known[0] is line:
            return known[1]
        text = _BLANK.sub("\n\n", _SPACES.sub("\n", self.text(line.key, **line.facts)))
        if len(self._rendered) >= REMEMBERED:
            self._rendered.clear()
        if len(text) <= LONGEST_REMEMBERED:
            self._rendered[id(line)] = (line, text)
        return text

    def lines(self, lines: Iterable[Line]) -> str:
        """Several lines as the paragraphs of one message."""
        return "\n".join([text for line in lines if (text := self.line(line))])


def named(text: str) -> str:
    """A title in quotation marks; marks inside it become single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


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
