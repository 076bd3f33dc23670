"""The pages of a secret ballot: papers for experts, shares for scrutineers, and what is published for everybody.

The token in the address is the permission and says whose page it is. Everything works as plain forms. What is chosen
is decoded in memory, sealed, and never logged; after every form the browser is led to an address that holds no choice.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.handlers.webchat import Posted
from rules.filled import UNREADABLE
from web import identity
from web.ballot_ports import Ballots, Item, Member, Paper
from web.body import read_form
from web.config import WebConfig
from web.downloads import disposition
from web.guard import HEADERS
from web.pace import Pace
from web.pages import Pages
from web.ports import LinkExpired, NotOurs, Ports
from web.refusals import Answer, refusal_page, telling
from web.refused import Refused

_FIELD = re.compile(r"m(\d{1,19})\.(\d{1,2})")
_KEY = re.compile(r"[0-9A-Z]{1,20}")
#: 2000 entries with 6 criteria and 5 ticks each, and the button.
_MOST_FIELDS, _MOST_BYTES = 22_100, 1024 * 1024
#: Pictures and previews of works are shown on the paper itself.
_POLICY = f"{HEADERS['content-security-policy']}; media-src 'self'"


class BallotPages:
    """The routes `/b/{token}` with what lies below it, and `/rounds/{key}`."""

    def __init__(self, ports: Ports, config: WebConfig, pages: Pages, ballots: Ballots) -> None:
        self._clock, self._pages, self._ballots = ports.clock, pages, ballots
        self._config = replace(config, max_fields=_MOST_FIELDS, max_fields_size=_MOST_BYTES)
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)

    def routes(self) -> list[Route]:
        """What to mount."""
        told = self._told
        return [
            Route("/b/{token}", told(self.home)),
            Route("/b/{token}/{key}", told(self.paper)),
            Route("/b/{token}/{key}", told(self.mark), methods=["POST"]),
            Route("/b/{token}/{key}/check", told(self.check)),
            Route("/b/{token}/{key}/share", told(self.share)),
            Route("/b/{token}/{key}/share", told(self.typed), methods=["POST"]),
            Route("/rounds/{key}.draw.json", told(self.draw)),
            Route("/rounds/{key}.json", told(self.bundle)),
            Route("/rounds/{key}", told(self.result)),
        ]

    def _told(self, answer: Answer) -> Answer:
        """A route whose refusals lead back to the messenger the link came from."""
        return telling(answer, lambda refused: refusal_page(self._pages, refused), scripts=False)

    async def home(self, request: Request) -> Response:
        """What somebody has to do; the only thing at once."""
        member = await self._member(request)
        parts = await self._ballots.parts(member, self._clock.now())
        return self._draw("ballot_home.html", parts=parts, here=home_of(request))

    async def paper(self, request: Request) -> Response:
        """The paper: to be filled in, to be confirmed (`?review`), or the receipt of one that was cast."""
        member = await self._member(request)
        paper = await self._paper(request, member)
        facts: dict[str, Any] = {
            "paper": paper,
            "here": request.url.path,
            "home": home_of(request),
            "problems": (),
            "saved": False,
            "over": False,
        }
        facts["times"] = self._times(paper)
        facts["writes"] = self._clock.now() < paper.closes
        facts["done"] = sum(_whole(paper, item.id) for item in paper.items)
        facts["due"] = sum(not item.recused for item in paper.items)
        if paper.state != "due":
            return self._draw("ballot_after.html", **facts)
        if "review" in request.query_params:
            facts["problems"] = await self._ballots.problems(member, paper.key)
            if not facts["problems"]:
                return self._draw("ballot_confirm.html", rows=_in_order(paper), **facts)
        facts["saved"], facts["over"] = "saved" in request.query_params, "over" in request.query_params
        return self._draw("ballot.html", **facts)

    async def mark(self, request: Request) -> Response:
        """Keeps the draft, or casts it; leads on to an address that holds no choice."""
        identity.check_origin(request, self._config)
        member = await self._member(request)
        posted = await self._posted(request, member)
        paper = await self._paper(request, member)
        now, action = self._clock.now(), posted.first("action")
        if action == "cast":
            problems = await self._ballots.cast(member, paper.key, now)
            return led_on(request, "review" if problems else "")
        why = await self._ballots.keep(member, paper.key, _choices(paper, posted), now)
        if why:
            return self._draw("ballot_home.html", 409, parts=(), here=home_of(request), said=why)
        if action == "remarks":  # what was filled in is kept on the way there
            return RedirectResponse(f"{request.url.path}/remarks", 303)
        return led_on(request, ("review" if action == "review" else "saved") + ("&over" if paper.elsewhere else ""))

    async def check(self, request: Request) -> Response:
        """核对: one's own rows on the board."""
        member = await self._member(request)
        paper = await self._paper(request, member)
        marks = await self._ballots.marks(member, paper.key)
        if marks is None:
            raise Refused(410, "check_over")
        return self._draw("ballot_check.html", paper=paper, marks=marks, times=self._times(paper))

    async def share(self, request: Request) -> Response:
        """A scrutineer's share: shown until it is typed back, asked for at the tally."""
        member = await self._member(request)
        return await self._share(request, member, "")

    async def typed(self, request: Request) -> Response:
        """A share that was typed: back in preparation, for the tally after the close."""
        identity.check_origin(request, self._config)
        member = await self._member(request)
        posted = await self._posted(request, member)
        now, key = self._clock.now(), self._key(request)
        held = await self._ballots.share(member, key, now)
        if held is None:
            raise Refused(404, "link_not_ours")
        if held.state == "give":
            said, left = await self._ballots.give(member, key, posted.first("share")[:200], now)
            facts: dict[str, Any] = {"given": not said, "left": left}
        elif held.state != "show":
            return led_on(request, "")
        else:
            said = await self._ballots.confirm(member, key, posted.first("share")[:200], now)
            facts = {"confirmed": not said}
        return await self._share(request, member, said, **facts)

    async def _share(self, request: Request, member: Member, said: str, **facts: Any) -> Response:
        held = await self._ballots.share(member, self._key(request), self._clock.now())
        if held is None and not facts.get("given"):
            raise Refused(404, "link_not_ours")
        shown = {"given": False, "confirmed": False, "left": 0, "said": said, "share": held, **facts}
        return self._draw("ballot_share.html", 422 if said else 200, here=request.url.path, **shown)

    async def result(self, request: Request) -> Response:
        """What was published of a round, for everybody."""
        found = await self._ballots.result(self._key(request))
        if found is None:
            raise Refused(404, "not_found")
        return self._draw("round.html", result=found)

    async def bundle(self, request: Request) -> Response:
        """The bundle as a file, to be counted again by whoever likes."""
        found = await self._ballots.result(self._key(request))
        if found is None:
            raise Refused(404, "not_found")
        headers = {"content-disposition": disposition(f"{found.title}-{found.label}-{found.key}.json")}
        return Response(found.bundle, media_type="application/json", headers=headers)

    async def draw(self, request: Request) -> Response:
        """A draw as a file, to be made again by whoever likes."""
        found = await self._ballots.result(self._key(request))
        if found is None or found.draw is None:
            raise Refused(404, "not_found")
        headers = {"content-disposition": disposition(f"{found.title}-{found.label}-{found.key}-draw.json")}
        return Response(found.draw.file, media_type="application/json", headers=headers)

    def _draw(self, template: str, status: int = 200, **facts: Any) -> Response:
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
        return self._pages.answer(self._pages.draw(template, **facts), status, headers)

    def _times(self, paper: Paper) -> dict[str, str]:
        until = paper.check_until
        return {
            "closes": self._pages.time_text(paper.closes), "check": self._pages.time_text(until) if until else "",
        }  # fmt: skip

    async def _member(self, request: Request) -> Member:
        try:
            return await self._ballots.who(request.path_params["token"], self._clock.now())
        except LinkExpired:
            raise Refused(410, "ballot_over") from None
        except NotOurs:
            wait = self._guesses.knock(request.client.host if request.client else "")
            raise (
                Refused(429, "slowly", retry=wait, seconds=wait) if wait else Refused(404, "ballot_not_ours")
            ) from None

    async def _posted(self, request: Request, member: Member) -> Posted:
        def admit(posted: Posted) -> None:
            if wait := self._pace.knock(member.address):
                raise Refused(429, "slowly", retry=wait, seconds=wait)

        return await read_form(request, self._config, admit=admit)

    async def _paper(self, request: Request, member: Member) -> Paper:
        paper = await self._ballots.paper(member, self._key(request), self._clock.now())
        if paper is None:
            raise Refused(404, "ballot_not_ours")
        return paper

    def _key(self, request: Request) -> str:
        key: str = request.path_params["key"]
        if not _KEY.fullmatch(key):
            raise Refused(404, "not_found")
        return key


def home_of(request: Request) -> str:
    """The address of somebody's own page."""
    return f"/b/{request.path_params['token']}"


def led_on(request: Request, query: str) -> Response:
    """To the same page, at an address that holds nothing of what was sent."""
    return RedirectResponse(f"{request.url.path}?{query}" if query else request.url.path, 303)


def _whole(paper: Paper, entry: int) -> bool:
    levels = paper.draft.get(entry, ())
    return len(levels) == len(paper.criteria) + len(paper.fits) and all(levels)


def _choices(paper: Paper, posted: Posted) -> dict[int, tuple[int, ...]]:
    """What a form says, for the entries of this paper; what it does not say is 0, of approvals and ticks a no."""
    due = [item.id for item in paper.items if not item.recused]
    silent = 1 if paper.kind == "approve" else 0
    marks, ticks = len(paper.criteria), len(paper.fits)
    found = {entry: [silent] * marks + [1] * ticks for entry in due}
    for name, value in posted.fields:
        at = _FIELD.fullmatch(name)
        if at is None:
            continue
        entry, place = int(at[1]), int(at[2])
        most = len(paper.levels) if place < marks else 2
        level = _place(value) if paper.kind == "rank" else _level(value, most)
        if level and entry in found and place < marks + ticks:
            found[entry][place] = level
    return {entry: tuple(levels) for entry, levels in found.items()}


def _level(value: str, most: int) -> int:
    return int(value) if value.isdecimal() and len(value) < 4 and 1 <= int(value) <= most else 0


def _place(value: str) -> int:
    """A place as somebody typed it; what is none is kept as such, so that it is asked for again."""
    plain = value.strip().removeprefix("第").removesuffix("名").strip()
    if not plain:
        return 0
    return int(plain) if plain.isdecimal() and len(plain) < 5 and int(plain) else UNREADABLE


def _in_order(paper: Paper) -> list[Item]:
    """The entries of a paper as its last look shows them: a ranking in its order, each track by itself."""
    if paper.kind != "rank":
        return list(paper.items)
    tracks = {item.track: place for place, item in reversed(list(enumerate(paper.items)))}
    return sorted(paper.items, key=lambda item: (tracks[item.track], paper.draft.get(item.id, (UNREADABLE,))[0]))
