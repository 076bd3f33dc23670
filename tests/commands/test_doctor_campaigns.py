"""`./xinshi doctor` reads the notices of the campaigns, as `serve` will."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.commands.doctor_bank import question_bank
from bot.commands.doctor_finding import Level
from tests.campaigns.shipped import CAMPAIGNS, notice
from tests.commands.program import call


def test_a_campaign_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('campaigns = ["xian-2024", "xian-2025"]\n', "utf-8")
    result = call("doctor", "--config", config)
    told = [line for line in result.stdout.splitlines() if line[2:].startswith("活动：")]
    assert (result.exit_code, [line[0] for line in told], "xian-2025" in told[1]) == (1, ["✓", "✗"], True)


def test_the_bank_of_a_quiz_is_looked_at(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('campaigns = ["hongze-quiz-2020"]\n', "utf-8")
    result = call("doctor", "--config", config)
    told = [line for line in result.stdout.splitlines() if line[2:].startswith("题库：")]
    assert told == ["✓ 题库：hongze-quiz-2020 有 284 题，每次抽 10 题。不用处理。"]


def test_an_absent_or_faulty_bank_is_told(tmp_path: Path) -> None:
    quiz = notice("hongze-quiz-2020").quiz
    assert quiz is not None
    here = tmp_path / "hongze-quiz-2020.toml"
    absent = question_bank(here, quiz)
    assert (absent.level, absent.found) == (Level.MEND, "hongze-quiz-2020 没有题库")
    rows = (CAMPAIGNS / "hongze-quiz-2020.bank.csv").read_text("utf-8-sig").splitlines()
    bank = here.with_name("hongze-quiz-2020.bank.csv")
    bank.write_text("\n".join([*rows[:12], rows[3]]), "utf-8")
    faulty = question_bank(here, replace(quiz, draw=11))
    said = "hongze-quiz-2020 有 11 题，每次抽 11 题，另有 1 处写错没有用上"
    assert (faulty.level, faulty.found) == (Level.NOTE, said)
    assert faulty.advice == f"请用 ./xinshi bank check {bank} 看详情"
