"""Reminders that a notice has moved, lost or crowded: worked out from the same calendar that reminds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.hurts.days import Deadline, deadlines
from rules.hurts.hurt import Hurt, setting
from rules.instants import from_micros, micros, spoken, spoken_span
from rules.notice import Notice
from rules.occasions import Calendar, Occasion
from rules.workdays import is_workday

#: A first reminder that leaves less than this comes too late to write, film or stamp anything.
LATE = timedelta(hours=24)
#: What the rules that a notice can put to rest are called.
_RULES = {
    "deadline": "截止前提醒还没有动手的单位", "floor": "提醒数量还没有报够的单位", "draft": "提醒没有填完的草稿",
    "scan": "提醒还差盖章扫描件", "returned": "提醒退回待改的作品", "task": "提醒该办的事",
    "screening": "提醒审核的人有作品在等",
}  # fmt: skip


def hurts(notice: Notice) -> Iterator[Hurt]:
    """What becomes of this notice's reminders."""
    calendar = Calendar(notice, {})
    occasions, doors = calendar.before_closings(), deadlines(notice)
    for door in doors:
        mine = [each for each in occasions if each.closes == micros(door.ends.first_late)]
        yield from _of_door(notice, door, mine)
    yield from _never(notice, occasions)
    yield from _crowded(notice, occasions, doors)
    if off := [name for name in notice.reminders.off if name in ("deadline", "floor", "returned", "task")]:
        yield Hurt(
            "hurt", "rules_off", notice.reminders.clause,
            f"有提醒关着：{'、'.join(_RULES[name] for name in off)}都不会发，忘了的人没有人叫。",
            f"off = {list(off)}", "确实不要的才关；其余请从 off 里删去。", setting(notice, "reminders.off"),
        )  # fmt: skip


def _of_door(notice: Notice, door: Deadline, mine: list[Occasion]) -> Iterator[Hurt]:
    if not mine:
        yield Hurt(
            "hurt", "no_reminder", door.clause,
            f"{door.label}以前一条提醒也没有，忘了的单位只能等着逾期。", door.ends.text,
            "写上截止前多久提醒，例如 before = [\"7 天\", \"1 天\", \"2 小时\"]。", "reminders.before",
        )  # fmt: skip
        return
    left = from_micros(mine[0].closes - mine[0].closes % 60_000_000) - from_micros(mine[0].moment)
    if left < LATE:
        yield Hurt(
            "hurt", "reminder_late", door.clause,
            f"{door.label}的第一条提醒离截止只有 {spoken_span(left)}，来不及写材料、盖章、改片。",
            f"{_told(notice, mine[0].moment)} 提醒，{door.ends.text} 截止",
            "加上更早的一次，例如 \"3 天\"；任务要早些公布（opens）。", "reminders.before",
        )  # fmt: skip
    if moved := [each for each in mine if _is_moved(notice, each)]:
        yield Hurt(
            "watch", "reminders_moved", door.clause,
            f"{door.label}前有 {len(moved)} 条提醒落在休息日，要改到别的日子才发，和前后的挤在一起。",
            "；".join(f"{_told(notice, each.nominal)} 改到 {_told(notice, each.moment)}" for each in moved),
            f"另写一个时刻，例如 at = [\"{_example(notice, door)}\"]。", "reminders.at",
        )  # fmt: skip


def _is_moved(notice: Notice, occasion: Occasion) -> bool:
    """Whether a reminder was meant for a day off."""
    meant = from_micros(occasion.nominal).astimezone(ZoneInfo(notice.zone))
    return bool(occasion.shifted) and notice.reminders.workdays and not is_workday(meant.date())


def _never(notice: Notice, occasions: list[Occasion]) -> Iterator[Hurt]:
    """Instants of the notice's own at which nothing is open, so that nobody is reminded."""
    meant = {each.nominal for each in occasions}
    for at in notice.reminders.at:
        if micros(at) not in meant:
            yield Hurt(
                "hurt", "reminder_never", notice.reminders.clause,
                "通知里另定的一次提醒发不出去：那时没有任何事在办理期内。", spoken(at),
                "改到征集或任务的办理期内，或删去。", "reminders.at",
            )  # fmt: skip


def _crowded(notice: Notice, occasions: list[Occasion], doors: tuple[Deadline, ...]) -> Iterator[Hurt]:
    """Days on which a unit of some class would get more than its daily most, so that the rest is not sent."""
    most = notice.reminders.most
    days: dict[tuple[date, ...], tuple[str, int]] = {}
    for klass in notice.classes:
        closings = _closings(notice, klass.key, enters=klass.enters)
        moments: dict[date, set[int]] = {}
        for each in occasions:
            if each.closes in closings:
                local = from_micros(each.moment).astimezone(ZoneInfo(notice.zone))
                moments.setdefault(local.date(), set()).add(each.moment)
        full = {day: len(times) for day, times in moments.items() if len(times) > most}
        if full:
            days.setdefault(tuple(full), (klass.label, max(full.values())))
    for full_days, (label, count) in days.items():
        told = "、".join(f"{day.month}月{day.day}日" for day in full_days)
        yield Hurt(
            "watch", "reminders_crowded", notice.reminders.clause,
            f"{told}一天里要提醒 {label} {count} 次，超过每天 {most} 条，后面的不发：最要紧的最后一条可能正在其中。",
            f"most = {most}", "减少 before 的次数，或调高 most。", "reminders.most",
        )  # fmt: skip


def _closings(notice: Notice, klass: str, *, enters: bool) -> set[int]:
    """What closes for units of a class."""
    tracks = {micros(track.closes) for track in notice.entered} if enters else set()
    tasks = {micros(end.first_late) for task in notice.tasks if task.concerns(klass) for end in (task.due, task.ends)}
    return tracks | tasks


def _told(notice: Notice, at: int) -> str:
    return spoken(from_micros(at).astimezone(ZoneInfo(notice.zone)))


def _example(notice: Notice, door: Deadline) -> str:
    """Three days before the closing, moved to a day and hour at which people are reminded."""
    at = datetime.combine(door.ends.day - timedelta(days=3), time(10), door.ends.first_late.tzinfo)
    return f"{notice.reminders.hours(notice.zone).next(at):%Y-%m-%d %H:%M}"
