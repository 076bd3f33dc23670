"""The pages of a public vote: works in an order of the voter's own, one tap to a work, one button for a vote.

They work without a script. Who votes is known by a cookie: the web chat's own, one that a personal link from a
messenger was exchanged for, or one that the first vote makes. Looking writes nothing down.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.handlers.webchat import CHANNEL, Posted
from web import identity
from web.body import read_form
from web.config import WebConfig
from web.guard import HEADERS
from web.pace import Pace
from web.pages import Pages
from web.ports import LinkExpired, NotOurs, Ports
from web.refusals import Answer, refusal_page, telling
from web.refused import Refused
from web.vote_ports import PublicVotes, Voter

_POLICY = f"{HEADERS['content-security-policy']}; media-src 'self'"
_LONGEST = 200
#: New voters from one network address: a school or an office shares one.
_NEW_BURST, _NEW_RATE = 120, 1.0


@dataclass(frozen=True, slots=True)
class _Browser:
    """Who votes from a browser, and the token that its forms are made for.

    `following`: the token that a first vote is given under, "" for whoever is known by the present one.
    """

    voter: Voter
    token: str
    following: str = ""


class VotePages:
    """The routes `/vote/{key}`, a work below it, and the door `/b/{token}/vote/{key}` for personal links."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, votes: PublicVotes) -> None:
        self._guests, self._clock, self._config, self._pages = ports.guests, ports.clock, config, pages
        self._votes, self._cookie = votes, f"{config.cookie}-vote"
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)
        self._new = Pace(burst=_NEW_BURST, rate=_NEW_RATE)

    def routes(self) -> list[Route]:
        """What to mount."""
        told = self._told
        return [
            Route("/vote/{key}", told(self.listing)),
            Route("/vote/{key}/{number}", told(self.work)),
            Route("/vote/{key}/{number}", told(self.cast), methods=["POST"]),
            Route("/b/{token}/vote/{key}", told(self.enter)),
        ]

    def _told(self, answer: Answer) -> Answer:
        return telling(answer, lambda refused: refusal_page(self._pages, refused), scripts=False)

    async def enter(self, request: Request) -> Response:
        """Exchanges a personal link for a cookie, so that the address that may be passed on is everybody's."""
        try:
            kept = await self._votes.admitted(request.path_params["token"][:_LONGEST], self._clock.now())
        except LinkExpired:
            raise Refused(410, "vote_link_over") from None
        except NotOurs:
            wait = self._guesses.knock(_host(request))
            if wait:
                raise Refused(429, "slowly", retry=wait, seconds=wait) from None
            raise Refused(404, "vote_not_ours") from None
        answer = RedirectResponse(f"/vote/{request.path_params['key']}", 303)
        answer.set_cookie(self._cookie, kept, path="/", secure=self._config.secure, httponly=True, samesite="lax")
        return answer

    async def listing(self, request: Request) -> Response:
        """A page of works."""
        browser = await self._browser(request)
        query, key = request.query_params, request.path_params["key"][:_LONGEST]
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        track, now = query.get("track", "")[:60], self._clock.now()
        found = await self._votes.listing(key, browser.voter, track, number, now)
        if found is None:
            raise Refused(404, "vote_none")
        return self._draw("vote.html", browser, found=found, here=f"/vote/{key}")

    async def work(self, request: Request) -> Response:
        """One work; `?voted` after a vote was kept."""
        browser = await self._browser(request)
        return await self._work(request, browser, kept="voted" in request.query_params)

    async def cast(self, request: Request) -> Response:
        """Keeps one vote, and leads on to an address that may be loaded again."""
        identity.check_origin(request, self._config)
        browser = await self._browser(request)
        voter = browser.voter

        def admit(posted: Posted) -> None:
            identity.check_key(browser.token, posted.first("key"))
            wait = self._pace.knock(voter.address) if voter.known else self._new.knock(_host(request))
            if wait:
                raise Refused(429, "slowly", retry=wait, seconds=wait)

        await read_form(request, self._config, admit=admit)
        now = self._clock.now()
        if browser.following:
            await self._guests.admit(identity.token_hash(browser.following), voter.address.partition(":")[2], now)
        key, number = request.path_params["key"][:_LONGEST], request.path_params["number"][:60]
        done = await self._votes.cast(key, number, voter, _host(request), now)
        if done is None:
            raise Refused(404, "vote_none")
        if not done.kept:
            return await self._work(request, browser, said=done.said, status=409)
        answer = RedirectResponse(f"{request.url.path}?voted", 303)
        if browser.following:
            identity.set_token(answer, browser.following, self._config)
        return answer

    async def _work(
        self, request: Request, browser: _Browser, *, kept: bool = False, said: str = "", status: int = 200
    ) -> Response:
        key, number = request.path_params["key"][:_LONGEST], request.path_params["number"][:60]
        found = await self._votes.work(key, number, browser.voter, self._clock.now())
        if found is None:
            raise Refused(404, "vote_none")
        back = f"/vote/{key}?{urlencode({'track': found.track})}"
        return self._draw("vote_work.html", browser, status, work=found, back=back, kept=kept, said=said)

    async def _browser(self, request: Request) -> _Browser:
        """Who is at the browser: a person by their messenger's link, a web identity, or somebody new."""
        kept = request.cookies.get(self._cookie, "")[:_LONGEST]
        if kept and (known := await self._votes.voter(kept, self._clock.now())) is not None:
            return _Browser(known, kept)
        token = identity.read_token(request, self._config)
        if token and (address := await self._guests.known(identity.token_hash(token))) is not None:
            return _Browser(Voter(f"{CHANNEL}:{address}", identity.token_hash(token).hex()), token)
        token = token or identity.new_token()
        # A cookie that we keep nothing of becomes no identity: the first vote is given under the token that follows.
        following = identity.next_token(self._config.secret, "vote", token)
        hashed = identity.token_hash(following)
        address = await self._guests.known(hashed)
        voter = Voter(f"{CHANNEL}:{address or identity.named_after(hashed)}", hashed.hex(), known=address is not None)
        return _Browser(voter, token, following)

    def _draw(self, template: str, browser: _Browser, status: int = 200, **facts: object) -> Response:
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
        page = self._pages.draw(template, key=identity.form_key(browser.token), **facts)
        answer = self._pages.answer(page, status, headers)
        if browser.following:
            identity.set_token(answer, browser.token, self._config)
        return answer


def _host(request: Request) -> str:
    return request.client.host if request.client else ""
