"""Refusals for people who came by a link from their messenger: told on a page without the ways of the web chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from web.guard import wants_json
from web.pages import Pages
from web.refused import Refused

Answer = Callable[[Request], Awaitable[Response]]
_TITLES = {404: "refused.title_absent", 410: "signed.title_over", 429: "refused.title_slowly"}


def telling(answer: Answer, tell: Callable[[Refused], Response], *, scripts: bool = True) -> Answer:
    """A route whose refusals are told by `tell`; to our own script, where there is one, in the guard's way."""

    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refused:
            if scripts and wants_json(request):
                raise
            return tell(refused)

    return told


def refusal_page(pages: Pages, refused: Refused, *, title: str = "", renew: bool = False) -> Response:
    """The page: the sentence under `title` (a key of the wording), by default that of its status.

    `renew`: with the hint that a new link is to be had in the messenger.
    """
    page = pages.draw(
        "signed.html",
        title=pages.say(title or _TITLES.get(refused.status, "refused.title_not_done")),
        said=pages.say(f"refused.{refused.key}", **refused.facts),
        renew=renew,
    )
    return pages.answer(page, refused.status, {"retry-after": str(refused.retry)} if refused.retry else None)
