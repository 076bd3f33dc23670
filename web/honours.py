"""The public page of prizes that are shown for objections or final, and its Word file. It works without a script."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.downloads import disposition
from web.pages import Pages
from web.ports import Clock
from web.ports_honours import Honours
from web.refused import Refused

_CAMPAIGN = re.compile(r"[a-z0-9-]{1,60}")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class HonourPages:
    """The routes `/awards/{campaign}` and `/awards/{campaign}.docx`."""

    def __init__(self, pages: Pages, honours: Honours, clock: Clock) -> None:
        self._pages, self._honours, self._clock = pages, honours, clock

    def routes(self) -> list[Route]:
        """What to mount."""
        return [Route("/awards/{campaign}.docx", self.file), Route("/awards/{campaign}", self.page)]

    async def page(self, request: Request) -> Response:
        """The list."""
        found = await self._honours.listed(_campaign(request), self._clock.now())
        if found is None:
            raise Refused(404, "not_found")
        here = request.url.path
        return self._pages.answer(self._pages.draw("honours.html", found=found, here=here), headers=_FRESH)

    async def file(self, request: Request) -> Response:
        """The list, to be printed and put up."""
        found = await self._honours.document(_campaign(request), self._clock.now())
        if found is None:
            raise Refused(404, "not_found")
        name, body = found
        return Response(body, media_type=_WORD, headers={**_FRESH, "content-disposition": disposition(name)})


_FRESH = {"cache-control": "no-store"}


def _campaign(request: Request) -> str:
    campaign: str = request.path_params["campaign"]
    if not _CAMPAIGN.fullmatch(campaign):
        raise Refused(404, "not_found")
    return campaign
