"""The chart of a quiz: which units answer, and how many attempts there were by the hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.wording import house_wording
from documents.progress import Group, Progress
from rules.instants import spoken
from rules.notice import Notice
from rules.quiz_view import Group as Units
from rules.quiz_view import QuizView


def quiz_progress(notice: Notice, seen: QuizView) -> Progress:
    """A quiz at one moment in the words of its chart."""
    assert notice.quiz is not None, "only a notice with a quiz is drawn"
    say, figures = house_wording().text, seen.figures
    stage = notice.quiz.stage
    facts = {
        "now": spoken(seen.now.replace(second=0, microsecond=0)),
        "opens": spoken(stage.opens.astimezone(seen.now.tzinfo)),
        "closes": stage.closes_text, "state": seen.state, "people": figures.people, "attempts": figures.attempts,
        "passed": figures.passed, "packets": figures.stock.count, "left": figures.stock.left,
    }  # fmt: skip
    groups = tuple(_bar(each) for each in seen.classes if each.units)
    alone = next((each for each in seen.classes if not each.units), None)
    heading = say("chart.quiz_units", alone=alone.people if alone is not None else 0)
    return Progress(
        title=notice.short_title,
        subtitle=(say("chart.quiz_moment", **facts), say("chart.quiz_totals", **facts)),
        tracks=((heading, groups),) if groups else (),
        labels=("",),
        days=tuple(_hours(seen, stage.opens.astimezone(seen.now.tzinfo))),
        closing=len(seen.hours) + seen.rest,
        heading=say("chart.quiz_hours"),
    )


def _bar(group: Units) -> Group:
    facts = {"playing": group.playing, "units": group.units, "people": group.people}
    return Group(group.label, group.units, group.playing, house_wording().text("chart.quiz_group", **facts))


def _hours(seen: QuizView, first: datetime) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every hour that is past, and nothing for those that are left until the close."""
    for place in range(len(seen.hours) + seen.rest):
        begins = first + timedelta(hours=place)
        label = f"{begins.month}/{begins.day} {begins.hour}时"
        yield label, (seen.hours[place].attempts if place < len(seen.hours) else 0,)
