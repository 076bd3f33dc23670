"""A program that is broken on purpose: the rehearsal says what is not as people were told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import delete

from rehearsal.campaign import Size, collection, staged
from rehearsal.house import running
from rehearsal.ledger import Ledger
from rehearsal.materials import StandIns
from rehearsal.players import Tally
from rehearsal.scripts import SCRIPTS
from rehearsal.watch import Watch
from rehearsal.week import Counted, faults
from rules.deeds import SubmitEntry
from rules.looks_quiz import QuizFigures, Stock, UnitPlays
from storage.moments import Moment
from storage.tables import entries
from tests.campaigns.shipped import notice

TWO_UNITS = Size(units=2, players=0, public=0, seed=1, small=True)


async def test_a_work_that_the_program_loses_is_named(tmp_path: Path) -> None:
    script, told = SCRIPTS["xinhua-2021"], Ledger("")
    play = staged(notice(script.campaign), StandIns())
    lost: list[str] = []
    async with running(play, tmp_path / "data", script.campaign):
        submit = play.app.turns.deeds[SubmitEntry]

        async def losing(moment: Moment, deed: Any) -> Any:
            done = await submit(moment, deed)
            if not lost:
                lost.append(deed.title)
                await moment.connection.execute(delete(entries).where(entries.c.title == deed.title))
            return done

        play.app.turns.deeds[SubmitEntry] = losing
        await collection(play, script, tmp_path, TWO_UNITS, Random(1), told, Watch(play))
    assert told.wrong == [f"✗ 报送成功而程序里没有的作品：应为 []，是 {lost}"]


def test_figures_of_a_quiz_that_are_not_those_of_its_players_are_named() -> None:
    tally = Tally(ended=3, passed=2, packets=1, people={"a", "b"}, units={"甲": {"a", "b"}})
    units = (UnitPlays(1, "甲", 2, 3, 2),)
    figures = QuizFigures(2, 3, 2, units, {}, (), Stock(count=5, left=4), 0)
    right = Counted(figures, (), frozenset(), ())
    assert faults(right, tally) == []
    assert faults(replace(right, figures=replace(figures, attempts=4)), tally) == ["答题次数：程序算 4，实际 3"]
    assert faults(replace(right, audit=("少一个红包",)), tally) == ["少一个红包"]
