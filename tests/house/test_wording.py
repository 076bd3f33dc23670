"""Every sentence the code names is written, every written one is named, and each can be read as a template."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, TemplateSyntaxError

from tests.house.tree import PACKAGES, ROOT, parse, python_files

WORDING = ROOT / "templates" / "wording" / "zh"
PAGES = ROOT / "templates" / "pages"
SCRIPTS = ROOT / "web" / "static"
#: Calls whose first argument in words is the key of a sentence.
SAYERS = {"say", "give", "line", "Line", "Fault"}
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
IN_PAGES = re.compile(r"\bsay\(\s*['\"]([\w.]+)['\"]")
#: Kinds of files, so that "chat.html" is not taken for a sentence.
ENDINGS = (
    ".html", ".docx", ".toml", ".js", ".css", ".svg", ".db", ".txt", ".json", ".py", ".xlsx", ".pdf", ".png", ".mp4",
)  # fmt: skip
#: Words that look like keys and are none, each with what it is.
OTHER_WORDS = {
    "document.main": "part of the content type of a Word file",
    "embargo.until": "a key of a notice",
    "judging.weights": "a key of a notice",
    "mail.password": "a key that does not belong into the configuration file",
}


@dataclass
class Named:
    """What the code names: keys said outright (with their place), words that may be keys, and patterns of keys."""

    said: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)

    def covers(self, key: str) -> bool:
        """Whether a written sentence is named somewhere; a page's sentences are named without their first word."""
        names = [key, key.removeprefix("page.")] + ([key.rsplit(".", 1)[1]] if key.startswith("page.") else [])
        return any(name in self.words or any(re.fullmatch(one, name) for one in self.patterns) for name in names)


def written(directory: Path) -> dict[str, str]:
    """Every sentence by key, as the tables of the files spell it."""
    sentences: dict[str, str] = {}
    for path in sorted(directory.glob("*.toml")):
        sentences |= _flat(tomllib.loads(path.read_text("utf-8")), "")
    return sentences


def _flat(table: dict[str, Any], before: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


def named(modules: Iterable[Path], pages: Iterable[Path] = ()) -> Named:
    """What the modules and pages name."""
    found = Named()
    for path in modules:
        for node in ast.walk(parse(path)):
            match node:
                case ast.Call():
                    found.said |= dict.fromkeys(_said(node), f"{path.name}:{node.lineno}")
                case ast.Constant(value=str(word)):
                    found.words.add(word)
                case ast.JoinedStr() if (pattern := _pattern(node)) is not None:
                    found.patterns.add(pattern)
    for path in pages:
        text = path.read_text("utf-8")
        found.words |= set(re.findall(r"['\"]([\w.]+)['\"]", text))
        found.said |= {f"page.{key}": path.name for key in IN_PAGES.findall(text)}
    return found


def _said(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in SAYERS:
        return
    for argument in call.args[:2]:
        for node in [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                yield node.value


def _pattern(node: ast.JoinedStr) -> str | None:
    """`f"stage.{key}"` as a regular expression, if it looks like the key of a sentence."""
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
    pattern = "".join(parts)
    fixed = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return pattern if re.fullmatch(r"[a-z0-9_.]*\.[a-z0-9_.]*", fixed) and len(fixed) > 2 else None


def unwritten(names: Named, sentences: dict[str, str]) -> list[str]:
    """Keys that the code says, or that plainly are keys, without a sentence."""
    files = {key.split(".")[0] for key in sentences}
    meant = {word: "a word" for word in names.words if KEY.fullmatch(word) and not word.endswith(ENDINGS)}
    meant = {word: place for word, place in meant.items() if word not in OTHER_WORDS}
    meant = {word: place for word, place in meant.items() if word.split(".")[0] in files}
    return sorted(f"{key} ({place})" for key, place in (meant | names.said).items() if key not in sentences)


def unreadable(sentences: dict[str, Any]) -> list[str]:
    """Sentences that are not text or not a template."""
    wrong = []
    for key, text in sentences.items():
        try:
            Environment(autoescape=False).parse(text)  # noqa: S701 - nothing is rendered here
        except (TemplateSyntaxError, TypeError) as error:
            wrong.append(f"{key}: {error}")
    return wrong


def sources() -> Named:
    pages = [*PAGES.glob("*.html"), *SCRIPTS.glob("*.js")]
    return named((path for path in python_files(*PACKAGES) if "commands" not in path.parts), pages)


def test_every_sentence_the_code_names_is_written() -> None:
    assert unwritten(sources(), written(WORDING)) == []


def test_every_written_sentence_is_named() -> None:
    names = sources()
    assert [key for key in written(WORDING) if not names.covers(key)] == []


def test_every_sentence_is_a_template() -> None:
    assert unreadable(written(WORDING)) == []


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    (tmp_path / "enter.toml").write_text(
        '[enter]\nreceived = "收到，编号 {{ number }}。"\nidle = "…"\nstage.open = "开放"\n', "utf-8"
    )
    (tmp_path / "page.toml").write_text('[page]\ntitle = "信使"\nrefused.too_large = "太大"\n', "utf-8")
    (tmp_path / "flow.py").write_text(
        "def run(talk, state, web):\n"
        "    talk.say('enter.received', number=1)\n"
        "    talk.say('enter.lost' if state else 'enter.received')\n"
        "    talk.say(f'enter.stage.{state}')\n"
        "    talk.give(file, 'other.gone')\n"
        "    kept = {'why': 'enter.forgotten', 'page': 'enter.html'}\n"
        "    raise Refused(413, 'too_large')\n",
        "utf-8",
    )
    (tmp_path / "chat.html").write_text("<h1>{{ say('title') }}</h1><p>{{ say('nobody') }}</p>", "utf-8")
    return tmp_path


def test_planted_keys_without_a_sentence_are_caught(planted: Path) -> None:
    names = named([planted / "flow.py"], [planted / "chat.html"])
    assert unwritten(names, written(planted)) == [
        "enter.forgotten (a word)",
        "enter.lost (flow.py:3)",
        "other.gone (flow.py:5)",
        "page.nobody (chat.html)",
    ]


def test_a_planted_sentence_that_nobody_says_is_caught(planted: Path) -> None:
    names = named([planted / "flow.py"], [planted / "chat.html"])
    assert [key for key in written(planted) if not names.covers(key)] == ["enter.idle"]


#: What follows an address in its line, beside branches for other channels.
OTHERWISE = re.compile(r"\{% (?:else|elif [^%]*) %\}.*?(?=\{% endif %\})")
AFTER = re.compile(r"\{\{ (?:upload|page) \}\}(?:\{%[^%]*%\})*[^\n{]")


def test_an_address_ends_its_line() -> None:
    found = {key: text for key, text in written(WORDING).items() if AFTER.search(OTHERWISE.sub("", text))}
    assert found == {}
    assert AFTER.search("从这里上传：{{ upload }}{% endif %}，可以分几次")
    assert not AFTER.search(OTHERWISE.sub("", "{% if a %}上传：{{ upload }}{% else %}。{% endif %}\n别的"))


#: Jinja's own constants: a fact of such a name is never read, and "None" is shown to people.
CONSTANT = re.compile(r"\{\{-?\s*(?:none|None|true|True|false|False)\b")


def test_no_sentence_shows_a_constant_for_a_fact() -> None:
    found = {key: text for key, text in written(WORDING).items() if CONSTANT.search(text)}
    assert found == {}
    assert CONSTANT.search("没有的，请发“{{ none }}”") and not CONSTANT.search("{{ nobody }}{% if x is none %}")


def test_a_planted_broken_template_is_caught() -> None:
    [wrong] = unreadable({"enter.received": "收到 {{ number }", "enter.fine": "好"})
    assert wrong.startswith("enter.received: ")
