"""Of several programs any may be killed: another acts on time, and everything once.

That lawless ones are found out is shown by the command alone (`--kills 40 --twin lawless`): it takes a while until two
of them meet.
"""

from __future__ import annotations

import subprocess
import sys

from bot.app import ROOT
from tests.postgres import Postgres


def run(postgres: Postgres, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A short run of the long trial."""
    where = ("--database", postgres.url(postgres.create()), "--seed", "3")
    return subprocess.run(
        [sys.executable, "-m", "tests.crash.failover", *where, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def test_whoever_acts_on_time_is_killed_and_everything_is_done_once(postgres: Postgres) -> None:
    found = run(postgres, "--kills", "2")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 kills" in found.stdout
    assert " 0 more than once, 0 not to all" in found.stdout
