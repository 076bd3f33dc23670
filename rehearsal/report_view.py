"""The first page of the report, worked out: its head, what hurts, the time-line, who was unreachable, results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.wording import cited
from rehearsal.chats import called
from rehearsal.hurts import hurts
from rehearsal.record import OWN, Record
from rehearsal.report_load import load
from rehearsal.report_owing import matrices
from rehearsal.report_people import Chats
from rules.hurts.hurt import CALLED, ORDER, UNCLEAR, Hurt
from rules.instants import spoken_day, spoken_span


def overview(record: Record, chats: Chats, files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything that the first page draws."""
    zone, found = ZoneInfo(record.notice.zone), hurts(record)
    mine = [each for each in found if each.key != UNCLEAR]
    people = called(record, (each.name for each in record.unreached))
    return {
        "title": record.notice.short_title,
        "head": _head(record, zone),
        "faults": record.faults,
        "counts": [
            {"severity": one, "called": CALLED[one], "count": sum(each.severity == one for each in mine)}
            for one in ORDER
        ],
        "hurts": [_hurt(each) for each in mine],
        "unclear": [_hurt(each) for each in found if each.key == UNCLEAR],
        "assumed": record.assumed,
        "timeline": _days(((each.at, each.text) for each in record.timeline), zone),
        "load": load(record),
        "matrices": matrices(record),
        "unreached": [
            {"at": _moment(each.at, zone), "name": each.name, "what": each.what, "why": each.why,
             "href": chats.href(people.get(each.name))}
            for each in sorted(record.unreached, key=lambda one: one.at)
        ],
        "groups": chats.groups(),
        "bundles": chats.bundles(),
        "tables": record.results,
        "files": files,
    }  # fmt: skip


def _head(record: Record, zone: ZoneInfo) -> dict[str, Any]:
    lines = [line for person in record.people for line in person.lines]
    own = sum(line.kind == OWN for line in lines)
    return {
        "notice": record.notice.title, "id": record.notice.id, "seed": record.seed, "units": record.units,
        "people": len(record.people), "own": own, "told": len(lines) - own,
        "by_itself": sum(line.by_itself for line in lines),
        "began": f"{record.began.astimezone(zone).year}年{_moment(record.began, zone)}",
        "ended": f"{record.ended.astimezone(zone).year}年{_moment(record.ended, zone)}",
        "span": spoken_span(record.ended - record.began), "took": spoken_seconds(record.took),
    }  # fmt: skip


def spoken_seconds(seconds: float) -> str:
    """A time of the real clock: 12 分 5 秒."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def _hurt(each: Hurt) -> dict[str, str]:
    return {
        "severity": each.severity, "called": each.called, "what": each.what, "clause": cited(each.clause),
        "rests": each.rests, "mend": each.mend, "place": each.place,
    }  # fmt: skip


def _days(moments: Iterable[tuple[datetime, str]], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Points of the time-line by day."""
    local = sorted(((at.astimezone(zone), text) for at, text in moments), key=lambda each: each[0])
    return [
        {"day": spoken_day(day), "moments": [{"clock": f"{at:%H:%M}", "text": text} for at, text in mine]}
        for day, mine in groupby(local, key=lambda each: each[0].date())
    ]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{spoken_day(local.date())}{local:%H:%M}"
