"""Trouble is scripted or thrown, bounded, counted, and the same for the same seed."""

from __future__ import annotations

import asyncio

import pytest

from bot.fakes.trouble import HandPulse, Mischief, RealPulse, Step, Trouble


def test_a_script_goes_before_dice_and_a_name_before_any() -> None:
    mischief = Mischief()
    mischief.script(Step.BROKEN, call="send")
    mischief.script(Step.CUT_AFTER, Step.NOTHING, Step.GARBAGE)
    assert [mischief.call("send") for _ in range(5)] == [
        Step.BROKEN,
        Step.CUT_AFTER,
        Step.NOTHING,
        Step.GARBAGE,
        Step.NOTHING,
    ]
    assert dict(mischief.counts) == {"send:broken": 1, "send:cut_after": 1, "send:garbage": 1}


def test_a_step_for_updates_waits_until_there_is_one() -> None:
    mischief = Mischief()
    mischief.script(Step.REPEAT)
    assert (mischief.call("send"), mischief.update(), mischief.update()) == (Step.NOTHING, Step.REPEAT, Step.NOTHING)


def test_dice_fall_alike_for_the_same_seed_and_come_to_an_end() -> None:
    trouble = Trouble(seed=3, broken=0.2, cut_after=0.2, most=20)
    first, again = ([mischief.call("x") for _ in range(200)] for mischief in (Mischief(trouble), Mischief(trouble)))
    assert first == again
    assert {step for step in first if step is not Step.NOTHING} == {Step.BROKEN, Step.CUT_AFTER}
    assert sum(step is not Step.NOTHING for step in first) == 20


def test_certain_trouble_is_certain_and_ends_when_told() -> None:
    mischief = Mischief(Trouble(cut_before=1.0))
    mischief.script(Step.BROKEN, Step.BROKEN)
    assert [mischief.call("x"), mischief.call("x")] == [Step.BROKEN, Step.BROKEN]
    assert mischief.call("x") is Step.CUT_BEFORE
    mischief.calm()
    assert mischief.call("x") is Step.NOTHING


async def test_a_pulse_by_hand_wakes_its_sleepers_in_time() -> None:
    pulse = HandPulse()
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await pulse.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleep(seconds)) for seconds in (5, 1)]
    for passed, expected in ((0, []), (1, [1]), (3, [1]), (1, [1, 5])):
        pulse.pass_by(passed)
        for _ in range(5):
            await asyncio.sleep(0)
        assert woken == expected
    await asyncio.gather(*tasks)


async def test_a_fast_pulse_runs_ahead() -> None:
    pulse = RealPulse(speed=1000)
    begun = pulse.monotonic()
    await pulse.sleep(10)
    assert pulse.monotonic() - begun == pytest.approx(10, abs=300)
    assert pulse.monotonic() - begun >= 10
