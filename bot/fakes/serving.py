"""A fake platform on a port of this machine, whose connections can be cut in the middle of a call."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope

from web.server import Server

#: Seconds that a cut connection may take to be gone, and that an idle one is kept: as long as nginx does by itself.
CUT_SECONDS, IDLE_SECONDS = 5.0, 75


class Served(Server):
    """A running server; `url` is where it is. It leaves signals to whoever runs the program."""

    url = ""

    def __init__(self, config: uvicorn.Config, *, ending: Callable[[], None]) -> None:
        super().__init__(config, ending=ending)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends the server at once; without this it would look for its end ten times a second."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Serves until `stop`."""
        await self.on_tick(0)
        await self._stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def cut(self, scope: Scope, receive: Receive) -> None:
        """Cuts the connection that a request came in by; returns when it is gone, or raises `TimeoutError`."""
        for connection in list(self.server_state.connections):
            # No isinstance: a transport of uvloop is none of asyncio's.
            transport: asyncio.Transport | None = getattr(connection, "transport", None)
            if transport is not None and _peer(transport) == tuple(scope["client"] or ()):
                transport.abort()
        async with asyncio.timeout(CUT_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass


def _peer(transport: asyncio.Transport) -> tuple[str, int]:
    host, port = (transport.get_extra_info("peername") or ("", 0))[:2]
    return str(host), int(port)


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, *, port: int = 0, ending: Callable[[], None] = lambda: None) -> AsyncIterator[Served]:
    """Serves `app` on 127.0.0.1 until the block ends; `ending` is called first, to end requests that wait for long."""
    listening = socket.create_server(("127.0.0.1", port), backlog=socket.SOMAXCONN)
    # No access log: the address of a call holds the bot's token. Logging as such is left to the program.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2,
        timeout_keep_alive=IDLE_SECONDS,
    )  # fmt: skip
    server = Served(config, ending=ending)
    server.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield server
    finally:
        server.stop()
        await task
        listening.close()
