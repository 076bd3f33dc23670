"""A browser without a script, for tests: it keeps its cookie, fills in the page's forms and sends them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
from starlette.applications import Starlette

from tests.web.fakes import CODE, World, settings
from web.app import create
from web.config import WebConfig

OURS = {"sec-fetch-site": "same-origin"}


class Visitor:
    """One browser at one app. `page` is the last page it saw."""

    def __init__(
        self, world: World | None = None, config: WebConfig | None = None, app: Starlette | None = None
    ) -> None:
        self.world = world or World()
        self.app = app or create(self.world.ports(), config=config or settings())
        scheme = "https" if config is not None and config.secure else "http"
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://chat.example")
        self.page = ""

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Opens a page."""
        answer = await self.http.get(path, **more)
        self.page = answer.text
        return answer

    def plant(self, token: str) -> None:
        """Puts a token into the browser, as somebody else might."""
        self.http.cookies.clear()
        self.http.cookies.set("xinshi", token, domain="chat.example", path="/")

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's form."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        return {name: unescape(value) for name, value in found}

    def buttons(self, name: str = "press") -> list[str]:
        """The values of the page's buttons of this name."""
        values = re.findall(rf'<button[^>]*name="{name}" value="([^"]*)"(?! disabled)', self.page)
        return [unescape(value) for value in values]

    def said(self) -> list[str]:
        """The text of each bubble on the page."""
        bubbles = re.findall(r'<div class="bubble">(.*?)</div>', self.page, re.DOTALL)
        return [unescape(re.sub(r"<[^>]+>", "", bubble)).strip() for bubble in bubbles]

    async def enter(self, code: str = CODE, **fields: str) -> httpx.Response:
        """Opens an invite link and presses its button."""
        await self.get(f"/i/{code}")
        answer = await self.http.post(f"/i/{code}", data=self.hidden() | fields, headers=OURS)
        await self.get("/chat")
        return answer

    async def post(
        self,
        fields: dict[str, Any],
        *,
        files: list[tuple[str, bytes]] | None = None,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Sends the chat's form: the hidden fields of the page (or those given) and then `fields` and files."""
        parts: list[tuple[str, Any]] = []
        for name, value in ((self.hidden() if form is None else form) | fields).items():
            parts += [(name, (None, one)) for one in (value if isinstance(value, list) else [value])]
        sent = [("", b"")] if files is None else files
        parts += [("file", (name, body, "application/octet-stream")) for name, body in sent]
        return await self.http.post("/chat/send", files=parts, headers=OURS if headers is None else headers)

    async def say(self, **fields: Any) -> httpx.Response:
        """Sends a message and looks at the page again."""
        answer = await self.post(fields)
        await self.get("/chat")
        return answer

    def address_of(self, number: int) -> str:
        """The address of the identity that was made as number `number`, from 0."""
        return list(dict.fromkeys(message.address for message in self.world.heard))[number]

    @property
    def address(self) -> str:
        """The address of the only identity there is."""
        [address] = set(self.world.tokens.values())
        return address
