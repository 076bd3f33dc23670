"""The doctor tells which version of the tables it found, and what follows from that."""

from __future__ import annotations

from bot.commands.doctor import shape
from bot.commands.doctor_finding import Level


def test_tables_of_another_version_are_told_apart() -> None:
    known = {"0001", "0002"}
    found = {
        shaped: (shape(shaped, known).level, shape(shaped, known).found) for shaped in ("", "0001", "0002", "0003")
    }
    assert found == {
        "": (Level.NOTE, "数据库还是空的"),
        "0001": (Level.NOTE, "版本 0001，本程序用的是 0002"),
        "0002": (Level.FINE, "版本 0002，是最新的"),
        "0003": (Level.MEND, "版本 0003 比本程序认识的 0002 新"),
    }
