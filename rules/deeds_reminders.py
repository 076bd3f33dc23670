"""What a flow may have done about reminders: peace for a day, a task done, a colleague invited, a reminder by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Deed, Done, Invited


@dataclass(frozen=True, slots=True)
class MuteReminders(Deed):
    """Leave a person in peace until an instant (UTC microseconds), the end of their day: more is not given."""

    result = Done
    person: int
    campaign: str
    until: int


@dataclass(frozen=True, slots=True)
class Fulfil(Deed):
    """Note that a unit has done a task of the notice, so that nobody is reminded of it. Done twice is done once."""

    result = Done
    campaign: str
    unit: int
    task: str
    person: int


@dataclass(frozen=True, slots=True)
class InviteColleague(Deed):
    """Let a liaison invite one colleague of the same unit. Declined: no seat any more, or an invitation still open.

    The kept result leaves the code out, as with `Invite`.
    """

    result = Invited
    campaign: str
    unit: int
    by: int
    days: int = 14

    @staticmethod
    def dump(result: Invited) -> dict[str, object]:
        return {"code": "", "expires": result.expires}


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder by hand is under way; `round` names it."""

    round: str


@dataclass(frozen=True, slots=True)
class RemindNow(AdminDeed):
    """Remind the liaisons of these units (none named: of all) of what they owe, now, whatever the hour.

    Whoever owes nothing hears nothing; whoever asked for peace today keeps it. The reminders go out right after this.
    """

    command = "remind"
    result = Reminding
    campaign: str
    units: tuple[int, ...]
    by: int

    def told(self) -> dict[str, Any]:
        return {"units": list(self.units)}
