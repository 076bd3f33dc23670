"""What the conversations of admins share: which track, until when, why, and what is said when somebody was faster."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.talk.fields import OneOf, Option, Typed
from bot.talk.lines import Line
from bot.talk.replay import Talk
from rules.deeds import Declined
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import Closing, UnreadableInstant, closing, from_micros, micros, spoken, spoken_day
from rules.people import Role
from rules.upcoming import written

ADMIN = frozenset({Role.ADMIN})
MOST_REASON = 100
#: The option for every track at once.
ALL = "*"


async def which_track(talk: Talk, text: Line, *, all_label: str = "") -> str:
    """The key of one track, asked where there is a choice; with `all_label`, "" stands for every one of them."""
    tracks = tuple(Option(track.key, track.label) for track in talk.notice.tracks)
    if len(tracks) == 1:
        return tracks[0].code
    every = (Option(ALL, all_label),) if all_label else ()
    picked = await talk.ask("track", OneOf(text=text, options=(*every, *tracks)))
    return "" if picked == ALL else str(picked)


def labels(talk: Talk, track: str) -> str:
    """What a track is called, or all of them."""
    return talk.notice.track(track).label if track else "、".join(each.label for each in talk.notice.tracks)


def until(text: Line, talk: Talk, example: str) -> Typed:
    """A question for the end of something, as a date with or without a clock, or a day of the week."""
    return Typed(text=text, read=lambda typed: read_until(talk, typed, example))


def read_until(talk: Talk, typed: str, example: str) -> Read:
    """An end that lies ahead, in the form in which it is kept."""
    local = talk.now.astimezone(talk.notice.stages[0].opens.tzinfo)
    plain = written(typed, local.date())
    try:
        ends = closing(plain, talk.notice.zone)
    except UnreadableInstant:
        return Faulty((Fault("admin.until_unreadable", {"typed": typed.strip()[:40], "example": example}),))
    if ends.first_late <= talk.now + timedelta(minutes=1):
        return Faulty((Fault("admin.until_past", {"until": spoken(ends)}),))
    return Value(plain)


def reason(text: Line, skip: str = "") -> Typed:
    """A question for a reason, which stays on record."""
    return Typed(text=text, read=read_reason, skip=skip)


def read_reason(typed: str) -> Read:
    """A reason in one line."""
    words = " ".join(typed.split())
    if len(words) > MOST_REASON:
        return Faulty((Fault("admin.reason_long", {"count": len(words), "limit": MOST_REASON}),))
    return Value(words)


def ends_at(talk: Talk, kept: str) -> Closing:
    """A kept end, as `until` keeps it."""
    return closing(kept, talk.notice.zone)


def spoken_late(first_late: datetime, now: datetime) -> str:
    """The last moment before an instant, as people say it: 4月25日（周四）24:00."""
    last, today = first_late - timedelta(seconds=1), now.date()
    if (last.hour, last.minute, last.second) == (23, 59, 59):
        return f"{spoken_day(last.date(), today=today)}24:00"
    return spoken(last, today=today)


def told(talk: Talk, instant: int) -> str:
    """The last moment before an instant (UTC microseconds), as people say it."""
    zone = ZoneInfo(talk.notice.zone)
    return spoken_late(from_micros(instant).astimezone(zone), talk.now.astimezone(zone))


def say_declined(talk: Talk, declined: Declined) -> None:
    """Say why a deed was not done."""
    talk.say(declined.why, **declined.facts)
    talk.offer("菜单")


def late(ends: Closing) -> int:
    """The first late instant in UTC microseconds."""
    return micros(ends.first_late)
