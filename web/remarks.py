"""The pages of remarks: an expert writes for the others while a round runs, an admin retypes what was written."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.webchat import Posted
from web import identity
from web.ballot import BallotPages, home_of, led_on
from web.ballot_ports import Problem
from web.config import WebConfig
from web.pages import Pages
from web.ports import Ports
from web.refused import Refused
from web.remark_ports import Remarks, Sheet

_FIELD = re.compile(r"r(\d{1,19})")
_CODE = re.compile(r"w([0-9A-Z]{16})")


class RemarkPages(BallotPages):
    """The routes of papers and shares, with `/remarks` and `/retype` below them."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, remarks: Remarks) -> None:
        super().__init__(ports, config, pages, remarks)
        self._remarks = remarks

    def routes(self) -> list[Route]:
        """What to mount."""
        told = self._told
        return [
            *super().routes(),
            Route("/b/{token}/{key}/remarks", told(self.sheet)),
            Route("/b/{token}/{key}/remarks", told(self.write), methods=["POST"]),
            Route("/b/{token}/{key}/retype", told(self.desk)),
            Route("/b/{token}/{key}/retype", told(self.retype), methods=["POST"]),
        ]

    async def sheet(self, request: Request) -> Response:
        """What an expert writes for the others."""
        member = await self._member(request)
        sheet = await self._remarks.sheet(member, self._key(request), self._clock.now())
        if sheet is None:
            raise Refused(410, "remarks_over")
        return self._sheet(request, sheet, (), saved="saved" in request.query_params)

    async def write(self, request: Request) -> Response:
        """Keeps it; what is wrong is told beside what was typed, of which nothing is lost."""
        identity.check_origin(request, self._config)
        member = await self._member(request)
        posted, now = await self._posted(request, member), self._clock.now()
        sheet = await self._remarks.sheet(member, self._key(request), now)
        if sheet is None:
            raise Refused(410, "remarks_over")
        texts = {work.id: "" for work in sheet.works} | {int(at): text for at, text in _texts(posted, _FIELD).items()}
        problems = await self._remarks.remark(member, sheet.key, texts, now)
        if not problems:
            return led_on(request, "saved")
        typed = replace(sheet, works=tuple(replace(work, text=texts[work.id]) for work in sheet.works))
        return self._sheet(request, typed, problems, saved=False)

    def _sheet(self, request: Request, sheet: Sheet, problems: tuple[Problem, ...], *, saved: bool) -> Response:
        return self._draw(
            "ballot_remarks.html", 422 if problems else 200, sheet=sheet, here=request.url.path, problems=problems,
            saved=saved, until=self._pages.time_text(sheet.closes),
        )  # fmt: skip

    async def desk(self, request: Request) -> Response:
        """What an admin is to retype."""
        member = await self._member(request)
        desk = await self._remarks.originals(member, self._key(request))
        if desk is None:
            raise Refused(410, "retyped")
        facts = {"saved": "saved" in request.query_params, "unsure": "unsure" in request.query_params}
        return self._draw("ballot_retype.html", desk=desk, here=request.url.path, **facts)

    async def retype(self, request: Request) -> Response:
        """Keeps the words, or releases them; then the originals are gone."""
        identity.check_origin(request, self._config)
        member = await self._member(request)
        posted, key = await self._posted(request, member), self._key(request)
        wanted = posted.first("action") == "release"
        release = wanted and bool(posted.first("sure"))
        words = _texts(posted, _CODE)
        said = await self._remarks.retype(member, key, words, release, self._clock.now())
        if said:
            return self._draw("ballot_home.html", 409, parts=(), here=home_of(request), said=said)
        if release:
            used = sum(map(bool, words.values()))
            return self._draw("ballot_released.html", here=home_of(request), used=used, left=len(words) - used)
        return led_on(request, "unsure" if wanted else "saved")


def _texts(posted: Posted, name: re.Pattern[str]) -> dict[str, str]:
    """What was typed, by the thing it is about; ends of lines in one spelling."""
    found = ((name.fullmatch(field), value) for field, value in posted.fields)
    return {at[1]: value.replace("\r\n", "\n").strip() for at, value in found if at is not None}
