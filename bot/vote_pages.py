"""The roof's answer to the pages of public votes: what is shown to whom, and the one vote that a button gives."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import spoken_late
from bot.links import Links
from bot.talk.messages import Attachment, Incoming
from bot.wording import Wording
from rules.deeds import Declined
from rules.instants import from_micros, micros, spoken
from rules.looks import UnitsOf
from rules.looks_judging import Candidate
from rules.looks_public import MyVotes, Totals, VoteTerms, WorkOf, totals_of
from rules.notice import Notice
from rules.public_vote import (
    Polling,
    bucket,
    day_of,
    introduction,
    key_of,
    polled,
    shuffled,
    vote_for,
    voted_rounds,
)
from rules.reaching import candidates
from storage.judging import person_at
from storage.public_votes import DAY
from storage.registry import LOOKS
from storage.turns import Turns
from web.ports import BadLink, NotOurs
from web.vote_ports import Answered, Listed, Listing, Rules, Stands, Voter, WorkPage

#: Works on one page.
AT_ONCE = 30
#: Seconds for which the works of a vote are shown again; whether one is still in is judged when a vote is written.
FRESH = 2.0
_STANDS: Mapping[str, Stands] = {"early": "early", "open": "open", "over": "over"}


class WebVotes:
    """The public votes of a deployment on pages."""

    def __init__(self, turns: Turns, notices: Mapping[str, Notice], links: Links, wording: Wording, key: bytes) -> None:
        """`key` is the deployment's; of it the hashes of network addresses are made, other ones each day."""
        self._turns, self._notices, self._links, self._wording = turns, notices, links, wording
        self._key = hmac.digest(key, b"xinshi vote network", "sha256")
        #: The works of each vote, and until when they are shown without being looked for again.
        self._kept: dict[str, tuple[float, Sequence[Candidate]]] = {}

    async def admitted(self, token: str, now: datetime) -> str:
        """What a browser keeps for the person whose page a link opens. Raises `LinkExpired`, `NotOurs`."""
        address = self._links.open_page(token, now)
        if await self._person(address) is None:
            raise NotOurs("expected the address of somebody who is known, found one that was erased")
        return self._links.voting(address, now)

    async def voter(self, kept: str, now: datetime) -> Voter | None:
        """Who holds that."""
        try:
            address = self._links.open_voting(kept, now)
        except BadLink:
            return None
        person = await self._person(address)
        return None if person is None else Voter(address, str(person))

    async def listing(self, key: str, voter: Voter, track: str, page: int, now: datetime) -> Listing | None:
        """A page of works in the voter's own order."""
        here = await self._polling(key, now)
        if here is None:
            return None
        entries = await self._entries(here)
        tracks = tuple(
            (each.key, each.label, count)
            for each in here.notice.tracks
            if (count := sum(entry.track == each.key for entry in entries))
        )
        chosen = track if any(each[0] == track for each in tracks) else tracks[0][0] if tracks else ""
        listed = shuffled([each for each in entries if each.track == chosen], f"{here.key}/{voter.seed}")
        pages = max(1, -(-len(listed) // AT_ONCE))
        page = min(max(1, page), pages)
        mine, left = await self._mine(here, chosen, voter, now)
        totals = await self._totals(here)
        units = {unit.id: unit.name for unit in await self._look(UnitsOf(here.notice.id))}
        items = tuple(
            Listed(each.number, each.title, units.get(each.unit, ""), each.id in mine, _votes(totals, each.id))
            for each in listed[(page - 1) * AT_ONCE : page * AT_ONCE]
        )
        return Listing(_rules(here, now), tracks, chosen, left, items, page, pages, not totals.seen)

    async def work(self, key: str, number: str, voter: Voter, now: datetime) -> WorkPage | None:
        """A work with what voters may read of it."""
        here = await self._polling(key, now)
        entry = await self._entry(here, number)
        work = await self._look(WorkOf(here.notice.id, entry.id)) if here is not None and entry is not None else None
        if here is None or entry is None or work is None:
            return None
        mine, left = await self._mine(here, entry.track, voter, now)
        fields = [(field.key, field.label) for field in here.notice.form(work.form).fields]
        preview = Attachment("file", work.preview, f"{work.number}-预览.mp4")
        film = self._links.file_path(voter.address, preview, now) if work.preview else ""
        texts = introduction(here.round, fields, work.answers)
        votes = _votes(await self._totals(here), entry.id)
        return WorkPage(
            _rules(here, now),
            work.number,
            work.title,
            work.unit,
            work.track,
            texts,
            film,
            entry.id in mine,
            left,
            votes,
        )

    async def cast(self, key: str, number: str, voter: Voter, host: str, now: datetime) -> Answered | None:
        """One vote, in a transaction of its own; whoever was never seen before is written down in it."""
        here = await self._polling(key, now)
        entry = await self._entry(here, number)
        if here is None or entry is None:
            return None
        if here.state in ("no_window", "no_weights"):
            return Answered(False, self._wording.text("vote.not_open"))
        channel, _, name = voter.address.partition(":")
        async with self._turns.open() as batch:
            coming = Incoming(channel, name, "", now)
            guest = (await batch.guests([coming]))[voter.address]
            network = self._network(host, now)
            deed = vote_for(here.notice, here.round, entry.id, entry.track, guest.party.person.id, network)
            done = await batch.perform(deed, now)
        if isinstance(done, Declined):
            return Answered(False, self._wording.text(done.why, **done.facts))
        return Answered(True, self._wording.text("vote.voted", number=entry.number, title=entry.title))

    def _network(self, host: str, now: datetime) -> str:
        """A name for a network that is another one each day, and that nobody reads an address from without the key."""
        try:
            address = ipaddress.ip_address(host)
            plain = str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
        except ValueError:
            plain = host
        day = micros(now) // DAY
        return hmac.new(self._key, f"{day}\n{plain}".encode(), hashlib.sha256).hexdigest()[:24]

    async def _polling(self, key: str, now: datetime) -> Polling | None:
        for notice in self._notices.values():
            for round_ in voted_rounds(notice):
                if key_of(notice.id, round_.key) == key:
                    kept = await self._look(VoteTerms(notice.id, round_.key))
                    return polled(notice, round_, kept, micros(now))
        return None

    async def _entries(self, here: Polling) -> Sequence[Candidate]:
        until, kept = self._kept.get(here.key, (0.0, ()))
        if monotonic() < until:
            return kept
        found: Sequence[Candidate] = await self._look(candidates(here.notice, here.round.key))
        self._kept[here.key] = (monotonic() + FRESH, found)
        return found

    async def _entry(self, here: Polling | None, number: str) -> Candidate | None:
        entries = await self._entries(here) if here is not None else ()
        return next((each for each in entries if each.number == number), None)

    async def _mine(self, here: Polling, track: str, voter: Voter, now: datetime) -> tuple[frozenset[int], int]:
        """The works this voter gave a vote today, and the votes that are left."""
        person = await self._person(voter.address) if voter.known else None
        if person is None:
            return frozenset(), here.vote.votes
        day = day_of(micros(now), here.notice.zone, daily=here.vote.daily)
        cast = await self._look(MyVotes(here.notice.id, here.round.key, person, day))
        spent = sum(each.bucket == bucket(here.round, track) for each in cast)
        return frozenset(each.entry for each in cast), max(0, here.vote.votes - spent)

    async def _totals(self, here: Polling) -> Totals:
        found: Totals = await self._look(totals_of(here.notice, here.round))
        return found

    async def _person(self, address: str) -> int | None:
        async with self._turns.database.read() as connection:
            return await person_at(connection, address)

    async def _look(self, look: Any) -> Any:
        async with self._turns.database.read() as connection:
            return await LOOKS[type(look)](connection, look)


def _votes(totals: Totals, entry: int) -> int | None:
    return totals.counted.get(entry, 0) if totals.seen else None


def _rules(here: Polling, now: datetime) -> Rules:
    opens, closes, local = here.window.opens, here.window.closes, now.astimezone(ZoneInfo(here.notice.zone))
    return Rules(
        here.key, here.notice.short_title, here.round.label, _STANDS.get(here.state, "unset"),
        spoken(from_micros(opens).astimezone(local.tzinfo)) if closes else "",
        spoken_late(from_micros(closes).astimezone(local.tzinfo), local) if closes else "",
        here.vote.votes, here.vote.each == "track", here.vote.daily,
    )  # fmt: skip
