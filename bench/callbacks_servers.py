"""The servers that `bench.callbacks` compares, each in a process of its own: uvicorn with uvloop and httptools.

`ours` is the whole program with its SQLite file (`synchronous=FULL`), built by the roof that `./xinshi serve` uses,
with the conversation of `bench.turns`; `house` is the same with the house's own conversations and invitations. `echo`
is the least that wechatpy can do: signature, decrypt, parse, a text reply, encrypt; nothing is kept. `nothing` answers
any bytes with fixed ones, without reading HTTP: as fast as the load itself can be.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from bench.ours import FLOWS
from bot import app as roof
from bot.channels import Settings, with_callbacks
from bot.commands.serve import DEMO, DEMO_START
from bot.fakes.phones import settings_for
from bot.fakes.telegram import FakeTelegram
from bot.fakes.wechat import Account, FakeWeChat
from bot.people import make_invite, take_roster, unit_named
from bot.tuning import settle_in
from rules.instants import opening
from rules.people import Role
from scheduler.clock import SimulatedClock
from storage.database import sqlite_url
from web.app import create
from web.config import WebConfig

#: Seconds that a server may take to begin or to end.
_LONGEST = 180.0
_FIXED = b"HTTP/1.1 200 OK\r\ncontent-length: 600\r\n\r\n" + b"x" * 600


@dataclass(frozen=True, slots=True)
class Running:
    """A server at work: its port, and invitations to it, one for each unit (`house` alone has any)."""

    port: int
    codes: tuple[str, ...]
    _pipe: Connection

    def spent(self) -> float:
        """Seconds of processor time that the server has used so far."""
        self._pipe.send("spent")
        return float(self._pipe.recv())


@contextmanager
def started(kind: str, data: Path, *, run: Callable[[str, Connection, Path], None] | None = None) -> Iterator[Running]:
    """A server in its own process until the block ends; `run` is the process's function where it is none of here."""
    near, far = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=run or run_here, args=(kind, far, data))
    process.start()
    far.close()
    try:
        if not near.poll(_LONGEST):
            raise TimeoutError(f"expected {kind} to begin within {_LONGEST} s, found nothing")
        port, codes = near.recv()
        yield Running(port, codes, near)
        near.send("stop")
        process.join(_LONGEST)
    finally:
        if process.is_alive():
            process.terminate()
        process.join(_LONGEST)
    if process.exitcode:
        raise RuntimeError(f"expected {kind} to end well, found exit code {process.exitcode}")


def kept(data: Path) -> dict[str, int]:
    """What a stopped server of ours left in its database: messages in, and answers by state and way."""
    database = sqlite3.connect(data / "xinshi.db")
    [(came,)] = database.execute("SELECT count(*) FROM inbox")
    states = database.execute("SELECT state || ' ' || via, count(*) FROM outbox GROUP BY 1").fetchall()
    database.close()
    return {"in": came, **dict(states)}


def run_here(kind: str, pipe: Connection, data: Path) -> None:
    """A server's process."""
    uvloop.run({"ours": _ours, "house": _house, "echo": _echo, "nothing": _nothing}[kind](pipe, data))


async def _ours(pipe: Connection, data: Path, *, house: bool = False) -> None:
    listening = listen()
    url, clock = f"http://127.0.0.1:{listening.getsockname()[1]}", SimulatedClock(opening(DEMO_START, "Asia/Shanghai"))
    channels = wechat_alone()
    key = secrets.token_bytes(32)
    async with roof.running(
        data=data, database_url=sqlite_url(data), campaign_ids=(DEMO,), key=key, clock=clock, public_url=url,
        channels=channels,
    ) as app:  # fmt: skip
        if not house:
            app.house.flows = FLOWS
        codes = await _invitations(app) if house else ()
        site = create(app.web_ports(), config=WebConfig(secret=key, secure=False, public_url=url))
        async with served(with_callbacks(site, app.channels), listening, pipe, codes) as ended:
            await ended.wait()
            site.state.end_streams()


def wechat_alone() -> Settings:
    """WeChat alone. Nobody is at its API: whatever does not fit into a passive reply would stay in the outbox."""
    fakes = settings_for(FakeTelegram(), FakeWeChat())
    empty = fakes.secrets.model_copy(update={"telegram_token": fakes.secrets.mail_password})
    wechat = fakes.wechat.model_copy(update={"base_url": "http://127.0.0.1:9"})
    return type(fakes)(fakes.telegram, wechat, fakes.mail, empty)


async def _house(pipe: Connection, data: Path) -> None:
    await _ours(pipe, data, house=True)


async def _invitations(app: roof.App) -> tuple[str, ...]:
    """A standing invitation for every unit of the sample roster."""
    roster, _, _ = await take_roster(app, DEMO, roof.ROOT / "campaigns" / f"{DEMO}.roster.csv")
    units = [await unit_named(app, DEMO, row.name) for row in roster.rows]
    at = app.clock.now()
    return tuple([(await make_invite(app, DEMO, Role.LIAISON, unit, at=at, uses=1_000_000)).code for unit in units])


async def _echo(pipe: Connection, data: Path) -> None:
    settle_in()
    account = Account()
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode()))
        signature, timestamp, nonce = query["signature"], query["timestamp"], query["nonce"]
        check_signature(account.token, signature, timestamp, nonce)
        part = await receive()
        body = part["body"]
        while part["more_body"]:
            part = await receive()
            body += part["body"]
        message = parse_message(crypto.decrypt_message(body, query["msg_signature"], timestamp, nonce))
        reply = crypto.encrypt_message(TextReply(message=message, content=message.content).render(), nonce, timestamp)
        answer = reply.encode()
        headers: list[Any] = [(b"content-type", b"application/xml"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async with served(app, listen(), pipe) as ended:
        await ended.wait()


class _Fixed(asyncio.Protocol):
    """Answers any bytes with the same ones."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport: Any = transport

    def data_received(self, _: bytes) -> None:
        """Answer."""
        self._transport.write(_FIXED)


async def _nothing(pipe: Connection, data: Path) -> None:
    server = await asyncio.get_running_loop().create_server(_Fixed, "127.0.0.1", 0)
    async with server:
        await _obey(pipe, server.sockets[0].getsockname()[1], ()).wait()


def listen() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=4096)


@asynccontextmanager
async def served(
    app: ASGIApp, listening: socket.socket, pipe: Connection, codes: tuple[str, ...] = ()
) -> AsyncIterator[asyncio.Event]:
    """Serves as `./xinshi serve` does; gives what is set when the bench wants an end."""
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", lifespan="off", log_level="warning", access_log=False,
        server_header=False, backlog=4096, timeout_graceful_shutdown=3,
        # Connections of the load rest for longer than the usual 5 s between two messages.
        timeout_keep_alive=600,
    )  # fmt: skip
    server = uvicorn.Server(config)
    # The socket listens already: what comes before the server is ready waits.
    task = asyncio.create_task(server.serve(sockets=[listening]))
    yield _obey(pipe, listening.getsockname()[1], codes)
    server.should_exit = True
    await task


def _obey(pipe: Connection, port: int, codes: tuple[str, ...]) -> asyncio.Event:
    """Tell where the server is, then tell processor time and end when asked to, or when nobody is left who asks."""
    ended = asyncio.Event()

    def asked() -> None:
        try:
            said = pipe.recv()
        except EOFError:
            said = "stop"
        if said == "spent":
            pipe.send(time.process_time())
        else:
            asyncio.get_running_loop().remove_reader(pipe.fileno())
            ended.set()

    asyncio.get_running_loop().add_reader(pipe.fileno(), asked)
    pipe.send((port, codes))
    return ended
