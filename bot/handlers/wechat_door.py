"""WeChat's door: a callback comes in, is believed, kept, and answered within the five seconds the platform waits.

The platform retries what is not answered in time, three times in all, with the same MsgId. Whether a retry is signed
anew is not documented, so nothing here depends on it: a message is known by its own id alone, which lies inside what is
signed. A retry waits for the first request's answer or gets it again; a replayed request gets the same and has no
effect. What is lost from memory is still settled only once by `Intake.accept`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

import structlog

from bot.handlers.buttons import unseal
from bot.handlers.ports import Intake, Links, PutOff, Replies, TooMany
from bot.handlers.wechat import CHANNEL, Grant, Phrases, Read, read, show
from bot.handlers.wechat_codec import Codec, Forged, Unreadable, read_xml, text_reply
from bot.handlers.wechat_passive import GAP, Shown, pack
from bot.handlers.wechat_recent import Recent
from bot.talk.choosing import plain
from bot.talk.messages import Incoming, Outgoing, Press
from rules.accounts import CALLBACK_BYTES, CALLBACK_SKEW

log = structlog.get_logger(__name__)

#: Seconds from a request's receipt to its answer; the platform waits for 5.
PATIENCE = 4.5
#: Seconds after which a message that is not taken in is answered, so that who sends without end gets slower answers.
SLOWED = 3.0
#: Answers kept in memory for retries and replays.
_MOST_KEPT = 20_000

Granted = Callable[[str, str, tuple[Grant, ...], datetime], Awaitable[None]]


class Answer(NamedTuple):
    """The HTTP answer to a callback."""

    status: int
    body: bytes
    media: str = "text/plain; charset=utf-8"


@dataclass(slots=True)
class _First:
    """The first request with a message, under way: its answer to come, and when the latest with it arrived."""

    answer: asyncio.Future[str | None]
    latest: float


class _Lane:
    """A queue of one person's 继续, forgotten when nobody stands in it."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock, self.users = asyncio.Lock(), 0


SUCCESS = Answer(200, b"success")
_FORBIDDEN, _NOT_ALLOWED, _FAILED = Answer(403, b""), Answer(405, b""), Answer(503, b"")


class Clock(Protocol):
    """The deployment's clock."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


class WeChatDoor:
    """Answers the callbacks of one account. Call `close` when the program stops."""

    def __init__(
        self,
        intake: Intake,
        links: Links,
        codec: Codec,
        *,
        clock: Clock,
        phrases: Phrases,
        button_key: bytes,
        can_send: bool,
        granted: Granted,
        plain: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """`can_send`: the account may send customer messages. `granted` is told (address, id, grants, at), once per id
        as far as memory reaches. `plain` lets unencrypted callbacks in, for development."""
        self._intake, self._links, self._codec, self._clock = intake, links, codec, clock
        self._phrases, self._button_key, self._granted = phrases, button_key, granted
        self._rest = "due" if can_send else "held"
        self._plain, self._patience = plain, patience
        # A replay may come with a timestamp from either end of the window.
        self._answers: Recent[str | _First] = Recent(seconds=2 * CALLBACK_SKEW, most=_MOST_KEPT)
        self._signed: Recent[str] = Recent(seconds=2 * CALLBACK_SKEW, most=_MOST_KEPT)
        self._late: set[asyncio.Task[None]] = set()
        self._resuming: dict[str, _Lane] = {}

    async def callback(self, method: str, query: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request. Raises nothing: what cannot be kept is answered with 503, and the platform says so."""
        at, began = self._clock.now(), asyncio.get_running_loop().time()
        try:
            self._codec.admit(query, at.timestamp())
            if method == "POST":
                return await self._post(query, body, at, began)
            return Answer(200, self._codec.echo(query)) if method == "GET" else _NOT_ALLOWED
        except Forged as forged:
            log.warning("a WeChat callback was refused", why=str(forged))
            return _FORBIDDEN
        except Unreadable as wrong:
            log.warning("WeChat's check of the address was refused", why=str(wrong))
            return _FORBIDDEN
        except Exception as failure:  # noqa: BLE001  not kept, so not acknowledged; the person is told by the platform
            log.error("a WeChat callback could not be kept", failure=type(failure).__name__)
            return _FAILED

    async def close(self) -> None:
        """Wait no longer for replies that are late; the outbox still holds them."""
        late = list(self._late)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _post(self, query: Mapping[str, str], body: bytes, at: datetime, began: float) -> Answer:
        sealed = bool(query.get("msg_signature")) or not self._plain
        if sealed and not query.get("msg_signature"):
            await self._keep(body, "expected an encrypted message, found a plain one; check 消息加解密方式", at)
            return _FORBIDDEN
        try:
            if len(body) > CALLBACK_BYTES:
                raise Unreadable(f"expected at most {CALLBACK_BYTES} bytes, found more")
            if sealed:
                body = self._codec.open(query, body)
            message = read(read_xml(body), at)
        except Unreadable as wrong:
            await self._keep(body, str(wrong), at)
            return SUCCESS
        if not sealed:
            self._check_replay(query, message, began)
        if message.strange:
            await self._intake.quarantine(CHANNEL, message.id, body, message.strange, at)
        text = await self._answered(message, at, began)
        if text is None:
            return _FAILED
        if not text:
            return SUCCESS
        now = int(at.timestamp())
        xml = text_reply(message.openid, message.account, text, now)
        return Answer(200, self._codec.seal(xml, now) if sealed else xml, "application/xml; charset=utf-8")

    async def _keep(self, body: bytes, why: str, at: datetime) -> None:
        body = body[:CALLBACK_BYTES]
        await self._intake.quarantine(CHANNEL, hashlib.sha256(body).hexdigest(), body, why, at)

    def _check_replay(self, query: Mapping[str, str], message: Read, now: float) -> None:
        """A plain request's signature does not cover its body, so it may stand for one message only."""
        signature = query["signature"]
        if (known := self._signed.get(signature)) is None:
            self._signed.put(signature, message.id, now)
        elif known != message.id:
            raise Forged("a signature that came with another message")

    async def _answered(self, message: Read, at: datetime, began: float) -> str | None:
        """The text of the answer, the same for every request with this message; None where it could not be kept."""
        answers = self._answers
        known = answers.get(message.id)
        if isinstance(known, str):
            return known
        if known is not None:
            known.latest = began
            return await asyncio.shield(known.answer)
        first = _First(asyncio.get_running_loop().create_future(), began)
        answers.put(message.id, first, began)
        text = None
        try:
            text = await self._settle(message, at, first)
        finally:
            if text is None:
                answers.drop(message.id)  # the next request with it tries again
            else:
                answers.put(message.id, text, began)
            first.answer.set_result(text)
        return text

    async def _settle(self, message: Read, at: datetime, first: _First) -> str:
        address = f"{CHANNEL}:{message.openid}"
        if message.reach is not None:
            await self._intake.reach(CHANNEL, message.openid, message.reach, at)
        if message.grants:
            await self._granted(address, message.id, message.grants, at)
        if (incoming := message.incoming) is None:
            return ""
        if message.button:
            incoming = await self._pressed(incoming, message.button, address)
        elif self._resumes(incoming.text) and (text := await self._resumed(address, at)):
            return text
        try:
            replies = await self._intake.accept(incoming, wanted=message.wanted, passive=True)
            if not await self._in_time(replies, first):
                self._send_later(replies)
                return ""
            replies.result()
        except PutOff as later:
            return self._phrases.put_off(later.ahead)
        except TooMany as many:
            if many.first:
                return self._phrases.too_many
            await asyncio.sleep(SLOWED)
            return ""
        shown = [self._shown(outgoing, 0, address, at) for outgoing in replies.result()]
        return await self._hand_over(shown, address)

    async def _in_time(self, replies: asyncio.Future[Replies], first: _First) -> bool:
        """Whether the replies are there while somebody still waits for them: the latest request with this message."""
        left = first.latest + self._patience - asyncio.get_running_loop().time()
        if left <= 0 or replies.done():
            return left > 0
        try:
            return bool((await asyncio.wait({replies}, timeout=left))[0])
        except asyncio.CancelledError:
            self._send_later(replies)
            raise

    async def _resumed(self, address: str, at: datetime) -> str:
        """The next of what is held. One 继续 after the other: what one was given, another must not get too."""
        if not self._intake.holds(address):
            return ""
        lane = self._resuming.setdefault(address, _Lane())
        lane.users += 1
        try:
            async with lane.lock:
                held = [self._shown(*one, address, at) for one in await self._intake.held(address)]
                return await self._hand_over(held, resumed=True)
        finally:
            lane.users -= 1
            if not lane.users:
                del self._resuming[address]

    def _resumes(self, text: str) -> bool:
        return plain(text).removeprefix("/") in self._phrases.resume

    async def _hand_over(self, messages: Sequence[Shown], address: str = "", *, resumed: bool = False) -> str:
        """What fits into the answer; the rest is noted as due or held, and said so where the person must ask."""
        if not messages:
            return ""
        # Who asked for what is held asks for the rest of it, too; no window of customer messages has opened by that.
        rest = "held" if resumed else self._rest
        text, told = pack(messages, rest)
        await self._intake.delivered(told)
        if rest == "held" and not all(one.whole for one in told):
            return f"{text}{GAP}{self._phrases.more}"
        if not resumed and text and self._intake.holds(address):
            return f"{text}{GAP}{self._phrases.waiting}"
        return text

    def _send_later(self, replies: asyncio.Future[Replies]) -> None:
        """Have the dispatcher send what came too late."""
        task = asyncio.get_running_loop().create_task(self._release(replies))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _release(self, replies: asyncio.Future[Replies]) -> None:
        try:
            outgoing = await asyncio.shield(replies)
            if outgoing:
                await self._intake.release([one.id for one in outgoing])
        except PutOff:  # the dispatcher has them already
            return
        except Exception as failure:  # noqa: BLE001  nobody waits; the outbox still holds what there is
            log.error("late WeChat replies were not released", failure=type(failure).__name__)

    async def _pressed(self, incoming: Incoming, button: str, address: str) -> Incoming:
        """A pressed menu item as what it means, or as one that means nothing to this person."""
        if (found := unseal(self._button_key, button)) is not None:
            number, place = found
            given = (await self._intake.given([number])).get(number)
            if given is not None and given.address == address and place < len(given.outgoing.choices):
                press = Press(given.outgoing.question, given.outgoing.choices[place].code)
                return replace(incoming, text="", press=press, unread="")
        return replace(incoming, text="", unread="button")

    def _shown(self, outgoing: Outgoing, done: int, address: str, at: datetime) -> Shown:
        parts = show(outgoing, links=self._links, address=address, at=at, phrases=self._phrases)
        return Shown(outgoing.id, parts, done)
