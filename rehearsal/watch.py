"""What is noted while a rehearsal goes on: what units owe day by day, whom a message did not reach, the stages."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.commands.outbox_words import KINDS, reason
from bot.reply import worded
from bot.wording import house_wording
from rehearsal.agenda import Agenda
from rehearsal.record import Moment, Owing, Unreached
from rehearsal.stage import Stage
from rules.audience import by_unit, reported
from rules.instants import from_micros, spoken
from rules.looks import UnitsOf
from rules.looks_steering import TalliesOf
from rules.notice import Notice
from storage.letters import outgoing_of
from storage.outbox import DEAD, HELD, UNKNOWN
from storage.tables import outbox, people
from storage.tallies import tallies_of
from storage.units import units_of

#: Days before the closing on which what is owed is noted, each at the hour of the closing.
_DAYS = 10
#: Characters of a message that did not arrive, for the report.
_BEGINNING = 60


class Watch:
    """The notes of one play."""

    def __init__(self, play: Stage) -> None:
        self._play = play
        self.owing: list[Owing] = []
        self.moments: list[Moment] = []
        self._unreached: dict[int, Unreached] = {}

    def plan(self, agenda: Agenda) -> None:
        """Note what is owed on each of the last days, and at the closing of every track."""
        instants = {
            track.closes - timedelta(days=day) for track in self._play.notice.entered for day in range(_DAYS + 1)
        }
        for at in sorted(instants):
            agenda.add(at, self.owed)

    def note(self, text: str) -> None:
        """Something happens now."""
        self.moments.append(Moment(self._play.clock.now(), text))

    async def owed(self) -> None:
        """What every unit that owes anything has handed in by now; and whom messages wait for."""
        notice, now = self._play.notice, self._play.clock.now()
        async with self._play.app.database.read() as connection:
            tallies = by_unit(await tallies_of(connection, TalliesOf(notice.id)))
            units = await units_of(connection, UnitsOf(notice.id))
        labels = {klass.key: klass.label for klass in notice.classes}
        for unit in units:
            for track in notice.entered:
                quota = track.quota(unit.klass)
                if quota.floor:
                    have = reported(quota, tallies.get((unit.id, track.key)))
                    self.owing.append(Owing(now, unit.name, labels.get(unit.klass, ""), track.label, quota.floor, have))
        await self.look_for_lost()

    async def look_for_lost(self) -> None:
        """Messages that wait for their reader, or that were given up."""
        columns = outbox.c.id, outbox.c.at, outbox.c.kind, outbox.c.body, outbox.c.why, outbox.c.address, people.c.name
        lost = (
            select(*columns)
            .select_from(outbox.join(people, people.c.id == outbox.c.person))
            .where(outbox.c.state.in_((HELD, DEAD, UNKNOWN)), outbox.c.kind != "reply", outbox.c.why != "superseded")
        )
        async with self._play.app.database.read() as connection:
            rows = (await connection.execute(lost)).all()
        for row in rows:
            # Worded now: what never went out was not put into words.
            ready = worded(outgoing_of(row.body), house_wording(), row.address.partition(":")[0])
            said = " ".join(self._play.read(ready).split())
            what = f"{KINDS.get(row.kind, row.kind)}：{said[:_BEGINNING]}{'……' if len(said) > _BEGINNING else ''}"
            at = from_micros(row.at).astimezone(self._play.clock.now().tzinfo)
            self._unreached.setdefault(row.id, Unreached(at, row.name, what, reason(row.why)))

    @property
    def unreached(self) -> tuple[Unreached, ...]:
        """Everybody whom a message did not reach in time, oldest first."""
        return tuple(sorted(self._unreached.values(), key=lambda each: (each.at, each.name)))

    def timeline(self, began: datetime, ended: datetime) -> tuple[Moment, ...]:
        """The notice's stages and what the office did, in order."""
        return tuple(sorted((*_stages(self._play.notice, began, ended), *self.moments), key=lambda each: each.at))


def _stages(notice: Notice, began: datetime, ended: datetime) -> list[Moment]:
    found = []
    for stage in notice.stages:
        if began <= stage.opens <= ended:
            found.append(Moment(stage.opens, f"“{stage.label}”开始（{stage.clause}）"))
        if began <= stage.closes <= ended:
            found.append(Moment(stage.closes, f"“{stage.label}”截止：{spoken(stage.ends)}（{stage.clause}）"))
    return found
