"""The signed pages of a rehearsal, as somebody with a browser opens them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from bot.app import App
from bot.fakes import FakeClock, Person
from rules.deeds_ballot import BallotRound, RoundsOf
from storage.rounds import rounds_of


class NotServed(RuntimeError):
    """A page did not answer as it should; the message has its status and its beginning."""


@dataclass
class Pages:
    """A running program, its clock, and one browser that follows no redirect by itself."""

    app: App
    clock: FakeClock
    campaign: str
    http: httpx.AsyncClient
    people: dict[str, Person] = field(default_factory=dict)

    def page(self, name: str) -> str:
        """The path of somebody's own page, as their channel links to it."""
        person = self.people[name]
        link = self.app.links.page(f"{person.channel}:{person.address}", self.clock.now())
        return link.removeprefix(self.app.public_url)

    async def get(self, path: str, *, status: int = 200) -> str:
        """Open a page; gives it."""
        return unescape(_served(await self.http.get(path), status))

    async def post(self, path: str, fields: Mapping[str, Any], *, status: int = 303) -> str:
        """Send a form; gives where it leads, or the page."""
        answer = await self.http.post(path, data=dict(fields), headers={"sec-fetch-site": "same-origin"})
        text = _served(answer, status)
        return answer.headers.get("location", "") or unescape(text)

    async def shares(self, key: str, names: tuple[str, ...]) -> dict[str, str]:
        """Every scrutineer writes the share down and types it back."""
        found: dict[str, str] = {}
        for name in names:
            path = f"{self.page(name)}/{key}/share"
            text = re.search(r'class="share-text">([^<]+)<', page := await self.get(path))
            if text is None:
                raise NotServed(f"expected a share on the page of {name}, found: {page[:400]}")
            found[name] = text[1]
            if "已核对" not in (page := await self.post(path, {"share": text[1].lower()}, status=200)):
                raise NotServed(f"expected the share of {name} to be taken, found: {page[:400]}")
        return found

    async def newest(self) -> BallotRound:
        """The round that was planned last."""
        async with self.app.database.read() as connection:
            return (await rounds_of(connection, RoundsOf(self.campaign)))[0]


def fields_of(page: str) -> list[str]:
    """The names of what a paper asks for, in its order."""
    return list(dict.fromkeys(re.findall(r'name="(m\d+\.\d+)"', page)))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def _served(answer: httpx.Response, status: int) -> str:
    if answer.status_code != status:
        path, found = answer.request.url.path, answer.text[:400]
        raise NotServed(f"expected {status} of {path}, found {answer.status_code}: {found}")
    return answer.text
