"""A film over a bad network arrives whole and is told once, whatever is cut or killed on its way."""

from __future__ import annotations

from pathlib import Path

from tests.uploads.cutting import run


def test_a_film_cut_twelve_times_and_a_server_killed_twice(tmp_path: Path) -> None:
    made = run(tmp_path, seed=20241128, size=48 * 2**20, cuts=12, kills=2)
    assert (made.equal, made.messages, made.cuts, made.kills) == (True, 1, 12, 2)
    assert len(made.peaks) == 3
    assert max(made.peaks) - min(made.peaks) < 40  # MB: what arrives does not stay in memory
