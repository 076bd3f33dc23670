"""The program run as people run it: in a process of its own, or in this one where only words and exit codes count."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from unittest import mock

from typer.testing import CliRunner, Result

from bot.cli import app
from tests.house.tree import ROOT

COMMAND = (sys.executable, "-P", "-m", "bot.cli")


def environment(**more: str) -> Mapping[str, str]:
    """What `./xinshi` starts the program with; no secret of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINSHI_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "dumb", "COLUMNS": "200", **more}


def run(*arguments: str, said: str | bytes = b"", **more: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one run that is given `said` on stdin."""
    data = said.encode() if isinstance(said, str) else said
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=data,
        capture_output=True,
        timeout=60,
        env=environment(**(more or {})),
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@contextmanager
def running(*arguments: str, stdin: int | None = None, more: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The program while it runs, with its output to read; killed if the test did not end it."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**(more or {})),
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    try:
        yield Running(process, process.stdout, process.stderr)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


@dataclass(frozen=True, slots=True)
class Running:
    """A process and what it says."""

    process: subprocess.Popen[str]
    stdout: IO[str]
    stderr: IO[str]


def call(*arguments: str | Path) -> Result:
    """The command within this process; a crash of it is the test's own."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def spoken(*arguments: str | Path, said: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one run within this process, given `said` on a stdin that is a file, as `<` does.

    The same as `run` for a hundredth of the time that loading the program takes.
    """
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryFile("w+") as stdin, mock.patch("sys.stdin", stdin):
        stdin.write(said)
        stdin.seek(0)
        with redirect_stdout(out), redirect_stderr(err):
            try:
                app([str(each) for each in arguments])
            except SystemExit as end:
                return int(end.code or 0), out.getvalue(), err.getvalue()
    raise AssertionError("a command ends with an exit code")


def deployment(folder: Path, *, campaigns: Sequence[str] = ("xian-2024",), more: str = "") -> Path:
    """The configuration file of a deployment in a folder."""
    path = folder / "config.toml"
    listed = ", ".join(f'"{name}"' for name in campaigns)
    path.write_text(f'data = "data"\ncampaigns = [{listed}]\n{more}', encoding="utf-8")
    return path
