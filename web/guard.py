"""What stands around every answer: security headers, the wish for JSON or a page, and faults told in plain words."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.config import WebConfig
from web.pages import Pages
from web.refused import Refused

_LOG = structlog.get_logger("xinshi.web")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
}
_HTTPS_ONLY = "max-age=31536000"
#: Which sentence an answer of the framework itself gets.
_KEYS = {404: "not_found", 405: "bad_form", 413: "too_large"}


def wants_json(request: Request) -> bool:
    """Whether our own script asks; everybody else gets a page."""
    return "application/json" in request.headers.get("accept", "")


class Guard:
    """Adds the headers to every answer, and turns an unforeseen fault into an apology with a reference number."""

    def __init__(self, app: ASGIApp, *, config: WebConfig, pages: Pages) -> None:
        self._app = app
        self._config = config
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message)
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except ClientDisconnect:
            return
        except Exception:
            number = secrets.token_hex(2).upper()
            # The path may hold an invite code: only the method is told.
            _LOG.exception("web.failed", number=number, method=scope["method"])
            if started:
                raise
            answer = refusal(Request(scope, receive), Refused(500, "failed", number=number), self._pages)
            await answer(scope, receive, send_guarded)

    def _add_headers(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")
        if self._config.secure:
            headers["strict-transport-security"] = _HTTPS_ONLY


def refusal(request: Request, refused: Refused, pages: Pages) -> Response:
    """A refusal as JSON for our script, as a page for everybody else."""
    said = pages.say(f"refused.{refused.key}", **refused.facts)
    headers = {"retry-after": str(refused.retry)} if refused.retry else None
    if wants_json(request):
        told: dict[str, Any] = {"key": refused.key, "said": said, "retry": refused.retry}
        return JSONResponse(told, refused.status, headers)
    page = pages.draw("error.html", title=pages.say(f"refused.title_{_titled(refused.status)}"), said=said)
    return pages.answer(page, refused.status, headers)


def _titled(status: int) -> str:
    match status:
        case 404 | 410:
            return "absent"
        case 429:
            return "slowly"
        case 500:
            return "ours"
        case _:
            return "not_done"


Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers(pages: Pages) -> dict[Any, Handler]:
    """How Starlette answers what was raised on purpose."""

    async def on_refused(request: Request, raised: Exception) -> Response:
        assert isinstance(raised, Refused)
        return refusal(request, raised, pages)

    async def on_http(request: Request, raised: Exception) -> Response:
        assert isinstance(raised, HTTPException)
        answer = refusal(request, Refused(raised.status_code, _KEYS.get(raised.status_code, "bad_form")), pages)
        for name, value in (raised.headers or {}).items():
            answer.headers[name] = value
        return answer

    return {Refused: on_refused, HTTPException: on_http}
