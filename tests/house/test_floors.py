"""Imports point down only, and the pure floors know no clock, no chance, no waiting and no outside world."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, imports, module_name, parse, python_files

#: Every part of the house with its floor, lowest first. A module belongs to the longest name it begins with.
FLOORS = {
    "rules": 0,
    "bot": 1,
    "bot.talk": 1,
    "bot.flows": 2,
    "bot.wording": 2,
    "storage": 2,
    "media": 2,
    "documents": 2,
    "sealing": 2,
    "bot.handlers": 3,
    "bot.desk": 3,
    "bot.driving": 3,
    "bot.reply": 3,
    "bot.waiting": 3,
    "web": 3,
    "scheduler": 3,
    "bot.app": 4,
    "bot.campaigns": 4,
    "bot.cli": 4,
    "bot.commands": 4,
    "bot.config": 4,
    "bot.fakes": 4,
    "bot.people": 4,
    "bot.honour_lists": 4,
    "bot.pictures": 4,
    "bot.quiz_pictures": 4,
    "bot.attachments": 4,
    "bot.backlog": 4,
    "bot.backups": 4,
    "bot.ballot_card_views": 4,
    "bot.ballot_cards": 4,
    "bot.ballot_deeds": 4,
    "bot.ballot_drafts": 4,
    "bot.ballot_pages": 4,
    "bot.ballot_remark_pages": 4,
    "bot.ballot_remarks": 4,
    "bot.vitals": 4,
    "bot.vote_pages": 4,
    "bot.ballot_vault": 4,
    "bot.ballot_views": 4,
    "bot.ballots": 4,
    "bot.boards": 4,
    "bot.certificates": 4,
    "bot.channels": 4,
    "bot.handed": 4,
    "bot.intake": 4,
    "bot.lanes": 4,
    "bot.links": 4,
    "bot.ports": 4,
    "bot.purse": 4,
    "bot.settings": 4,
    "bot.siblings": 4,
    "bot.tuning": 4,
    "bot.skills": 4,
    "bot.store": 4,
    "rehearsal": 4,
}
#: On this floor the parts never import each other either.
APART = 2
#: What stands lower and is still not to be known: handlers know no flow and no table, the desk is handed its flows.
STRANGERS = {
    ("bot.handlers", "bot.flows"),
    ("bot.handlers", "storage"),
    ("bot.desk", "bot.flows"),
}
PURE = ("rules", "bot.talk")
#: Modules of the standard library that read a clock, throw dice, wait, or touch the outside world.
IMPURE_MODULES = set(
    "asyncio concurrent contextvars ctypes fcntl ftplib getpass glob http importlib io locale logging mmap "
    "multiprocessing os pathlib pickle platform queue sched secrets select selectors shutil signal smtplib "
    "socket sqlite3 ssl subprocess sys tempfile threading time urllib.request uuid zipfile".split()
)
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "breakpoint"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
#: Libraries of text and numbers, which compute and nothing else.
PURE_LIBRARIES = {
    "rules": {"chinese_calendar", "hanzidentifier", "phonenumbers", "pypinyin", "rapidfuzz"},
    "bot.talk": {"jinja2", "orjson"},
}
#: The whole of the standard library that is left to them, so that a new library must be allowed by name.
STANDARD = set(
    "__future__ abc ast base64 bisect calendar codecs collections copy csv dataclasses datetime decimal difflib email "
    "enum fractions functools hashlib heapq hmac html inspect itertools json keyword math numbers operator re "
    "statistics string struct textwrap tomllib types typing unicodedata urllib.parse zoneinfo".split()
)


def part_of(module: str) -> str | None:
    """The part of the house a module belongs to, None for anything outside it."""
    names = module.split(".")
    found = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((name for name in found if name in FLOORS), None)


def climbing(path: Path, root: Path = ROOT) -> list[str]:
    """The imports of one module that point up, sideways or to a stranger."""
    here = module_name(path, root)
    part = part_of(here)
    if part is None or (part == "bot" and here != "bot"):
        return [f"{here}: stands on no floor; give it a place in FLOORS"]
    wrong = []
    for line, name in imports(path, root):
        other = part_of(name)
        if other is None or other == part or other == "bot":
            continue
        if FLOORS[other] > FLOORS[part]:
            wrong.append(f"{here}:{line}: imports {name}, which stands higher")
        elif FLOORS[other] == FLOORS[part] == APART:
            wrong.append(f"{here}:{line}: imports {name}; {part} and {other} do not know each other")
        elif (part, other) in STRANGERS:
            wrong.append(f"{here}:{line}: imports {name}, which {part} is not to know")
    return wrong


def impurities(path: Path, root: Path = ROOT) -> list[str]:
    """What one module of a pure floor does that a pure module cannot do."""
    here = module_name(path, root)
    part = part_of(here) or ""
    wrong = []
    for line, name in imports(path, root):
        if part_of(name) is not None or _allowed(name, part):
            continue
        if any(name == module or name.startswith(f"{module}.") for module in {*IMPURE_MODULES, "random"}):
            wrong.append(f"{here}:{line}: imports {name}, and this floor is pure")
        else:
            wrong.append(f"{here}:{line}: imports {name}, which is not among the libraries of this floor")
    for node in ast.walk(parse(path)):
        wrong += [f"{here}:{node.lineno}: {what}" for what in _impure(node, part)] if hasattr(node, "lineno") else []
    return wrong


def _allowed(name: str, part: str) -> bool:
    top = name.split(".")[0]
    dotted = ".".join(name.split(".")[:2])
    if name in ("random", "random.Random"):
        return True
    return (
        top in STANDARD
        or dotted in STANDARD
        or any(top in PURE_LIBRARIES[pure] for pure in PURE if part in (pure, "bot.talk"))
    )


def _impure(node: ast.AST, part: str) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
            return [f"calls {name}()"]
        case ast.Attribute(value=ast.Name(id=owner), attr=attr) if (owner, attr) in CLOCKS:
            return [f"reads the clock with {owner}.{attr}"]
        case ast.Attribute(value=ast.Attribute(attr=owner), attr=attr) if (owner, attr) in CLOCKS:
            return [f"reads the clock with {owner}.{attr}"]
        case ast.Attribute(value=ast.Name(id="random"), attr=attr) if attr != "Random":
            return [f"throws dice with random.{attr}"]
        case ast.Call(func=ast.Attribute(attr="Random") | ast.Name(id="Random"), args=[]):
            return ["throws dice without a seed"]
        case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith() if part == "rules":
            return ["awaits, and a rule never waits"]
    return []


def plant(root: Path, name: str, code: str) -> Path:
    path = root / f"{name.replace('.', '/')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(code), "utf-8")
    return path


def test_imports_point_down_only() -> None:
    assert [wrong for path in python_files(*PACKAGES) for wrong in climbing(path)] == []


def test_pure_floors_are_pure() -> None:
    assert [wrong for part in PURE for path in python_files(part.replace(".", "/")) for wrong in impurities(path)] == []


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("rules.words", "import storage.people", "imports storage.people, which stands higher"),
        ("rules.words", "from bot import talk", "imports bot.talk, which stands higher"),
        ("bot.talk.replay", "from bot.flows.enter import enter", "imports bot.flows.enter.enter, which stands higher"),
        ("bot.talk.replay", "from ..desk import Desk", "imports bot.desk.Desk, which stands higher"),
        ("storage.people", "from documents import filling", "storage and documents do not know each other"),
        ("bot.flows.enter", "def f():\n    import storage", "bot.flows and storage do not know each other"),
        (
            "bot.handlers.telegram",
            "from storage import tables",
            "imports storage.tables, which bot.handlers is not to know",
        ),
        ("bot.desk", "import bot.flows.enter", "imports bot.flows.enter, which bot.desk is not to know"),
        ("web.app", "import importlib\nimportlib.import_module('bot.app')", "imports bot.app, which stands higher"),
        (
            "web.app",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bot.cli",
            "imports bot.cli, which stands higher",
        ),
        ("bot.misc", "", "stands on no floor"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, module: str, code: str, said: str) -> None:
    [wrong] = climbing(plant(tmp_path, module, code), tmp_path)
    assert said in wrong


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("web.app", "import storage.people, media.probe, bot.desk, bot.handlers.webchat, rules.words"),
        ("bot.cli", "import bot.app, bot.flows, storage"),
        ("storage.people", "from storage import tables\nfrom rules.words import count"),
    ],
)
def test_an_honest_import_passes(tmp_path: Path, module: str, code: str) -> None:
    assert climbing(plant(tmp_path, module, code), tmp_path) == []


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("rules.instants", "import asyncio", "imports asyncio, and this floor is pure"),
        ("rules.instants", "from os import path", "imports os.path, and this floor is pure"),
        ("rules.instants", "from pathlib import Path", "imports pathlib.Path, and this floor is pure"),
        ("rules.instants", "import sqlalchemy", "imports sqlalchemy, which is not among the libraries of this floor"),
        ("rules.instants", "import jinja2", "imports jinja2, which is not among the libraries of this floor"),
        ("rules.instants", "from datetime import datetime\nnow = datetime.now()", "reads the clock with datetime.now"),
        ("rules.instants", "import datetime\nnow = datetime.datetime.now", "reads the clock with datetime.now"),
        ("rules.instants", "import datetime\nnow = datetime.date.today()", "reads the clock with date.today"),
        ("rules.instants", "text = open('x')", "calls open()"),
        ("rules.instants", "async def f(): pass", "awaits, and a rule never waits"),
        ("bot.talk.replay", "import random\nrandom.shuffle([])", "throws dice with random.shuffle"),
        ("bot.talk.replay", "from random import Random\ndice = Random()", "throws dice without a seed"),
        ("bot.talk.replay", "from random import choice", "imports random.choice, and this floor is pure"),
        ("bot.talk.replay", "import time", "imports time, and this floor is pure"),
    ],
)
def test_a_planted_impurity_is_caught(tmp_path: Path, module: str, code: str, said: str) -> None:
    [wrong] = impurities(plant(tmp_path, module, code), tmp_path)
    assert wrong.endswith(said)


def test_pure_modules_may_use_text_libraries_and_each_other(tmp_path: Path) -> None:
    code = """
        import random
        import re
        from datetime import time
        from urllib.parse import quote

        import jinja2

        import rules.words

        async def ask():
            return random.Random("seed")
    """
    assert impurities(plant(tmp_path, "bot.talk.replay", code), tmp_path) == []
