"""Every command explains itself, and the program says in one sentence what it does not understand."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.main import get_command

from bot.cli import app
from bot.config import ROOT
from tests.commands.program import call, run
from tests.house.test_docs import commands

WORDS = [words.split()[1:] for words, _ in commands(get_command(app))]


def test_the_program_lists_its_commands() -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert [words[0] for words in WORDS if words[0] not in out] == []


def test_without_a_word_it_explains_itself() -> None:
    result = call()
    assert result.exit_code == 2
    assert "信使" in result.output


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_has_a_help_with_an_example(words: list[str]) -> None:
    result = call(*words, "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"./xinshi {' '.join(words)}" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    "words", [["nothing"], ["serve", "--colour", "red"], ["invite"], ["roster", "export"]], ids=" ".join
)
def test_what_it_does_not_know_is_told_and_no_traceback(words: list[str]) -> None:
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_a_fault_of_the_program_shows_no_values() -> None:
    """A traceback names lines; the keys and texts that were at hand stay out of it."""
    assert app.pretty_exceptions_show_locals is False


def test_a_log_says_where_something_was_raised_and_nothing_that_somebody_wrote() -> None:
    code = """
import structlog
import bot.cli
def fail(phone):
    try:
        {}[phone]
    except KeyError as missing:
        raise ValueError(f"found {phone}") from missing
try:
    fail("13800138000")
except ValueError:
    structlog.get_logger().exception("failed", number="A1")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    told = json.loads(done.stderr)
    assert (told["event"], told["number"]) == ("failed", "A1")
    assert [(each["kind"], each["at"][-1].split()[-1]) for each in told["raised"]] == [
        ("ValueError", "fail"),
        ("KeyError", "fail"),
    ]
    assert "13800138000" not in done.stderr
