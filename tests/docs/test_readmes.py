"""The two READMEs say the same in the same order, their links and pictures are there, and their commands exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
#: Bytes: a page with pictures should open on a phone.
MOST_PICTURE = {".png": 250_000, ".gif": 500_000}
_FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def shape(text: str) -> list[str]:
    """What must be alike in every language, in order: heads, code, rows of tables, items, pictures, links."""
    found = []
    for line in _FENCE.sub(lambda fence: f"code: {fence[1]!r}", text).splitlines():
        if head := re.match(r"#+(?= )", line):
            found.append(head[0])
        elif line.startswith("| `") and (command := re.match(r"\| `([^`]+)` \|", line)):
            found.append(f"row of {command[1]}: {_code(line)}")
        elif line.startswith(("|", "- ", "code: ")):
            found.append(line if line.startswith("code: ") else line[:2].strip())
        found += [link for link in _LINK.findall(line) if link not in (ENGLISH.name, CHINESE.name)]
    return found


def _code(line: str) -> list[str]:
    return [code for code in re.findall(r"`([^`]+)`", line) if code.startswith("./xinshi")]


def shown(text: str) -> list[str]:
    """Every command line that a text shows, without `./xinshi`."""
    return re.findall(r"\./xinshi ([a-z]\w*(?: [\w-]+)*)", text)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command of the program by the words that call it."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))
    if path and not getattr(command, "commands", None):
        yield " ".join(path), command


def unknown(text: str) -> list[str]:
    """Command lines of a text that call no command."""
    names = [name for name, _ in commands(get_command(app))]
    return [line for line in shown(text) if not any(f"{line} ".startswith(f"{name} ") for name in names)]


def options(command: Any) -> list[str]:
    """The long options of a command, but for --help."""
    return [name for option in command.params for name in option.opts if name.startswith("--") and name != "--help"]


def test_both_readmes_have_the_same_shape() -> None:
    assert shape(CHINESE.read_text("utf-8")) == shape(ENGLISH.read_text("utf-8"))


def test_each_readme_leads_to_the_other() -> None:
    assert f"]({CHINESE.name})" in ENGLISH.read_text("utf-8").split("\n## ")[0]
    assert f"]({ENGLISH.name})" in CHINESE.read_text("utf-8").split("\n## ")[0]


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_every_local_link_and_picture_is_there(readme: Path) -> None:
    local = [link for link in _LINK.findall(readme.read_text("utf-8")) if "://" not in link]
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_every_picture_is_shown_and_small() -> None:
    text = ENGLISH.read_text("utf-8")
    wrong = {}
    for path in (ROOT / "docs/images").iterdir():
        name, size = path.relative_to(ROOT).as_posix(), path.stat().st_size
        if size > MOST_PICTURE[path.suffix] or f"]({name})" not in text:
            wrong[name] = size
    assert wrong == {}


@pytest.mark.parametrize("document", [ENGLISH, CHINESE, ROOT / "docs" / "commands.md"], ids=lambda path: path.name)
def test_every_command_that_is_shown_exists(document: Path) -> None:
    assert unknown(document.read_text("utf-8")) == []


def test_every_command_and_option_is_explained() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    parts = dict(re.findall(r"^## `\./xinshi ([\w -]+)`\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    known = dict(commands(get_command(app)))
    assert sorted(parts) == sorted(known)
    silent = {name: [each for each in options(known[name]) if f"`{each}`" not in parts[name]] for name in known}
    assert {name: lacking for name, lacking in silent.items() if lacking} == {}


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("## Commands\n", "## Commands\n\n### More\n"),
        ("./xinshi invite xian-2024 admin\n", ""),
        ("notice show xian-2024`", "notice show xinhua-2021`"),
        ("(docs/images/annex.png)", "(docs/images/receipt.png)"),
        ("- Invitation codes", "Invitation codes"),
    ],
    ids=["a head", "a line of code", "an example", "a picture", "an item"],
)
def test_what_only_one_readme_has_is_caught(there: str, instead: str) -> None:
    text = ENGLISH.read_text("utf-8")
    assert text.count(there) == 1
    assert shape(text.replace(there, instead)) != shape(text)


def test_a_command_that_does_not_exist_is_caught() -> None:
    assert unknown("Try `./xinshi demo --port 0`, `./xinshi notice shout ID` or `./xinshi demos`.") == [
        "notice shout ID",
        "demos",
    ]
