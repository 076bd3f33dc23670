"""Policies, ranks and pauses of messages on their way."""

from __future__ import annotations

import pytest

from rules.delivery import MOST_TRIES, Policy, pause, policy, rank


@pytest.mark.parametrize(
    ("kind", "edits", "wanted"),
    [
        ("reply", False, Policy.MUST), ("reply", True, Policy.IDEM), ("notice", False, Policy.MUST),
        ("card", False, Policy.IDEM), ("mail_code", False, Policy.IDEM), ("broadcast", False, Policy.ONCE),
    ],
)  # fmt: skip
def test_what_is_done_with_a_doubt_depends_on_what_the_message_is(kind: str, edits: bool, wanted: Policy) -> None:
    assert policy(kind, edits=edits) == wanted


def test_answers_go_before_notices_and_notices_before_what_goes_to_many() -> None:
    kinds = ["broadcast", "notice", "reply", "card", "reminder"]
    assert sorted(kinds, key=rank) == ["reply", "notice", "card", "reminder", "broadcast"]


def test_pauses_double_up_to_a_quarter_of_an_hour_and_give_up_after_about_two_hours() -> None:
    assert [pause(tries) for tries in (0, 1, 2, 3, 10, 11, 40)] == [1, 1, 2, 4, 512, 900, 900]
    assert sum(pause(tries) for tries in range(1, MOST_TRIES)) == 1023 + 5 * 900
