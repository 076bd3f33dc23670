"""`./xinshi bench NAME`: the project's own measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.test import PASSED_ON, run_tool

_BENCHES = Path(__file__).parents[2] / "bench"


def register(app: typer.Typer) -> None:
    """Mount the command as `bench`."""
    app.command("bench", context_settings=PASSED_ON)(bench)


def names() -> list[str]:
    """The measurements that can be run: modules of bench/ that are programs."""
    return sorted(path.stem for path in _BENCHES.glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8"))


def bench(context: typer.Context, name: Annotated[str, typer.Argument(help="哪一项，如 turns")]) -> None:
    """测速，与别的程序在同一次运行里比较；NAME 后面的参数原样交给该项。

    例：./xinshi bench turns --rounds 3
    """
    if name not in names():
        typer.echo(f"没有“{name}”这一项测速。现有：{'、'.join(names())}。", err=True)
        raise typer.Exit(2)
    raise typer.Exit(run_tool(f"bench.{name}", *context.args))
