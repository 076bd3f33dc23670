"""`./xinshi`: every command of the program."""

from __future__ import annotations

import importlib
import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
import typer
from structlog.typing import Processor

#: Modules of commands; each has `register(app)`. Tools for development are absent where their packages are.
_COMMANDS = (
    "serve",
    "talk",
    "people",
    "export",
    "certificates",
    "dossier",
    "rehearse",
    "erase",
    "outbox",
    "quarantine",
    "reminders",
    "audit",
    "notice",
    "bank",
    "packets",
    "form",
    "form_read",
    "film",
    "film_read",
    "scan",
    "package",
    "words",
    "recount",
    "votes",
    "wechat",
    "doctor",
    "backup",
    "move",
    "completion",
    "test",
    "lint",
    "bench",
)

#: Causes of one fault that are told at most.
MOST_CAUSES = 4


def _app() -> typer.Typer:
    app = typer.Typer(
        help="信使：把征集、填报、投票和答题放进对话里。", no_args_is_help=True, add_completion=False,
        pretty_exceptions_show_locals=False,  # they hold keys and what people wrote
    )  # fmt: skip
    for name in _COMMANDS:
        importlib.import_module(f"bot.commands.{name}").register(app)
    return app


def _places(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What was raised, as its kinds and the lines it came through: its message may repeat what somebody wrote."""
    raised: BaseException | None = sys.exc_info()[1] if event.pop("exc_info", False) else None
    told: list[dict[str, Any]] = []
    while raised is not None and len(told) < MOST_CAUSES:
        frames = traceback.extract_tb(raised.__traceback__)
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        told.append({"kind": type(raised).__name__, "at": places})
        raised = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
    if told:
        event["raised"] = told
    return event


def _one_line(logger: Any, method: str, line: Any) -> str:
    r"""A line of the log with whatever a terminal could obey, or would end a line, written as \u009b; JSON as before.

    JSON itself escapes what lies below the space.
    """
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)


#: What an event goes through on its way to a line of the log.
PROCESSORS: list[Processor] = [
    _places,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(ensure_ascii=False),
    _one_line,
]


def _quiet() -> None:
    """Program logs go to stderr as one line each; libraries speak up only when something is wrong."""
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(
        processors=PROCESSORS,
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


_quiet()
app = _app()

if __name__ == "__main__":
    app(prog_name="./xinshi")
