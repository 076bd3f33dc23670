"""Rules that many run against, caps that refuse, returned works with no time left, packets that are gone too soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from rehearsal.chats import CAP, LATE, RULE, Refused, packets_gone, refusals, returns
from rehearsal.hurts_owing import MANY, listed, share
from rehearsal.record import Record
from rules.hurts.hurt import Hurt, setting
from rules.instants import spoken, spoken_span

#: People from which on a rule is hard, and not one of them careless; and hundredths of all who entered something.
HARD, HARD_SHARE = 3, 10
#: What a work that was sent back takes at least.
MENDING = timedelta(hours=24)
#: A quiz whose packets are gone within this has nothing to give on its other days.
FIRST_DAY = timedelta(hours=24)


def hurts(record: Record) -> Iterator[Hurt]:
    """What works and players met."""
    found = list(refusals(record))
    yield from _hard(record, [each for each in found if each.kind == RULE])
    yield from _capped([each for each in found if each.kind == CAP])
    yield from _late(record, [each for each in found if each.kind == LATE])
    yield from _returned(record)
    yield from _packets(record)


def _hard(record: Record, found: list[Refused]) -> Iterator[Hurt]:
    """A rule that many broke: what it asks is not what people have."""
    entering = {person.name for person in record.people if person.unit}
    groups: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for each in found:
        groups[each.rule, each.clause].append(each)
    for (rule, clause), mine in sorted(groups.items(), key=lambda one: -len(one[1])):
        names = {each.name for each in mine}
        percent = share(len(names), len(entering))
        if len(names) >= HARD and percent >= HARD_SHARE:
            yield Hurt(
                "hurt" if percent >= MANY else "watch", "rule_hard", clause,
                f"“{rule}”这一条难住了很多人：{percent} % 的报送人至少被退过一次，要重做。",
                f"{len(names)} 人共 {len(mine)} 次：{listed(each.unit or each.name for each in mine)}",
                "通知里写得更醒目，附一份样例；真的不必要，就放宽为提醒（warn）。", "",
            )  # fmt: skip


def _capped(found: list[Refused]) -> Iterator[Hurt]:
    groups: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for each in found:
        groups[each.rule, each.clause].append(each)
    for (rule, clause), mine in groups.items():
        units = {each.unit or each.name for each in mine}
        yield Hurt(
            "hurt" if len(units) >= HARD else "watch", "cap_refused", clause,
            f"有 {len(units)} 家单位已报满 {rule}，还想再报，被挡在外面：白做了，会来要名额。",
            f"{len(mine)} 次：{listed(units)}", "提高上限，或写明怎样申请增加名额（moves = true）。", "",
        )  # fmt: skip


def _late(record: Record, found: list[Refused]) -> Iterator[Hurt]:
    if not found:
        return
    units = {each.unit or each.name for each in found}
    track = next((each for each in record.notice.entered if found[0].rule in (each.label, each.stage.label)), None)
    closes = track.closes if track is not None else max((each.closes for each in record.notice.entered), default=None)
    first = min(each.at for each in found)
    after = f"，最早的晚了 {spoken_span(first - closes)}" if closes is not None and first > closes else ""
    yield Hurt(
        "hurt" if len(units) >= HARD else "watch", "too_late", track.clause if track is not None else "",
        f"有 {len(units)} 家单位截止以后才来报，没有收下，会来求情。",
        f"{len(found)} 次{after}：{listed(units)}", "事先说好准不准补报、找谁；最后一条提醒提前一些。",
        "reminders.before",
    )  # fmt: skip


def _returned(record: Record) -> Iterator[Hurt]:
    """Works that were sent back with less time than mending and stamping take."""
    mine = list(returns(record))
    hasty = [each for each in mine if each.until - each.at < MENDING]
    if not hasty:
        return
    worst = min(hasty, key=lambda each: each.until - each.at)
    yield Hurt(
        "hurt" if len(hasty) >= HARD else "watch", "returned_late", "",
        f"有 {len(hasty)} 件作品退回时只剩不到一天修改：要改稿、重新盖章，来不及。",
        f"退回 {len(mine)} 件；最急的 {worst.number} 只有 {spoken_span(worst.until - worst.at)}"
        f"（{listed(each.unit or each.name for each in hasty)}）",
        "初筛期留长一些，退回时至少给两个工作日。", "",
    )  # fmt: skip


def _packets(record: Record) -> Iterator[Hurt]:
    gone, quiz = packets_gone(record), record.notice.quiz
    if gone is None or quiz is None or gone >= quiz.stage.closes:
        return
    since, left = gone - quiz.stage.opens, quiz.stage.closes - gone
    yield Hurt(
        "hurt" if since < FIRST_DAY or since < left else "watch", "packets_gone", quiz.packets.clause,
        f"红包在开始后 {spoken_span(since)} 就发完了，后面 {spoken_span(left)} 的人答对也没有。",
        f"{spoken(gone.astimezone(ZoneInfo(record.notice.zone)).replace(microsecond=0))} 有人第一次被告知已领完",
        "加红包、减小金额，或改为按概率抽取（draw），让几天里都有。", setting(record.notice, "quiz.packets.chance"),
    )  # fmt: skip
