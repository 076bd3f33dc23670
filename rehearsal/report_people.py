"""What each person wrote and was told: a page for each, and pages of many for a crowd such as the players of a quiz."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.outbox_words import KINDS
from rehearsal.record import OWN, REPLY, Line, Record, Rehearsed
from rules.instants import spoken_day

#: People of one role from which on they are a crowd, and share pages.
CROWD = 300
#: How many share one.
SHARED = 100
#: Ways that are worth a word: what came otherwise than into the chat itself.
_WAYS = {"customer": "客服消息", "template": "模板消息", "subscribe": "订阅通知", "mail": "邮件"}


class Chats:
    """All chats of a rehearsal, and on which page each is told."""

    def __init__(self, record: Record) -> None:
        self._title, self._zone = record.notice.short_title, ZoneInfo(record.notice.zone)
        roles = Counter(each.role for each in record.people)
        self._alone = [each for each in record.people if roles[each.role] <= CROWD]
        crowds = defaultdict[tuple[str, str], list[Rehearsed]](list)
        for each in record.people:
            if roles[each.role] > CROWD:
                crowds[each.role, each.habit].append(each)
        #: Pages of many by their role and habit.
        self._shared = {
            kind: [crowd[start : start + SHARED] for start in range(0, len(crowd), SHARED)]
            for kind, crowd in crowds.items()
        }
        self._places = self._placed()
        self._first = {
            each.name: f"{href}#p{place}" if len(page) > 1 else href
            for href, page in reversed(self._places) for place, each in reversed(list(enumerate(page, 1)))
        }  # fmt: skip

    def href(self, person: Rehearsed | None) -> str:
        """Where somebody's chat is, seen from the first page; "" for nobody."""
        return self._first[person.name] if person is not None else ""

    def groups(self) -> list[dict[str, Any]]:
        """Whoever has a page of their own, by role, as the first page lists them."""
        found = []
        for role in dict.fromkeys(each.role for each in self._alone):
            mine = [(each, f"people/{place:04}.html") for place, each in enumerate(self._alone, 1) if each.role == role]
            found.append({"role": role, "people": [self._listed(each, href) for each, href in mine]})
        return found

    def bundles(self) -> list[dict[str, Any]]:
        """Crowds by role and habit, with their pages."""
        hrefs = iter([href for href, _ in self._places[len(self._alone) :]])
        return [
            {"role": role, "habit": habit, "count": sum(map(len, pages)), "hrefs": [next(hrefs) for _ in pages]}
            for (role, habit), pages in self._shared.items()
        ]

    def pages(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every page of chats: its place in the folder, and what it draws."""
        places = self._places
        for number, (href, page) in enumerate(places):
            yield (
                href,
                {
                    "title": self._title,
                    "people": [self._chat(each) for each in page],
                    "before": places[number - 1][0].removeprefix("people/") if number else "",
                    "after": places[number + 1][0].removeprefix("people/") if number + 1 < len(places) else "",
                },
            )

    def _placed(self) -> list[tuple[str, Sequence[Rehearsed]]]:
        alone: list[tuple[str, Sequence[Rehearsed]]] = [
            (f"people/{place:04}.html", [each]) for place, each in enumerate(self._alone, 1)
        ]
        shared = chain.from_iterable(self._shared.values())
        return alone + [(f"people/more-{place:03}.html", page) for place, page in enumerate(shared, 1)]

    def _listed(self, person: Rehearsed, href: str) -> dict[str, Any]:
        return {"name": person.name, "unit": person.unit, "habit": person.habit, "href": href, **_counts(person)}

    def _chat(self, person: Rehearsed) -> dict[str, Any]:
        local = [(line.at.astimezone(self._zone), line) for line in person.lines]
        days = [
            {"day": f"{day.year}年{spoken_day(day)}", "short": f"{day.month}月{day.day}日",
             "lines": [_line(f"{at:%H:%M}", line) for at, line in mine]}
            for day, mine in groupby(local, key=lambda each: each[0].date())
        ]  # fmt: skip
        known = {"name": person.name, "address": person.address, "role": person.role, "unit": person.unit}
        return {**known, "habit": person.habit, "days": days, **_counts(person)}


def _counts(person: Rehearsed) -> dict[str, int]:
    own = sum(line.kind == OWN for line in person.lines)
    by_itself = sum(line.by_itself for line in person.lines)
    return {"own": own, "replies": len(person.lines) - own - by_itself, "by_itself": by_itself}


def _line(clock: str, line: Line) -> dict[str, Any]:
    """A line; what came without being asked for says so, and by which way."""
    kind = "" if line.kind in (OWN, REPLY) else KINDS.get(line.kind, line.kind)
    return {
        "clock": clock, "mine": line.kind == OWN, "kind": kind, "way": _WAYS.get(line.way, ""), "text": line.text,
        "buttons": line.buttons,
    }  # fmt: skip
