"""The way in: the welcome page, and the invite link.

Opening an invite link changes nothing, because messengers and mail scanners open links too. Its page holds one button;
pressing that redeems the invite, sets the identity and goes on to the chat.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.handlers import webchat
from bot.handlers.webchat import Posted
from rules.codes import read_code
from web import identity
from web.body import read_form
from web.config import WebConfig
from web.pace import Pace
from web.pages import Pages
from web.ports import Ports
from web.refused import Refused


class Door:
    """The routes `/`, `/i` and `/i/{code}`."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages) -> None:
        self._ports = ports
        self._config = config
        self._pages = pages
        self._pace = Pace(burst=config.door_burst, rate=config.door_rate)

    async def welcome(self, request: Request) -> Response:
        """What this is, and where to get the link."""
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        return self._pages.answer(self._pages.draw("welcome.html", returning=guest is not None))

    async def typed(self, request: Request) -> Response:
        """A code typed on the welcome page leads to its link."""
        return RedirectResponse(f"/i/{_code(request.query_params.get('code', ''))}", 303)

    async def invite(self, request: Request) -> Response:
        """The invite's page with its button. The cookie set here is no identity yet: it only ties the form to it."""
        code = _code(request.path_params["code"])
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        token = identity.read_token(request, self._config) or identity.new_token()
        page = self._pages.draw(
            "door.html",
            key=identity.form_key(token),
            mid=identity.new_token(),
            returning=guest is not None and self._persona(code) is None,
            persona=self._persona(code),
        )
        answer = self._pages.answer(page)
        if guest is None and request.method == "GET":
            identity.set_token(answer, token, self._config)
        return answer

    async def enter(self, request: Request) -> Response:
        """Redeems the invite for the identity at this browser, or for a new one."""
        identity.check_origin(request, self._config)
        if wait := self._pace.knock(request.client.host if request.client else ""):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        code = _code(request.path_params["code"])
        token = identity.read_token(request, self._config)
        if not token:
            raise Refused(403, "no_cookie")
        posted = await read_form(
            request, self._config, admit=lambda posted: identity.check_key(token, posted.first("key"))
        )
        token, address = await self._admit(token, code, posted)
        now = self._ports.clock.now()
        await self._ports.desk.receive(webchat.start(code, address=address, mid=mid_of(posted), at=now))
        answer = RedirectResponse("/chat", 303)
        identity.set_token(answer, token, self._config)
        return answer

    async def _admit(self, token: str, code: str, posted: Posted) -> tuple[str, str]:
        """The new token and the address it stands for; the same again when the first answer was lost on its way."""
        guests, now = self._ports.guests, self._ports.clock.now()
        anew = bool(posted.first("anew"))
        if self._persona(code) is not None:
            following, anew = identity.next_token(self._config.secret, "persona", code), True
        else:
            following = identity.next_token(self._config.secret, "anew" if anew else "on", token, code)
        old, new = identity.token_hash(token), identity.token_hash(following)
        if (address := await guests.known(new)) is not None:
            return following, address
        if not anew and await guests.known(old) is not None:
            await guests.replace(old, new, now)
        else:
            await guests.admit(new, identity.new_address(), now)
        if (address := await guests.known(new)) is None:
            raise Refused(403, "stale")
        return following, address

    def _persona(self, code: str) -> str | None:
        """Whom a demonstration's link stands for; such links work again and again and change who one is."""
        found = [persona.label for persona in self._config.personas if self._config.demo and persona.code == code]
        return found[0] if found else None


def mid_of(posted: Posted) -> str:
    """The number that a form was given when its page was made, or that our script gave the message."""
    mid = posted.first("mid")
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", mid):
        raise Refused(400, "bad_form")
    return mid


def _code(raw: str) -> str:
    """An invite code as it is kept, however it was typed or copied."""
    code = read_code(raw)
    if code is None:
        raise Refused(404, "no_such_code")
    return code
