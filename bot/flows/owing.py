"""What a unit still owes in a track and how long it has, as facts for wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.talk.replay import Talk
from rules.instants import from_micros, spoken, spoken_day, spoken_span
from rules.looks import Entry, LeaveOf
from rules.people import Unit
from rules.quota import standing
from rules.tracks import Track

SUBMITTED = "submitted"


def owed(track: Track, unit: Unit, entries: Sequence[Entry], now: datetime, *, leave: int = 0) -> dict[str, Any]:
    """Floor, cap, reported, still owed and left, with the closing and the time until it.

    `leave`: until when the unit may hand in by recorded leave (UTC microseconds, first late instant, 0 for none).
    """
    quota = track.quota(unit.klass)
    reported = sum(entry.track == track.key and entry.state == SUBMITTED for entry in entries)
    stand = standing(quota, reported)
    until = from_micros(leave).astimezone(track.closes.tzinfo)
    extended = until > track.closes
    closes = until if extended else track.closes
    today = now.astimezone(track.closes.tzinfo).date()
    return {
        "label": track.label,
        "noun": track.noun,
        "measure": track.measure,
        "floor": quota.floor,
        "cap": quota.cap,
        "soft": quota.soft,
        "clause": quota.clause,
        "reported": reported,
        "owes": stand.owes,
        "left": stand.left,
        "closes": _spoken_close(until, today) if extended else spoken(track.stage.ends, today=today),
        "extended": extended,
        "open": track.opens <= now < closes,
        "begun": track.opens <= now,
        "opens": spoken(track.opens, today=today),
        "remaining": spoken_span(closes - now) if now < closes else "",
        "late": spoken_span(max(now - closes, timedelta(microseconds=1))) if now >= closes else "",
    }


async def owed_now(talk: Talk, track: Track, entries: Sequence[Entry]) -> dict[str, Any]:
    """The same for the unit that talks, with the leave it may have."""
    leave = await talk.look(LeaveOf(talk.notice.id, track.key, talk.unit.id))
    return owed(track, talk.unit, entries, talk.now, leave=leave)


async def owed_in(talk: Talk, tracks: Sequence[Track], entries: Sequence[Entry]) -> dict[str, Any]:
    """The same for several `tracks`; `shared` is one of them where all are open until the same moment, else None."""
    facts = [await owed_now(talk, track, entries) for track in tracks]
    moments = {(each["open"], each["extended"], each["closes"], each["remaining"]) for each in facts}
    alike = len(facts) > 1 and len(moments) == 1 and facts[0]["open"]
    return {"tracks": facts, "shared": facts[0] if alike else None}


def _spoken_close(first_late: datetime, today: date) -> str:
    """The last moment that counts, as people say it: 4月25日（周四）24:00."""
    last = first_late - timedelta(seconds=1)
    if (last.hour, last.minute, last.second) == (23, 59, 59):
        return f"{spoken_day(last.date(), today=today)}24:00"
    return spoken(last, today=today)
