"""Several workers of one deployment on this machine: one process starts them, and starts again whichever ends.

All take connections from one socket that this process holds open, so nobody is refused while a worker starts again. A
worker ends when its stdin does, so none outlives the process that started it, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.commands.stop import Stop
from bot.siblings import VARIABLE, Place

log = structlog.get_logger(__name__)

#: Seconds before a worker that ended is started again: doubled from the first to the second while it ends soon.
SHORTEST, LONGEST = 0.2, 30.0
#: Seconds after which a worker counts as well, and those that all have to finish when everything is to end.
WELL, FINISH = 10.0, 30.0
#: The first descriptor that systemd hands over.
_FIRST = 3
#: Seconds for all workers to be ready at the start.
BEGIN = 120.0


@dataclass(slots=True)
class Workers:
    """The workers of one deployment. `arguments` start one of them; `listening` is the socket that they share."""

    count: int
    arguments: Sequence[str]
    listening: socket.socket
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[int, asyncio.subprocess.Process] = field(default_factory=dict)

    async def run(self, opened: Callable[[], None]) -> None:
        """Start all, call `opened` when they serve, and keep them running until SIGINT or SIGTERM.

        Raises `Stop` where one ends before it has served at all.
        """
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(wanted, self._ending.set)
        with tempfile.TemporaryDirectory(prefix="xinshi-") as folder:
            ending: asyncio.Future[bool] = asyncio.ensure_future(self._ending.wait())
            try:
                # The first brings the database up to date, and keeps the shares that the others ask for.
                await self._begin(0, Path(folder), ending)
                await asyncio.gather(*(self._begin(index, Path(folder), ending) for index in range(1, self.count)))
                if not self._ending.is_set():
                    opened()
                await asyncio.gather(*(self._keep(index, Path(folder)) for index in range(self.count)))
            finally:
                ending.cancel()
                await self._end()

    async def _begin(self, index: int, folder: Path, ending: asyncio.Future[bool]) -> None:
        """Start a worker, and wait until it serves or everything is to end. Raises `Stop` where it ends instead."""
        if self._ending.is_set():
            return
        ready = asyncio.ensure_future(self._start(index, folder))
        await asyncio.wait({ready, ending}, timeout=BEGIN, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            if not ready.result():
                raise Stop("有一个工作进程没能启动，原因见上面的提示；改好后再启动一次。")
        else:
            ready.cancel()
            if not self._ending.is_set():
                raise Stop(f"有一个工作进程在 {BEGIN:.0f} 秒内没有准备好。请看日志，或减少 --workers 的数目。")

    async def _start(self, index: int, folder: Path) -> bool:
        """Start a worker; whether it serves now."""
        heard, said = os.pipe()
        place = Place(index, self.count, self.listening.fileno(), said, folder)
        try:
            self._running[index] = await asyncio.create_subprocess_exec(
                *self.arguments, stdin=asyncio.subprocess.PIPE, pass_fds=(place.listening, said),
                env={**os.environ, VARIABLE: place.said()},
            )  # fmt: skip
        finally:
            os.close(said)
        with os.fdopen(heard, "rb") as pipe:
            return bool(await asyncio.to_thread(pipe.read, 1))

    async def _keep(self, index: int, folder: Path) -> None:
        """Start a worker again whenever it ends, until all are to end."""
        pause = SHORTEST
        loop = asyncio.get_running_loop()
        while not self._ending.is_set():
            began = loop.time()
            code = await self._ended(index)
            if self._ending.is_set():
                return
            pause = SHORTEST if loop.time() - began > WELL else min(2 * pause, LONGEST)
            log.error("a worker ended and is started again", worker=index, code=code, pause=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)
                return
            await self._start(index, folder)

    async def _ended(self, index: int) -> int | None:
        """The exit code of a worker, None when all are to end before it does."""
        exiting = asyncio.ensure_future(self._running[index].wait())
        ending = asyncio.ensure_future(self._ending.wait())
        await asyncio.wait({exiting, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        return exiting.result() if exiting.done() else None

    async def _end(self) -> None:
        """Tell every worker to finish what it is at, and wait for them; who takes too long is ended."""
        alive = [process for process in self._running.values() if process.returncode is None]
        for process in alive:
            with suppress(ProcessLookupError):
                process.terminate()
        try:
            async with asyncio.timeout(FINISH):
                await asyncio.gather(*(process.wait() for process in alive))
        except TimeoutError:
            for process in alive:
                with suppress(ProcessLookupError):
                    process.kill()
            log.error("workers did not finish in time and were ended", seconds=FINISH)


def handed() -> socket.socket | None:
    """The socket that systemd opened for this program (socket activation), None where it opened none."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS", "0") == "0":
        return None
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    return socket.socket(fileno=_FIRST)


def arguments(config: Path) -> tuple[str, ...]:
    """What starts one worker with this configuration."""
    return (sys.executable, "-P", "-m", "bot.cli", "serve", "--config", str(config))


def told_ready(place: Place) -> None:
    """Say to whoever started this worker that it serves."""
    os.write(place.ready, b"1")
    os.close(place.ready)


def until_left_alone(act: Callable[[], None]) -> None:
    """Call `act` when the process that started this worker is no more."""

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            act()

    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), heard)
