"""Of several programs any may be killed: another acts on time, and everything once; lawless ones are found out."""

from __future__ import annotations

import subprocess
import sys

from bot.app import ROOT
from tests.postgres import Postgres


def run(postgres: Postgres, *arguments: str, seed: int = 3) -> subprocess.CompletedProcess[str]:
    """A short run of the long trial."""
    where = ("--database", postgres.url(postgres.create()), "--seed", f"{seed}")
    return subprocess.run(
        [sys.executable, "-m", "tests.crash.failover", *where, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def test_whoever_acts_on_time_is_killed_and_everything_is_done_once(postgres: Postgres) -> None:
    found = run(postgres, "--kills", "2")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 kills" in found.stdout
    assert " 0 more than once, 0 not to all" in found.stdout


def test_programs_that_act_whoever_leads_are_found_out(postgres: Postgres) -> None:
    said = []
    for seed in range(3, 9):  # they get in each other's way most of the time, not always
        found = run(postgres, "--kills", "2", "--twin", "lawless", seed=seed)
        said.append(found.stdout + found.stderr)
        if found.returncode:
            break
    assert found.returncode == 1, said
    assert " 0 more than once" not in found.stdout, said
