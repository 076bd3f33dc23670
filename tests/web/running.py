"""The app on a real port of this machine, for browsers; its world may be spoken to from the test's own thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from bot.talk.messages import Outgoing
from tests.web.fakes import World
from web.app import create
from web.config import WebConfig
from web.server import Server


@dataclass(frozen=True, slots=True)
class Running:
    """A served world: where it is, and its event loop."""

    url: str
    world: World
    loop: asyncio.AbstractEventLoop

    def push(self, text: str) -> None:
        """Says something to everybody, as a reminder would."""

        async def say() -> None:
            for address in list(self.world.talks):
                self.world.push(address, Outgoing(text))

        asyncio.run_coroutine_threadsafe(say(), self.loop).result(5)

    def texts(self) -> list[str]:
        """What was heard since the start messages."""
        said = [one.press.choice if one.press else one.text for one in self.world.heard]
        return [text for text in said if not text.startswith("/start")]


@contextmanager
def running(config: WebConfig, world: World | None = None) -> Iterator[Running]:
    """Serves a new world, or this one, until the block ends."""
    world = world or World()
    listening = socket.create_server(("127.0.0.1", 0))
    app = create(world.ports(), config=config)
    settings = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=5)
    server = Server(settings, ending=app.state.end_streams)
    started, loops = threading.Event(), []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        started.set()
        await server.serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10)
    try:
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", world, loops[0])
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
