"""What the platform's refusals mean for a message, by their errcode (Getting_Started/Global_Return_Code)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handlers.post import Later, Left, Outcome, Shut, Wrong

#: The way is closed for this person for now: no window (45015), its messages used up (45047), the account or template
#: may not (48001, 48004, 50002, 40037, 43116; 47003: its fields do not fit), the person refused it (43101, 43107).
_SHUT = frozenset({45015, 45047, 48001, 48004, 50002, 40037, 43101, 43107, 43108, 43116, 47003})
#: The person does not follow (43004, 43005), is none of this account's (40003), or is on its black list (43019).
_LEFT = frozenset({43004, 43005, 40003, 43019})
#: Our own side must be mended: token, AppID, AppSecret, list of allowed addresses (40164).
_OURS = frozenset({40001, 40002, 40013, 40014, 40125, 40164, 41001, 41002, 41004, 42001, 50004})
BUSY, DAILY_QUOTA, TOO_FAST = -1, 45009, 45011
#: The platform counts days there.
_ZONE = ZoneInfo("Asia/Shanghai")
_BUSY_SECONDS, _FAST_SECONDS, _OURS_SECONDS = 5.0, 60.0, 60.0
#: Seconds after midnight, so that the platform has begun its new day.
_AFTER_MIDNIGHT = 60.0


def outcome_of(code: int, said: str, now: datetime) -> Outcome:
    """What becomes of a message that was refused with this errcode at this instant."""
    if code in _SHUT:
        return Shut(said)
    if code in _LEFT:
        return Left(said)
    if code == BUSY:
        return Later(_BUSY_SECONDS, said)
    if code == DAILY_QUOTA:
        return Later(_until_tomorrow(now), said, everybody=True)
    if code == TOO_FAST:
        return Later(_FAST_SECONDS, said, everybody=True)
    if code in _OURS:
        return Later(_OURS_SECONDS, said, everybody=True)
    return Wrong(said)


def _until_tomorrow(now: datetime) -> float:
    here = now.astimezone(_ZONE)
    midnight = datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), _ZONE)
    return (midnight - here).total_seconds() + _AFTER_MIDNIGHT
