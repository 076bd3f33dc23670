"""Three months with restarts and clock jumps: every due reminder once or reported, none to whoever owes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reminders.play import play


@pytest.mark.parametrize("seed", [1])
async def test_every_due_reminder_is_said_once_or_reported_and_none_is_said_without_a_reason(
    tmp_path: Path, seed: int
) -> None:
    verdict = await play(tmp_path, seed=seed, upsets=120, units=15)
    assert verdict.faults == []
    assert verdict.due > 50
    assert verdict.messages > 20


@pytest.mark.parametrize(
    ("twin", "said"),
    [
        ("keyless", "times"),
        ("nagging", "was decided and not due"),
        ("late", "is missing"),
    ],
)
async def test_a_program_with_a_fault_is_found_out(tmp_path: Path, twin: str, said: str) -> None:
    verdict = await play(tmp_path, seed=1, upsets=120, units=15, twin=twin)
    assert [fault for fault in verdict.faults if said in fault] != []
