"""Runs a program on a hostile file: limited in memory, time and output, without a network, in a folder of its own.

Nothing outlives the call: on time-out, too much output, or cancellation the whole process group is killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_INMATE = Path(__file__).with_name("inmate.py")
_CHUNK = 1 << 16
#: Bytes of one line of what a program says; the rest of a longer one is dropped.
_LONGEST_LINE = 4096
#: Last lines of what it said that are kept for the log.
_KEPT_LINES = 20

Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of the wall clock and of `cpu`; bytes of address space, of each written file, of standard output."""

    seconds: float
    cpu: int
    memory: int
    written: int
    output: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code (negative: killed by that signal), its output, the last lines it said."""

    code: int
    output: bytes
    said: tuple[str, ...]


class TooMuch(Exception):
    """A program went past its wall clock or its output, and was killed. The message names the limit."""


async def run(command: Sequence[str], *, folder: Path, limits: Limits, hear: Hear = lambda _: None) -> Ended:
    """Run a program (absolute path first) in `folder`; `hear` gets each line it says on stderr. Raises `TooMuch`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(_INMATE),
        *(str(int(each)) for each in (limits.memory, limits.cpu, limits.written)), *command,
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True, env={"LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)},
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    said: list[str] = []
    output = asyncio.create_task(_collect(process.stdout, limits.output))
    talk = asyncio.create_task(_listen(process.stderr, hear, said))
    try:
        async with asyncio.timeout(limits.seconds):
            await asyncio.gather(output, talk)
            code = await process.wait()
    except TimeoutError:
        raise TooMuch(f"expected the program to end within {limits.seconds:.0f} seconds, it did not") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output.cancel()
        talk.cancel()
        await asyncio.gather(output, talk, return_exceptions=True)
        # asyncio holds an exit back until every pipe has ended, and a full one that nobody reads never ends.
        await asyncio.gather(_drain(process.stdout), _drain(process.stderr))
        await process.wait()
    return Ended(code, output.result(), tuple(said))


async def _collect(stream: asyncio.StreamReader, most: int) -> bytes:
    found = bytearray()
    while chunk := await stream.read(_CHUNK):
        found += chunk
        if len(found) > most:
            raise TooMuch(f"expected at most {most} bytes of output, found more")
    return bytes(found)


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(_CHUNK):
        pass


async def _listen(stream: asyncio.StreamReader, hear: Hear, said: list[str]) -> None:
    """Line by line in bounded memory, however much is said and however long its lines are."""
    rest = b""
    while chunk := await stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:_LONGEST_LINE]
        for line in lines:
            _hear(line, hear, said)
    if rest:
        _hear(rest, hear, said)


def _hear(line: bytes, hear: Hear, said: list[str]) -> None:
    text = line[:_LONGEST_LINE].decode("utf-8", "replace").rstrip("\r")
    hear(text)
    said.append(text)
    del said[:-_KEPT_LINES]
