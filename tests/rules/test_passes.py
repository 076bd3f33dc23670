"""A permission to see the board is good for its seat, its purpose and its time, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.passes import LINK, SESSION, NoPass, Pass, PassOver, opened, sealed

KEY = b"k" * 32
ENDS = datetime(2024, 3, 1, 3, 0, tzinfo=UTC)
GIVEN = Pass(7_123_456_789_012_345_678, 7_123_456_789_012_345_679, ENDS)
BEFORE = ENDS - timedelta(microseconds=1)


def test_it_opens_as_what_it_was_until_its_last_moment() -> None:
    token = sealed(KEY, LINK, GIVEN)
    assert (opened(KEY, LINK, token, BEFORE), len(token)) == (GIVEN, 48)
    with pytest.raises(PassOver):
        opened(KEY, LINK, token, ENDS)


def test_a_link_is_no_session_and_another_deployment_gave_none() -> None:
    token = sealed(KEY, LINK, GIVEN)
    for key, purpose in ((KEY, SESSION), (b"x" * 32, LINK)):
        with pytest.raises(NoPass):
            opened(key, purpose, token, BEFORE)


def test_no_character_of_it_can_be_changed_cut_or_added() -> None:
    token = sealed(KEY, SESSION, GIVEN)
    other = {place: "A" if token[place] != "A" else "B" for place in range(len(token))}
    forged = [token[:place] + char + token[place + 1 :] for place, char in other.items()]
    for wrong in [*forged, token[:-4], f"{token}AAAA", f"{token}=", "", "看板", "A" * 5000]:
        with pytest.raises(NoPass):
            opened(KEY, SESSION, wrong, BEFORE)
