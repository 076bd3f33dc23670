"""The duplicate guard at work: a film is compared before its liaison is told of it, every entry once it is in.

Comparing never happens inside a turn. What is found before an entry is in is told to its liaison alone; what is found
afterwards is kept for whoever decides, and told to the liaison if it was not told before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

import numpy
import orjson
import structlog
from numpy.typing import NDArray

from media.likeness import closest
from rules.deeds import Heard
from rules.instants import micros
from rules.looks_twins import Twin, What
from rules.notice import Notice
from rules.twin_texts import TEXT_ALIKE, text_similarity
from scheduler.clock import SimulatedClock, SystemClock
from storage import fingerprints
from storage.database import Database
from storage.fingerprints import Fingerprint, Likeness, about
from storage.moments import Moment
from storage.numbers import Numbers
from storage.telling import tell_liaisons

log = structlog.get_logger(__name__)

#: Seconds after which entries that were not compared are looked for even if nobody rang.
IDLE = 5.0
#: Buckets into which characters are counted.
_BUCKETS = 512

Check = Callable[[Mapping[str, Any]], AsyncGenerator[Mapping[str, Any], None]]


class Resemblances:
    """Finds what looks like a work among the entries of its campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_film(self, campaign: str, entry: int, sha256: str, prints: str) -> list[Likeness]:
        """Other entries with the same film, the most alike first."""
        known = await fingerprints.films(self._database, campaign, entry)
        return await asyncio.to_thread(_alike_films, sha256, prints, known)

    async def of_text(self, campaign: str, track: str, entry: int, text: str) -> list[Likeness]:
        """Other entries of the track with the same or nearly the same long text, the most alike first."""
        if not text:
            return []
        known = await fingerprints.texts(self._database, campaign, track, entry)
        return await asyncio.to_thread(_alike_texts, text, known)

    async def told(self, found: Sequence[Likeness], unit: int) -> list[tuple[Likeness, Twin]]:
        """What the liaison of a unit may know of it: of another unit's work no more than that it is there."""
        called = await fingerprints.called(self._database, [each.entry for each in found])
        twins = []
        for each in (one for one in found if one.entry in called):
            owner, *names = called[each.entry]
            own = owner == unit
            twins.append((each, Twin(each.what, each.same, each.percent, own, *(names if own else ()))))
        return twins


def _alike_films(sha256: str, prints: str, known: Sequence[tuple[int, str, str]]) -> list[Likeness]:
    same = {entry for entry, other, _ in known if other == sha256}
    percents = closest(prints, {entry: told for entry, _, told in known}) | dict.fromkeys(same, 100)
    contents = {entry: other for entry, other, _ in known}
    return _sorted(
        Likeness(entry, "film", entry in same, percent, about(sha256, contents[entry]))
        for entry, percent in percents.items()
    )


def _alike_texts(text: str, known: Sequence[tuple[int, str]]) -> list[Likeness]:
    percents = ((entry, other, text_similarity(text, other)) for entry, other in _worth_reading(text, known))
    return _sorted(
        Likeness(entry, "text", percent == 100, percent, about(text, other)) for entry, other, percent in percents
        if percent
    )  # fmt: skip


def _worth_reading(text: str, known: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those that have characters enough in common, in whatever order, to be alike: counting is quicker than reading.

    Two characters of one bucket are taken for the same, which lets through too many and never too few.
    """
    if not known:
        return []
    mine, theirs = _counted(text), numpy.stack([_counted(other) for _, other in known])
    common = numpy.minimum(theirs, mine).sum(axis=1)
    lengths = numpy.array([len(other) for _, other in known]) + len(text)
    return [known[int(place)] for place in numpy.flatnonzero(200 * common >= TEXT_ALIKE * lengths)]


def _counted(text: str) -> NDArray[numpy.int64]:
    points = numpy.frombuffer(text.encode("utf-32-le", "replace"), dtype=numpy.uint32)
    return numpy.bincount(points % _BUCKETS, minlength=_BUCKETS)


def _sorted(found: Any) -> list[Likeness]:
    return sorted(found, key=lambda each: (-each.percent, not each.same, each.entry))


class ComparedFilms:
    """The check of a film whose result also says which other entries have it: the fact `twins`, `Twin.plain` each."""

    def __init__(self, check: Check, resemblances: Resemblances) -> None:
        self._check, self._resemblances = check, resemblances

    async def perform(self, payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any], None]:
        """As `scheduler.films.FilmChecker.perform`; the payload also holds `unit` and `entry` (0: a new one)."""
        async with aclosing(self._check(payload)) as reports:
            async for facts in reports:
                if facts.get("progress") or facts.get("error") or facts["refused"]:
                    yield facts
                else:
                    yield {**facts, "twins": await self._twins(payload, facts)}

    async def _twins(self, payload: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        campaign, entry = payload["campaign"], payload.get("entry", 0)
        found = await self._resemblances.of_film(campaign, entry, payload["sha256"], facts["prints"])
        return [twin.plain() for _, twin in await self._resemblances.told(found, payload.get("unit", 0))]


class Comparing:
    """Compares every version that was handed in with all others. Start `run()` as a task; `rang()` wakes it."""

    def __init__(
        self, database: Database, notices: Mapping[str, Notice], numbers: Numbers, clock: SystemClock | SimulatedClock,
        posted: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`posted` is called after somebody was told something."""
        self._database, self._notices, self._numbers, self._clock = database, notices, numbers, clock
        self._resemblances, self._news = Resemblances(database), asyncio.Event()
        self.posted = posted

    def rang(self) -> None:
        """There may be a new version."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled. What could not be compared now is tried again in a while."""
        while True:
            self._news.clear()
            try:
                while await self.compare():
                    pass
            except Exception as broken:  # noqa: BLE001  the next look will do; the guard must not end
                log.error("entries were not compared", failure=type(broken).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE):
                    await self._news.wait()

    async def compare(self) -> int:
        """Compare what waits; gives how many versions."""
        waiting = await fingerprints.waiting(self._database)
        for mine in waiting:
            found: list[Likeness] = []
            if mine.sha256:
                found += await self._resemblances.of_film(mine.campaign, mine.entry, mine.sha256, mine.film)
            found += await self._resemblances.of_text(mine.campaign, mine.track, mine.entry, mine.text)
            await _uncut(self._keep(mine, found))
        return len(waiting)

    async def _keep(self, mine: Fingerprint, found: Sequence[Likeness]) -> None:
        named = await self._resemblances.told(found, mine.unit)
        own = (await fingerprints.called(self._database, [mine.entry])).get(mine.entry)
        async with self._database.write() as connection:
            moment = Moment(connection, micros(self._clock.now()), self._numbers)
            fresh = await fingerprints.keep(moment, mine, found)
            said = orjson.loads(await fingerprints.film_told(connection, mine.entry, mine.version) or "{}")
            later = [each for each in fresh if not _was_told(each.what, each.same, bool(said.get("twins")))]
            new = [twin for each, twin in named if each in later]
            if new and own is not None and mine.campaign in self._notices:
                natural = self._notices[mine.campaign].natural(await fingerprints.class_of(connection, mine.unit))
                facts = {"number": own[1], "title": own[2], "natural": natural, **self._facts(mine, new)}
                heard = Heard("twin.found_later", facts, ("我的报送",))
                await tell_liaisons(moment, mine.campaign, heard, unit=mine.unit)
        if fresh:
            self.posted()

    def _facts(self, mine: Fingerprint, twins: Sequence[Twin]) -> dict[str, Any]:
        notice = self._notices[mine.campaign]
        rule = notice.track(mine.track).one_theme
        return {
            "twins": [twin.plain() for twin in twins],
            "clause": rule.clause if rule is not None else "",
            "contact": notice.contact,
        }


def _was_told(what: What, same: bool, film_told: bool) -> bool:
    """Whether the liaison was told before the entry was in: of films with the check, of equal texts with the form."""
    return film_told if what == "film" else same


async def _uncut(doing: Awaitable[None]) -> None:
    """Finish what writes, even when the program is told to stop meanwhile."""
    task = asyncio.ensure_future(doing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=5)
        task.cancel()
        raise
