"""A program that is broken on purpose: the rehearsal says what is not as people were told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete

from rehearsal.campaign import broken, collection, staged
from rehearsal.house import running
from rehearsal.ledger import Ledger
from rehearsal.materials import StandIns
from rehearsal.players import Tally
from rehearsal.quizzing import Counted, faults
from rehearsal.record import OWN, REPLY, Line
from rehearsal.scripts import SCRIPTS
from rehearsal.size import Size
from rehearsal.watch import Watch
from rules.deeds import SubmitEntry
from rules.looks_quiz import QuizFigures, Stock, UnitPlays
from storage.moments import Moment
from storage.tables import entries
from tests.campaigns.shipped import at, notice

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


def test_what_the_program_says_it_failed_at_is_a_fault_of_it() -> None:
    said = "这一步没有保存成功，是我们这边的问题（编号 3PS1TH）。您之前填的都在。"
    lines = [Line(at("2024-03-01 09:00"), OWN, said), Line(at("2024-03-01 09:01"), REPLY, said)]
    admin = SimpleNamespace(name="管理员陈", where="telegram:1")
    play: Any = SimpleNamespace(citizens=[admin], chat=lambda _: SimpleNamespace(lines=lines))
    assert broken(play) == ["03-01 09:01 管理员陈：这一步没有保存成功，是我们这边的问题（编号 3PS1TH）"]


def test_figures_of_a_quiz_that_are_not_those_of_its_players_are_named() -> None:
    tally = Tally(ended=3, passed=2, packets=1, people={"a", "b"}, units={"甲": {"a", "b"}})
    units = (UnitPlays(1, "甲", 2, 3, 2),)
    figures = QuizFigures(2, 3, 2, units, {}, (), Stock(count=5, left=4), 0)
    right = Counted(figures, (), frozenset(), ())
    assert faults(right, tally) == []
    assert faults(replace(right, figures=replace(figures, attempts=4)), tally) == ["答题次数：程序算 4，实际 3"]
    assert faults(replace(right, audit=("少一个红包",)), tally) == ["少一个红包"]
