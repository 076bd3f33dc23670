"""Says what ought to have been said, from what was true at the time, and compares it with what was.

Every page of people that the program worked off is looked at: whoever owed something then must have exactly one fate
for each thing, one message at most, by day and before the closing; whoever owed nothing must have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import chinese_calendar
from sqlalchemy import select

from rules.instants import from_micros, opening
from rules.occasions import BEFORE, DAILY, Calendar, Occasion
from storage.letters import outgoing_of
from storage.tables import outbox
from storage.tables_reminders import reminders, rounds
from tests.reminders.town import ZONE, us
from tests.reminders.world import CLOSES, DAY, FLOORS, HOUR, OPENS, Known, Life

_TZ = opening(OPENS, ZONE).tzinfo
Key = tuple[int, int, str, str]


@dataclass
class Verdict:
    """What is wrong, and how much there was to look at."""

    faults: list[str] = field(default_factory=list)
    pages: int = 0
    due: int = 0
    messages: int = 0
    dropped: int = 0
    left_out: int = 0

    @property
    def clean(self) -> bool:
        return not self.faults


class Judge:
    """Watches page by page, and looks at the whole at the end."""

    def __init__(self, life: Life) -> None:
        self.life, self.verdict = life, Verdict()
        #: Every reminder that was due: its key, with how many messages should carry it (0: dropped).
        self.due: dict[Key, str] = {}
        self.told: Counter[tuple[int, int]] = Counter()
        self.covered: Counter[tuple[str, int]] = Counter()

    def page(self, now: int, occasions: Sequence[Occasion], people: Sequence[int]) -> None:
        """A page of people was worked off and committed."""
        self.verdict.pages += 1
        for person in people:
            for occasion in occasions:
                self.covered[occasion.key, person] += 1
            owed = {key for occasion in occasions for key in self._owed(person, occasion, now)} - set(self.due)
            if not owed:
                continue
            local = from_micros(now).astimezone(_TZ)
            day = us(f"{local:%Y-%m-%d}")
            muted = now < self.life.known.mutes.get(person, 0) <= day + DAY
            quiet = muted or self.told[person, day] >= 2
            self.due |= dict.fromkeys(owed, "dropped" if quiet else "said")
            self.told[person, day] += not quiet
            if not 8 <= local.hour < 21:
                self.verdict.faults.append(f"{person} was reminded at {local}")
            if not chinese_calendar.is_workday(local.date()) and any(one.kind == DAILY for one in occasions):
                self.verdict.faults.append(f"{person} was reminded on a day off, {local}")

    def over(self, occasions: Sequence[Occasion]) -> None:
        """Occasions were worked off: everybody who is there must have been looked at."""
        left = [(one.key, person) for one in occasions for person in self.life.known.seats]
        missed = [each for each in left if not self.covered[each]]
        self.verdict.faults += [f"{person} was passed over at {key}" for key, person in missed]

    def _owed(self, person: int, occasion: Occasion, now: int) -> set[Key]:
        known, found = self.life.known, set[Key]()
        if now >= CLOSES:
            return found
        for unit, since in known.seats[person].items():
            drafts = [(draft, at) for draft, (whose, of, at) in known.drafts.items() if (whose, of) == (person, unit)]
            if occasion.kind == BEFORE and since <= occasion.moment:
                for rule, thing in _by_closing(known, unit, bool(drafts)):
                    found.add((occasion.nominal, person, rule, f"{thing}@{CLOSES}"))
                found |= {(occasion.nominal, person, "draft", f"{draft}@{CLOSES}") for draft, _ in drafts}
            elif occasion.kind == DAILY and not self._named_since(occasion.moment - 3 * DAY, occasion.moment):
                rested = {(at + 3 * DAY, person, "draft", f"{draft}") for draft, at in drafts}
                found |= {key for key in rested if key[0] <= occasion.moment}
        return found

    def _named_since(self, since: int, upto: int) -> bool:
        """Whether what rests was named before the closing, after an instant and up to another one."""
        return any(since < one.moment <= upto for one in Calendar(self.life.town.notice, {}).before_closings())

    async def end(self) -> Verdict:
        """The whole, after the closing."""
        verdict, database = self.verdict, self.life.town.database
        async with database.read() as connection:
            columns = (reminders.c.instant, reminders.c.person, reminders.c.rule, reminders.c.subject)
            rows = (await connection.execute(select(*columns, reminders.c.state, reminders.c.letter))).all()
            letters = (
                await connection.execute(
                    select(outbox.c.id, outbox.c.person, outbox.c.body).where(outbox.c.kind == "reminder")
                )
            ).all()
            held = (await connection.execute(select(rounds.c.nominal, rounds.c.kind, rounds.c.state))).all()
        written = Counter(tuple(row[:4]) for row in rows)
        verdict.due, verdict.messages = len(self.due), len(letters)
        verdict.dropped = sum(row.state == "dropped" for row in rows)
        verdict.left_out = sum(row.state == "left_out" for row in held)
        self._compare(written, rows)
        self._letters(rows, letters)
        self._occasions(held)
        return verdict

    def _compare(self, written: Counter[Any], rows: Sequence[Any]) -> None:
        faults = self.verdict.faults
        faults += [f"{key} was decided {count} times" for key, count in written.items() if count > 1]
        faults += [f"{key} was due and not decided" for key in self.due if key not in written]
        faults += [f"{key} was decided and not due" for key in written if key not in self.due]
        for row in rows:
            wanted = self.due.get(tuple(row[:4]), "")
            if wanted and (row.state == "dropped") != (wanted == "dropped"):
                faults.append(f"{tuple(row[:4])} was {row.state}, expected {wanted}")

    def _letters(self, rows: Sequence[Any], letters: Sequence[Any]) -> None:
        """Each message is carried by exactly one reminder, and says as many things as it has reminders for."""
        faults = self.verdict.faults
        carried = Counter(row.letter for row in rows if row.state == "sent")
        things: dict[int, set[tuple[str, str]]] = {}
        for row in rows:
            things.setdefault(row.letter, set()).add((row.rule, row.subject.partition("@")[0]))
        for letter in letters:
            if carried[letter.id] != 1:
                faults.append(f"message {letter.id} to {letter.person} is carried by {carried[letter.id]} reminders")
            said = outgoing_of(letter.body).said
            assert said is not None
            if said[0] == "remind.late":
                continue
            groups = [group for one in said[1]["closings"] for group in one.values() if isinstance(group, list)]
            if sum(map(len, groups)) != len(things.get(letter.id, ())):
                faults.append(f"message {letter.id} to {letter.person} says something else than is kept")

    def _occasions(self, held: Sequence[Any]) -> None:
        """No occasion before the closing was forgotten, and each was worked off for everybody who was there."""
        faults = self.verdict.faults
        meant = {CLOSES - ahead for ahead in (7 * DAY, 3 * DAY, DAY, 2 * HOUR)} | {us("2023-07-12 10:00")}
        found = {row.nominal for row in held if row.kind == BEFORE}
        faults += [f"the occasion of {from_micros(at) + timedelta(hours=8)} is {what}" for at, what in (
            *((at, "missing") for at in meant - found), *((at, "invented") for at in found - meant),
        )]  # fmt: skip
        faults += [f"{row.nominal} is still open" for row in held if row.state == "open"]
        faults += [f"{key} was worked off {count} times for {person}" for (key, person), count in self.covered.items()
                   if count > 1]  # fmt: skip


def _by_closing(known: Known, unit: int, drafts: bool) -> list[tuple[str, str]]:
    """What a unit owes by the closing."""
    counts = {track: len(of) for track, of in known.reported[unit].items()}
    floors = FLOORS[known.klass[unit]]
    if any(counts[track] < floors[track] for track in floors):
        return [("floor", f"{unit}/{CLOSES}")]
    if not any(floors.values()) and not any(counts.values()) and not drafts:
        return [("deadline", f"{unit}/{CLOSES}")]
    return []
