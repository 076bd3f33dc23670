"""Pictures that are handed to people: charts of a campaign, drawn when they are fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.quiz_pictures import quiz_progress
from bot.wording import house_wording
from documents.progress import Group, Progress
from media.fonts import NoFont, cjk_font
from rules.instants import from_micros, spoken
from rules.notice import Notice
from rules.overview import Overview, Share, overview
from rules.tracks import Track
from scheduler.quizzes import Quizzes
from storage.database import Database
from storage.overview import Overviews
from web.ports import Gone

PNG = "image/png"
#: What is drawn: how the collection stands, or how the quiz goes.
STATUS, QUIZ = "status", "quiz"
#: Charts that stay in memory: a messenger and a browser may fetch the same one several times.
_MOST_KEPT = 16


@cache
def font() -> Path | None:
    """The font that charts are lettered with, None where this machine has none with Chinese characters."""
    try:
        return cjk_font()
    except NoFont:
        return None


@dataclass(frozen=True, slots=True)
class _Ref:
    """What a chart's reference says: "campaign/status/instant", or "campaign/quiz/instant"."""

    notice: Notice
    kind: str
    at: int


class Charts:
    """The charts of a deployment. A reference stands for one instant, so the same one gives the same picture."""

    def __init__(self, database: Database, notices: Mapping[str, Notice]) -> None:
        self._overviews, self._notices = Overviews(database), notices
        self._quizzes = Quizzes(database, notices)
        self._kept: dict[str, bytes] = {}
        #: One is drawn at a time: drawing takes a whole processor for a while.
        self._drawing = asyncio.Lock()

    async def make(self, ref: str) -> bytes:
        """The PNG of a chart. Raises `Gone`."""
        found, lettering = self._read(ref), font()
        if found is None:
            raise Gone(f"expected campaign/status/instant or campaign/quiz/instant of a campaign here, found {ref}")
        if lettering is None:
            raise Gone("expected a font with Chinese characters to letter a chart with, found none")
        async with self._drawing:
            if ref not in self._kept:
                picture = await self._drawn(found, lettering)
                self._kept = dict([*self._kept.items(), (ref, picture)][-_MOST_KEPT:])
            return self._kept[ref]

    async def _drawn(self, found: _Ref, lettering: Path) -> bytes:
        if found.kind == QUIZ:
            view = await self._quizzes.seen(found.notice.id, found.at, past=True)
            return await asyncio.to_thread(_png, quiz_progress(found.notice, view), lettering)
        now = from_micros(found.at).astimezone(ZoneInfo(found.notice.zone))
        seen = overview(found.notice, await self._overviews.figures_at(found.notice.id, found.at), now)
        return await asyncio.to_thread(_png, progress(found.notice, seen, now), lettering)

    def _read(self, ref: str) -> _Ref | None:
        campaign, _, rest = ref.partition("/")
        kind, _, at = rest.partition("/")
        notice = self._notices.get(campaign)
        if notice is None or not at.isascii() or not at.isdigit() or len(at) > 17:
            return None
        drawn = kind == STATUS or (kind == QUIZ and notice.quiz is not None)
        return _Ref(notice, kind, int(at)) if drawn else None


def _png(shown: Progress, lettering: Path) -> bytes:
    from documents.charts import Drawn  # loads matplotlib, half a second that only a chart is worth

    return Drawn(lettering, house_wording().text).png(shown)


def progress(notice: Notice, seen: Overview, now: datetime) -> Progress:
    """A campaign at one moment in the words of its chart."""
    say, places = house_wording().text, {track.key: place for place, track in enumerate(notice.tracks)}
    totals = [
        {"label": track.label, "entries": sum(row.cells[places[track.key]].entries for row in seen.rows),
         "measure": track.measure}
        for track in notice.tracks
    ]  # fmt: skip
    closes = {track.closes_text for track in notice.tracks}
    facts: dict[str, Any] = {"now": spoken(now.replace(second=0, microsecond=0)), "tracks": totals, "closes": ""}
    if len(closes) == 1:
        facts["closes"] = closes.pop()
    return Progress(
        title=notice.short_title,
        subtitle=(say("chart.moment", **facts), say("chart.totals", **facts)),
        tracks=tuple(
            (
                _heading(track, seen),
                tuple(_group(each, track.measure) for each in seen.shares if each.track == track.key),
            )
            for track in notice.tracks
        ),
        labels=tuple(track.label for track in notice.tracks),
        days=_days(seen, len(notice.tracks)),
        closing=seen.days.closing,
    )


def _heading(track: Track, seen: Overview) -> str:
    floor = any(each.floor for each in seen.shares if each.track == track.key)
    return house_wording().text("chart.heading", track=track.label, floor=floor)


def _group(share: Share, measure: str) -> Group:
    facts = {"met": share.met, "units": share.units, "entries": share.entries, "measure": measure}
    return Group(share.label, share.units, share.met, house_wording().text("chart.share", **facts))


def _days(seen: Overview, tracks: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What came in, and nothing for the days that are left until the closing."""
    past = [(each.begins, each.entries) for each in seen.days.bins]
    ahead = max(0, seen.days.closing - len(past)) if past else 0
    first = past[-1][0] if past else seen.now.date()
    step = timedelta(days=seen.days.length)
    coming = [(first + step * number, (0,) * tracks) for number in range(1, ahead + 1)]
    return tuple((f"{day.month}/{day.day}", entries) for day, entries in [*past, *coming])
