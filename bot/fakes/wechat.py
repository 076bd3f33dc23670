"""A WeChat platform of one's own: it calls the program back, answers it, and notes what no program should do.

async with FakeWeChat(clock=clock) as fake:
    fake.callback_url = "http://127.0.0.1:8080/wechat"
    liaison = fake.person("o-wang", "王")
    await liaison.say("你好")
    await liaison.heard(lambda one: "欢迎" in one.text)
    assert fake.violations == []
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.fakes.serving import serving
from bot.fakes.trouble import CALM, Mischief, Trouble
from bot.fakes.wechat_account import Account, Template
from bot.fakes.wechat_api import Api
from bot.fakes.wechat_book import Book, Bubble, Clock, Medium, Refusal
from bot.fakes.wechat_callback import Delivery, Sender
from bot.fakes.wechat_crypto import Codec
from bot.fakes.wechat_mishaps import Mishaps
from bot.fakes.wechat_person import FAILURE, PICTURE, NotFollowing, NothingToPress, WeChatPerson
from bot.fakes.wechat_phone import Phone
from bot.fakes.wechat_rush import Prepared, Rush
from scheduler.clock import SystemClock

__all__ = [
    "FAILURE",
    "PICTURE",
    "Account",
    "Bubble",
    "Delivery",
    "FakeWeChat",
    "Mishaps",
    "NotFollowing",
    "NothingToPress",
    "Prepared",
    "Refusal",
    "Template",
    "WeChatPerson",
]


class FakeWeChat:
    """The platform with one official account. It lives as long as its `async with` block.

    `clock` decides windows, tokens and media; `within` is how many real seconds the program has for an answer,
    `pause` how many pass before the next try.
    `trouble` is what goes wrong with any platform, `mishaps` what goes wrong with this one; `mischief.script` and
    `mishaps.plan` make single things go wrong.
    """

    def __init__(
        self,
        account: Account | None = None,
        *,
        callback_url: str = "",
        clock: Clock | None = None,
        encrypted: bool = True,
        within: float = 5.0,
        pause: float = 0.0,
        trouble: Trouble = CALM,
        mishaps: Mishaps | None = None,
        seed: int = 0,
    ) -> None:
        self.account, self.clock = account or Account(), clock or SystemClock()
        self.book = Book(self.account, self.clock, seed)
        self.mischief, self.mishaps = Mischief(trouble), mishaps or Mishaps()
        self.people: dict[str, WeChatPerson] = {}
        self.base_url = ""
        self.codec = Codec(self.account, encrypted=encrypted, dice=self.book.dice)
        self.rush = Rush(self.book, self.codec)
        self.sender = Sender(self.book, self.codec, mischief=self.mischief, mishaps=self.mishaps, within=within)
        self.sender.url, self.sender.pause = callback_url, pause
        self.api = Api(self.book, self.people.get, self._report, mischief=self.mischief, mishaps=self.mishaps)
        self._phone = Phone(self.book, self.people, self.person)
        self._stack = contextlib.AsyncExitStack()

    @property
    def callback_url(self) -> str:
        """Where the program takes callbacks; it may be set at any time."""
        return self.sender.url

    @callback_url.setter
    def callback_url(self, url: str) -> None:
        self.sender.url = url

    @property
    def violations(self) -> list[str]:
        """What no correct program does, in words; empty is good."""
        return self.book.violations

    @property
    def refusals(self) -> list[Refusal]:
        """Every call that was refused, innocent or not."""
        return self.book.refusals

    def person(self, openid: str = "", name: str = "", *, following: bool = True) -> WeChatPerson:
        """Somebody by their openid, made at first mention; "" makes somebody new."""
        openid = openid or f"o{self.book.word(27)}"
        if openid not in self.people:
            self.people[openid] = WeChatPerson(
                self.book,
                self.sender.deliver,
                lambda: self.base_url,
                openid=openid,
                name=name or openid,
                following=following,
            )
        return self.people[openid]

    def prepare(
        self,
        count: int,
        *,
        url: str = "",
        text: Callable[[int], str] = lambda _: "你好",
        people: int | None = None,
        prefix: str = "rush",
    ) -> list[Prepared]:
        """Callbacks of a crowd made in advance, see `Rush.prepare`; its people may be sent customer messages."""
        made = self.rush.prepare(count, url or self.callback_url, text=text, people=people, prefix=prefix)
        for openid in dict.fromkeys(one.openid for one in made):
            self.person(openid).wrote()
        return made

    async def verify(self) -> bool:
        """Check the callback URL as 服务器配置 does: whether it echoes, and only to a good signature."""
        return await self.sender.verify()

    async def settled(self) -> None:
        """Wait for what goes on by itself: held callbacks, reports of template messages."""
        await self.sender.settled()

    def app(self) -> Starlette:
        """The platform as an application: its API, its files and the phone."""
        return Starlette(
            routes=[
                Mount("/cgi-bin", app=self.api),
                Route("/mmbiz/{number}/0", self._file),
                Route("/video/{number}", self._file),
                *self._phone.routes(),
            ]
        )

    async def start(self, port: int = 0) -> Self:
        """Begin to serve on 127.0.0.1; `stop` ends it."""
        self.api.server = await self._stack.enter_async_context(serving(self.app(), port=port))
        self.base_url = self.api.server.url
        return self

    async def stop(self) -> None:
        """Let what is under way end, then stop serving."""
        await self.sender.close()
        await self._stack.aclose()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _report(self, person: WeChatPerson, xml: str) -> None:
        if self.callback_url:
            self.sender.later(self.sender.deliver(person, xml))

    async def _file(self, request: Request) -> Response:
        """Media by the addresses that callbacks and `media/get` name."""
        medium: Medium | None = self.book.media.get(request.path_params["number"])
        if medium is None or self.clock.now() >= medium.expires:
            return Response(status_code=404)
        return Response(medium.data, media_type=medium.type)
