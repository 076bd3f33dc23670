"""The HTTP app of the web chat, built from its ports and settings."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from web.board import Board
from web.certificates import CertificatePages
from web.chat import Chat
from web.config import WebConfig
from web.demo import Demo
from web.door import Door
from web.guard import Guard, handlers
from web.honours import HonourPages
from web.pages import Pages
from web.ports import Ports
from web.remarks import RemarkPages
from web.signed import Signed
from web.stream import Streams
from web.vitals import VitalPages
from web.vote import VotePages


def create(ports: Ports, *, config: WebConfig) -> Starlette:
    """The app. It starts nothing and keeps nothing but counters, so several may stand side by side.

    `app.state.end_streams()` ends the open streams of messages; `web.server.Server` calls it before it stops.
    """
    pages = Pages(config)
    door, chat, demo = Door(ports, config, pages), Chat(ports, config, pages), Demo(ports, config, pages)
    streams = Streams(ports, config, chat)
    routes = [
        Route("/", door.welcome),
        Route("/i", door.typed),
        Route("/i/{code}", door.invite),
        Route("/i/{code}", door.enter, methods=["POST"]),
        Route("/chat", chat.page),
        Route("/chat/send", chat.send, methods=["POST"]),
        Route("/chat/events", streams.events),
        Route("/chat/upload", chat.upload, methods=["POST"]),
        Route("/files/{number}/{name}", chat.file),
        Route("/static/{name}", pages.static_file),
        Route("/favicon.ico", pages.icon),
    ]
    if config.demo:
        routes += [Route("/demo", demo.page), Route("/demo/clock", demo.clock, methods=["POST"])]
        routes += [Route("/demo/sample/{name}", demo.sample)]
    if ports.links is not None:
        routes += Signed(ports, config, pages, ports.links).routes()
    endings = [streams.end]
    if ports.boards is not None:
        board = Board(ports, config, pages, ports.boards)
        routes += board.routes()
        endings.append(board.end)
    if ports.ballots is not None:
        routes += RemarkPages(ports, config, pages, ports.ballots).routes()
    if ports.honours is not None:
        routes += HonourPages(pages, ports.honours, ports.clock).routes()
    if ports.certificates is not None:
        routes += CertificatePages(config, pages, ports.certificates).routes()
    if ports.votes is not None:
        routes += VotePages(ports, config, pages, ports.votes).routes()
    if ports.vitals is not None:
        routes += VitalPages(ports.vitals, config.metrics_token).routes()
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, config=config, pages=pages)],
        exception_handlers=handlers(pages),
    )
    app.state.end_streams = lambda: [end() for end in endings]
    return app
