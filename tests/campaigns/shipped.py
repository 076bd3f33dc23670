"""The notices that come with the program, and how a test looks at them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules.notice import Notice, NoticeFaults, read_notice
from rules.stages import Stage

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
IDS = ("xinhua-2021", "xian-2024", "weifang-2023", "industry-2024", "hongze-quiz-2020")
ZONE = ZoneInfo("Asia/Shanghai")


@cache
def text_of(name: str) -> str:
    return (CAMPAIGNS / f"{name}.toml").read_text("utf-8")


@cache
def notice(name: str) -> Notice:
    return read_notice(text_of(name), name=name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def period(stage: Stage) -> tuple[str, str]:
    """Its first instant and its first late one, without the year."""
    return f"{stage.opens:%m-%d %H:%M}", f"{stage.closes:%m-%d %H:%M:%S}"


def labels(name: str, form: str) -> list[str]:
    """The labels that the annex prints, in its order: fields lying in another's cell print none."""
    return [field.label for field in notice(name).form(form).fields if field.into is None]


def faults(name: str, text: str) -> list[tuple[int, str]]:
    """Line and path of everything that is wrong with a text."""
    with pytest.raises(NoticeFaults) as caught:
        read_notice(text, name=name)
    return [(fault.line, fault.path) for fault in caught.value.faults]
