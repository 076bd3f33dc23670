"""The course of a notice after collecting: from its stages where it has them, else by workdays, one after the other.

Pure. Instants are those of the notice's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.award_list import publicity
from rules.hurts.course import issue_day
from rules.judging import Round
from rules.notice import Notice
from rules.public_vote import public_rounds
from rules.screening import chains_of
from rules.stages import Stage
from rules.workdays import is_workday

#: Days of 公示, and of a public vote, where the notice has no stage for it.
SHOWN, VOTED = 7, 7
#: Workdays of screening before the judging is prepared; of the experts' round, and at least.
SCREENING, JUDGED, LEAST_JUDGED = 2, 4, 2
#: What such a period is called.
_RECOMMENDING = ("推荐", "遴选", "初选")
#: How long people come to vote on the day on which they do.
_VOTING = timedelta(hours=15)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


def begun(notice: Notice) -> datetime:
    """The morning of the day of issue, or of the first stage where the file does not say it as a date."""
    zone, issued = ZoneInfo(notice.zone), issue_day(notice)
    own = [track.opens for track in notice.entered] or [stage.opens for stage in notice.stages]
    day = issued or min(own).astimezone(zone).date()
    return datetime.combine(day, time(9), zone)


def recommending(notice: Notice) -> Stage | None:
    """The period after collecting in which units pass on what others entered, None where the notice has none."""
    if not notice.entered or not chains_of(notice).asks("recommender", "lead"):
        return None
    closes = max(track.closes for track in notice.entered)
    after = (stage for stage in notice.stages if stage.opens >= closes)
    return next((stage for stage in after if any(word in stage.label for word in _RECOMMENDING)), None)


def gathered(notice: Notice) -> datetime:
    """When everything that units and players do is over: works, what is recommended of them, tasks, the quiz."""
    zone = ZoneInfo(notice.zone)
    ends = [task.ends.first_late + _DAY / 2 for task in notice.tasks]
    if notice.quiz is not None:
        ends.append(notice.quiz.stage.closes + 1.5 * _DAY)
    if notice.entered:
        closes = max(track.closes for track in notice.entered)
        ends.append((closes + _DAY).replace(hour=9, minute=0, second=0))
    if (stage := recommending(notice)) is not None:
        ends.append(stage.closes)
    return max(ends).astimezone(zone)


def is_screened(notice: Notice) -> bool:
    """Whether the organiser looks at works before they are judged."""
    return bool(notice.entered) and chains_of(notice).asks("host", "lead", "recommender")


def round_of(notice: Notice, kind: str) -> Round | None:
    """The first round of a kind."""
    rounds = notice.judging.rounds if notice.judging is not None and notice.entered else ()
    return next((each for each in rounds if each.kind == kind), None)


def public_round(notice: Notice) -> Round | None:
    """The round in which the public votes."""
    return next(iter(public_rounds(notice)), None) if notice.entered else None


def stage_of(notice: Notice, round_: Round | None) -> Stage | None:
    """The period of a round, None where the notice gives it none."""
    return notice.stage(round_.stage) if round_ is not None and round_.stage is not None else None


@dataclass(slots=True)
class _Span:
    """From when until when."""

    opens: datetime
    closes: datetime


class Course:
    """The instants of everything after collecting, one after the other."""

    def __init__(self, notice: Notice) -> None:
        self._notice, self._zone = notice, ZoneInfo(notice.zone)
        self.instants = dict.fromkeys(
            ("screens", "prepares", "opens", "restarts", "closes", "awards", "ends", "publishes"), ""
        )
        self.public: tuple[str, ...] = ()
        self.window: tuple[str, ...] = ()
        now = self._screened(gathered(notice))
        voted = self._voted(now)
        now = max(now, voted.opens) if voted is not None else now
        if (judged := self._judged(now, voted)) is not None:
            now = self._awarded(max(judged, voted.closes) if voted is not None else judged)
        elif voted is not None:
            now = morning(voted.closes)
        self._put("publishes", morning(now))

    def _put(self, name: str, at: datetime) -> None:
        self.instants[name] = written(at)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def _screened(self, now: datetime) -> datetime:
        """Screening, and when the judging is prepared."""
        notice = self._notice
        if is_screened(notice):
            stage = stage_of(notice, round_of(notice, "screening"))
            begins = morning(max(now, self._local(stage.opens)) if stage is not None else now)
            self._put("screens", begins)
            now = _later(begins, SCREENING)
        now = morning(now)
        if public_round(notice) is not None or round_of(notice, "expert") is not None:
            self._put("prepares", now)
        return now

    def _voted(self, prepares: datetime) -> _Span | None:
        """The public vote: when people come and when it is over. Elsewhere: when its totals are brought in."""
        round_ = public_round(self._notice)
        if round_ is None:
            return None
        settles, stage = prepares.replace(hour=15), stage_of(self._notice, round_)
        if round_.vote is None:
            over = morning(max(settles, self._local(stage.closes)) if stage is not None else settles)
            self.public = written(settles), written(over), written(over)
            return _Span(prepares, over)  # nobody waits for it but the ranking
        opens = self._local(stage.opens) if stage is not None else settles
        comes = _nine(max(opens, settles))
        closes = self._local(stage.closes) if stage is not None else comes
        if stage is None or comes + _VOTING > closes:
            comes = _nine(settles)
            closes = comes.replace(hour=0) + VOTED * _DAY
            self.window = written(comes.replace(hour=8)), f"{closes - _DAY:%Y-%m-%d} 24:00"
        self.public = written(settles), written(comes), written(closes)
        return _Span(comes, closes)

    def _judged(self, now: datetime, voted: _Span | None) -> datetime | None:
        """The experts' round, with a restart in its middle."""
        round_ = round_of(self._notice, "expert")
        if round_ is None:
            return None
        stage, after = stage_of(self._notice, round_), _later(now, 1)
        opens = morning(max(after, self._local(stage.opens)) if stage is not None else after)
        closes = _later(opens, JUDGED).replace(hour=17)
        if stage is not None and self._local(stage.closes) < closes:
            last = _backwards(self._local(stage.closes) - _MINUTE)
            closes = max(_later(opens, LEAST_JUDGED).replace(hour=17), last.replace(hour=17, minute=0, second=0))
        self._put("opens", opens)
        self._put("restarts", (opens + (closes - opens) / 2).replace(hour=12, minute=0))
        self._put("closes", closes)
        return closes

    def _awarded(self, over: datetime) -> datetime:
        """The ranking, the prizes and 公示; gives when all is final."""
        shown = publicity(self._notice)
        awards = morning(over + _MINUTE, 10)
        if self._notice.awards is None:
            self._put("awards", awards)
            return awards
        if shown is not None and awards < self._local(shown.opens):
            awards = min(morning(self._local(shown.opens), 10), self._local(shown.closes) - _DAY / 4)
        self._put("awards", awards)
        if shown is not None and awards + _DAY / 8 < self._local(shown.closes):
            ends = self._local(shown.closes)
            self.instants["ends"] = f"{shown.ends.day} {ends - timedelta(seconds=1):%H:%M}" if (
                ends.hour or ends.minute) else f"{shown.ends.day} 24:00"  # fmt: skip
        else:
            ends = awards.replace(hour=0) + (SHOWN + 1) * _DAY
            self.instants["ends"] = f"{ends - _DAY:%Y-%m-%d} 24:00"
        return ends + _MINUTE


def written(at: datetime) -> str:
    """An instant as scripts have it; a first late second counts as its minute's end."""
    return f"{at + (_MINUTE if at.second else timedelta()):%Y-%m-%d %H:%M}"


def _nine(at: datetime) -> datetime:
    """The next nine o'clock in the morning, whatever the day."""
    nine = at.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine >= at else nine + _DAY


def morning(at: datetime, hour: int = 9) -> datetime:
    """The first time at or after an instant that it is this hour of a workday."""
    found = at.replace(hour=hour, minute=0, second=0, microsecond=0)
    while found < at or not is_workday(found.date()):
        found += _DAY
    return found


def _later(at: datetime, workdays: int) -> datetime:
    """The same hour so many workdays later."""
    for _ in range(workdays):
        at = morning(at + _DAY, at.hour)
    return at


def _backwards(at: datetime) -> datetime:
    """The last workday at or before an instant."""
    while not is_workday(at.date()):
        at -= _DAY
    return at
