"""A campaign of three months as people live it: they join, report, withdraw, begin forms and leave them, want peace.

What is true at every moment is kept here in plain dictionaries, beside the database, so that a judge can say what the
program ought to do without asking any rule of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from bot.fakes import FakeClock
from rules.deeds_reminders import MuteReminders
from rules.instants import opening
from rules.notice import Notice
from storage.database import Database
from storage.tables import entries, sessions
from tests.reminders.town import ZONE, Town, us

OPENS, CLOSES = "2023-06-01", us("2023-08-31 00:00")
HOUR, DAY = 3_600_000_000, 86_400_000_000
CLASSES = ("county", "county", "zone", "member", "other")
#: Floors of the notice by class and track, written down once more: the judge does not ask the notice.
FLOORS = {
    "county": {"text": 2, "video": 2}, "zone": {"text": 1, "video": 1}, "member": {"text": 1, "video": 1},
    "other": {"text": 0, "video": 0},
}  # fmt: skip


class JumpingClock(FakeClock):
    """A clock that somebody sets to anything."""

    def set(self, to: datetime) -> None:
        """Show this instant from now on."""
        self._start = to


@dataclass
class Known:
    """What is true now: units with what they reported, who speaks for them since when, forms left unfinished."""

    klass: dict[int, str] = field(default_factory=dict)
    reported: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    seats: dict[int, dict[int, int]] = field(default_factory=dict)
    #: Conversation -> person, unit, when it was touched last.
    drafts: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    mutes: dict[int, int] = field(default_factory=dict)


def long_campaign(notice: Notice) -> Notice:
    """The notice with a collection of three months and an instant of its own."""
    stage = replace(notice.tracks[0].stage, opens=opening(OPENS, ZONE))
    own = (opening("2023-07-12 10:00", ZONE),)
    return replace(
        notice, tracks=tuple(replace(track, stage=stage) for track in notice.tracks),
        reminders=replace(notice.reminders, at=own),
    )  # fmt: skip


class Life:
    """People who do something at random, in the database and in `known` at once."""

    def __init__(self, database: Database, dice: Random) -> None:
        self.town, self.dice, self.known = Town(database, "weifang-2023", OPENS), dice, Known()
        self.clock = self.town.clock = JumpingClock(opening(OPENS, ZONE))
        self.town.notice = long_campaign(self.town.notice)

    @property
    def now(self) -> int:
        """What the clock shows, in UTC microseconds."""
        return self.town.now

    async def settle(self, units: int) -> None:
        """Everybody who is there from the beginning."""
        for number in range(units):
            klass = CLASSES[number % len(CLASSES)]
            unit = await self.town.unit(f"单位{number}", klass)
            self.known.klass[unit], self.known.reported[unit] = klass, {"text": [], "video": []}
            if number % 7:
                await self.join(unit)

    async def join(self, *of: int) -> None:
        """Somebody new takes seats."""
        person = await self.town.liaison(*of)
        self.known.seats[person] = dict.fromkeys(of, self.now)

    async def happen(self) -> None:
        """One thing that somebody does."""
        report, withdraw, draft = self._report, self._withdraw, (self._begin, self._touch, self._end)
        await self.dice.choice((report, report, withdraw, *draft, self._peace, self._join))()

    def _unit(self) -> int:
        return self.dice.choice(sorted(self.known.klass))

    async def _report(self) -> None:
        unit, track = self._unit(), self.dice.choice(("text", "video"))
        self.known.reported[unit][track].append(await self.town.entry(unit, track))

    async def _withdraw(self) -> None:
        unit, track = self._unit(), self.dice.choice(("text", "video"))
        if handed_in := self.known.reported[unit][track]:
            await self.town.change(entries, handed_in.pop(), state="withdrawn")

    async def _begin(self) -> None:
        person = self.dice.choice(sorted(self.known.seats))
        unit = next(iter(self.known.seats[person]))
        self.known.drafts[await self.town.draft(person)] = (person, unit, self.now)

    async def _touch(self) -> None:
        if self.known.drafts:
            draft = self.dice.choice(sorted(self.known.drafts))
            person, unit, _ = self.known.drafts[draft]
            self.known.drafts[draft] = (person, unit, self.now)
            await self.town.change(sessions, draft, touched=self.now)

    async def _end(self) -> None:
        if self.known.drafts:
            draft = self.dice.choice(sorted(self.known.drafts))
            del self.known.drafts[draft]
            await self.town.change(sessions, draft, state="done")

    async def _peace(self) -> None:
        person = self.dice.choice(sorted(self.known.seats))
        local = self.clock.now().astimezone(opening(OPENS, ZONE).tzinfo)
        tomorrow = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        until = us(f"{tomorrow:%Y-%m-%d}")
        self.known.mutes[person] = until
        await self.town.do(MuteReminders(person, self.town.notice.id, until))

    async def _join(self) -> None:
        if len(self.known.seats) < 2 * len(self.known.klass):
            units = self.dice.sample(sorted(self.known.klass), self.dice.choice((1, 1, 1, 2)))
            await self.join(*sorted(units))
