"""A small week of the quiz: figures are what the players did, nobody honest is named, the audit is silent.

The long one, with forty-eight units and hundreds of players, is played by hand: `python -m tests.campaigns.week`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.campaigns.week import play
from tests.campaigns.week_office import LINK, WORD
from tests.reminders.campaign_stage import OWN


async def test_a_week_of_four_units_and_their_players(tmp_path: Path) -> None:
    week = await play(tmp_path, units=4, players=5, pupils=2, packets=4, seed=3, step=timedelta(hours=6))
    assert week.faults() == []
    assert (week.figures.attempts > 12, week.figures.stock.left, week.tally.gone > 0) == (True, 0, True)
    assert {sign.kind for sign in week.signs} == {"swift", "rhythm"}
    opens = week.played.notice.quiz.stage.opens  # type: ignore[union-attr]  # it is a quiz that was played
    early = [line for _, chat in week.played.people for line in chat.lines if line.at < opens and line.kind != OWN]
    told = [line for _, chat in week.played.people for line in chat.lines if line.at >= opens and LINK in line.text]
    assert not any(LINK in line.text or WORD in line.text for line in early)
    assert {line.kind for line in told} == {"broadcast"}
    reminded = [line.text for _, chat in week.played.people for line in chat.lines if line.kind == "reminder"]
    assert any("参加答题人数已经替您统计好" in text for text in reminded)
