"""Tab completes commands, options, values and campaigns in a real bash, and no start of the program is waited for."""

from __future__ import annotations

import importlib
import os
import pty
import re
import select
import subprocess
import time
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from bot.commands.completion import read
from bot.commands.completion_scripts import bash, fish
from tests.campaigns.shipped import IDS
from tests.house.tree import ROOT

#: Seconds for a shell to answer a key; far more than it takes.
PATIENCE = 30


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    found: typer.Typer = importlib.import_module("bot.cli").app
    return found


@pytest.fixture(scope="module")
def script(app: typer.Typer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "xinshi.bash"
    result = CliRunner().invoke(app, ["completion", "bash"])
    assert result.exit_code == 0
    path.write_text(result.stdout, "utf-8")
    return path


def completed(script: Path, line: str, command: str = "./xinshi") -> list[str]:
    """What bash offers at the end of a line, as its completion works it out."""
    words = [command, *line.split(" ")]
    quoted = " ".join(f"'{word}'" for word in words)
    code = (
        f"source '{script}'; complete -p '{command}' >/dev/null || exit 9; COMP_WORDS=({quoted}); "
        f"COMP_CWORD={len(words) - 1}; _xinshi; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    run = subprocess.run(["bash", "--norc", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return [each for each in run.stdout.splitlines() if each]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("not", ["notice"]),
        ("notice ", ["check", "show", "hurts", "draft"]),
        ("notice sh", ["show"]),
        ("reminders wh", ["why"]),
        ("talk --cam", ["--campaign"]),
        ("talk --campaign xian", ["xian-2024"]),
        ("outbox list --state he", ["held"]),
        ("talk --as ", []),
        ("notice check ", []),
        ("nothing ", []),
    ],
)
def test_bash_offers_what_can_follow(script: Path, line: str, offered: list[str]) -> None:
    assert completed(script, line) == offered


def test_campaigns_are_those_beside_the_program(script: Path) -> None:
    assert completed(script, "notice show ") == sorted(IDS)
    assert completed(script, "notice hurts wei") == ["weifang-2023"]


def test_every_command_and_every_option_is_offered(script: Path, app: typer.Typer) -> None:
    code = ["complete -p xinshi ./xinshi >/dev/null"]
    places = list(read(get_command(app)))
    assert len(places) > 40
    expected = []
    for place in places:
        words = " ".join(f"'{word}'" for word in ("./xinshi", *place.words))
        for begun in ["", "-"]:
            code.append(f"COMP_WORDS=({words} '{begun}'); COMP_CWORD={len(place.words) + 1}; _xinshi")
            code.append('echo "${COMPREPLY[*]}"')
        expected.append(
            [*(name for name, _ in place.commands), *place.values] or (sorted(IDS) if place.campaign else [])
        )
        expected.append([name for option in place.options for name in option.names])
    run = subprocess.run(
        ["bash", "--norc", "-c", f"source '{script}'; " + "; ".join(code)], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert run.stderr == ""
    assert [line.split() for line in run.stdout.splitlines()] == expected


def test_the_tab_key_completes_in_an_interactive_bash(script: Path) -> None:
    """The line is completed by the key itself: "not" to "notice", "hu" to "hurts", "xian" to a campaign."""
    leader, follower = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"], stdin=follower, stdout=follower, stderr=follower, cwd=ROOT,
        env={**os.environ, "TERM": "dumb", "PS1": "$ "}, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    try:
        os.write(leader, f"source '{script}'; echo rea''dy\n".encode())
        assert "ready" in seen(leader, r"ready\r?\n")
        os.write(leader, b"./xinshi not\thu\txian\t\x01echo \x05\n")
        assert "./xinshi notice hurts xian-2024" in seen(leader, r"\n\./xinshi notice hurts xian-2024")
    finally:
        shell.kill()
        shell.wait()
        os.close(leader)


def seen(leader: int, pattern: str) -> str:
    """What a terminal shows until a pattern comes, or until patience ends."""
    text, ends = "", time.monotonic() + PATIENCE
    while not re.search(pattern, text) and time.monotonic() < ends:
        ready, _, _ = select.select([leader], [], [], 1)
        text += os.read(leader, 65536).decode("utf-8", "replace") if ready else ""
    return text


def test_zsh_and_fish_are_printed_too_and_another_shell_is_refused(app: typer.Typer) -> None:
    zsh = CliRunner().invoke(app, ["completion", "zsh"])
    assert "bashcompinit" in zsh.stdout
    assert "type -P" not in zsh.stdout
    fished = CliRunner().invoke(app, ["completion", "fish"]).stdout
    assert "complete -c xinshi -n '__xinshi_at \\'/notice\\'' -f -a 'hurts'" in fished
    assert CliRunner().invoke(app, ["completion", "cmd"]).exit_code == 2


def test_words_that_a_shell_would_read_otherwise_are_quoted() -> None:
    planted = typer.Typer()

    @planted.command()
    def first() -> None:
        """It's $HOME `here`."""

    @planted.command()
    def second() -> None:
        """Second."""

    places = list(read(get_command(planted)))
    assert "-d 'It\\'s $HOME `here`.'" in fish(places)
    assert "$HOME" not in bash(places)
