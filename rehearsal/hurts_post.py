"""Messages that were too many, too late, or never arrived; and hours in which too much came at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rehearsal.chats import called, late_letters
from rehearsal.hurts_owing import MANY, SOME, listed, share
from rehearsal.owed import Owed, owed_by, played
from rehearsal.record import OWN, Line, Owing, Record, Rehearsed
from rules.hurts.hurt import Hurt, setting
from rules.instants import spoken_day, spoken_span
from rules.reminding import Reminding

#: What the program's messages of reminding are called.
REMINDER = "reminder"
#: Reminders within seven days that people bear.
WEEKLY = 5
#: What one process took in a minute beside other work, quiz and all, when it was measured last (docs/quiz.md).
MEASURED = 386 * 60
#: Days from which on what came late may have come too late.
TARDY = 2
#: Hundredths of all messages that may come on the last day of collecting without its being told.
RUSH = 30
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def hurts(record: Record) -> Iterator[Hurt]:
    """What became of reminders and other messages, and how much came when."""
    yield from _daily(record)
    yield from _weekly(record)
    yield from _first(record)
    yield from _unreached(record)
    yield from _tardy(record)
    yield from _peak(record)
    yield from _rush(record)


def _reminded(person: Rehearsed) -> list[datetime]:
    return [line.at for line in person.lines if line.kind == REMINDER]


def _daily(record: Record) -> Iterator[Hurt]:
    """People who got more on one day than the notice allows."""
    zone, most = ZoneInfo(record.notice.zone), record.notice.reminders.most
    worst: list[tuple[int, date, str]] = []
    for person in record.people:
        days = Counter(at.astimezone(zone).date() for at in _reminded(person))
        worst += [(count, day, person.name) for day, count in days.items() if count > most]
    if worst:
        count, day, name = max(worst)
        yield Hurt(
            "hurt", "reminded_daily", record.notice.reminders.clause,
            f"有人一天里收到 {count} 条提醒，超过每天 {most} 条，会嫌烦，把后面要紧的也关掉。",
            f"{len({who for _, _, who in worst})} 人；最多的是 {name}，{spoken_day(day)} {count} 条",
            "减少 before 里的次数。", "reminders.most",
        )  # fmt: skip


def _weekly(record: Record) -> Iterator[Hurt]:
    worst = {person.name: most for person in record.people if (most := _within_a_week(_reminded(person))) > WEEKLY}
    if not worst:
        return
    name = max(worst, key=lambda each: worst[each])
    percent = share(len(worst), len(record.people))
    yield Hurt(
        "hurt" if percent >= MANY else "watch", "reminded_weekly", record.notice.reminders.clause,
        f"{percent} % 的人七天里收到 {WEEKLY} 条以上提醒：同一件事催得太勤，容易被免打扰。",
        f"{len(worst)} 人；最多的是 {name}，七天 {worst[name]} 条", "减少 before 里的次数，或把 idle 放长。",
        setting(record.notice, "reminders.before"),
    )  # fmt: skip


def _within_a_week(moments: Sequence[datetime]) -> int:
    """The most of these instants that lie within seven days."""
    ordered, first, most = sorted(moments), 0, 0
    for place, at in enumerate(ordered):
        while at - ordered[first] >= _WEEK:
            first += 1
        most = max(most, place - first + 1)
    return most


def _first(record: Record) -> Iterator[Hurt]:
    """Units that had joined and owed when the last day began, and had not been reminded by then."""
    heard: dict[str, list[datetime]] = defaultdict(list)
    joined: dict[str, datetime] = {}
    for person in record.people:
        heard[person.unit] += _reminded(person)
        first = min((line.at for line in person.lines if line.kind == OWN), default=None)
        if first is not None:
            joined[person.unit] = min(first, joined.get(person.unit, first))
    things: dict[Owed, dict[str, Owing]] = defaultdict(dict)
    for each in sorted(played(record), key=lambda one: one.at):
        owed = owed_by(record.notice, each.track, "")
        if owed is not None and each.at <= owed.closes - _DAY:
            things[owed][each.unit] = each
    for owed, latest in things.items():
        begins = owed.closes - _DAY
        there = {unit for unit, at in joined.items() if at < begins}
        short = [unit for unit, each in latest.items() if each.have < each.floor and unit in there]
        late = [unit for unit in short if not any(_opened(owed, at) and at < begins for at in heard[unit])]
        if late and (percent := share(len(late), len(short))) >= SOME:
            yield Hurt(
                "hurt" if percent >= MANY else "watch", "reminded_late", record.notice.reminders.clause,
                f"欠着{owed.label}的单位里，{percent} % 到截止前 24 小时还没有收到过一条提醒，再催已来不及。",
                f"{len(short)} 家里 {len(late)} 家：{listed(late)}",
                _sooner(record.notice.reminders), "reminders.before",
            )  # fmt: skip


def _sooner(rule: Reminding) -> str:
    """What helps: reminders that go out earlier, or ways on which those that go out arrive."""
    if any(span > _DAY for span in rule.before):
        return "提醒排了却没有送到：请他们再绑定一个渠道（发“绑定”），配好订阅通知；或打电话。"
    return '加一次截止前几天的提醒，例如 before = ["7 天", "3 天", "1 天"]。'


def _opened(owed: Owed, at: datetime) -> bool:
    return owed.opens is None or at >= owed.opens


def _unreached(record: Record) -> Iterator[Hurt]:
    """People whom nothing reached that the program said by itself, after it failed for the first time."""
    failed: dict[str, datetime] = {}
    for each in sorted(record.unreached, key=lambda one: one.at):
        failed.setdefault(each.name, each.at)
    people = called(record, failed)
    never = {name for name, at in failed.items() if not _heard_again(people.get(name), at)}
    if never:
        percent = share(len(never), len(record.people))
        why = Counter(each.why for each in record.unreached if each.name in never)
        yield Hurt(
            "hurt" if percent >= SOME else "watch", "unreached", "",
            f"有 {len(never)} 人再也联系不上：提醒、退回、结果都送不到，要打电话。",
            f"{listed(never)}；原因：{'；'.join(f'{reason} {count} 次' for reason, count in why.most_common(3))}",
            "名单里填好电话和邮箱；请他们再绑定一个渠道（发“绑定”）。", "",
        )  # fmt: skip


def _heard_again(person: Rehearsed | None, since: datetime) -> bool:
    """Whether anything that the program said by itself came through to somebody later."""
    return person is not None and any(line.by_itself and line.at > since for line in person.lines)


def _tardy(record: Record) -> Iterator[Hurt]:
    """People who read what was meant for one day on another."""
    late = [(days, person.name) for person, days in late_letters(record) if days >= TARDY]
    if not late:
        return
    days, name = max(late)
    percent = share(len({who for _, who in late}), len(record.people))
    yield Hurt(
        "hurt" if percent >= MANY else "watch", "letters_late", "",
        f"{percent} % 的人有通知、提醒晚了 {TARDY} 天以上才看到：公众号里 48 小时没有来说话，就送不到。",
        f"{len(late)} 条，{listed(who for _, who in late)}；最久的 {name} 晚了 {days} 天",
        "配好订阅通知或模板消息；请他们再绑定一个渠道（发“绑定”），或登记邮箱。", "",
    )  # fmt: skip


def _peak(record: Record) -> Iterator[Hurt]:
    minutes = Counter(line.at.replace(second=0, microsecond=0) for line in _own(record))
    if not minutes:
        return
    minute, count = minutes.most_common(1)[0]
    if count > MEASURED:
        yield Hurt(
            "hurt", "load", "",
            f"最忙的一分钟来了 {count} 条消息，比测过的还多，答复会变慢。",
            f"{_spoken(record, minute)}；测过的是每分钟 {MEASURED} 条", "多开几个进程（serve --workers）。", "",
        )  # fmt: skip


def _rush(record: Record) -> Iterator[Hurt]:
    """The part of everything written while works were collected that came on the last day."""
    for stage in {track.stage.key: track.stage for track in record.notice.entered}.values():
        mine = [line.at for line in _own(record) if stage.opens <= line.at < stage.closes]
        last = sum(at >= stage.closes - _DAY for at in mine)
        percent = share(last, len(mine))
        if len(mine) > 1 and percent >= RUSH and stage.closes - stage.opens > 2 * _DAY:
            yield Hurt(
                "hurt" if percent >= 2 * RUSH else "watch", "rush", stage.clause,
                f"{stage.label}的消息有 {percent} % 挤在最后一天，咨询和盖章也会挤在那天。",
                f"{len(mine)} 条里 {last} 条，截止 {stage.closes_text}，共 {spoken_span(stage.closes - stage.opens)}",
                "截止那天安排人值守；提醒提前一些。", "reminders.before",
            )  # fmt: skip


def _own(record: Record) -> Iterator[Line]:
    return (line for person in record.people for line in person.lines if line.kind == OWN)


def _spoken(record: Record, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(record.notice.zone))
    return f"{spoken_day(local.date())}{local:%H:%M}"
