"""What an answer of WeChat Pay means: certain, in doubt, later, never; and the hours in which nothing is paid."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from rules.payouts import (
    ASKED,
    FINAL,
    HOUR,
    LATER,
    MINUTE,
    READY,
    RECEIVED,
    REFUSED,
    RESTS,
    RETURNED,
    SENT,
    Hours,
    Move,
    Said,
    after_call,
    after_query,
    bill_number,
    patience,
    to_morning,
)

NIGHT = 5 * HOUR


def test_no_code_is_of_two_kinds() -> None:
    assert FINAL & RESTS == FINAL & set(LATER) == RESTS & set(LATER) == set()


@pytest.mark.parametrize("code", sorted(FINAL))
def test_a_refusal_is_final_on_the_first_call_only(code: str) -> None:
    assert after_call(Said(code), tries=1, to_morning=NIGHT) == Move(REFUSED, 0, code)
    later = after_call(Said(code), tries=2, to_morning=NIGHT)
    assert (later.state, later.why) == (ASKED, code)
    assert after_query(Said("NOT_FOUND"), state=ASKED, tries=2, why=code) == Move(REFUSED, 0, code)
    assert after_query(Said("SUCCESS", "", "SENT"), state=ASKED, tries=2, why=code).state == SENT


@pytest.mark.parametrize("code", ["", "SYSTEMERROR", "PROCESSING", "A_CODE_OF_TOMORROW"])
def test_what_nobody_knows_is_asked_about(code: str) -> None:
    for tries in (1, 2, 7):
        assert after_call(Said(code), tries=tries, to_morning=NIGHT) == Move(ASKED, patience(tries), code)


def test_limits_wait_a_minute_an_hour_or_until_tomorrow() -> None:
    assert after_call(Said("FREQ_LIMIT"), tries=1, to_morning=NIGHT) == Move(READY, MINUTE, "FREQ_LIMIT")
    assert after_call(Said("SENDNUM_LIMIT"), tries=1, to_morning=NIGHT) == Move(READY, NIGHT, "SENDNUM_LIMIT")
    assert after_call(Said("FREQ_LIMIT"), tries=3, to_morning=NIGHT).state == ASKED


def test_an_empty_purse_makes_all_rest_and_refuses_nobody() -> None:
    assert after_call(Said("NOTENOUGH"), tries=1, to_morning=NIGHT) == Move(READY, MINUTE, "NOTENOUGH", rests=True)


@pytest.mark.parametrize(
    ("status", "state"),
    [("SENT", SENT), ("RECEIVED", RECEIVED), ("REFUND", RETURNED), ("RFUND_ING", SENT), ("FAILED", REFUSED),
     ("SENDING", ASKED), ("WHAT", ASKED)],
)  # fmt: skip
def test_every_status_of_a_query(status: str, state: str) -> None:
    assert after_query(Said("SUCCESS", "", status), state=ASKED, tries=1, why="").state == state


def test_a_bill_that_is_not_known_is_called_again_and_one_that_was_paid_is_not() -> None:
    assert after_query(Said("NOT_FOUND"), state=ASKED, tries=1, why="SYSTEMERROR") == Move(READY, 0, "SYSTEMERROR")
    assert after_query(Said("NOT_FOUND"), state=SENT, tries=1, why="").state == SENT
    assert after_query(Said(""), state=ASKED, tries=1, why="NO_AUTH") == Move(ASKED, patience(1), "NO_AUTH")


def test_patience_doubles_up_to_an_hour() -> None:
    assert [patience(tries) // MINUTE for tries in (0, 1, 2, 5, 6, 50)] == [1, 2, 4, 32, 60, 60]


@pytest.mark.parametrize(
    ("begins", "ends", "clock", "held"),
    [("00:00", "08:00", "00:00", True), ("00:00", "08:00", "07:59", True), ("00:00", "08:00", "08:00", False),
     ("22:00", "07:00", "23:00", True), ("22:00", "07:00", "06:59", True), ("22:00", "07:00", "12:00", False),
     ("08:00", "08:00", "08:00", False)],
)  # fmt: skip
def test_hours_without_pay(begins: str, ends: str, clock: str, held: bool) -> None:
    hours = Hours(time.fromisoformat(begins), time.fromisoformat(ends))
    at = datetime.combine(datetime(2020, 7, 8, tzinfo=UTC), time.fromisoformat(clock), UTC)
    assert hours.hold(at) is held


def test_numbers_are_twenty_eight_characters_and_tomorrow_is_not_far() -> None:
    assert bill_number("1900000109", "20200708", 7) == "1900000109202007080000000007"
    assert to_morning(datetime(2020, 7, 8, 23, 59, 59, tzinfo=UTC)) == 1_000_000
