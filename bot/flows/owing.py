"""What a unit still owes in a track and how long it has, as facts for wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.talk.replay import Talk
from rules.instants import from_micros, spoken, spoken_day, spoken_span
from rules.looks import Entry, LeaveOf
from rules.looks_screening import RecommendedBy
from rules.looks_steering import BelowOf, CapOf
from rules.people import Unit
from rules.quota import counted, standing
from rules.tracks import Track

SUBMITTED, RETURNED = "submitted", "returned"


def owed(
    track: Track, unit: Unit, entries: Sequence[Entry], now: datetime, *, leave: int = 0, below: int = 0,
    recommended: int = 0, cap: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Floor, cap, reported, still owed and left, with the closing and the time until it.

    `leave`: until when the unit may hand in by recorded leave (UTC microseconds, first late instant, 0 for none).
    `below`: works of the units under it; `recommended`: those of others that it passed on. `cap`: the number consented
    to for this unit, where it moved.
    """
    quota = track.quota(unit.klass)
    own = sum(entry.track == track.key and entry.state == SUBMITTED for entry in entries)
    returned = sum(entry.track == track.key and entry.state == RETURNED for entry in entries)
    reported = counted(quota, own, own + below, recommended)
    stand = standing(quota, reported, cap=cap)
    # An entry that was sent back keeps its place under the cap, and is not reported until it is handed in again.
    left = None if stand.left is None else max(0, stand.left - returned)
    until = from_micros(leave).astimezone(track.closes.tzinfo)
    extended = until > track.closes
    closes = until if extended else track.closes
    today = now.astimezone(track.closes.tzinfo).date()
    return {
        "label": track.label,
        "noun": track.noun,
        "measure": track.measure,
        "floor": quota.floor,
        "cap": stand.cap,
        "moves": quota.moves,
        "soft": quota.soft,
        "clause": quota.clause,
        "reported": reported,
        "returned": returned,
        "owes": stand.owes,
        "left": left,
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
    return await owed_by(talk, talk.unit, track, entries, until=talk.facts.get("until", 0))


async def owed_by(talk: Talk, unit: Unit, track: Track, entries: Sequence[Entry], *, until: int = 0) -> dict[str, Any]:
    """The same for any unit, with its leave, its moved cap, and the works of the units under it where they count.

    `until`: until when the entry that is being mended may be handed in again (UTC microseconds, 0 for none).
    """
    where, quota = (talk.notice.id, track.key, unit.id), track.quota(unit.klass)
    leave = max(until, await talk.look(LeaveOf(*where)))
    below = await talk.look(BelowOf(*where)) if quota.counts == "below" else 0
    passed = await talk.look(RecommendedBy(*where)) if quota.counts == "recommended" else 0
    cap = await talk.look(CapOf(*where)) if quota.moves else None
    return owed(track, unit, entries, talk.now, leave=leave, below=below, recommended=passed, cap=cap)


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
