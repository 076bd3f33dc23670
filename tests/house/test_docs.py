"""Every command, every setting and every file of wording is documented, and stays so."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pydantic
import pytest
import typer
from typer.main import get_command

from tests.house.tree import ROOT


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that call it."""
    if inner := getattr(command, "commands", None):
        for name, below in inner.items():
            yield from commands(below, (*path, name))
    else:
        yield " ".join(("./xinshi", *path)), command


def undocumented(app: typer.Typer, readme: str) -> list[str]:
    """Commands that the readme does not name, or whose own help holds no example of them."""
    wrong = []
    for words, command in commands(get_command(app)):
        called = re.compile(rf"{re.escape(words)}(?![\w-])")
        if not called.search(readme):
            wrong.append(f"{words}: not in README.md")
        if not called.search(f"{command.help or ''}\n{command.epilog or ''}"):
            wrong.append(f"{words}: no example in its --help")
    return wrong


def misleading(app: typer.Typer) -> list[str]:
    """Examples in the helps whose options their command does not have."""
    wrong = []
    for words, command in commands(get_command(app)):
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
        passes_on = bool(command.context_settings.get("ignore_unknown_options"))
        for line in re.findall(rf"{re.escape(words)}(?![\w-])([^\n]*)", command.help or ""):
            strange = [
                word for word in re.findall(r"(?<!\S)--?[a-z][\w-]*", line) if word not in known and not passes_on
            ]
            wrong += [f"{words}: its example has {word}, which it does not know" for word in strange]
    return wrong


def settings(module: ModuleType) -> Iterator[str]:
    """Every key of every pydantic model that a module defines, as `Model.key`."""
    for name, model in inspect.getmembers(module, inspect.isclass):
        if issubclass(model, pydantic.BaseModel) and model.__module__ == module.__name__:
            for key, value in model.model_fields.items():
                yield f"{name}.{value.alias or key}"


def unexplained(module: ModuleType, text: str) -> list[str]:
    """Settings that a text names neither between backticks nor in an example of TOML."""
    named = {word for span in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", span)}
    named |= {word for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) for word in re.findall(r"\w+", block)}
    return [key for key in settings(module) if key.split(".")[1] not in named]


def test_every_command_is_in_the_readme_and_shows_an_example() -> None:
    app = importlib.import_module("bot.cli").app
    assert undocumented(app, (ROOT / "README.md").read_text("utf-8")) == []


def test_the_examples_of_commands_use_options_that_there_are() -> None:
    app = importlib.import_module("bot.cli").app
    assert misleading(app) == []


@pytest.mark.parametrize("name", ["bot.config", "bot.settings"])
def test_every_setting_is_explained(name: str) -> None:
    module = importlib.import_module(name)
    assert list(settings(module)) != []
    assert unexplained(module, (ROOT / "docs" / "configuration.md").read_text("utf-8")) == []


def test_every_file_of_wording_is_named_in_the_documents() -> None:
    documents = "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    files = sorted((ROOT / "templates" / "wording" / "zh").glob("*.toml"))
    assert [path.name for path in files if path.name not in documents] == []


def test_every_local_link_in_the_documents_leads_somewhere() -> None:
    texts = {path: path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    links = [(path, link) for path, text in texts.items() for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)]
    local = [(path, link) for path, link in links if "://" not in link and not link.startswith("mailto:")]
    wrong = [f"{path.relative_to(ROOT)}: {link}" for path, link in local if not (path.parent / link).exists()]
    assert wrong == []


@pytest.fixture
def planted() -> typer.Typer:
    app, inner = typer.Typer(), typer.Typer()

    @app.command()
    def talk() -> None:
        """Talk. Example: ./xinshi talk --as somebody"""

    @inner.command("import")
    def take_in() -> None:
        """Take a roster in."""

    @inner.command()
    def show() -> None:
        """Show it. Example: ./xinshi roster show"""

    app.add_typer(inner, name="roster")
    return app


def test_planted_commands_without_a_word_are_caught(planted: typer.Typer) -> None:
    readme = "Use `./xinshi talk-show` and `./xinshi roster import FILE` and ./xinshi roster show"
    assert undocumented(planted, readme) == [
        "./xinshi talk: not in README.md",
        "./xinshi roster import: no example in its --help",
    ]


def test_a_planted_example_with_an_option_that_is_not_there_is_caught(planted: typer.Typer) -> None:
    assert misleading(planted) == ["./xinshi talk: its example has --as, which it does not know"]


def test_a_planted_setting_without_a_word_is_caught() -> None:
    module = ModuleType("planted")
    model = pydantic.create_model("Mail", __module__="planted", port=(int, 25), sender=(str, ""))
    vars(module)["Mail"] = model
    assert unexplained(module, "`[mail] port` is the port; the sender is somebody.") == ["Mail.sender"]
