"""The API of the fake platform under /cgi-bin/: who may call what, in which shape, and the troubles on the way."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.fakes.serving import Served
from bot.fakes.trouble import Mischief, Step
from bot.fakes.wechat_account import ERRORS, Refused
from bot.fakes.wechat_book import Book
from bot.fakes.wechat_files import Files
from bot.fakes.wechat_menu import check_menu
from bot.fakes.wechat_mishaps import Mishaps
from bot.fakes.wechat_person import WeChatPerson
from bot.fakes.wechat_sending import Find, Sending
from bot.fakes.wechat_tokens import Tokens

#: A character that the body spells as \uXXXX although it needs no escape: people would read just that.
_SPELT = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])[0-9a-fA-F]{4}")
MOST_BODY = 1 << 20
MOST_SCENE, MOST_EXPIRE = 64, 2_592_000
_CODES = {"QR_STR_SCENE": True, "QR_LIMIT_STR_SCENE": False}
#: Paths whose answers name no errcode where all is well.
_BARE = frozenset({"stable_token", "token", "media/upload", "menu/get", "qrcode/create", "user/info"})
Answer = dict[str, Any] | Response


@dataclass(frozen=True, slots=True)
class Call:
    """One path of the API: its method, the right it needs ("" for none), and what answers it."""

    method: str
    right: str
    answer: Callable[[Request], Awaitable[Answer]]
    open: bool = False


class Api:
    """Answers every call, and writes down each refusal."""

    def __init__(
        self,
        book: Book,
        find: Find,
        report: Callable[[WeChatPerson, str], None],
        *,
        mischief: Mischief,
        mishaps: Mishaps,
    ) -> None:
        self.tokens = Tokens(book)
        self.server: Served | None = None
        self._book, self._find, self._mischief, self._mishaps = book, find, mischief, mishaps
        sending, files = Sending(book, find, report), Files(book)
        self._calls = {
            "stable_token": Call("POST", "", _json(self.tokens.stable), open=True),
            "token": Call("GET", "", self._rotating, open=True),
            "message/custom/send": Call("POST", "customer", self._said(sending.customer)),
            "message/custom/typing": Call("POST", "customer", _json(sending.typing)),
            "message/template/send": Call("POST", "template", self._said(sending.template)),
            "message/subscribe/bizsend": Call("POST", "subscribe", self._said(sending.subscribe)),
            "media/upload": Call("POST", "media", files.upload),
            "media/get": Call("GET", "media", self._medium(files)),
            "menu/create": Call("POST", "menu", self._said(self._publish)),
            "menu/get": Call("GET", "menu", self._menu),
            "menu/delete": Call("GET", "menu", self._unpublish),
            "qrcode/create": Call("POST", "qrcode", _json(self._code)),
            "user/info": Call("GET", "user", self._user),
            "account/getaccountbasicinfo": Call("GET", "", self._account),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call as an ASGI application."""
        path = str(scope["path"]).removeprefix("/cgi-bin/")
        request = Request(scope, receive)
        step = self._mischief.call(path)
        if step is Step.CUT_BEFORE:
            await self._cut(scope, receive)
            return
        response = self._spoilt(step, path) or await self._answer(path, request)
        if step is Step.DELAY:
            await asyncio.sleep(self._mischief.seconds())
        if step is Step.CUT_AFTER:
            await self._cut(scope, receive)
            return
        await response(scope, receive, send)

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        if self.server is None:
            raise RuntimeError("expected a running server, found none; use the fake as an async context manager")
        await self.server.cut(scope, receive)

    def _spoilt(self, step: Step, path: str) -> Response | None:
        match step:
            case Step.TOO_MANY:
                return self._refuse(path, Refused(45009, "trouble"))
            case Step.BROKEN:
                if self._mischief.counts[f"{path}:broken"] % 2:
                    return self._refuse(path, Refused(-1, "trouble"))
                return Response("<html>502 Bad Gateway</html>", status_code=502, media_type="text/html")
            case Step.GARBAGE:
                return Response("<html><body>维护中</body></html>", media_type="text/html")
            case _:
                return None

    async def _answer(self, path: str, request: Request) -> Response:
        try:
            found = await self._allowed(path, request)
        except Refused as refused:
            return self._refuse(path, refused)
        if isinstance(found, Response):
            return found
        return JSONResponse(found if path in _BARE else {"errcode": 0, "errmsg": "ok"} | found)

    async def _allowed(self, path: str, request: Request) -> Answer:
        """Everything that is checked before a call is done."""
        call = self._calls.get(path)
        if call is None:
            raise Refused(40066, path)
        if request.method != call.method:
            raise Refused(43001 if call.method == "GET" else 43002)
        self._book.count(path)
        if not call.open:
            if self._mishaps.strikes("expire"):
                self.tokens.kill()
            self.tokens.check(request.query_params.get("access_token", ""))
        if call.right and not self._book.account.may(call.right):
            raise Refused(48001, f"{self._book.account.kind}, verified: {self._book.account.verified}")
        return await call.answer(request)

    def _refuse(self, path: str, refused: Refused) -> Response:
        self._book.refuse(path, refused)
        message = f"{ERRORS[refused.code]} rid: {self._book.dice.randbytes(10).hex()}"
        return JSONResponse({"errcode": refused.code, "errmsg": message})

    def _said(self, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Awaitable[Answer]]:
        """A call whose body holds text that people read: it is to be plain UTF-8."""

        async def read(request: Request) -> Answer:
            body = await request.body()
            if _SPELT.search(body):
                self._book.violations.append("a body spells characters as \\uXXXX, which people would read like that")
            return answer(_object(body))

        return read

    def _medium(self, files: Files) -> Callable[[Request], Awaitable[Answer]]:
        async def get(request: Request) -> Answer:
            if self._mishaps.strikes("spoil"):
                self._book.spoil(request.query_params.get("media_id", ""))
            return files.get(request)

        return get

    async def _rotating(self, request: Request) -> Answer:
        return self.tokens.rotating(dict(request.query_params))

    def _publish(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._book.menu = {"button": check_menu(asked)}
        return {}

    async def _menu(self, _: Request) -> Answer:
        if self._book.menu is None:
            raise Refused(46003)
        return {"menu": self._book.menu}

    async def _unpublish(self, _: Request) -> Answer:
        self._book.menu = None
        return {}

    def _code(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A QR code with a scene of text, for a time or for ever."""
        action = asked.get("action_name")
        info = asked.get("action_info")
        scene = info.get("scene", {}).get("scene_str") if isinstance(info, dict) else None
        if action not in _CODES or not isinstance(scene, str) or not 1 <= len(scene) <= MOST_SCENE:
            raise Refused(40053, f"action_name among {', '.join(_CODES)}, scene_str of 1 to {MOST_SCENE}")
        ticket, answer = self._book.word(96), {}
        expires = None
        if _CODES[action]:
            seconds = asked.get("expire_seconds", 60)
            if not isinstance(seconds, int) or not 1 <= seconds <= MOST_EXPIRE:
                raise Refused(40097, f"expire_seconds of 1 to {MOST_EXPIRE}")
            expires, answer = self._book.clock.now() + timedelta(seconds=seconds), {"expire_seconds": seconds}
        self._book.codes[scene] = (ticket, expires)
        return {"ticket": ticket, **answer, "url": f"http://weixin.qq.com/q/{ticket[:24]}"}

    async def _account(self, _: Request) -> Answer:
        account = self._book.account
        return {
            "appid": account.app_id,
            "account_type": 2 if account.kind == "service" else 1,
            "nickname": account.name,
            "wx_verify_info": {"qualification_verify": account.verified, "naming_verify": account.verified},
        }

    async def _user(self, request: Request) -> Answer:
        person = self._find(request.query_params.get("openid", ""))
        if person is None:
            raise Refused(40003, "no openid of this account")
        if not person.following:
            return {"subscribe": 0, "openid": person.openid, "tagid_list": []}
        return {
            "subscribe": 1,
            "openid": person.openid,
            "language": "zh_CN",
            "subscribe_time": person.since,
            "remark": "",
            "groupid": 0,
            "tagid_list": [],
            "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
            "qr_scene": 0,
            "qr_scene_str": person.scene,
        }


def _json(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Awaitable[Answer]]:
    async def read(request: Request) -> Answer:
        return answer(_object(await request.body()))

    return read


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `Refused`: 44002 or 47001."""
    if not body:
        raise Refused(44002)
    if len(body) > MOST_BODY:
        raise Refused(47001, f"more than {MOST_BODY} bytes")
    try:
        found = json.loads(body)
    except ValueError:
        raise Refused(47001, "no JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise Refused(47001, "no JSON object")
    return found
