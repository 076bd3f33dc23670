"""A crowd's callbacks made in advance, so that a load test measures the program and not the making of its messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.fakes import wechat_xml
from bot.fakes.wechat_answers import Reply, read_answer
from bot.fakes.wechat_book import Book
from bot.fakes.wechat_crypto import Codec, Request


@dataclass(frozen=True, slots=True)
class Prepared:
    """One callback ready to be sent. `raw` is the whole HTTP/1.1 request for a connection that is kept."""

    openid: str
    number: int
    request: Request = field(repr=False)
    raw: bytes = field(repr=False)


class Rush:
    """Makes callbacks of many people, and reads what was answered to them.

    The program refuses what is older than 300 s, so prepare with the clock it runs by and send soon.
    """

    def __init__(self, book: Book, codec: Codec) -> None:
        self._book, self._codec = book, codec

    def prepare(
        self,
        count: int,
        url: str,
        *,
        text: Callable[[int], str] = lambda _: "你好",
        people: int | None = None,
        prefix: str = "rush",
    ) -> list[Prepared]:
        """`count` messages to the callback at `url`, by turns of `people` (as many as messages unless given).

        The openids are prefix-0, prefix-1 …; `text` gives the text of the message at each place.
        """
        parts, crowd = urlsplit(url), people or count
        now = int(self._book.clock.now().timestamp())
        made = []
        for place in range(count):
            openid, number = f"{prefix}-{place % crowd}", self._book.number()
            head = wechat_xml.Head(self._book.account.original_id, openid, self._book.clock)
            request = self._codec.wrap(head.message(wechat_xml.text(text(place)), number), openid, now)
            made.append(Prepared(openid, number, request, _raw(request, parts.netloc, parts.path)))
        return made

    def again(self, prepared: Prepared, url: str) -> Prepared:
        """The platform's retry of a message: the same MsgId under a fresh timestamp and nonce."""
        parts, now = urlsplit(url), int(self._book.clock.now().timestamp())
        request = self._codec.wrap(prepared.request.xml, prepared.openid, now)
        return Prepared(prepared.openid, prepared.number, request, _raw(request, parts.netloc, parts.path))

    def read(self, prepared: Prepared, body: bytes) -> Reply:
        """The passive reply in the body of an answer. Raises `BadAnswer`."""
        now = self._book.clock.now().timestamp()
        return read_answer(body, codec=self._codec, account=self._book.account, openid=prepared.openid, now=now)


def _raw(request: Request, host: str, path: str) -> bytes:
    head = f"POST {path}?{request.query} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\n"
    return f"{head}Content-Length: {len(request.body)}\r\n\r\n".encode() + request.body
