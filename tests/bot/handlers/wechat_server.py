"""A scripted HTTP server on 127.0.0.1 that stands for the platform: answers by path, and everything it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from bot.handlers.wechat_client import OwnToken, Patience, TokenStore, WeChatApi

SECRET = "s3cret-of-the-account"
START = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
OK = {"errcode": 0, "errmsg": "ok"}
#: Nobody waits long for a scripted server.
PATIENCE = Patience(connect=2.0, read=0.3, answer=0.6, download=0.6)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path below /cgi-bin/, its query, and its body where that was JSON."""

    path: str
    query: Mapping[str, str]
    body: Any


#: Writes a whole answer to the wire by itself.
Raw = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Platform:
    """Answers by path; a list is used up one by one, its last stays. Tokens are t1, t2 … of `token_seconds`."""

    url: str = ""
    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    tokens: list[str] = field(default_factory=lambda: ["t1"])
    token_seconds: int = 7200

    def paths(self) -> list[str]:
        """The paths that were asked, in order."""
        return [each.path for each in self.asked]

    def bearers(self, path: str) -> list[str]:
        """The tokens that a path was asked with."""
        return [each.query.get("access_token", "") for each in self.asked if each.path == path]

    def answer(self, asked: Asked) -> Any:
        """What this request gets."""
        self.asked.append(asked)
        listed = self.answers.get(asked.path)
        if listed:
            return listed.pop(0) if len(listed) > 1 else listed[0]
        if asked.path == "stable_token":
            token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
            return {"access_token": token, "expires_in": self.token_seconds}
        return OK


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = START

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def forward(self, seconds: float) -> None:
        """Set it forward."""
        self.at += timedelta(seconds=seconds)


@contextmanager
def platform() -> Iterator[Platform]:
    """A platform at work."""
    script = Platform()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the library's
            """Say nothing."""

        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/cgi-bin/")
            given = script.answer(Asked(path, dict(parse_qsl(parts.query)), json.loads(sent) if sent else None))
            if callable(given):
                self.close_connection = True
                given(self)
                return
            body = given if isinstance(given, bytes) else json.dumps(given, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def connected(
    script: Platform,
    *,
    tokens: TokenStore | None = None,
    clock: Clock | None = None,
    base_url: str = "",
    patience: Patience = PATIENCE,
) -> Iterator[WeChatApi]:
    """The adapter, speaking to a scripted platform."""
    api = WeChatApi(
        app_id="wx0000000000000000",
        secret=SecretStr(SECRET),
        tokens=tokens or OwnToken(),
        clock=clock or Clock(),
        base_url=base_url or script.url,
        patience=patience,
    )
    try:
        yield api
    finally:
        api.close()


def status(code: int, body: bytes = b"", **headers: str) -> Raw:
    """An answer with this HTTP status."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body)

    return write


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"errcode"')


def hung_up(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends before an answer."""
    handler.close_connection = True


def silent(until: threading.Event) -> Raw:
    """No answer before an event, which the test sets at its end."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        until.wait(5)

    return write


def dripping(until: threading.Event) -> Raw:
    """A byte every 40 ms, without end."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for _ in range(200):
            if until.wait(0.04):
                return
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return  # the client had enough

    return write
