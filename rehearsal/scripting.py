"""The script of a notice that has none of its own: from its stages where it has them, else by workdays.

Pure. Whatever the notice does not have is left out; what had to be assumed is told by `rehearsal/assumed.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from rehearsal.course import Course, begun, gathered, morning, recommending, written
from rehearsal.scripts import SCRIPTS, Script, Works
from rules.forms import Field
from rules.hurts.course import issue_day
from rules.instants import opening, spoken_day
from rules.notice import Notice
from rules.screening import chains_of
from rules.tracks import Track

#: How many are given of a prize that the notice leaves open; of one for a special strength.
OPEN_SLOTS, FITTING = 2, 1
#: How long after the closing a script of its own looks at works, at most.
_NEAR = timedelta(days=7)
#: Themes that works are entered in, in turn.
_THEMES = 3
_DAY = timedelta(days=1)


class NotPlayable(ValueError):
    """A notice cannot be played; the message says what is wrong, why, and which place of its file helps."""


def script_of(notice: Notice) -> Script:
    """The script that is kept for a notice while its dates are those of the script, else one that follows from it.

    Raises `NotPlayable`.
    """
    kept = SCRIPTS.get(notice.id)
    return kept if kept is not None and _fits(notice, kept) else derived(notice)


def _fits(notice: Notice, kept: Script) -> bool:
    """Whether works close shortly before a script looks at them."""
    closes = max((track.closes for track in notice.entered), default=None)
    return closes is not None and timedelta(0) <= opening(kept.screens, notice.zone) - closes <= _NEAR


def derived(notice: Notice) -> Script:
    """The script that follows from a notice. Raises `NotPlayable`."""
    _judge(notice)
    found = Course(notice)
    at = found.instants
    return Script(
        notice.id, tuple(_works(notice)), screens=at["screens"], prepares=at["prepares"], opens=at["opens"],
        restarts=at["restarts"], closes=at["closes"], awards=at["awards"], ends=at["ends"], publishes=at["publishes"],
        public=found.public, window=found.window, grows=False, slots=open_slots(notice), heads=_heads(notice),
        clause=notice.entered[0].clause if notice.entered else "",
    )  # fmt: skip


def _judge(notice: Notice) -> None:
    if not notice.entered and notice.quiz is None:
        raise NotPlayable(
            "没有一类作品是填表报送的，也没有答题，没有什么可演。给 [[track]] 写上 form，并写出这张表（[[form]]）。"
        )
    issued = issue_day(notice)
    for track in notice.entered:
        if issued is not None and issued >= track.closes.date():
            raise NotPlayable(
                f"通知 {spoken_day(issued)}才印发，“{track.label}”到 {track.closes_text} 就截止了，没有人来得及报。"
                f"核对 issued 和 stage.{track.stage.key}.closes 的年份。"
            )
    if notice.quiz is not None and issued is not None and issued >= notice.quiz.stage.closes.date():
        raise NotPlayable(
            f"通知 {spoken_day(issued)}才印发，答题到 {notice.quiz.stage.closes_text} 就结束了。"
            f"核对 issued 和 stage.{notice.quiz.stage.key}.closes 的年份。"
        )


def open_slots(notice: Notice) -> Mapping[str, int]:
    """How many are given of each prize that the notice leaves open; the longest names first."""
    prizes = notice.awards.prizes if notice.awards is not None else ()
    left = [each for each in prizes if each.slots is None and each.basis in ("rank", "fit")]
    found = {each.label: FITTING if each.basis == "fit" else OPEN_SLOTS for each in left}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _heads(notice: Notice) -> tuple[str, ...]:
    """Units that screen others do so before the closing, and once more when all is in."""
    if not notice.entered or not chains_of(notice).asks("recommender", "lead"):
        return ()
    zone, closes = ZoneInfo(notice.zone), max(track.closes for track in notice.entered)
    before = max(begun(notice) + timedelta(hours=2), morning(closes.astimezone(zone) - 4 * _DAY))
    stage = recommending(notice)
    after = _morning_after(gathered(notice), closes.astimezone(zone))
    if stage is not None:
        halfway = stage.opens + (stage.closes - stage.opens) / 2
        after = min(morning(halfway.astimezone(zone)), gathered(notice) - _DAY / 24)
    return (written(before), written(after)) if before < after else (written(after),)


def _morning_after(over: datetime, closes: datetime) -> datetime:
    """The morning after the closing: nobody reports any more, and the organiser has not begun to look."""
    return min((closes + _DAY).replace(hour=8, minute=0, second=0), over - _DAY / 24)


def _works(notice: Notice) -> Iterator[Works]:
    """What is answered to the fields by which prizes are parted, so that each prize finds works."""
    for track in notice.entered:
        turns = dict(_parted(notice, track))
        if turns:
            longest = max(map(len, turns.values()))
            columns = {key: list(islice(cycle(options), longest)) for key, options in turns.items()}
            yield Works(track.label, [{key: (each[n],) for key, each in columns.items()} for n in range(longest)])


def _parted(notice: Notice, track: Track) -> Iterator[tuple[str, list[str]]]:
    """Fields with the numbers of the options that are picked in turn."""
    prizes = [each for each in notice.awards.prizes if track.key in each.tracks or not each.tracks] if (
        notice.awards is not None) else []  # fmt: skip
    assert track.form is not None, "works are entered by a form"
    for field in track.form.fields:
        if field.kind != "boxes":
            continue
        if "主题" in field.label and any(each.each == "theme" for each in prizes):
            yield field.key, _numbers(field, [each for each in field.options if each != field.other][:_THEMES])
        elif "类别" in field.label:
            wanted = [each.category for each in prizes if each.each == "category" and each.category in field.options]
            if wanted:
                yield field.key, _numbers(field, list(dict.fromkeys(wanted)))


def _numbers(field: Field, options: list[str]) -> list[str]:
    return [f"{field.options.index(each) + 1}" for each in options]
