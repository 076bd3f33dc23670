"""What a notice asks of people on days on which they are not at work, or after they went home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.hurts.hurt import Hurt, setting
from rules.instants import Closing, spoken_day
from rules.notice import Notice
from rules.stages import Stage
from rules.workdays import is_known, is_workday

#: Days off in a row from which on people are away, and not only at home.
HOLIDAY = 3
#: Days that are looked at before giving up.
_FAR = 20


@dataclass(frozen=True, slots=True)
class Deadline:
    """An end by which units must have done something, and where the file says so."""

    label: str
    ends: Closing
    place: str
    clause: str
    opens: datetime | None = None


def deadlines(notice: Notice) -> tuple[Deadline, ...]:
    """The ends of collecting and of tasks, each place of the file once."""
    found: dict[str, Deadline] = {}
    for track in notice.entered:
        stage = track.stage
        place = f"stage.{stage.key}.closes"
        found.setdefault(place, Deadline(f"{stage.label}截止", stage.ends, place, stage.clause, stage.opens))
    for task in notice.tasks:
        place = f"task.{task.key}.due"
        found[place] = Deadline(f"“{task.label}”截止", task.due, place, task.clause, task.opens)
        if task.told_by is not None:
            place = f"task.{task.key}.told_by"
            found[place] = Deadline(f"“{task.label}”报告截止", task.told_by, place, task.clause, task.opens)
    return tuple(found.values())


def hurts(notice: Notice) -> Iterator[Hurt]:
    """Deadlines and gatherings on days off, after a holiday and at night; years whose holidays are not known."""
    yield from _unknown(notice)
    for each in deadlines(notice):
        if not is_workday(each.ends.day):
            yield _day_off(notice, each)
        elif (away := days_off_before(each.ends.day)) >= HOLIDAY:
            yield _after_holiday(notice, each, away)
    for together in _by_closing(deadlines(notice)):
        yield from _at_night(notice, together)
    yield from _other_ends(notice)
    for meeting in notice.meetings:
        if not is_workday(meeting.at.date()):
            yield Hurt(
                "hurt", "meeting_off", meeting.clause,
                f"“{meeting.label}”定在{off(meeting.at.date())}，多数单位来不了人。",
                f"{spoken_day(meeting.at.date())}{meeting.at:%H:%M}，{meeting.place}",
                f"改到工作日，例如 {neighbours(meeting.at.date())}。", setting(notice, f"meeting.{meeting.key}.at"),
            )  # fmt: skip


def parts(notice: Notice) -> tuple[Stage, ...]:
    """The stages in their order, without any that holds all others."""
    inner = [
        each for each in notice.stages
        if len(notice.stages) < 2
        or not all(each.opens <= other.opens and other.closes <= each.closes for other in notice.stages)
    ]  # fmt: skip
    return tuple(sorted(inner, key=lambda each: (each.opens, each.closes)))


def off(day: date) -> str:
    """How a day off is called: 周末 or 节假日."""
    return "周末" if day.weekday() >= 5 else "节假日"


def neighbours(day: date) -> str:
    """The workdays next to a day, before and after it: 2024-04-26 或 2024-04-28."""
    found = [next((at for days in range(1, _FAR) if is_workday(at := day + step * days)), None) for step in _STEPS]
    return " 或 ".join(str(each) for each in found if each is not None)


_STEPS = (timedelta(days=-1), timedelta(days=1))


def days_off_before(day: date) -> int:
    """How many days off in a row lie just before a day."""
    return next((days for days in range(_FAR) if is_workday(day - timedelta(days=days + 1))), _FAR)


def workdays(opens: date, last: date) -> int:
    """Workdays from one day to another, both counted."""
    return sum(is_workday(opens + timedelta(days=days)) for days in range((last - opens).days + 1))


def _unknown(notice: Notice) -> Iterator[Hurt]:
    years = {day.year for stage in notice.stages for day in (stage.opens, stage.ends.day)}
    if unknown := sorted(year for year in years if not is_known(year)):
        told = "、".join(map(str, unknown))
        yield Hurt(
            "watch", "holidays_unknown", "",
            f"{told} 年的放假安排还不知道，下面的检查和提醒都只避开周末。", "放假安排一般在上一年 11 月公布",
            "公布以后请再检查一次。",
        )  # fmt: skip


def _day_off(notice: Notice, each: Deadline) -> Hurt:
    return Hurt(
        "hurt", "closing_off", each.clause,
        f"{each.label}在{off(each.ends.day)}：最后一天找不到人盖章，也没有人接咨询电话。",
        each.ends.text, f"改到工作日，例如 {neighbours(each.ends.day)}。", setting(notice, each.place),
    )  # fmt: skip


def _after_holiday(notice: Notice, each: Deadline, away: int) -> Hurt:
    return Hurt(
        "hurt", "closing_after_holiday", each.clause,
        f"{each.label}紧跟在 {away} 天假期后面：多数单位收假第一天才想起来，盖章、改片都来不及。",
        f"{each.ends.text}；{spoken_day(each.ends.day - timedelta(days=away))}起放假 {away} 天",
        "往后推三个工作日，或提前到放假以前。", setting(notice, each.place),
    )  # fmt: skip


def _by_closing(found: tuple[Deadline, ...]) -> list[list[Deadline]]:
    """Deadlines that end together."""
    closings: dict[datetime, list[Deadline]] = {}
    for each in found:
        closings.setdefault(each.ends.first_late, []).append(each)
    return list(closings.values())


def _at_night(notice: Notice, together: list[Deadline]) -> Iterator[Hurt]:
    """The last hours before a closing in which nobody may be reminded and nobody answers."""
    each, label = together[0], "、".join(one.label for one in together)
    quiet, ended = notice.reminders.quiet, each.ends.first_late - timedelta(seconds=1)
    if quiet is None or not quiet.holds(ended.time()):
        return
    begins = datetime.combine(ended.date(), quiet.begins, ended.tzinfo)
    begins = begins if begins <= ended else begins - timedelta(days=1)
    hours = (each.ends.first_late - begins) / timedelta(hours=1)
    yield Hurt(
        "watch", "closing_night", each.clause,
        f"{label}在夜里：最后 {hours:.2g} 小时在免打扰时段，程序不再提醒，联系人也已下班，而很多人偏在这时才报。",
        f"{each.ends.text}；免打扰 {quiet}",
        f"截止写成下班前（例如 {each.ends.day} {max(notice.close_of_work, '17:00')}），或安排人值守到截止。",
        setting(notice, each.place),
    )  # fmt: skip


def _other_ends(notice: Notice) -> Iterator[Hurt]:
    """Stages without anything to hand in that end on a day off: less hurts there."""
    mine = {each.place for each in deadlines(notice)}
    for stage in parts(notice):
        place = f"stage.{stage.key}.closes"
        if place not in mine and not is_workday(stage.ends.day) and not _is_for_all(notice, stage.key):
            yield Hurt(
                "watch", "stage_ends_off", stage.clause,
                f"“{stage.label}”在{off(stage.ends.day)}结束，那天要办的手续（汇总、公布、答复）没有人办。",
                stage.ends.text, f"改到工作日，例如 {neighbours(stage.ends.day)}。", setting(notice, place),
            )  # fmt: skip


def _is_for_all(notice: Notice, stage: str) -> bool:
    """Whether the public acts in a stage, for whom weekends are the best days."""
    rounds = notice.judging.rounds if notice.judging is not None else ()
    quiz = notice.quiz is not None and notice.quiz.stage.key == stage
    return quiz or [each.kind for each in rounds if each.stage == stage] == ["public"]
