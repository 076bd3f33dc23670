"""Sends callbacks to the program as the platform does: five seconds, three tries in all, and a look at the answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.fakes.trouble import Mischief, Step
from bot.fakes.wechat_account import Refused
from bot.fakes.wechat_answers import Reply, read_answer
from bot.fakes.wechat_book import Book
from bot.fakes.wechat_crypto import BadAnswer, Codec, Request, sign
from bot.fakes.wechat_mishaps import Mishaps
from bot.fakes.wechat_person import FAILURE, WeChatPerson

#: How often a callback is sent in all. Source: 接入指引, "重试三次".
TRIES = 3
#: How many requests are remembered for being replayed.
MEMORY = 50
#: Seconds that a message which is to be overtaken waits for the next one.
HOLD = 0.3


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: the HTTP status (0 without an answer), the body, and why it was no answer ("" where it was)."""

    status: int
    body: bytes
    why: str = ""


@dataclass(slots=True)
class Delivery:
    """What became of one callback.

    `outcome` is "passive" (with `text`), "success" (nothing to say), "failure" (an answer that cannot be used, or none
    after three tries; the person saw the platform's apology) or "held" (it goes out after a later one).
    """

    xml: str
    tries: list[Try] = field(default_factory=list)
    outcome: Literal["passive", "success", "failure", "held"] = "held"
    text: str = ""
    why: str = ""


class Sender:
    """Delivers callbacks to `url`. `within` is how many real seconds an answer may take."""

    def __init__(self, book: Book, codec: Codec, *, mischief: Mischief, mishaps: Mishaps, within: float) -> None:
        self.url, self.codec, self.within = "", codec, within
        #: Real seconds between a try that failed and the next.
        self.pause = 0.0
        #: Answers to requests that were forged, malformed or replayed, by the kind of it.
        self.probes: list[tuple[str, Try]] = []
        self._book, self._mischief, self._mishaps = book, mischief, mishaps
        self._sent: deque[Request] = deque(maxlen=MEMORY)
        self._held: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let what is under way end, then close the connections."""
        await self.settled()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def settled(self) -> None:
        """Wait for everything that goes on by itself: held messages, reports of templates."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something go on by itself; `settled` waits for it and raises what it raised."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            self._book.violations.append(f"the fake itself broke: {wrong!r}")

    async def verify(self) -> bool:
        """The check of the server settings: whether the program sends `echostr` back, and not to a bad signature."""
        right, wrong = await self._get(self._book.account.token), await self._get("another token")
        if wrong:
            self._book.violations.append("callback: echoed echostr although the signature was bad")
        return right

    async def _get(self, token: str) -> bool:
        timestamp, nonce = str(int(self._book.clock.now().timestamp())), str(self._book.dice.randrange(10**9, 10**10))
        echo = str(self._book.number())
        query = {"signature": sign(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": echo}
        async with self._http().get(f"{self.url}?{urlencode(query)}") as answer:
            return answer.status == 200 and await answer.read() == echo.encode()

    async def deliver(self, person: WeChatPerson, xml: str) -> Delivery:
        """Send one callback, with whatever trouble is due, and show the person what came back."""
        delivery = Delivery(xml)
        if not self.url:
            self._fail(person, delivery, "no callback URL")
            return delivery
        earlier = self._held.pop(person.openid, None)
        step = self._mischief.update("callback")
        if step is Step.REORDER and earlier is None:
            self._held[person.openid] = passed = asyncio.Event()
            self.later(self._hold(person, delivery, passed))
            return delivery
        if step is Step.DELAY:
            await asyncio.sleep(self._mischief.seconds())
        if step is Step.MALFORMED:
            await self._probe("malformed", self._wrap("<xml><ToUserName>\x07", person))
        await self._carry(person, delivery)
        if step is Step.REPEAT:
            self._compare(person, delivery, await self._post(delivery.xml, person))
        if earlier is not None:
            earlier.set()
        return delivery

    async def _hold(self, person: WeChatPerson, delivery: Delivery, passed: asyncio.Event) -> None:
        """Wait until a later message has gone out, or for a moment."""
        with contextlib.suppress(TimeoutError):  # Nothing came after it: it goes out all the same.
            await asyncio.wait_for(passed.wait(), HOLD)
        if self._held.get(person.openid) is passed:
            del self._held[person.openid]
        await self._carry(person, delivery)

    async def _carry(self, person: WeChatPerson, delivery: Delivery) -> None:
        """The tries of one callback, with the mishaps around them."""
        if self._mishaps.strikes("forge"):
            await self._probe("forged", self._wrap(delivery.xml, person, forged=True))
        if self._mishaps.strikes("together"):
            first, second = await asyncio.gather(self._post(delivery.xml, person), self._post(delivery.xml, person))
            if first.why:
                first, second = second, first
            self._judge(person, delivery, first)
            self._compare(person, delivery, second)
        else:
            if self._mishaps.strikes("cut"):
                await self._cut(self._wrap(delivery.xml, person))
                delivery.tries.append(Try(0, b"", "the connection was cut on purpose"))
            await self._tries(person, delivery)
        if self._sent and self._mishaps.strikes("replay"):
            await self._probe("replayed", self._book.dice.choice(self._sent))

    async def _tries(self, person: WeChatPerson, delivery: Delivery) -> None:
        while len(delivery.tries) < TRIES:
            tried = await self._post(delivery.xml, person)
            if not tried.why:
                self._judge(person, delivery, tried)
                return
            delivery.tries.append(tried)
            if len(delivery.tries) < TRIES:
                await asyncio.sleep(self.pause)
        self._fail(person, delivery, delivery.tries[-1].why)

    def _fail(self, person: WeChatPerson, delivery: Delivery, why: str) -> None:
        delivery.outcome, delivery.why = "failure", why
        person.see("failure", FAILURE)

    def _judge(self, person: WeChatPerson, delivery: Delivery, tried: Try) -> None:
        """Show the person what an answer holds."""
        delivery.tries.append(tried)
        try:
            reply = self._read(tried, person.openid)
            if reply.media:
                self._book.medium(reply.media)
        except (BadAnswer, Refused) as wrong:
            self._book.violations.append(f"callback: {wrong}")
            self._fail(person, delivery, str(wrong))
            return
        delivery.outcome = "passive" if reply.kind in ("text", "image") else "success"
        delivery.text = reply.text
        if delivery.outcome == "passive" and person.following:
            person.see("passive", reply.text, kind=reply.kind, media=reply.media)

    def _compare(self, person: WeChatPerson, delivery: Delivery, again: Try) -> None:
        """A message delivered twice is answered alike, or the second time with nothing."""
        delivery.tries.append(again)
        if again.why:
            return
        try:
            text = self._read(again, person.openid).text
        except BadAnswer as wrong:
            self._book.violations.append(f"callback repeated: {wrong}")
            return
        if text and delivery.text and text != delivery.text:
            self._book.violations.append("callback repeated: answered differently the second time")

    def _read(self, tried: Try, openid: str) -> Reply:
        now = self._book.clock.now().timestamp()
        return read_answer(tried.body, codec=self.codec, account=self._book.account, openid=openid, now=now)

    async def _probe(self, kind: str, request: Request) -> None:
        """Send what must not be taken for a message, and look that it is not."""
        tried = await self._send(request)
        self.probes.append((kind, tried))
        if kind == "replayed" or tried.status != 200:
            return
        with contextlib.suppress(BadAnswer):  # Not a reply, as it ought to be.
            if self._read(tried, request.openid).kind:
                self._book.violations.append(f"callback {kind}: answered as if it were genuine")

    def _wrap(self, xml: str, person: WeChatPerson, *, forged: bool = False) -> Request:
        now = int(self._book.clock.now().timestamp())
        return self.codec.wrap(xml, person.openid, now, forged=forged)

    async def _post(self, xml: str, person: WeChatPerson) -> Try:
        request = self._wrap(xml, person)
        self._sent.append(request)
        return await self._send(request)

    async def _send(self, request: Request) -> Try:
        """One request and its answer; whatever hinders it is told in `why`."""
        try:
            async with asyncio.timeout(self.within):
                async with self._http().post(
                    f"{self.url}?{request.query}", data=request.body, headers={"Content-Type": "text/xml"}
                ) as answer:
                    body = await answer.read()
        except TimeoutError:
            return Try(0, b"", f"no answer within {self.within} s")
        except (aiohttp.ClientError, OSError) as broken:
            return Try(0, b"", f"no connection: {type(broken).__name__}")
        if answer.status == 500:
            self._book.violations.append("callback: answered with status 500")
        return Try(answer.status, body, "" if answer.status == 200 else f"status {answer.status}")

    async def _cut(self, request: Request) -> None:
        """Send a request and go away before its answer can be read."""
        parts = urlsplit(self.url)
        try:
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        except OSError as broken:
            self.probes.append(("cut", Try(0, b"", f"no connection: {type(broken).__name__}")))
            return
        head = f"POST {parts.path}?{request.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: text/xml\r\n"
        writer.write(f"{head}Content-Length: {len(request.body)}\r\n\r\n".encode() + request.body)
        await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):  # The other side may have gone first.
            await writer.wait_closed()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256))
        return self._session
