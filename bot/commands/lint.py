"""`./xinshi lint`: form and types of all code, as the project demands them."""

from __future__ import annotations

import typer

from bot.commands.test import run_tool

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
)


def register(app: typer.Typer) -> None:
    """Mount the command as `lint`."""
    app.command("lint")(lint)


def lint() -> None:
    """检查代码的格式（ruff）和类型（mypy --strict）；每项都会做完，有一项不过即不过。

    例：./xinshi lint
    """
    codes = []
    for module, *arguments in CHECKS:
        typer.echo(f"$ {' '.join([module, *arguments])}")
        codes.append(run_tool(module, *arguments))
    raise typer.Exit(max(codes))
