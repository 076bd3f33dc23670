"""uvicorn with open streams: a stop ends them first, or it would wait for pages that stay open for hours."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Server(uvicorn.Server):
    """Serves an app made by `web.app.create`; `ending` is that app's `state.end_streams`."""

    def __init__(self, config: uvicorn.Config, *, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams, then lets every request finish."""
        self._ending()
        await super().shutdown(sockets)
