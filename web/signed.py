"""Signed pages for people whose messenger carries no files: a file to get, and a form to hand in files.

The token in the address is the permission and says whose it is; there is no cookie. It is read before a body is. What
is handed in becomes a message of that person's own chat, so the answer goes there too; the page shows it at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers import webchat
from bot.handlers.webchat import Posted
from bot.talk.messages import UPLOAD, File, Incoming, Outgoing
from web import identity
from web.body import read_form
from web.chat import disposition
from web.config import WebConfig
from web.door import mid_of
from web.guard import wants_json
from web.pace import Pace
from web.pages import Pages
from web.ports import Gone, LinkExpired, NotOurs, Ports, SignedLinks
from web.refused import Refused

#: `Incoming.origin` of what was handed in here.
ORIGIN = "page"
#: Seconds for the answer to a form: an earlier message of the same chat may still wait for its files.
_WAIT = 8.0
_TITLES = {404: "refused.title_absent", 410: "signed.title_over", 429: "refused.title_slowly"}


class Signed:
    """The routes `/d/{token}` and `/u/{token}`."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, links: SignedLinks) -> None:
        self._ports, self._config, self._pages, self._links = ports, config, pages, links
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/d/{token}", self._told(self.file)),
            Route("/u/{token}", self._told(self.page)),
            Route("/u/{token}", self._told(self.send), methods=["POST"]),
        ]

    def _told(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """A route whose refusals are told without the ways of the web chat, where these people are not at home."""

        async def told(request: Request) -> Response:
            try:
                return await answer(request)
            except Refused as refused:
                if wants_json(request):
                    raise
                return self._refusal(refused)

        return told

    def _refusal(self, refused: Refused) -> Response:
        said = self._pages.say(f"refused.{refused.key}", **refused.facts)
        title = self._pages.say(_TITLES.get(refused.status, "refused.title_not_done"))
        headers = {"retry-after": str(refused.retry)} if refused.retry else None
        page = self._pages.draw("signed.html", title=title, said=said, renew=refused.status in (404, 410))
        return self._pages.answer(page, refused.status, headers)

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
            body, kind = await self._ports.attachments.make(attachment)
        except Gone:
            raise Refused(410, "file_gone") from None
        named = {"content-disposition": disposition(attachment.name), "cache-control": "no-store"}
        return Response(body, headers={"content-type": kind, "x-content-type-options": "nosniff"} | named)

    async def page(self, request: Request) -> Response:
        """The form. Opening it changes nothing."""
        try:
            self._links.open_upload(request.path_params["token"], self._ports.clock.now())
        except LinkExpired:
            raise Refused(410, "link_over") from None
        except NotOurs:
            raise self._not_ours(request) from None
        return self._form(request)

    async def send(self, request: Request) -> Response:
        """Takes the files, and shows what is answered."""
        identity.check_origin(request, self._config)
        late = ""
        try:
            address = self._links.open_upload(request.path_params["token"], self._ports.clock.now())
        except LinkExpired:  # told once the browser has sent on for a while: before that it does not look
            address, late = "", "link_over"
        except NotOurs:
            raise self._not_ours(request) from None
        try:
            posted = await self._read(request, address, late)
        except Refused as refused:
            if late or wants_json(request):
                raise
            said = self._pages.say(f"refused.{refused.key}", **refused.facts)
            return self._form(request, notice=said, status=refused.status, retry=refused.retry)
        return self._answer(request, posted.files, await self._hand_in(address, posted))

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

    async def _hand_in(self, address: str, posted: Posted) -> tuple[Outgoing, ...] | None:
        """The answers, or None while an earlier message of the chat is still under way. Sent twice, it counts once."""
        channel, _, name = address.partition(":")
        said = json.dumps([(file.name, file.sha256) for file in posted.files])
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        number = f"{name}/page/{posted.first('mid')}/{digest}"
        # The origin says that nothing was written in the messenger itself: no window opens there.
        incoming = Incoming(channel, name, number, self._ports.clock.now(), files=posted.files, origin=ORIGIN)
        if self._ports.intake is None:
            return await self._ports.desk.receive(incoming)
        answered = await self._ports.intake.accept(incoming)
        try:
            return await asyncio.wait_for(asyncio.shield(answered), _WAIT)
        except TimeoutError:
            return None

    def _answer(self, request: Request, files: tuple[File, ...], replies: tuple[Outgoing, ...] | None) -> Response:
        cards = [{"name": file.name, "ending": webchat.ending(file.name)} for file in files]
        return self._form(request, files=cards, replies=[self._reply(reply) for reply in replies or ()])

    def _reply(self, reply: Outgoing) -> dict[str, Any]:
        """A reply to be read here and answered in the chat."""
        text = reply.text.replace(UPLOAD, self._pages.say("this_page"))
        options = [choice.label for choice in reply.choices if not choice.code.startswith(("/", "!"))]
        return {"body": webchat.markup(text), "options": options, "file": reply.attachment and reply.attachment.name}

    def _form(
        self, request: Request, *, notice: str = "", status: int = 200, retry: int = 0, **answer: Any
    ) -> Response:
        facts = {"files": [], "replies": [], "notice": notice, "mid": identity.new_token()} | answer
        facts |= {"wechat": _in_wechat(request), "most": self._config.max_files}
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
