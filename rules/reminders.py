"""Who is to be reminded of what: from what is stored about a liaison's units to single reminders, rule by rule.

Each rule speaks only to those who still owe something, and falls silent once it is done. One reminder is one rule for
one thing at one instant; `rules/reminder_message.py` merges those of one person into one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from rules.instants import micros
from rules.notice import Notice
from rules.occasions import BEFORE, DAILY, Calendar, Occasion
from rules.quota import Quota, counted
from rules.reminded_tasks import has_done, task_told
from rules.reminding import RULES
from rules.stages import Task
from rules.tracks import Track

_MICRO = timedelta(microseconds=1)
#: Microseconds for which a form must have been left alone before its reader is told that it is unfinished.
RESTING = 3_600_000_000


# Not frozen, nor the four below: one or several are made for every unit, and freezing doubles what that costs.
@dataclass(slots=True)
class Draft:
    """A form that somebody began: its conversation, how it is called, where it stands, when it was touched last.

    `scan`: all is filled in and only the stamped form is missing. `active`: it is the conversation under way. `track`:
    what it is a work of, "" where that is not known or makes no difference.
    """

    session: int
    title: str
    step: str
    touched: int
    scan: bool = False
    active: bool = False
    track: str = ""


@dataclass(slots=True)
class Returned:
    """An entry that was sent back to its unit, when, and until when it is wanted (first late instant, 0: unsaid)."""

    entry: int
    number: str
    title: str
    track: str
    at: int
    until: int = 0


@dataclass(slots=True)
class Place:
    """One unit as one of its liaisons speaks for it (`seat`), since an instant.

    `reported` counts the entries in force by track, `below` those of the units under it; `leaves` are first late
    instants by track; `done` the tasks that it said are done; `handed` by task how many people each report counts.
    """

    unit: int
    name: str
    klass: str
    seat: int
    since: int
    reported: Mapping[str, int] = field(default_factory=dict)
    below: Mapping[str, int] = field(default_factory=dict)
    leaves: Mapping[str, int] = field(default_factory=dict)
    returned: Sequence[Returned] = ()
    drafts: Sequence[Draft] = ()
    done: Set[str] = frozenset()
    handed: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """A liaison: where they are written to, whether they asked for peace, how many reminders they had today."""

    person: int
    address: str
    muted: bool = False
    today: int = 0
    places: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """One reminder: its rule, the unit, what it is about (`thing`), its instant, the closing it comes before.

    `thing` is a unit's number and a closing or a task, a conversation's number for a draft, an entry's for a returned
    one. `rested` says that it is told of because it rested so long. `facts` are what its sentence needs.
    """

    rule: str
    unit: int
    name: str
    thing: str
    instant: int
    closes: int
    facts: Mapping[str, Any]
    rested: bool = False

    @property
    def subject(self) -> str:
        """What makes it unique, together with its campaign, rule, instant and person."""
        return self.thing if self.rested else f"{self.thing}@{self.closes}"


@dataclass(slots=True)
class Closing:
    """The tracks that close together for a unit, and those among them that have a floor, with their quotas."""

    tracks: list[tuple[Track, Quota]]
    floors: list[tuple[Track, Quota]]


class Rules:
    """The rules of one campaign. `items` gives what one place owes at an occasion, nothing when it owes nothing."""

    def __init__(self, notice: Notice, calendar: Calendar) -> None:
        self._calendar = calendar
        self._on = set(RULES) - set(notice.reminders.off)
        self._idle = None if notice.reminders.idle is None else notice.reminders.idle // _MICRO
        self._closes = {track.key: micros(track.closes) for track in notice.entered}
        self._opens = {track.key: micros(track.opens) for track in notice.entered}
        self._enters = {klass.key for klass in notice.classes if klass.enters}
        self._quotas: dict[str, list[tuple[Track, Quota]]] = {
            klass.key: [(track, track.quota(klass.key)) for track in notice.entered] for klass in notice.classes
        }
        #: By class and closing, for units without a leave.
        self._closings: dict[tuple[str, int], Closing] = {}
        self._tasks: dict[int, list[Task]] = {}
        #: From when on it is known how many people answered the quiz.
        self._counted = micros(notice.quiz.stage.closes) if notice.quiz is not None else 0
        for task in notice.tasks:
            for closes in {micros(task.due.first_late), micros(task.ends.first_late)}:
                self._tasks.setdefault(closes, []).append(task)

    def items(self, place: Place, occasion: Occasion, now: int) -> list[Item]:
        """What a place is to be reminded of at an occasion, as things stand at `now`."""
        if occasion.kind == BEFORE:
            # Whoever came after the moment has just been told everything by their welcome.
            if place.since > occasion.moment or now >= occasion.closes:
                return []
            return self._before(place, occasion.closes, occasion.nominal, now)
        if occasion.kind == DAILY:
            return list(self._rested(place, occasion.moment, now))
        return list(self.owed(place, occasion.nominal, now))

    def owed(self, place: Place, instant: int, now: int) -> Iterator[Item]:
        """Everything that a place owes now, closing by closing, each thing once."""
        told: set[tuple[str, str]] = set()
        for door in self._calendar.open_doors(now):
            for item in self._before(place, door.closes, instant, now):
                if (thing := (item.rule, item.thing)) not in told:
                    told.add(thing)
                    yield item

    def silence(self, place: Place, rule: str, now: int) -> str:
        """Why a rule that found nothing is silent about a place, as a word.

        "off", "closed", "no_floor", "met", "has_floor", "begun", "not_entering", "resting" or "none".
        """
        if rule not in self._on:
            return "off"
        tracks = [pair for pair in self._quotas.get(place.klass, ()) if self.closing_of(place, pair[0].key) > now]
        floors = any(quota.floor for _, quota in tracks)
        match rule:
            case "floor":
                return "closed" if not tracks else "met" if floors else "no_floor"
            case "deadline":
                silent = "not_entering" if place.klass not in self._enters else "begun"
                return "closed" if not tracks else "has_floor" if floors else silent
            case "draft" | "scan":
                mine = [draft for draft in place.drafts if draft.scan == (rule == "scan")]
                return "none" if not mine else "resting" if tracks else "closed"
            case _:
                return "none"

    def _before(self, place: Place, closes: int, instant: int, now: int) -> list[Item]:
        """What is owed by one closing."""
        closing = self._closing(place, closes)
        found: list[Item] = []
        if tracks := closing.tracks:
            found += self._short(place, closing, closes, instant)
            for draft in place.drafts:
                if not draft.track or any(track.key == draft.track for track, _ in tracks):
                    found += self._unfinished(place, draft, closes, now, instant)
            if place.returned and "returned" in self._on:
                keys = {track.key for track, _ in tracks}
                found += [_returned(place, back, instant, closes) for back in place.returned if back.track in keys]
        if tasks := self._tasks.get(closes):
            found += self._unfulfilled(place, tasks, closes, instant)
        return found

    def _unfulfilled(self, place: Place, tasks: Sequence[Task], closes: int, instant: int) -> Iterator[Item]:
        """The tasks among these that a place has not done."""
        for task in tasks if "task" in self._on else ():
            owed = task.concerns(place.klass) and not has_done(task, place.done, place.handed)
            if owed and (facts := task_told(task, closes, instant, self._counted)) is not None:
                yield Item("task", place.unit, place.name, f"{place.unit}/{task.key}", instant, closes, facts)

    def _closing(self, place: Place, closes: int) -> Closing:
        """What closes at an instant for this unit, by the notice or by its own leave."""
        key = (place.klass, closes)
        if not place.leaves and (known := self._closings.get(key)) is not None:
            return known
        tracks = [pair for pair in self._quotas.get(place.klass, ()) if self.closing_of(place, pair[0].key) == closes]
        found = Closing(tracks, [pair for pair in tracks if pair[1].floor])
        if not place.leaves:
            self._closings[key] = found
        return found

    def closing_of(self, place: Place, track: str) -> int:
        """The first late instant of a track for this unit."""
        return max(self._closes[track], place.leaves.get(track, 0))

    def _short(self, place: Place, closing: Closing, closes: int, instant: int) -> tuple[Item, ...]:
        """The works that a place must still report, or that it has begun none where nothing is asked by number."""
        lacking: list[dict[str, Any]] = []
        facts: dict[str, Any]
        for track, quota in closing.floors:
            own = place.reported.get(track.key, 0)
            reported = own if not place.below else counted(quota, own, own + place.below.get(track.key, 0))
            if reported < quota.floor:
                lacking.append(_owed(place, track, quota, reported))
        if lacking:
            rule, facts = "floor", {"owes": lacking}
        elif not closing.floors and self._is_silent(place):
            rule, facts = "deadline", {"labels": [track.label for track, _ in closing.tracks]}
        else:
            return ()
        if rule not in self._on:
            return ()
        return (Item(rule, place.unit, place.name, f"{place.unit}/{closes}", instant, closes, facts),)

    def _is_silent(self, place: Place) -> bool:
        """Whether a unit that enters works itself has begun nothing at all, nor has anybody under it."""
        begun = place.returned or place.drafts or any(place.reported.values()) or any(place.below.values())
        return not begun and place.klass in self._enters

    def _unfinished(
        self, place: Place, draft: Draft, closes: int, now: int, instant: int, *, rested: bool = False
    ) -> Iterator[Item]:
        """A draft of a place, unless somebody is at it; with `rested` at `instant` after it was touched last."""
        rule = "scan" if draft.scan else "draft"
        if rule in self._on and not (draft.active and now - draft.touched < RESTING):
            at = draft.touched + instant if rested else instant
            facts = {"title": draft.title, "step": draft.step}
            yield Item(rule, place.unit, place.name, str(draft.session), at, closes, facts, rested)

    def _rested(self, place: Place, moment: int, now: int) -> Iterator[Item]:
        """What rested for the notice's `idle` by the daily look, while its track is open, and was not told of since."""
        if (idle := self._idle) is None or not (place.drafts or place.returned):
            return
        closings = {track: self.closing_of(place, track) for track in self._closes if self._opens[track] <= now}
        last = max(closings.values(), default=0)
        for draft in place.drafts:
            if (closes := closings.get(draft.track, last)) > now and self._is_due(draft.touched, idle, moment, closes):
                yield from self._unfinished(place, draft, closes, now, idle, rested=True)
        for back in place.returned if "returned" in self._on else ():
            if (closes := closings.get(back.track, 0)) > now and self._is_due(back.at, idle, moment, closes):
                yield _returned(place, back, back.at + idle, closes, rested=True)

    def _is_due(self, touched: int, idle: int, moment: int, closes: int) -> bool:
        """Whether something rested for `idle`, and no reminder before its closing named it in that time."""
        told = any(moment - idle < at <= moment for at in self._moments.get(closes, ()))
        return touched + idle <= moment and not told

    @cached_property
    def _moments(self) -> dict[int, list[int]]:
        """When is reminded before each closing."""
        found: dict[int, list[int]] = {}
        for occasion in self._calendar.before_closings():
            found.setdefault(occasion.closes, []).append(occasion.moment)
        return found


def _owed(place: Place, track: Track, quota: Quota, reported: int) -> dict[str, Any]:
    return {
        "noun": track.noun, "measure": track.measure, "owes": quota.floor - reported, "floor": quota.floor,
        "reported": reported, "soft": quota.soft, "clause": quota.clause,
        "returned": sum(back.track == track.key for back in place.returned),
    }  # fmt: skip


def _returned(place: Place, back: Returned, instant: int, closes: int, *, rested: bool = False) -> Item:
    facts = {"number": back.number, "title": back.title, "until": back.until}
    return Item("returned", place.unit, place.name, str(back.entry), instant, closes, facts, rested)


def all_items(rules: Rules, reader: Reader, occasions: Iterable[Occasion], now: int) -> list[Item]:
    """What somebody is to be reminded of at these occasions, for all units they speak for."""
    return [item for occasion in occasions for place in reader.places for item in rules.items(place, occasion, now)]
