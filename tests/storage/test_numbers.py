"""Numbers for new rows grow and never come twice, whatever clocks and threads do."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from storage.numbers import Numbers
from storage.tables import outbox
from tests.storage.world import World

#: 2024-03-10 and the last instant that fits, in nanoseconds.
NOW, LAST = 1_710_000_000 * 10**9, (2**51 - 1) * 1000


@given(node=st.integers(0, 4095), clock=st.lists(st.integers(NOW - 10**12, NOW + 10**12), min_size=2, max_size=50))
def test_numbers_grow_while_the_clock_stands_still_or_jumps_back(node: int, clock: list[int]) -> None:
    numbers = Numbers(node)
    with pytest.MonkeyPatch.context() as patch:
        given_out = []
        for now in clock:
            patch.setattr(time, "time_ns", lambda now=now: now)
            given_out.append(numbers())
    assert given_out == sorted(set(given_out))
    assert {number & 4095 for number in given_out} == {node}


def test_a_number_says_when_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: NOW)
    assert Numbers(7)() == (NOW // 1000 << 12) + 7


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns after a few instructions, not after milliseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-7)
    yield
    sys.setswitchinterval(usual)


def test_numbers_fit_the_database_until_2041(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: LAST)
    assert Numbers(4095)() == 2**63 - 1
    assert time.gmtime(LAST // 10**9).tm_year == 2041


def test_threads_never_get_the_same_number(often: None) -> None:
    numbers, given_out = Numbers(), [list[int]() for _ in range(8)]
    start = threading.Barrier(len(given_out))

    def take(mine: list[int]) -> None:
        start.wait()
        mine.extend(numbers() for _ in range(3000))

    threads = [threading.Thread(target=take, args=(mine,)) for mine in given_out]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({number for mine in given_out for number in mine}) == 8 * 3000
    assert all(mine == sorted(mine) for mine in given_out)


def test_processes_at_the_same_instant_give_different_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: NOW)
    assert len({Numbers(node)() for node in range(4096)}) == 4096


async def test_after_a_restart_with_the_clock_set_back_numbers_still_grow(world: World) -> None:
    sent = Numbers()()
    async with world.database.write() as connection:
        await connection.execute(insert(outbox).values(id=sent))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: NOW)
        assert Numbers()() < sent
        assert (await Numbers.above(world.database))() > sent


async def test_the_first_start_begins_with_the_clock(world: World) -> None:
    assert (await Numbers.above(world.database)).last == 0
