"""Hostile files are opened in a process of its own: little memory and time, no secrets, one empty folder to write to.

The parent names a function of a module in `media`; the process limits itself before it imports that module, works in
its own folder, and says what it found as JSON. What a library prints never mixes with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

try:
    import resource
except ImportError:  # not on Windows, where only the time is limited
    resource = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
#: Bytes that are read of what the process says; measured facts are a few thousand.
MOST_SAID = 4 * 1024 * 1024
_NOTE, _RESULT, _FAILED = "note", "result", "failed"
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What the work may take: MB of address space, seconds of the clock and of the processor, MB of one file."""

    memory: int = 2048
    seconds: float = 90.0
    processor: int = 60
    output: int = 64


class Unfinished(Exception):
    """The work gave no result. `note` is the last thing it said before, `why` says in a word what ended it."""

    def __init__(self, note: Any, why: str, places: str = "") -> None:
        super().__init__(f"expected a result within the limits, found {why} after {note!r} {places}".rstrip())
        self.note, self.why = note, why


class Outlasted(Unfinished):
    """The work took more memory, time or room than it may: the file is too heavy, or a bomb."""


class Fell(Unfinished):
    """The process fell over; `why` is the exception's kind, the signal or the exit code."""


async def confined(work: str, request: Mapping[str, Any], folder: Path, limits: Limits) -> Any:
    """Have `work` ("module:function" within `media`) done on a JSON-plain request, writing to `folder` only.

    The function is called with the request and with `note`, which takes one JSON-plain value; it gives the result.
    Raises `Outlasted`, `Fell`.
    """
    asked = json.dumps({"work": work, "request": dict(request), "limits": asdict(limits)}).encode()
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as heard:
        told.write(asked)
        told.seek(0)
        # Files and no pipes: nothing has to be read while it runs, and what it says is limited like all it writes.
        code, late = await _run(told, heard, folder, limits.seconds)
        heard.seek(0)
        return _heard(heard.read(MOST_SAID), code, late=late)


async def _run(told: IO[bytes], heard: IO[bytes], folder: Path, seconds: float) -> tuple[int, bool]:
    """Run the process to its end; its exit code, and whether it was ended for being late."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "media.confined", cwd=folder, env=_surroundings(), start_new_session=True,
        stdin=told, stdout=heard, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    late = False
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        late = True
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        code = await process.wait()
    return code, late


def _surroundings() -> dict[str, str]:
    """Nothing of this program's environment but where programs lie: secrets stay outside."""
    one = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    return {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **one}


def _heard(said: bytes, code: int, *, late: bool) -> Any:
    note: Any = None
    for line in said.decode("utf-8", "replace").splitlines():
        try:
            kind, value = json.loads(line)
        except (ValueError, TypeError):
            continue
        if kind == _NOTE:
            note = value
        elif kind == _RESULT:
            return value
        elif kind == _FAILED:
            if value["kind"] in ("MemoryError", "OSError: File too large"):
                raise Outlasted(note, value["kind"])
            raise Fell(note, value["kind"], value["at"])
    if late or -code in (signal.SIGXCPU, signal.SIGXFSZ):
        raise Outlasted(note, "time" if late else signal.Signals(-code).name)
    raise Fell(note, signal.Signals(-code).name if code < 0 else f"exit code {code}")


def _limit(limits: Limits) -> None:
    if resource is None:
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory * _MB),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, limits.output * _MB),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        # A deployment may have limits of its own that are narrower still.
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _main() -> None:
    """The process itself."""
    speech = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    asked = json.loads(sys.stdin.buffer.read())

    def tell(kind: str, value: Any) -> None:
        speech.write(json.dumps([kind, value]) + "\n")

    _limit(Limits(**asked["limits"]))
    try:
        result = _function(asked["work"])(asked["request"], lambda value: tell(_NOTE, value))
    except BaseException as error:  # noqa: BLE001  the process ends here, and its parent hears why
        kind = type(error).__name__
        if isinstance(error, OSError) and error.errno is not None:
            kind = f"OSError: {os.strerror(error.errno)}"
        frames = traceback.extract_tb(error.__traceback__)
        tell(_FAILED, {"kind": kind, "at": " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames[::-1])})
    else:
        tell(_RESULT, result)
    speech.flush()
    # Libraries may not survive their own clean-up after a hostile file; everything has been said.
    os._exit(0)


def _function(work: str) -> Callable[[Mapping[str, Any], Callable[[Any], None]], Any]:
    module, name = work.split(":")
    if not module.startswith("media."):
        raise ValueError(f"expected a function of the package media, found {work!r}")
    function: Callable[[Mapping[str, Any], Callable[[Any], None]], Any] = getattr(importlib.import_module(module), name)
    return function


if __name__ == "__main__":
    _main()
