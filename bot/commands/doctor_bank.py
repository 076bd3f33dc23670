"""What `./xinshi doctor` says of a campaign's question bank."""

from __future__ import annotations

from pathlib import Path

from bot.campaigns import bank, beside
from bot.commands.doctor_finding import Finding, fine, mend, note
from rules.quiz import Quiz


def question_bank(notice: Path, quiz: Quiz) -> Finding:
    """Whether a quiz whose notice can be read has questions, and all of those that were written."""
    found, file = bank(notice, shuffle=quiz.shuffle), beside(notice, "bank.csv")
    if found is None:
        return mend("题库", f"{notice.stem} 没有题库", f"请用 ./xinshi bank import {notice.stem} 题库.xlsx 导入")
    said = f"{notice.stem} 有 {len(found.questions)} 题，每次抽 {quiz.draw} 题"
    if found.faults:
        return note(
            "题库", f"{said}，另有 {len(found.faults)} 处写错没有用上", f"请用 ./xinshi bank check {file} 看详情"
        )
    return fine("题库", said)
