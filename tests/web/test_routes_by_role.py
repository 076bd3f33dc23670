"""Every address of the program, asked in every way as everybody: what is answered, and whether a private word is in it.

The grid is kept in `transcripts/routes.txt` and compared by equality; an address that is new has no row, and fails.
After a change made on purpose, write it anew with `XINSHI_WRITE_TRANSCRIPTS=1`, and read every difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.handlers.telegram_asgi import TelegramCallback
from bot.handlers.telegram_door import secret_of
from bot.handlers.wechat_asgi import WeChatCallback
from tests.bot.handlers import telegram_script as script
from tests.bot.handlers import wechat_platform as wechat
from tests.web.roles import TITLE, WHO, WORDS, House, Keys, house
from web.identity import form_key, new_token

GRID = Path(__file__).parent / "transcripts" / "routes.txt"
MARKS = WORDS | {"t": TITLE}
#: Ways of asking besides those that an address takes; those it does not take are tried as `TRIED` only.
ALWAYS, TRIED = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"), ("nobody", "admin")
#: A way of asking, from a page of another site.
ACROSS = "!"
#: Last, because they take away what others ask for: an upload, and the token of a browser.
LAST = ("DELETE", "/i/{code}")
#: Where the forms stand that are sent to another address than their own.
FORMS = {"/chat/send": "/chat", "/chat/upload": "/chat", "/demo/clock": "/chat"}


def routes(app: Starlette) -> dict[str, set[str]]:
    """Every address that an app takes, with its ways of asking."""
    found: dict[str, set[str]] = {}
    for route in app.routes:
        assert isinstance(route, Route), route
        found.setdefault(route.path, set()).update(route.methods or ())
    return found


def ways(taken: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Every (address, way of asking) there is to try."""
    pairs = [(path, way) for path, methods in taken.items() for way in {*methods, *ALWAYS}]
    across = [(path, f"{way}{ACROSS}") for path, way in pairs if way in taken[path] & {"POST", "PATCH", "DELETE"}]
    yield from sorted(
        [*pairs, *across], key=lambda pair: (pair[0] == LAST[1], pair[0], pair[1].startswith(LAST[0]), pair[1])
    )


class Caller:
    """Asks one app as everybody."""

    def __init__(self, here: House, app: Starlette, http: httpx.AsyncClient) -> None:
        self._here, self._taken, self._http, self._upload = here, routes(app), http, ""

    async def row(self, path: str, way: str) -> str:
        """One line of the grid."""
        takes = way.removesuffix(ACROSS) in self._taken.get(path, ())
        cells = [await self._cell(path, way, self._here.keys[who]) if takes or who in TRIED else "" for who in WHO]
        return f"{f'{path} {way}':40} {' '.join(f'{cell:9}' for cell in cells)}".rstrip() + "\n"

    async def _cell(self, path: str, way: str, keys: Keys) -> str:
        """The status of one call, and the marks of private words that are in its answer."""
        method, across = way.removesuffix(ACROSS), way.endswith(ACROSS)
        if "{number}" in path and path.startswith("/u/") and (not self._upload or method == "DELETE"):
            self._upload = await self._here.upload()
        headers = _headers(keys, "cross-site" if across else "same-origin")
        form = None
        if method == "POST" and "/files" not in path:
            form = await self._form(path, keys)
        if "/files" in path:
            headers["tus-resumable"] = "1.0.0"
        given = await self._http.request(method, self._filled(path, keys), headers=headers, data=form)
        self._http.cookies.clear()
        said = f"{given.text}{given.headers}"
        return f"{given.status_code}{''.join(mark for mark, word in MARKS.items() if word in said)}"

    async def _form(self, path: str, keys: Keys) -> dict[str, str]:
        """The fields of the form as the page has them, where there is one."""
        form = {"key": form_key(keys.token) if keys.token else "", "mid": new_token(), "text": "你好", "action": "keep"}
        page = await self._http.get(self._filled(FORMS.get(path, path), keys), headers=_headers(keys, "none"))
        self._http.cookies.clear()
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
        return form | {name: unescape(value) for name, value in hidden}

    def _filled(self, path: str, keys: Keys) -> str:
        """An address with everything named in it. Raises `KeyError` for a parameter that nobody gave an example of."""
        first, named = path.split("/")[1], dict(self._here.named)
        if "{token}" in path:
            named["token"] = keys.links[first]
        if "{number}" in path:
            known = {"files": named["file"], "vote": named["work"], "certificates": named["certificate"]}
            named["number"] = (known | {"u": self._upload})[first]
        if "{name}" in path:
            named["name"] = {"static": named["static"], "files": "a.txt", "demo": "film"}[first]
        if "vote" in path:
            named["key"] = named["vote"]
        return path.format_map(named)


def _headers(keys: Keys, site: str) -> dict[str, str]:
    headers = {"sec-fetch-site": site}
    if keys.bearer:
        headers["authorization"] = f"Bearer {keys.bearer}"
    if keys.cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in keys.cookies.items())
    return headers


async def pages(here: House) -> str:
    """The grid of the web app, in earnest and, for what is only there, as a demonstration."""
    lines, head = [f"# {mark}: {word}\n" for mark, word in MARKS.items()], " ".join(f"{name:9}" for name in WHO)
    everything, in_earnest = routes(here.demo), routes(here.app)
    only = {path: methods for path, methods in everything.items() if path not in in_earnest}
    for name, app, taken in (("in earnest", here.app, everything), ("demonstration", here.demo, only)):
        await here.admit()
        lines.append(f"\n{name:40} {head}".rstrip() + "\n")
        async with here.browser(app) as http:
            caller = Caller(here, app, http)
            lines += [await caller.row(path, way) for path, way in ways(taken)]
    return "".join(lines)


async def callbacks(behind: ASGIApp) -> str:
    """The grid of what platforms call: with nothing, rightly, too late, signed by another, with one byte changed."""
    room, platform = script.Room(), wechat.Platform(wechat.Intake())
    app = WeChatCallback(TelegramCallback(behind, room.door), platform.door)
    query, body = platform.sealed(wechat.said("你好"))
    old, old_body = platform.sealed(wechat.said("你好", 2), seconds=-600)
    changed = body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A", 1)
    secret = secret_of(script.KEY, script.BOT)
    update = b'{"update_id":1}'
    tries: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "nobody": ({"content": body}, {"content": update}),
        "platform": ({"content": body, "params": query}, _telegram(update, secret)),
        "expired": ({"content": old_body, "params": old}, {"content": update}),
        "foreign": (
            {"content": body, "params": query | {"signature": "0" * 40}},
            _telegram(update, secret_of(b"another", script.BOT)),
        ),
        "forged": ({"content": changed, "params": query}, _telegram(update, secret[:-1] + "_")),
    }
    lines = [f"\n{'platforms':40} {' '.join(f'{name:9}' for name in tries)}".rstrip() + "\n"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://xinshi.example") as http:
        for place, path in enumerate(("/wechat", "/telegram")):
            for way in ("POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
                cells = [f"{(await http.request(way, path, **each[place])).status_code}" for each in tries.values()]
                lines.append(f"{f'{path} {way}':40} {' '.join(f'{cell:9}' for cell in cells)}".rstrip() + "\n")
    return "".join(lines)


def _telegram(update: bytes, secret: str) -> dict[str, Any]:
    return {"content": update, "headers": {"x-telegram-bot-api-secret-token": secret}}


def test_an_address_with_a_parameter_that_nobody_named_fails() -> None:
    here = House(None, Starlette(), Starlette(), {}, {"key": "K", "file": "1", "work": "2", "certificate": "3"})  # type: ignore[arg-type]
    caller, keys = Caller(here, here.app, httpx.AsyncClient()), Keys("", {}, {"b": "T"})
    assert caller._filled("/b/{token}/{key}", keys) == "/b/T/K"
    for path in ("/b/{token}/{secret}", "/new/{number}", "/d/{token}"):
        with pytest.raises(KeyError):
            caller._filled(path, keys)


async def test_everybody_is_answered_at_every_address_as_it_stands_in_the_grid(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        found = await pages(here) + await callbacks(here.app)
    if os.environ.get("XINSHI_WRITE_TRANSCRIPTS") == "1":
        GRID.parent.mkdir(exist_ok=True)
        GRID.write_text(found, "utf-8")
    assert found == GRID.read_text("utf-8")
