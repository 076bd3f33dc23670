"""A bare client of the Bot API for tests: it sends what it is told to, right or wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp

from bot.fakes.telegram import FakeTelegram

CHAT = 7


class Client:
    """Calls one fake; gives its answers as they are."""

    def __init__(self, fake: FakeTelegram, session: aiohttp.ClientSession) -> None:
        self.fake, self.session = fake, session

    def url(self, method: str, token: str = "") -> str:
        """Where a method is called."""
        return f"{self.fake.base_url}/bot{token or self.fake.token}/{method}"

    async def call(self, method: str, token: str = "", **given: Any) -> dict[str, Any]:
        """Calls with JSON; gives the answer, whatever it is."""
        async with self.session.post(self.url(method, token), json=given) as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200) and body.get("error_code", 200) == answer.status
            return body

    async def good(self, method: str, **given: Any) -> Any:
        """Calls with JSON; gives the result of a call that must succeed."""
        answer = await self.call(method, **given)
        assert answer["ok"], answer
        return answer["result"]

    async def said(self, method: str, **given: Any) -> str:
        """Calls with JSON; gives the error of a call that must fail, as "400 Bad Request: …"."""
        answer = await self.call(method, **given)
        return f"{answer['error_code']} {answer['description']}"

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **fields: str) -> dict[str, Any]:
        """Calls with a multipart body."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, value)
        for name, (file_name, data) in files.items():
            form.add_field(name, BytesIO(data), filename=file_name, content_type="application/octet-stream")
        async with self.session.post(self.url(method), data=form) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def text(self, text: str, **given: Any) -> Any:
        """Sends a text to `CHAT`."""
        return await self.good("sendMessage", chat_id=CHAT, text=text, **given)


@asynccontextmanager
async def telegram(fake: FakeTelegram | None = None) -> AsyncIterator[Client]:
    """A running fake (without rates unless one is given) in which person `CHAT` has written already."""
    fake = fake or FakeTelegram(limits=False)
    async with fake.running(), aiohttp.ClientSession() as session:
        fake.person(CHAT, "张").say("/start")
        client = Client(fake, session)
        [first] = await client.good("getUpdates")
        await client.good("getUpdates", offset=first["update_id"] + 1)
        yield client


def keys(*rows: list[str]) -> dict[str, Any]:
    """A keyboard whose buttons send back their labels."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in row] for row in rows]}
