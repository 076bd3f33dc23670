"""Whom a message is for: each state on its own, with classes, units and tracks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from bot import campaigns
from rules.audience import Audience, State, Tally, by_unit, fits, read_audience, reported
from rules.quota import Quota

XIAN = campaigns.load(Path(__file__).parents[2] / "campaigns", "xian-2024")
#: Unit 1 reported three cases, 2 one, 3 has one sent back, 4 nothing but a draft, 5 nothing.
TALLIES = by_unit((Tally(1, "case", 3, 0, 3), Tally(2, "case", 1, 0, 1), Tally(3, "case", 0, 1, 0)))


@pytest.mark.parametrize(
    ("state", "track", "meant"),
    [
        ("", "", [1, 2, 3, 4, 5]),
        ("none", "", [4, 5]),
        ("none", "case", [4, 5]),
        ("none", "video", [1, 2, 3, 4, 5]),
        ("draft", "", [4]),
        ("returned", "", [3]),
        ("returned", "video", []),
        ("below", "", [2, 3, 4, 5]),
        ("below", "video", []),
    ],
)
def test_each_state_means_these(state: State, track: str, meant: list[int]) -> None:
    audience = Audience(state=state, track=track)
    world = {"tracks": XIAN.entered, "tallies": TALLIES, "drafting": {4}}
    assert [unit for unit in range(1, 6) if fits(audience, unit, "district", **world)] == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audience", "belongs"),
    [
        (Audience(classes=("district",)), True),
        (Audience(classes=("zone",)), False),
        (Audience(units=(5,)), True),
        (Audience(units=(4,)), False),
        (Audience(classes=("zone",), units=(5,)), False),
    ],
)
def test_classes_and_units_narrow(audience: Audience, *, belongs: bool) -> None:
    assert fits(audience, 5, "district", tracks=XIAN.entered, tallies={}, drafting=()) is belongs


def test_it_is_kept_and_read_back() -> None:
    audience = Audience("liaison", ("district",), (1, 2), "below", "case")
    assert read_audience(orjson.loads(orjson.dumps(asdict(audience)))) == audience


@pytest.mark.parametrize(("counts", "number"), [("own", 1), ("below", 4), ("recommended", 1)])
def test_whose_works_count_is_the_notices_word(counts: str, number: int) -> None:
    quota = Quota(("county",), "四", floor=2, counts=counts)  # type: ignore[arg-type]
    assert (reported(quota, Tally(1, "case", 1, 0, 4)), reported(quota, None)) == (number, 0)
