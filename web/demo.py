"""The demonstration's own pages: whom to try it as, files to try it with, and setting its clock forward."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.handlers.webchat import CHANNEL
from web import identity
from web.body import read_form
from web.config import WebConfig
from web.pages import Pages
from web.ports import Gone, Ports, SimulatedClock
from web.refused import Refused

#: What can be had to hand in, with the keys of its name and of what it is like.
SAMPLES = {
    "film": ("demo.film", "demo.film_what"),
    "film-wrong": ("demo.film_wrong", "demo.film_wrong_what"),
    "scan": ("demo.scan", "demo.scan_what"),
}
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_MINUTE = timedelta(minutes=1)


class Demo:
    """The routes `/demo`, `/demo/sample/…` and `/demo/clock`; in a real deployment they do not exist."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages) -> None:
        self._ports = ports
        self._config = config
        self._pages = pages

    async def page(self, request: Request) -> Response:
        """Everybody one can be here, each with a link, and the files that can be had."""
        samples = SAMPLES if self._ports.samples is not None else {}
        page = self._pages.draw("demo.html", personas=self._config.personas, samples=samples, vote=self._vote())
        return self._pages.answer(page)

    def _vote(self) -> str:
        """The page of the public vote, "" where there is none."""
        return f"/vote/{self._config.vote}" if self._config.vote else ""

    async def sample(self, request: Request) -> Response:
        """A film or a scan to hand in, made when it is asked for."""
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        name = request.path_params["name"]
        if self._ports.samples is None or name not in SAMPLES:
            raise Refused(404, "not_found")
        if guest is None:
            raise Refused(403, "no_cookie")
        try:
            body, kind, called = await self._ports.samples.make(name, f"{CHANNEL}:{guest.address}")
        except Gone:
            raise Refused(404, "no_sample") from None
        saved = f"attachment; filename*=UTF-8''{quote(called, safe='')}"
        return Response(body, headers={"content-type": kind, "content-disposition": saved})

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
        if not isinstance(clock, SimulatedClock) or step not in {*_STEPS, "deadline", "vote"}:
            raise Refused(400, "bad_form")
        now = clock.now()
        if step in _STEPS:
            clock.move(now + _STEPS[step])
        elif step == "vote":
            clock.move(max(now, self._config.vote_opens or now))
        elif self._config.deadline is not None:
            clock.move(max(now, self._config.deadline - _MINUTE))
        return RedirectResponse("/chat", 303)
