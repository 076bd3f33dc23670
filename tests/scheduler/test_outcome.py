"""What becomes of a message after each outcome of a try."""

from __future__ import annotations

import pytest

from bot.handlers.post import Later, Left, Outcome, Sent, Shut, Unsure, Wrong
from bot.talk.messages import Outgoing
from scheduler.outcome import mark_of
from storage.outbox import DEAD, DUE, SENT, UNKNOWN, Claimed
from tests.storage.world import NOW

S = 1_000_000


def claimed(kind: str = "reply", *, tries: int = 0, edits: str = "") -> Claimed:
    """A message under way, two parts of which are delivered."""
    return Claimed(1, "telegram:1", 2, Outgoing("文", kind=kind), 2, False, tries, edits, "", NOW, NOW)


@pytest.mark.parametrize(
    ("kind", "outcome", "state", "after", "done", "again", "tries"),
    [
        ("reply", Sent(3, whole=True), SENT, 0, 3, False, 0),
        ("reply", Sent(3, whole=False), DUE, 0, 3, False, 0),
        ("reply", Later(0, "x"), DUE, 1, 2, False, 1),
        ("broadcast", Later(30, "x"), DUE, 30, 2, False, 1),
        ("reply", Unsure("x"), DUE, 1, 2, True, 1),
        ("card", Unsure("x"), DUE, 1, 2, False, 1),
        ("mail_code", Unsure("x"), DUE, 1, 2, False, 1),
        ("broadcast", Unsure("x"), UNKNOWN, 0, 2, False, 1),
        ("reply", Shut("x"), DUE, 0, 2, False, 1),
        ("reply", Left("x"), DEAD, 0, 2, False, 1),
        ("mail_code", Left("x"), DEAD, 0, 2, False, 1),
        ("notice", Left("x"), DUE, 0, 2, False, 1),
        ("notice", Wrong("x"), DEAD, 0, 2, False, 1),
    ],
)
def test_each_outcome_has_its_end(
    kind: str, outcome: Outcome, state: str, after: int, done: int, again: bool, tries: int
) -> None:
    mark = mark_of(claimed(kind), outcome, now=NOW)
    assert (mark.state, mark.due - NOW, mark.done, mark.again, mark.tries) == (state, after * S, done, again, tries)
    assert (mark.why, mark.claimed) == ("" if isinstance(outcome, Sent) else "x", NOW)


@pytest.mark.parametrize("outcome", [Later(0, "x"), Unsure("x"), Shut("x"), Left("x")])
def test_the_sixteenth_try_is_the_last(outcome: Outcome) -> None:
    assert mark_of(claimed("notice", tries=14), outcome, now=NOW).state == DUE
    assert mark_of(claimed("notice", tries=15), outcome, now=NOW).state == DEAD


def test_a_doubt_about_an_edit_is_none() -> None:
    assert mark_of(claimed(edits="7"), Unsure("x"), now=NOW).again is False
