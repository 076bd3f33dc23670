"""Requests that nobody meant: any headers, any numbers, any paths. No fault of ours, and no byte outside its folder."""

from __future__ import annotations

from pathlib import Path

from tests.web.tus_fuzz import fuzz, strays

SEED, ROUNDS = 20241128, 700


async def test_nothing_that_is_asked_breaks_the_server_or_leaves_its_folder(tmp_path: Path) -> None:
    seen = await fuzz(tmp_path, ROUNDS, SEED)
    assert {201, 204, 400, 404, 409, 412, 413, 415} <= seen.keys()
    assert seen.total() == ROUNDS
    assert strays(tmp_path) == []
