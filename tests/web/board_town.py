"""A campaign of invented units that behave as people do: early, late, never, with forms left half filled.

Each unit has a life that is drawn once; what is known of it at an instant follows from its life, so that the same town
can be looked at on several days.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from bot import campaigns
from bot.app import ROOT
from rules.figures import Arrivals, Figures, Health, Presence, Room, Tally, Trouble, Unfinished
from rules.instants import micros, opening
from rules.looks_contact import Unreached
from rules.notice import Notice
from rules.overview import overview
from rules.people import Unit
from web.ports import Seen

CAMPAIGN, ZONE = "xian-2024", "Asia/Shanghai"
#: The first weeks, the last days before the closing, and the morning after it.
DAYS = tuple(opening(day, ZONE) for day in ("2024-03-08 10:00", "2024-04-19 16:30", "2024-04-24 09:00"))
#: How many units of each class: like the real roster, and made up to eighty.
CLASSES = {"department": 48, "district": 20, "new_city": 1, "zone": 11}
_STEPS = ("案例题目", "案例主题", "案例内容 ② 创新举措", "案例特色或亮点", "联系电话", "作品简介")
_NAMES = {"department": "示例市第{}局", "district": "示例{}区", "new_city": "示例新城", "zone": "示例第{}开发区"}
_NUMERALS = "一二三四五六七八九十"
_HOUR = 3_600_000_000


@dataclass(slots=True)
class Life:
    """What becomes of one unit: instants, None for never."""

    unit: Unit
    invited: datetime | None = None
    joined: datetime | None = None
    people: int = 1
    begun: datetime | None = None
    step: str = ""
    entries: list[tuple[str, datetime]] = field(default_factory=list)


@cache
def notice() -> Notice:
    """The notice of the campaign."""
    return campaigns.load(ROOT / "campaigns", CAMPAIGN)


@cache
def lives(units: int = 80, seed: int = 7) -> tuple[Life, ...]:
    """The lives of so many units."""
    dice, found = random.Random(seed), []
    kinds = [klass for klass, count in CLASSES.items() for _ in range(count)]
    kinds = [kinds[place % len(kinds)] for place in range(units)]
    numbers: Counter[str] = Counter()
    for place, klass in enumerate(kinds, 1):
        numbers[klass] += 1
        name = _NAMES[klass].format(_numeral(numbers[klass]))
        found.append(_life(dice, Unit(place, CAMPAIGN, f"{name}（单位 {place}）", name, klass)))
    return tuple(found)


def _numeral(number: int) -> str:
    if number > 99:
        return f"{number}"
    tens, ones = divmod(number, 10)
    ten = f"{_NUMERALS[tens - 1] if tens > 1 else ''}十" if tens else ""
    return f"{ten}{_NUMERALS[ones - 1] if ones else ''}"


def _life(dice: random.Random, unit: Unit) -> Life:
    opens, closes = notice().tracks[0].opens, notice().tracks[0].closes
    life = Life(unit)
    if dice.random() < 0.03:
        return life  # forgotten when the invitations went out
    life.invited = opens + timedelta(hours=9 + dice.random() * 50)
    if dice.random() < 0.08:
        return life
    life.joined, life.people = life.invited + timedelta(hours=dice.expovariate(1 / 90)), dice.choice((1, 1, 1, 2, 3))
    eager = dice.random()
    wanted = {"department": 1, "district": 3, "new_city": 3, "zone": 3}[unit.klass]
    if eager < 0.12:
        return life
    # Work is spread over the time, with half of it in the last ten days.
    late = eager > 0.5
    for number in range(wanted + (1 if dice.random() < 0.15 else 0)):
        begin, span = (closes - timedelta(days=10), 10.0) if late else (life.joined, 40.0)
        at = begin + timedelta(days=min(dice.betavariate(2, 1.4), 0.999) * span)
        if at < closes and (number < wanted - 1 or dice.random() < 0.85):
            life.entries.append(("case", at))
    if dice.random() < 0.3:
        life.entries.append(("video", closes - timedelta(days=dice.random() * 20)))
    life.begun, life.step = life.joined + timedelta(days=dice.random() * 30), dice.choice(_STEPS)
    life.entries = [(track, at) for track, at in life.entries if at > life.joined]
    return life


def figures(at: datetime, units: int = 80) -> Figures:
    """What is known of the town at an instant."""
    here = lives(units)
    joined = [life for life in here if life.joined is not None and life.joined <= at]
    tallies: list[Tally] = []
    hours: Counter[tuple[str, int]] = Counter()
    for life in joined:
        for track in ("case", "video"):
            came = [when for kind, when in life.entries if kind == track and when <= at]
            hours.update((track, micros(when) // _HOUR) for when in came)
            if came:
                tallies.append(Tally(life.unit.id, track, "submitted", len(came), micros(max(came))))
    return Figures(
        members=tuple(life.unit for life in here),
        tallies=tuple(tallies),
        arrivals=tuple(Arrivals(track, hour, count) for (track, hour), count in sorted(hours.items())),
        unfinished=tuple(
            Unfinished(life.unit.id, life.step, 1, micros(life.begun))
            for life in joined
            if life.begun is not None and life.begun <= at and drafting(life, at)
        ),
        presences=tuple(Presence(life.unit.id, life.people, seen(life, at)) for life in joined),
        invited=frozenset(life.unit.id for life in here if life.invited is not None and life.invited <= at),
    )


def drafting(life: Life, at: datetime) -> bool:
    """Whether a form lies half filled: until the last work is in, and for ever where one is missing."""
    coming = [when for _, when in life.entries if when > at]
    return bool(coming) or not life.entries


def seen(life: Life, at: datetime) -> int:
    """When somebody wrote last."""
    moments = [life.joined, life.begun, *(when for _, when in life.entries)]
    return max((micros(when) for when in moments if when is not None and when <= at), default=0)


def town(at: datetime, units: int = 80, **changes: object) -> Seen:
    """The whole board of the town at an instant, with a program that has had its troubles."""
    known = figures(at, units)
    joined = {each.unit for each in known.presences}
    empty = [Unreached(life.unit.name, "", "not_joined", "张三 13800138000") for life in lives(units)
             if life.unit.id not in joined]  # fmt: skip
    health = Health(
        open={"due": 3, "held": 2},
        oldest_due=micros(at - timedelta(minutes=4)),
        lately={"sent": 412, "dead": 1, "unknown": 1},
        work={"done": 40, "waiting": 1},
        unread=1,
        troubled=1,
        troubles=(Trouble("K3F9", micros(at - timedelta(hours=5)), "enter"),),
        unreached=(
            Unreached("示例三区（单位 51）", "李老师", "window", "李四 029-86780000"),
            Unreached("示例市第九局（单位 9）", "王老师", "blocked", ""),
            *empty,
        ),
    )
    room = Room(126, 3_400_000_000, 41_000_000, 18_000_000_000, 60_000_000_000)
    return replace(Seen(notice(), overview(notice(), known, at), health, room), **changes)  # type: ignore[arg-type]
