"""A crowd acts side by side: each in order and at their own instants, and never past what somebody does alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import pytest

from bot.fakes import FakeClock
from rehearsal.agenda import Agenda, Deed
from rehearsal.passing import MOST, TOGETHER, passed
from rehearsal.stage import Stage
from storage.turns import PASSIVE_FOR

START = datetime(2024, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Scene:
    """What `passed` needs of a stage: a clock, and a note of what the program was let do."""

    def __init__(self) -> None:
        self.clock = FakeClock(START)
        self.ticks: list[datetime] = []
        self.on_moved: Callable[[], None] = lambda: None

    async def handed(self) -> None:
        """Nothing was handed over here."""

    async def drained(self) -> None:
        """Nothing waits here."""

    async def move(self, to: datetime) -> None:
        """Let time pass."""
        self.clock.move(max(to, self.clock.now()))
        self.ticks.append(self.clock.now())


class One:
    """Somebody of a crowd, who notes when they acted, and how many act at once."""

    acts_at: datetime | None = None
    acting, most = 0, 0

    def __init__(self, scene: Scene, agenda: Agenda) -> None:
        self.did: list[tuple[datetime, datetime]] = []
        self._scene, self._agenda, self._busy = scene, agenda, False

    def plan(self, at: datetime, *then: float) -> None:
        """Act at an instant, and after each of so many seconds again."""

        async def act() -> None:
            assert not self._busy, "one thing after the other"
            assert self.acts_at is not None
            One.acting, self._busy = One.acting + 1, True
            One.most = max(One.most, One.acting)
            await asyncio.sleep(0.001)
            One.acting, self._busy = One.acting - 1, False
            self.did.append((self.acts_at, self._scene.clock.now()))
            if then:
                self.plan(self.acts_at + timedelta(seconds=then[0]), *then[1:])

        self._agenda.add(at, cast("Deed", act), by=self)


async def play(scene: Scene, agenda: Agenda, hours: int = 1) -> None:
    await passed(cast("Stage", scene), agenda, (), START + hours * HOUR, lambda at: HOUR)


@pytest.mark.parametrize("seed", range(5))
async def test_everybody_acts_in_order_at_their_own_instants(seed: int) -> None:
    dice, scene, agenda = Random(seed), Scene(), Agenda()
    crowd, wanted = [], {}
    for _ in range(60):
        one = One(scene, agenda)
        at, pauses = START + timedelta(seconds=dice.uniform(0, 300)), [dice.uniform(0.01, 20) for _ in range(8)]
        one.plan(at, *pauses)
        crowd.append(one)
        wanted[one] = [at + timedelta(seconds=sum(pauses[:count])) for count in range(9)]
    await play(scene, agenda)
    for one in crowd:
        assert [at for at, _ in one.did] == pytest.approx(wanted[one], abs=timedelta(milliseconds=1))
        assert all(at <= clock <= at + TOGETHER for at, clock in one.did)
        assert one.acts_at is None


async def test_what_somebody_does_alone_parts_the_crowd() -> None:
    scene, agenda = Scene(), Agenda()
    before, after = One(scene, agenda), One(scene, agenda)
    noon = START + timedelta(seconds=100)
    before.plan(noon - timedelta(seconds=1))
    after.plan(noon + timedelta(seconds=1))
    order = []

    async def alone() -> None:
        order.append((len(before.did), len(after.did), scene.clock.now(), scene.ticks[-1]))

    agenda.add(noon, alone)
    await play(scene, agenda)
    assert order == [(1, 0, noon, noon)]
    assert len(after.did) == 1


async def test_a_rush_is_worked_off_a_hundred_at_once_and_nobody_twice_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(One, "most", 0)
    scene, agenda = Scene(), Agenda()
    crowd = [One(scene, agenda) for _ in range(3 * MOST)]
    for one in crowd:
        one.plan(START + timedelta(seconds=1))
        one.plan(START + timedelta(seconds=1))
    await play(scene, agenda)
    assert MOST // 2 < One.most <= MOST
    assert [len(one.did) for one in crowd] == [2] * len(crowd)


async def test_what_goes_wrong_in_a_crowd_ends_the_play() -> None:
    scene, agenda = Scene(), Agenda()
    fine, wrong = One(scene, agenda), One(scene, agenda)

    async def fails() -> None:
        raise LookupError("expected a question, found none")

    fine.plan(START)
    agenda.add(START, fails, by=wrong)
    with pytest.raises(ExceptionGroup) as raised:
        await play(scene, agenda)
    assert raised.value.subgroup(LookupError)


def test_a_crowd_acts_for_less_time_than_an_answer_may_wait_to_be_handed_over() -> None:
    assert timedelta(microseconds=PASSIVE_FOR) > TOGETHER
