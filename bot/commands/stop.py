"""How a command ends when it cannot go on: one sentence that says what to do, and exit code 1."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from bot.campaigns import NoSuchCampaign, UnusableNotices
from bot.config import BadConfig
from rules.notice import NoticeFaults
from storage.migrate import UnusableDatabase

P = ParamSpec("P")
R = TypeVar("R")


class Stop(Exception):
    """A command cannot go on; the message is a sentence for whoever typed it."""


#: What a person can mend; each holds its own sentence.
_MENDABLE = (Stop, BadConfig, NoticeFaults, NoSuchCampaign, UnusableNotices, UnusableDatabase)


def stopped(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command end in a sentence instead of a traceback for everything a person can mend."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except _MENDABLE as wrong:
            typer.echo(str(wrong), err=True)
            raise typer.Exit(1) from None
        except OSError as wrong:
            if not isinstance(wrong.filename, str):
                raise
            typer.echo(f"“{wrong.filename}”用不了（{wrong.strerror}），请核对路径和权限。", err=True)
            raise typer.Exit(1) from None

    return run
