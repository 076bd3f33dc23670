"""The program's log: whatever is logged is one line of JSON, with nothing in it that a terminal would obey."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cli import PROCESSORS

HOSTILE = [
    "甲\n2026-01-01 [info] an admin signed in",
    "\x1b]0;title\x07\x1b[2J",
    "\x9b2J\x85\u2028next\u2029end",
    "\u202egnp.exe\u2066\u200b\ufeff",
    '"}\r{"event":"forged"',
]


def logged(**facts: Any) -> str:
    """The line that an event becomes."""
    event: Any = {"event": "wrote", **facts}
    for process in PROCESSORS:
        event = process(None, "warning", event)
    return str(event)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_logged_is_one_line_that_no_terminal_obeys(name: str) -> None:
    line = logged(name=name)
    assert line.isprintable()
    assert json.loads(line)["name"] == name


def test_chinese_stays_readable() -> None:
    assert "王老师" in logged(name="王老师")


@pytest.mark.parametrize("char", ["\x9b", "\u2028", "\u202e"])
def test_json_alone_would_let_it_through(char: str) -> None:
    assert not json.dumps(char, ensure_ascii=False).isprintable()
