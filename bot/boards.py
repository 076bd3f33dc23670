"""The roof's answer to what the board asks for: whose permission is good, and how things stand."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from bot.flows.steering import spoken_late
from rules.figures import Room
from rules.instants import from_micros, micros
from rules.looks_public import PublicTotals, VotesByHour, VoteTerms
from rules.notice import Notice
from rules.overview import overview
from rules.passes import LINK, SESSION, NoPass, Pass, PassOver, opened, sealed
from rules.public_vote import polled, voted_rounds
from rules.screening import chains_of
from scheduler.quizzes import NO_BANKS, Banks, Quizzes
from storage.database import Database
from storage.overview import Overviews
from storage.public_terms import public_totals, terms
from storage.public_votes import by_hour
from storage.store import Store
from web.ports import LinkExpired, NotOurs
from web.ports_board import Seen, VotesSeen

#: How long a browser may look before its admin asks for a new link.
SESSION_LIFE = timedelta(hours=12)
#: Seconds for which figures are shown again to whoever asks, and for which the files are not counted again.
FRESH, ROOM_FRESH = 2.0, 60.0


@dataclass(slots=True)
class _Kept:
    """Figures in memory and the second until which they are fresh."""

    until: float
    seen: Seen


class WebBoards:
    """The boards of a deployment."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        files: Store,
        *,
        data: Path,
        key: bytes,
        banks: Banks = NO_BANKS,
        second: Callable[[], float] = monotonic,
    ) -> None:
        """`data` is the folder whose disk is told; `key` the deployment's; `second` any clock that only goes on."""
        self._quizzes = Quizzes(database, notices, banks)
        self._overviews, self._notices, self._files = Overviews(database), notices, files
        self._database = database
        self._file = Path(database.engine.url.database or "") if database.sqlite else None
        self._data, self._key, self._second = data, key, second
        self._kept: dict[str, _Kept] = {}
        self._room: tuple[float, Room] = (0.0, Room())
        self._reading = asyncio.Lock()

    def enter(self, token: str, now: datetime) -> str:
        """The session that a link's token is exchanged for. Raises `LinkExpired`, `NotOurs`."""
        link = _opened(self._key, LINK, token, now)
        return sealed(self._key, SESSION, Pass(link.seat, link.person, now + SESSION_LIFE))

    async def campaign(self, session: str, now: datetime) -> str | None:
        """The campaign that a session sees, None where its admin has the seat no more. Raises as `enter`."""
        held = _opened(self._key, SESSION, session, now)
        campaign = await self._overviews.seen_by(held.seat, held.person)
        return campaign if campaign in self._notices else None

    async def seen(self, campaign: str, now: datetime) -> Seen:
        """How a campaign stands, at most `FRESH` seconds old; however many look, it is read once."""
        async with self._reading:
            kept = self._kept.get(campaign)
            if kept is None or self._second() >= kept.until:
                kept = self._kept[campaign] = _Kept(self._second() + FRESH, await self._read(campaign, now))
            return kept.seen

    async def _read(self, campaign: str, now: datetime) -> Seen:
        notice = self._notices[campaign]
        figures = await self._overviews.figures(campaign)
        local = now.astimezone(ZoneInfo(notice.zone))
        health = await self._overviews.health(campaign, micros(now))
        chains = chains_of(notice)
        asked = chains.asks("recommender", "lead", "host")
        screening = await self._overviews.screening(campaign, chains) if asked else {}
        votes = await self._votes(notice, micros(now))
        quiz = await self._quizzes.seen(campaign, micros(now)) if notice.quiz is not None else None
        return Seen(notice, overview(notice, figures, local), health, await self._space(), screening, votes, quiz)

    async def _votes(self, notice: Notice, now: int) -> tuple[VotesSeen, ...]:
        """The public votes that have begun."""
        found: list[VotesSeen] = []
        for round_ in voted_rounds(notice):
            # Whoever sees a board is an admin: that is asked at every page and event.
            seen_by_admins = PublicTotals(notice.id, round_.key, hidden=False, experts=())
            async with self._database.read() as connection:
                here = polled(notice, round_, await terms(connection, VoteTerms(notice.id, round_.key)), now)
                if here.state not in ("open", "over"):
                    continue
                totals = await public_totals(connection, seen_by_admins)
                hours = await by_hour(connection, VotesByHour(notice.id, round_.key, now + 1))
            given, aside = sum(totals.given.values()), sum(totals.aside.values())
            zone = ZoneInfo(notice.zone)
            last = from_micros(here.window.closes).astimezone(zone)
            closes = spoken_late(last, from_micros(now).astimezone(zone))
            found.append(VotesSeen(round_.label, here.state == "open", closes, given, aside, hours))
        return tuple(found)

    async def _space(self) -> Room:
        until, room = self._room
        if self._second() >= until:
            room = await asyncio.to_thread(self._measured)
            self._room = (self._second() + ROOM_FRESH, room)
        return room

    def _measured(self) -> Room:
        files, size = self._files.usage()
        disk = shutil.disk_usage(self._data)
        kept = [self._file, Path(f"{self._file}-wal")] if self._file is not None else []
        database = sum(path.stat().st_size for path in kept if path.is_file())
        return Room(files, size, database, disk.free, disk.total)


def _opened(key: bytes, purpose: bytes, token: str, now: datetime) -> Pass:
    try:
        return opened(key, purpose, token, now)
    except PassOver as over:
        raise LinkExpired(str(over)) from None
    except NoPass as wrong:
        raise NotOurs(str(wrong)) from None
