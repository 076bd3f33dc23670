"""`./xinshi test`: the project's own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

_ROOT = Path(__file__).parents[2]
#: Workers that share the whole suite: one for each core, and no more than memory is sure to be there for.
_MOST_WORKERS = 4
#: What stands after such a command goes on untouched, options included.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def run_tool(module: str, *arguments: str) -> int:
    """Runs an installed tool as `python -m module` in the project's directory; its exit code."""
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=_ROOT, check=False).returncode


def register(app: typer.Typer) -> None:
    """Mount the command as `test`."""
    app.command("test", context_settings=PASSED_ON)(test)


def test(context: typer.Context) -> None:
    """运行本项目的测试；后面的参数原样交给 pytest。不带参数时跑全部，每个处理器核一个进程。

    例：./xinshi test tests/rules -k words
    """
    workers = min(len(os.sched_getaffinity(0)), _MOST_WORKERS)
    # Whoever is done takes from the others: a file's tests stay together, with what was opened for them.
    whole = ["-n", f"{workers}", "--dist", "worksteal"] if workers > 1 else []
    raise typer.Exit(run_tool("pytest", *(context.args or whole)))
