"""The chat page and what it posts: one message a form, whether or not the browser runs our script."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.handlers import webchat
from bot.handlers.webchat import CHANNEL, Posted
from bot.talk.messages import PICKED, Incoming
from web import identity
from web.body import read_form
from web.config import WebConfig
from web.door import mid_of
from web.downloads import handed_out
from web.guard import wants_json
from web.identity import Guest
from web.pace import Pace
from web.pages import Pages
from web.ports import Gone, Ports, Shown
from web.refused import Refused

#: Refusals after which the page comes back with what was typed still in its box.
_MENDABLE = frozenset({"too_long", "too_large", "too_many_files", "empty_file", "tick_first", "slowly"})
_LARGEST_ID = 2**63 - 1


class Chat:
    """The routes `/chat`, `/chat/send`, `/chat/upload` and `/files/…`."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages) -> None:
        self._ports = ports
        self._config = config
        self._pages = pages
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)

    async def page(self, request: Request) -> Response:
        """The newest messages and the box to write in, or an earlier page of messages."""
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        if guest is None:
            return RedirectResponse("/", 303)
        answer = await self._draw(guest, before=number(request.query_params.get("before", "")))
        identity.set_token(answer, guest.token, self._config)
        return answer

    async def send(self, request: Request) -> Response:
        """Takes one message. Without our script: back to the page. With it: what is new since `after`, as JSON."""
        identity.check_origin(request, self._config)
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        if guest is None:
            raise Refused(403, "no_cookie")
        fields: list[Posted] = []
        try:
            posted = await read_form(
                request, self._config, admit=lambda form: self._admit(guest, form, fields), files=self._ports.files
            )
            incoming = self._read(guest, posted)
        except Refused as refused:
            if wants_json(request) or refused.key not in _MENDABLE or not fields:
                raise
            said = self._pages.say(f"refused.{refused.key}", **refused.facts)
            return await self._draw(guest, draft=webchat.typed(fields[-1]), notice=said, status=refused.status)
        if incoming is not None:
            await self._ports.desk.receive(incoming)
        if wants_json(request):
            return JSONResponse(await self.news(guest.address, number(posted.first("after")) or 0))
        return await self._back(guest, posted, incoming)

    def _admit(self, guest: Guest, posted: Posted, fields: list[Posted]) -> None:
        """Is the form ours, and not too much at once? Asked before a file is kept, and at the end."""
        identity.check_key(guest.token, posted.first("key"))
        mid_of(posted)
        asked_before = bool(fields)
        fields.append(posted)
        if not asked_before and (wait := self._pace.knock(guest.address)):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        length = len(webchat.typed(posted))
        if length > self._config.max_text:
            limit = self._config.max_text
            raise Refused(413, "too_long", length=length, limit=limit, over=length - limit)

    def _read(self, guest: Guest, posted: Posted) -> Incoming | None:
        incoming = webchat.read(posted, address=guest.address, at=self._ports.clock.now())
        if incoming is not None and incoming.press is not None and incoming.press.choice == PICKED:
            raise Refused(422, "tick_first")
        return incoming

    async def _back(self, guest: Guest, posted: Posted, incoming: Incoming | None) -> Response:
        """To the first new message by redirect; but what was typed or chosen beside a button is not thrown away."""
        beside = incoming is not None and not incoming.text.strip() and incoming.press is not None
        draft = webchat.typed(posted) if beside or posted.first("word") else ""
        if not draft.strip() and not posted.left:
            after = number(posted.first("after")) or 0
            fresh = await self._ports.chats.since(CHANNEL, guest.address, after=after, limit=1)
            return RedirectResponse(f"/chat#m{fresh[0].id}" if fresh else "/chat", 303)
        notice = self._pages.say("files_left", names="、".join(posted.left)) if posted.left else ""
        return await self._draw(guest, draft=draft, notice=notice)

    async def _draw(
        self, guest: Guest, *, before: int | None = None, draft: str = "", notice: str = "", status: int = 200
    ) -> Response:
        size = self._config.page
        shown = await self._ports.chats.history(CHANNEL, guest.address, before=before, limit=size)
        page = self._pages.draw(
            "chat.html",
            heading=await self._ports.chats.heading(CHANNEL, guest.address),
            now=self._pages.time_text(self._ports.clock.now()),
            messages=[self._pages.view(message) for message in shown],
            earlier=str(shown[0].id) if len(shown) == size else "",
            past=before is not None,
            key=identity.form_key(guest.token),
            mid=identity.new_token(),
            last=str(shown[-1].id) if shown else "0",
            me=identity.token_hash(guest.address).hex()[:16],
            draft=draft,
            notice=notice,
            words=self._pages.say("quick").split(),
            script=self._pages.script("script", "carry"),
            config=self._config,
            largest=self._ports.reception.largest if self._ports.reception is not None else 0,
            clock=self._clock(),
        )
        return self._pages.answer(page, status)

    def _clock(self) -> dict[str, Any]:
        """The demonstration's clock: what it shows, and whether the deadline is still to be jumped to."""
        now = self._ports.clock.now().astimezone(self._config.timezone)
        deadline = self._config.deadline
        opens = self._config.vote_opens
        return {
            "text": f"{now:%Y-%m-%d %H:%M}", "ahead": deadline is not None and now < deadline,
            "vote": opens is not None and now < opens,
        }  # fmt: skip

    async def upload(self, request: Request) -> Response:
        """Where files too large for a form are handed in, for the question that is open now, as JSON."""
        identity.check_origin(request, self._config)
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        if guest is None:
            raise Refused(403, "no_cookie")
        await read_form(request, self._config, admit=lambda form: identity.check_key(guest.token, form.first("key")))
        if self._ports.links is None or self._ports.reception is None:
            raise Refused(404, "not_found")
        shown = await self._ports.chats.history(CHANNEL, guest.address, before=None, limit=self._config.page)
        question = next((message.question for message in reversed(shown) if message.open), "")
        at = self._ports.clock.now()
        return JSONResponse({"here": self._ports.links.upload_path(f"{CHANNEL}:{guest.address}", at, question)})

    async def news(self, address: str, after: int) -> dict[str, Any]:
        """What is new above the id `after`, drawn, and how things stand now."""
        fresh = await self._ports.chats.since(CHANNEL, address, after=after, limit=self._config.page)
        return {"messages": [self.drawn(message) for message in fresh], "state": await self.state(address)}

    def drawn(self, shown: Shown) -> dict[str, str]:
        """One message for our script. Ids are text: JavaScript's numbers end at 2**53."""
        return {"id": str(shown.id), "html": self._pages.draw_message(shown)}

    async def state(self, address: str) -> dict[str, Any]:
        """The time, and which messages hold the question that is open."""
        shown = await self._ports.chats.history(CHANNEL, address, before=None, limit=self._config.page)
        return {"open": [str(message.id) for message in shown if message.open]} | self.time()

    def time(self) -> dict[str, str]:
        """The time as the page shows it."""
        return {"now": self._pages.time_text(self._ports.clock.now())}

    async def file(self, request: Request) -> Response:
        """A file handed over in the chat, for the one it was handed to; named by its message."""
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        wanted = number(request.path_params["number"])
        if guest is None or wanted is None:
            raise Refused(404, "not_found")
        found = await self._ports.chats.since(CHANNEL, guest.address, after=wanted - 1, limit=1)
        attachment = found[0].attachment if found and found[0].id == wanted else None
        if attachment is None or not await self._ports.attachments.owns(guest.address, attachment.ref):
            raise Refused(404, "not_found")
        try:
            contents = await self._ports.attachments.open(attachment)
        except Gone:
            raise Refused(410, "gone") from None
        return handed_out(request, contents, attachment.name)


def number(raw: str) -> int | None:
    """A message's id as it stands in an address or form."""
    if not raw.isascii() or not raw.isdigit() or len(raw) > 19:
        return None
    return min(int(raw), _LARGEST_ID)
