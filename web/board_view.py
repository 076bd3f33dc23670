"""What the board's templates draw, worked out: bars of the charts, the ranking, how the program does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules.instants import from_micros, spoken, spoken_day, spoken_span
from rules.masking import masked_phones
from rules.notice import Notice
from rules.overview import Overview, Reached, Row
from rules.screening import chains_of
from web.board_matrix import STANDINGS, Matrix, Wanted, day
from web.board_quiz import bars_of, quiz_panel
from web.ports_board import Seen

Say = Callable[..., str]
#: Units in the ranking, and in the list of those to phone.
MOST_LAGGING, MOST_UNREACHED = 10, 20
#: Questions that drafts stand at, told one by one.
MOST_STEPS = 8
_GIGABYTE = 1 << 30
#: What becomes of an entry that waits at no level, in the order in which it is told.
_ENDS = ("through", "returned", "rejected")


class View:
    """The words and figures of one board. `say` gives a sentence of the page wording."""

    def __init__(self, seen: Seen, say: Say) -> None:
        self._seen, self._say = seen, say
        self._notice: Notice = seen.notice
        self._over: Overview = seen.overview
        self._zone = ZoneInfo(seen.notice.zone)

    def facts(self, wanted: Wanted) -> dict[str, Any]:
        """Everything that the page draws but the time."""
        return {
            "title": self._notice.short_title,
            "tracks": [self._track(place) for place in range(len(self._notice.tracks))],
            "funnel": self._funnel(),
            "screening": self._screening(),
            "shares": self._shares(),
            "days": self._days(),
            "lagging": [self._lag(row) for row in self._over.lagging[:MOST_LAGGING]],
            "owing": len(self._over.lagging),
            "steps": [{"label": step, "drafts": drafts} for step, drafts in self._over.steps[:MOST_STEPS]],
            "drafts": sum(drafts for _, drafts in self._over.steps),
            "returned": self._over.returned,
            "matrix": Matrix(self._over, self._zone).facts(wanted),
            "classes": [(klass.key, klass.label) for klass in self._notice.classes],
            "standings": [(name, self._say(f"overview.only_{name}")) for name in self._standings()],
            "wanted": wanted,
            "votes": self._votes(),
            "quiz": quiz_panel(self._notice, self._seen.quiz) if self._seen.quiz is not None else None,
            "health": self._health(),
            "unreached": self._unreached(),
        }

    def _standings(self) -> tuple[str, ...]:
        """Without tracks nobody can owe or begin anything."""
        return STANDINGS if self._notice.tracks else ("absent",)

    def time(self, now: datetime) -> dict[str, str]:
        """The time as the page shows it, and what is left until the closing."""
        local = now.astimezone(self._zone)
        closings = {track.closes for track in self._notice.tracks if now < track.closes}
        if closings:
            left = self._say("overview.left", span=spoken_span(min(closings) - now))
        else:
            left = self._say("overview.closed") if self._notice.tracks else ""
        return {"now": spoken(local.replace(second=0, microsecond=0)), "left": left}

    def _track(self, place: int) -> dict[str, Any]:
        track, cells = self._notice.tracks[place], [row.cells[place] for row in self._over.rows]
        return {
            "label": track.label,
            "entries": sum(cell.entries for cell in cells),
            "measure": track.measure,
            "owing": sum(cell.owes > 0 for cell in cells),
            "floor": any(cell.floor for cell in cells),
            "closes": track.closes_text,
            "place": place,
        }

    def _funnel(self) -> list[dict[str, Any]]:
        """The steps as far as this campaign has them: without tracks nothing can be begun."""
        whole = len(self._over.rows)
        last = Reached.COMPLETE if self._notice.tracks else Reached.JOINED
        return [
            {"label": self._say(f"overview.reached_{step.name.lower()}"), "units": units, "of": share(units, whole)}
            for step, units in self._over.funnel
            if step <= last
        ]

    def _screening(self) -> list[dict[str, Any]]:
        """The entries of each track by where screening has brought them, beginning with the level they wait at."""
        chains, groups = chains_of(self._notice), []
        for track in self._notice.tracks:
            if (found := self._seen.screening.get(track.key)) is None:
                continue
            waits = [
                (self._say("overview.waits_at", level=level.label), found.waiting.get(level.key, 0))
                for level in chains.of(track.key) if level.by != "unit"
            ]  # fmt: skip
            ends = [(self._say(f"overview.screen_{name}"), getattr(found, name)) for name in _ENDS]
            steps = [*waits, *ends]
            whole = sum(number for _, number in steps)
            rows = [{"label": label, "entries": number, "of": share(number, whole)} for label, number in steps]
            groups.append({"track": track.label, "steps": rows})
        return groups

    def _shares(self) -> list[dict[str, Any]]:
        """The classes of each track. `met` are the units that owe nothing; where no floor is, those that entered."""
        groups = []
        for track in self._notice.tracks:
            here = [each for each in self._over.shares if each.track == track.key]
            classes = [
                {"label": each.label, "met": each.met, "units": each.units, "entries": each.entries,
                 "floor": each.floor, "measure": track.measure, "of": share(each.met, each.units)}
                for each in here
            ]  # fmt: skip
            groups.append({"track": track.label, "classes": classes, "floor": any(each.floor for each in here)})
        return groups

    def _days(self) -> dict[str, Any]:
        """Bars in a box of so many units by 100; a day is 10 wide."""
        days = self._over.days
        most = max([each.total for each in days.bins], default=0)
        whole = max(len(days.bins), days.closing)
        bars = []
        for place, each in enumerate(days.bins):
            foot = 100.0
            for track, entries in enumerate(each.entries):
                high = 92 * entries / most if most else 0.0
                foot -= high
                if entries:
                    bars.append({"x": place * 10 + 1, "y": round(foot, 2), "high": round(high, 2), "track": track})
        return {
            "wide": whole * 10,
            "bars": bars,
            "closing": days.closing * 10 if days.closing else 0,
            "most": most,
            "weekly": days.length == 7,
            "first": spoken_day(days.bins[0].begins) if days.bins else "",
            "last": spoken_day(days.bins[0].begins + timedelta(days=whole * days.length - 1)) if days.bins else "",
            "table": [
                {"day": spoken_day(each.begins), "entries": each.entries} for each in days.bins if each.total
            ],
        }  # fmt: skip

    def _lag(self, row: Row) -> dict[str, Any]:
        return {
            "unit": row.unit.called,
            "label": row.label,
            "reached": self._say(f"overview.stands_{row.reached.name.lower()}"),
            "owes": [
                {"noun": track.noun, "owes": cell.owes, "measure": track.measure, "soft": cell.soft}
                for track, cell in zip(self._notice.tracks, row.cells, strict=True)
                if cell.owes
            ],
            "seen": day(row.seen, self._zone),
        }

    def _votes(self) -> list[dict[str, Any]]:
        """The public votes that have begun, each with a bar for every hour of the last day."""
        found = []
        for each in self._seen.votes:
            most, bars = max(each.hours, default=0), bars_of(each.hours)
            found.append({
                "label": each.label, "open": each.open, "given": each.given, "aside": each.aside, "bars": bars,
                "hour": each.hours[-1] if each.hours else 0, "day": sum(each.hours), "most": most,
                "wide": len(each.hours) * 10, "closes": each.closes,
            })  # fmt: skip
        return found

    def _health(self) -> dict[str, Any]:
        health, room = self._seen.health, self._seen.room
        return {
            "open": health.open,
            "oldest": self._moment(health.oldest_due),
            "lately": health.lately,
            "work": health.work,
            "unread": health.unread,
            "troubled": health.troubled,
            "troubles": [
                {"reference": each.reference, "at": self._moment(each.at), "flow": each.flow}
                for each in health.troubles
            ],
            "files": room.files,
            "bytes": size(room.bytes),
            "database": size(room.database) if room.database else "",
            "free": size(room.free),
            "full": share(room.total - room.free, room.total),
            "scarce": room.free < 5 * _GIGABYTE,
        }  # fmt: skip

    def _moment(self, at: int) -> str:
        return spoken(from_micros(at).astimezone(self._zone).replace(second=0, microsecond=0)) if at else ""

    def _unreached(self) -> dict[str, Any]:
        """Whom to phone; numbers are for those who phone, and stand in the chat's 联系不上."""
        missing = self._seen.health.unreached
        people = [each for each in missing if each.name]
        return {
            "people": len(people),
            "units": len(missing) - len(people),
            "some": [
                {"unit": each.unit, "name": each.name, "contacts": masked_phones(each.contacts)}
                for each in [*people, *(each for each in missing if not each.name)][:MOST_UNREACHED]
            ],
        }


def share(part: int, whole: int) -> int:
    """Hundredths, rounded down, so that only all of them are 100; 0 of nothing."""
    return part * 100 // whole if whole else 0


def size(count: int) -> str:
    """Bytes as people say them: 512 KB, 3.4 MB, 41.2 GB."""
    for unit, step in (("GB", _GIGABYTE), ("MB", 1 << 20)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{-(-count // 1024)} KB"
