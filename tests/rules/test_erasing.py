"""When a campaign may be erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import campaigns
from rules.erasing import erasable_from, is_over, last_instant
from rules.instants import opening

FOLDER = Path(__file__).parents[2] / "campaigns"


@pytest.mark.parametrize(
    ("campaign", "last", "erasable"),
    [
        ("xian-2024", "2024-07-01", "2026-07-01"),
        ("hongze-quiz-2020", "2020-07-16", "2021-07-16"),
    ],
)
def test_retention_counts_from_the_end_of_everything_planned(campaign: str, last: str, erasable: str) -> None:
    notice = campaigns.load(FOLDER, campaign)
    assert last_instant(notice) == opening(last, notice.zone)
    assert erasable_from(notice) == opening(erasable, notice.zone)
    assert is_over(notice, last_instant(notice)) is True
    assert is_over(notice, last_instant(notice) - timedelta(microseconds=1)) is False
