"""Signed pages for people whose messenger carries no files: a file to get, and a page to hand in files.

The token in the address is the permission and says whose it is; there is no cookie. It is read before a body is. What
is handed in becomes a message of that person's own chat, so the answer goes there too; the page shows it at once. With
our script files of any size come by resumable uploads (`web.tus`), without it small ones in an ordinary form.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers import webchat
from bot.handlers.webchat import Posted
from bot.talk.messages import Incoming, Outgoing
from web import identity
from web.body import read_form
from web.config import WebConfig
from web.door import mid_of
from web.downloads import handed_out
from web.guard import wants_json
from web.pace import Pace
from web.pages import Pages
from web.ports import Gone, LinkExpired, NotOurs, Ports, SignedLinks
from web.progress import Progress
from web.refusals import Answer, refusal_page, telling
from web.refused import Refused
from web.tus import Tus

#: `Incoming.origin` of what was handed in here.
ORIGIN = "page"
#: Seconds for the answer to a form: an earlier message of the same chat may still wait for its files.
_WAIT = 8.0


class Signed:
    """The routes `/d/{token}` and `/u/{token}`, with what lies below the latter."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, links: SignedLinks) -> None:
        self._ports, self._config, self._pages, self._links = ports, config, pages, links
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)
        self._progress = Progress(ports, pages, links, self.opened)

    def routes(self) -> list[Route]:
        """What to mount."""
        routes = [
            Route("/d/{token}", self._told(self.file)),
            Route("/u/{token}", self._told(self.page)),
            Route("/u/{token}", self._told(self.send), methods=["POST"]),
            *self._progress.routes(),
        ]
        if self._ports.reception is not None:
            routes += Tus(self._ports.reception, self._config, self._pages, self._ports.clock, self.opened).routes()
        return routes

    def opened(self, request: Request) -> tuple[str, str]:
        """Whose upload link a request came by ("channel:address"), and for which question. Raises `Refused`."""
        try:
            return self._links.open_upload(request.path_params["token"], self._ports.clock.now())
        except LinkExpired:
            raise Refused(410, "link_over") from None
        except NotOurs:
            raise self._not_ours(request) from None

    def _told(self, answer: Answer) -> Answer:
        """A route whose refusals are told without the ways of the web chat, where these people are not at home."""
        return telling(answer, lambda refused: refusal_page(self._pages, refused, renew=refused.status in (404, 410)))

    async def file(self, request: Request) -> Response:
        """The file itself; inside WeChat, which saves none, first a page with the way out and a button."""
        try:
            address, attachment = self._links.open_file(request.path_params["token"], self._ports.clock.now())
        except LinkExpired:
            raise Refused(410, "link_over") from None
        except NotOurs:
            raise self._not_ours(request) from None
        self._knock(address)
        if _in_wechat(request) and "get" not in request.query_params:
            picture = webchat.ending(attachment.name) in webchat.PICTURES
            page = self._pages.draw("signed.html", title=attachment.name, said="", file=True, picture=picture)
            return self._pages.answer(page)
        try:
            contents = await self._ports.attachments.open(attachment)
        except Gone:
            raise Refused(410, "file_gone") from None
        return handed_out(request, contents, attachment.name)

    async def page(self, request: Request) -> Response:
        """The form. Opening it changes nothing."""
        return await self._form(request, *self.opened(request))

    async def send(self, request: Request) -> Response:
        """Takes the files, and shows what is answered."""
        identity.check_origin(request, self._config)
        address = question = late = ""
        try:
            address, question = self.opened(request)
        except Refused as refused:
            if refused.status != 410:
                raise
            late = refused.key  # told once the browser has sent on for a while: before that it does not look
        try:
            posted = await self._read(request, address, late)
        except Refused as refused:
            if late or wants_json(request):
                raise
            said = self._pages.say(f"refused.{refused.key}", **refused.facts)
            return await self._form(request, address, question, notice=said, status=refused.status, retry=refused.retry)
        replies = await self._hand_in(address, question, posted)
        cards = [{"name": file.name, "ending": webchat.ending(file.name)} for file in posted.files]
        drawn = [self._progress.reply(address, reply) for reply in replies or ()]
        return await self._form(request, address, question, files=cards, replies=drawn)

    async def _read(self, request: Request, address: str, late: str) -> Posted:
        asked = False

        def admit(posted: Posted) -> None:
            """Before a file is kept, and once more at the end."""
            nonlocal asked
            if late:
                raise Refused(410, late)
            mid_of(posted)
            if not asked:
                self._knock(address)
            asked = True

        posted = await read_form(request, self._config, admit=admit, files=self._ports.files)
        if not posted.files:
            raise Refused(422, "no_file")
        return posted

    async def _hand_in(self, address: str, question: str, posted: Posted) -> tuple[Outgoing, ...] | None:
        """The answers, or None while an earlier message of the chat is still under way. Sent twice, it counts once."""
        channel, _, name = address.partition(":")
        said = json.dumps([(file.name, file.sha256) for file in posted.files])
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        number = f"{name}/page/{posted.first('mid')}/{digest}"
        # The origin says that nothing was written in the messenger itself: no window opens there.
        incoming = Incoming(
            channel, name, number, self._ports.clock.now(), files=posted.files, origin=ORIGIN, bound=question
        )
        if self._ports.intake is None:
            return await self._ports.desk.receive(incoming)
        answered = await self._ports.intake.accept(incoming)
        try:
            return await asyncio.wait_for(asyncio.shield(answered), _WAIT)
        except TimeoutError:
            return None

    async def _form(
        self, request: Request, address: str, question: str, *, notice: str = "", status: int = 200, retry: int = 0,
        **answer: Any,
    ) -> Response:  # fmt: skip
        facts = {"files": [], "replies": [], "notice": notice, "mid": identity.new_token()} | answer
        facts |= {"wechat": _in_wechat(request), "most": self._config.max_files}
        facts |= {"about": await self._progress.about(address, question), "script": {}, "largest": 0, "days": 0}
        if (reception := self._ports.reception) is not None:
            facts |= {"script": self._pages.script("carry"), "largest": reception.largest, "days": reception.days}
        facts["here"] = request.url.path
        page = self._pages.draw("upload.html", limit=self._config.max_file_size // 2**20, **facts)
        return self._pages.answer(page, status, {"retry-after": str(retry)} if retry else None)

    def _knock(self, address: str) -> None:
        if wait := self._pace.knock(address):
            raise Refused(429, "slowly", retry=wait, seconds=wait)

    def _not_ours(self, request: Request) -> Refused:
        """Why a token opens nothing. Who tries many is slowed down; good links are not concerned."""
        wait = self._guesses.knock(request.client.host if request.client else "")
        return Refused(429, "slowly", retry=wait, seconds=wait) if wait else Refused(404, "link_not_ours")


def _in_wechat(request: Request) -> bool:
    return "MicroMessenger" in request.headers.get("user-agent", "")
