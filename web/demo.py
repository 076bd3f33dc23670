"""The demonstration's own pages: whom to try it as, and setting its clock forward."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web import identity
from web.body import read_form
from web.config import WebConfig
from web.pages import Pages
from web.ports import Ports, SimulatedClock
from web.refused import Refused

_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_MINUTE = timedelta(minutes=1)


class Demo:
    """The routes `/demo` and `/demo/clock`; in a real deployment they do not exist."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages) -> None:
        self._ports = ports
        self._config = config
        self._pages = pages

    async def page(self, request: Request) -> Response:
        """Everybody one can be here, each with a link."""
        return self._pages.answer(self._pages.draw("demo.html", personas=self._config.personas))

    async def clock(self, request: Request) -> Response:
        """Sets the clock forward, never back."""
        identity.check_origin(request, self._config)
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        if guest is None:
            raise Refused(403, "no_cookie")
        posted = await read_form(
            request, self._config, admit=lambda form: identity.check_key(guest.token, form.first("key"))
        )
        clock, step = self._ports.clock, posted.first("step")
        if not isinstance(clock, SimulatedClock) or step not in {*_STEPS, "deadline"}:
            raise Refused(400, "bad_form")
        now = clock.now()
        if step in _STEPS:
            clock.move(now + _STEPS[step])
        elif self._config.deadline is not None:
            clock.move(max(now, self._config.deadline - _MINUTE))
        return RedirectResponse("/chat", 303)
