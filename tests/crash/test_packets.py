"""Writers that are killed while they give out packets leave books that prove; those that count and insert do not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.app import ROOT
from tests.postgres import Postgres


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A short run of the long trial."""
    return subprocess.run(
        [sys.executable, "-m", "tests.crash.packets", "--seed", "3", "--writers", "3", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_writers_that_are_killed_oversell_nothing_and_the_audit_is_silent(
    kind: str, request: pytest.FixtureRequest
) -> None:
    where: tuple[str, ...] = ("--attempts", "600")
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        where = ("--attempts", "300", "--database", postgres.url(postgres.create()))
    found = run("--kills", "5", *where)
    assert found.returncode == 0, found.stdout + found.stderr
    given = "60 of 60" if kind == "sqlite" else "30 of 30"
    assert f"5 kills; {given} packets given: 0 oversold, 0 people twice" in found.stdout


def test_the_naive_twin_is_found_out() -> None:
    found = run("--attempts", "200", "--kills", "0", "--twin", "naive")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "账目多一笔" in found.stdout
