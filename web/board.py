"""The board: an admin's view of a campaign, opened by a link from chat, read-only, and live while it is open.

A link's token is exchanged for a cookie, so that the address that is left in the browser holds no permission. Whether
the admin still has the seat is asked at every page and at every event. Nothing here changes anything.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from web.board_matrix import Wanted
from web.board_view import View
from web.config import WebConfig
from web.pace import Pace
from web.pages import Pages
from web.ports import LinkExpired, NotOurs, Ports
from web.ports_board import Boards
from web.refusals import Answer, refusal_page, telling
from web.refused import Refused
from web.stream import event

#: Characters of a token and of a cookie that are looked at.
_LONGEST = 200
#: What stands over a refusal.
_DOOR = "overview.door"


class Board:
    """The routes `/board`, `/board/in/{token}` and `/board/events`."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, boards: Boards) -> None:
        self._clock, self._config, self._pages, self._boards = ports.clock, config, pages, boards
        self._cookie = f"{config.cookie}-board"
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._open: defaultdict[str, list[object]] = defaultdict(list)
        self._ending = asyncio.Event()

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/board", self._told(self.page)),
            Route("/board/in/{token}", self._told(self.enter)),
            Route("/board/events", self._told(self.events)),
        ]

    def end(self) -> None:
        """Ends all streams: the server is about to stop, and would wait for them."""
        self._ending.set()

    def _told(self, answer: Answer) -> Answer:
        """A route whose refusals say how to come to the board, whoever asks."""
        return telling(answer, lambda refused: refusal_page(self._pages, refused, title=_DOOR))

    async def enter(self, request: Request) -> Response:
        """Exchanges the link's token for a cookie of this browser; opening it again only does so again."""
        try:
            session = self._boards.enter(request.path_params["token"][:_LONGEST], self._clock.now())
        except LinkExpired:
            raise Refused(410, "board_over") from None
        except NotOurs:
            wait = self._guesses.knock(request.client.host if request.client else "")
            if wait:
                raise Refused(429, "slowly", retry=wait, seconds=wait) from None
            raise Refused(404, "board_not_ours") from None
        answer = RedirectResponse("/board", 303)
        answer.set_cookie(self._cookie, session, path="/", secure=self._config.secure, httponly=True, samesite="lax")
        return answer

    async def page(self, request: Request) -> Response:
        """The board as it is now, whole without a script."""
        campaign = await self._campaign(request)
        if wait := self._pace.knock(request.cookies[self._cookie]):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        wanted = Wanted.read(request.query_params)
        view = View(await self._boards.seen(campaign, self._clock.now()), self._pages.say)
        facts, time = view.facts(wanted), view.time(self._clock.now())
        live = self._pages.draw("board_live.html", **facts)
        mark = _mark(live)
        query = wanted.address()
        page = self._pages.draw("board.html", **facts, time=time, live=live, mark=mark, query=query)
        return self._pages.answer(page)

    async def events(self, request: Request) -> Response:
        """Streams the board anew whenever it differs from what the page has (`seen`), and the time."""
        await self._campaign(request)
        headers = {"x-accel-buffering": "no", "cache-control": "no-store"}
        if request.method == "HEAD":
            return Response(headers=headers | {"content-type": "text/event-stream"})
        session, wanted = request.cookies[self._cookie][:_LONGEST], Wanted.read(request.query_params)
        following = self._follow(session, wanted, request.query_params.get("seen", "")[:_LONGEST])
        return StreamingResponse(following, media_type="text/event-stream; charset=utf-8", headers=headers)

    async def _follow(self, session: str, wanted: Wanted, mark: str) -> AsyncIterator[bytes]:
        turn, turns = object(), self._open[session]
        turns.append(turn)
        del turns[: -self._config.streams_per_guest]
        end = asyncio.get_running_loop().time() + self._config.stream_life
        try:
            yield b"retry: 3000\n\n"
            while turn in turns and not self._ending.is_set() and asyncio.get_running_loop().time() < end:
                try:
                    campaign = await self._seen_by(session)
                except Refused as refused:
                    yield event("over", {"said": self._pages.say(f"refused.{refused.key}")})
                    return
                fresh = await self._fresh(campaign, wanted, mark)
                mark = fresh["mark"]
                yield event("board" if "html" in fresh else "tick", fresh)
                await self._pause()
        finally:
            if turn in turns:
                turns.remove(turn)
            if not turns:
                self._open.pop(session, None)

    async def _fresh(self, campaign: str, wanted: Wanted, mark: str) -> dict[str, Any]:
        """The time, and the board where it is not the one of this mark."""
        now = self._clock.now()
        view = View(await self._boards.seen(campaign, now), self._pages.say)
        live = self._pages.draw("board_live.html", **view.facts(wanted))
        told: dict[str, Any] = {"mark": _mark(live)} | view.time(now)
        return told if told["mark"] == mark else told | {"html": live}

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._config.board_pause):
                await self._ending.wait()
        except TimeoutError:
            return

    async def _campaign(self, request: Request) -> str:
        session = request.cookies.get(self._cookie, "")[:_LONGEST]
        if not session:
            raise Refused(401, "board_none")
        return await self._seen_by(session)

    async def _seen_by(self, session: str) -> str:
        """The campaign that this session sees."""
        try:
            campaign = await self._boards.campaign(session, self._clock.now())
        except LinkExpired:
            raise Refused(410, "board_over") from None
        except NotOurs:
            raise Refused(401, "board_none") from None
        if campaign is None:
            raise Refused(403, "board_no_seat")
        return campaign


def _mark(live: str) -> str:
    return hashlib.sha256(live.encode()).hexdigest()[:16]
