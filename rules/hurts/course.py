"""The course of a campaign: stages that leave days out or lie over each other, and time that is too short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from rules.hurts.days import deadlines, parts, workdays
from rules.hurts.hurt import Hurt, setting
from rules.instants import read_date, spoken, spoken_day
from rules.notice import Notice
from rules.stages import Stage

#: Workdays that writing, stamping and (with a film) filming take at least, that screening takes, and that a task takes.
WRITING, FILMING, SCREENING, TASK = 5, 10, 3, 2
_DAY = timedelta(days=1)


def hurts(notice: Notice) -> Iterator[Hurt]:
    """Gaps, overlaps, and periods too short."""
    stages = parts(notice)
    for place, after in enumerate(stages[1:], 1):
        latest = max(stages[:place], key=lambda each: each.closes)
        yield from _gap(notice, latest, after) if after.opens > latest.closes else _overlap(notice, latest, after)
    yield from _too_short(notice)
    yield from _screening(notice)
    yield from _before_issue(notice)


def _gap(notice: Notice, before: Stage, after: Stage) -> Iterator[Hurt]:
    if after.opens - before.closes < _DAY:
        return
    days = (after.opens - before.closes) // _DAY
    yield Hurt(
        "watch", "gap", after.clause,
        f"“{before.label}”结束到“{after.label}”开始之间空着 {days} 天，通知没有说做什么，单位会来问。",
        f"{before.ends.text} 至 {spoken(after.opens)}", "把两个阶段接上，或写明这几天做什么（例如初筛）。",
        setting(notice, f"stage.{after.key}.opens"),
    )  # fmt: skip


def _overlap(notice: Notice, before: Stage, after: Stage) -> Iterator[Hurt]:
    if after.opens >= before.closes:
        return
    shared = (min(before.closes, after.closes) - after.opens) / _DAY
    yield Hurt(
        "hurt" if shared > 1 else "watch", "overlap", after.clause,
        f"“{after.label}”开始时“{before.label}”还没有结束，两段重叠 {shared:.2g} 天，前一段的结果还不全。",
        f"“{before.label}”到 {before.ends.text}，“{after.label}”从 {spoken(after.opens)} 起",
        "确认是不是有意的；不是的话，后一段往后移，或前一段提前结束。", setting(notice, f"stage.{after.key}.opens"),
    )  # fmt: skip


def _too_short(notice: Notice) -> Iterator[Hurt]:
    """Collecting and tasks for which there are too few workdays."""
    films = {f"stage.{track.stage.key}.closes" for track in notice.entered if track.film is not None}
    issued = issue_day(notice)
    for each in deadlines(notice):
        opens = max(filter(None, (each.opens.date() if each.opens else None, issued)), default=None)
        if opens is None:
            continue
        least = FILMING if each.place in films else WRITING if each.place.startswith("stage.") else TASK
        days = workdays(opens, each.ends.day)
        if days < least:
            yield Hurt(
                "hurt", "too_short", each.clause,
                f"从开始到{each.label}只有 {days} 个工作日，{'拍片、' if least == FILMING else ''}准备、盖章都很紧。",
                f"{spoken_day(opens)} 至 {each.ends.text}，一般至少要 {least} 个工作日",
                "截止时间往后推，或早些印发、开始。", setting(notice, each.place),
            )  # fmt: skip


def _screening(notice: Notice) -> Iterator[Hurt]:
    """Time for looking through what came in, before others judge it."""
    if notice.judging is None or not notice.entered:
        return
    last = max(notice.entered, key=lambda track: track.closes)
    rounds = notice.judging.rounds
    screening = next((each for each in rounds if each.kind == "screening"), None)
    stage = notice.stage(screening.stage) if screening is not None and screening.stage is not None else None
    if stage is not None:
        assert screening is not None, "a stage of screening belongs to its round"
        opens = max(stage.opens, last.closes)
        days = workdays(opens.date(), stage.ends.day)
        if days < SCREENING:
            yield Hurt(
                "hurt", "screening_short", screening.clause,
                f"截止以后只有 {days} 个工作日初筛，看不完，也没有时间退回补正。",
                f"{spoken(opens)} 至 {stage.ends.text}", f"至少留 {SCREENING} 个工作日。",
                setting(notice, f"stage.{stage.key}.closes"),
            )  # fmt: skip
        if shared := [each.label for each in rounds if each.stage == stage.key and each.kind in ("public", "expert")]:
            yield Hurt(
                "watch", "screening_shared", screening.clause,
                f"{screening.label}和{'、'.join(shared)}写在同一段时间里，没有说哪天筛完，评的人不知道从哪天开始评。",
                f"“{stage.label}”{spoken(stage.opens)} 至 {stage.ends.text}", "给初筛单写一个阶段。",
                f"judging.round.{screening.key}.stage",
            )  # fmt: skip
        return
    judged = [notice.stage(each.stage) for each in rounds if each.stage is not None]
    first = min(judged, key=lambda each: each.opens, default=None)
    if first is not None and first.opens - last.closes < _DAY:
        yield Hurt(
            "hurt", "no_screening", first.clause,
            f"{last.stage.label}一截止就进入“{first.label}”，没有留出核对、退回、补正的时间。",
            f"{last.closes_text} 截止，{spoken(first.opens)} 开始", f"中间留 {SCREENING} 个工作日，写成一个阶段。",
            setting(notice, f"stage.{first.key}.opens"),
        )  # fmt: skip


def issue_day(notice: Notice) -> date | None:
    """The day on which the notice is issued, None where the file does not say it as a date."""
    try:
        return read_date(notice.issued)
    except ValueError:
        return None


def _before_issue(notice: Notice) -> Iterator[Hurt]:
    issued = issue_day(notice)
    for stage in notice.stages if issued is not None else ():
        assert issued is not None, "there is a day of issue"
        if stage.opens.date() < issued:
            days = (issued - stage.opens.date()).days
            yield Hurt(
                "hurt", "before_issue", stage.clause,
                f"“{stage.label}”在通知印发前 {days} 天就开始了，单位拿到通知时已经晚了。",
                f"{spoken_day(issued)} 印发，{spoken(stage.opens)} 开始", "把开始的日期改到印发以后。",
                setting(notice, f"stage.{stage.key}.opens"),
            )  # fmt: skip
