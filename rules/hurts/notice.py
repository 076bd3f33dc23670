"""Everything in a notice that will hurt, told from the notice alone."""

from __future__ import annotations

from itertools import chain

from rules.hurts import course, days, judging, quiz, reminding, works
from rules.hurts.hurt import Hurt, sorted_hurts
from rules.notice import Notice


def notice_hurts(notice: Notice) -> tuple[Hurt, ...]:
    """The gravest first; clauses that are only unclear come last."""
    matters = (judging.hurts, works.hurts, course.hurts, days.hurts, reminding.hurts, quiz.hurts, judging.unclear)
    return sorted_hurts(chain.from_iterable(matter(notice) for matter in matters))
