"""A small program for the fake platform to talk to, of Starlette and wechatpy: it answers with what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpy import WeChatClient, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from bot.fakes.serving import serving
from bot.fakes.wechat import Account, FakeWeChat


def echo(message: Any) -> str:
    """The answer to a message: what it was."""
    if message.type == "text":
        return f"您说：{message.content}"
    return "" if message.type in ("event", "unknown") else f"收到 {message.type}"


@dataclass
class Program:
    """What the program heard, and how it is to answer. `body` replaces whatever it would send, `status` its status."""

    account: Account
    encrypted: bool = True
    answer: Callable[[Any], str] = echo
    body: bytes | None = None
    status: int = 200
    pause: float = 0.0
    heard: list[Any] = field(default_factory=list)
    refused: int = 0
    secret: bool = True

    def app(self) -> Starlette:
        """The program as an application."""
        return Starlette(
            routes=[Route("/wechat", self._get, methods=["GET"]), Route("/wechat", self._post, methods=["POST"])]
        )

    async def _get(self, request: Request) -> Response:
        query = request.query_params
        if self.secret:
            try:
                check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
            except InvalidSignatureException:
                return Response(status_code=403)
        return Response(query["echostr"])

    async def _post(self, request: Request) -> Response:
        query, body = request.query_params, await request.body()
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
        try:
            if self.encrypted:
                xml = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
            else:
                check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
                xml = body.decode()
        except InvalidSignatureException:
            self.refused += 1
            return Response(status_code=403)
        if "\x07" in xml:
            return Response("success")
        message = parse_message(xml)
        self.heard.append(message)
        await asyncio.sleep(self.pause)
        if self.body is not None:
            return Response(self.body, status_code=self.status)
        text = self.answer(message)
        if text:
            text = TextReply(message=message, content=text, time=int(message._data["CreateTime"])).render()
        if text and self.encrypted:
            text = crypto.encrypt_message(text, query["nonce"], query["timestamp"])
        return Response(text or "success", status_code=self.status)


@asynccontextmanager
async def together(fake: FakeWeChat, program: Program) -> AsyncIterator[FakeWeChat]:
    """Serves both, the fake calling the program back."""
    async with fake, serving(program.app()) as served:
        fake.callback_url = f"{served.url}/wechat"
        yield fake


def client(fake: FakeWeChat) -> Any:
    """wechatpy's client, pointed at the fake."""

    class Client(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
        API_BASE_URL = f"{fake.base_url}/cgi-bin/"

        def fetch_access_token(self) -> Any:
            address = f"{self.API_BASE_URL}token"
            asked = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(address, asked)

    return Client(fake.account.app_id, fake.account.secret, timeout=5, auto_retry=False)
