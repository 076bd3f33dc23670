"""A small campaign from its notice to a day after its closing: what eight units' liaisons are told, word for word.

The long one, with eighty units, is played by hand: `python -m tests.reminders.campaign`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from rules.instants import opening
from rules.notice import Notice
from tests.flows.variants import form_only
from tests.reminders.campaign import play, told
from tests.reminders.campaign_stage import ZONE

TRANSCRIPTS = Path(__file__).parent / "transcripts"
CAST = (
    ("early", "web"), ("evening", "web"), ("left", "telegram"), ("never", "telegram"), ("absent", "web"),
    ("muter", "telegram"), ("handover", "web"), ("late", "web"),
)  # fmt: skip


def of_two_weeks(notice: Notice) -> Notice:
    """The campaign with the form alone, issued two weeks before its closing."""
    notice = form_only(notice)
    stage = replace(notice.tracks[0].stage, opens=opening("2024-04-10", ZONE))
    tracks = tuple(replace(track, stage=stage) for track in notice.tracks)
    return replace(notice, issued="2024-04-10", tracks=tracks)


async def test_what_eight_units_are_told_from_the_notice_to_the_day_after_the_closing(tmp_path: Path) -> None:
    played = await play(tmp_path, "xian-2024", CAST, seed=1, variant=of_two_weeks)
    for habit in ("evening", "left", "handover", "late"):
        [chat] = [chat for name, chat in played.people if f"（{habit}）" in name]
        _matches(habit, told(chat, by_itself=True))
    kinds = {name: [line.kind for line in chat.lines if line.by_itself] for name, chat in played.people}
    assert [kinds[name] for name in kinds if "（absent）" in name] == [[]]
    assert max(each.count("reminder") for each in kinds.values()) == 7


def _matches(name: str, said: str) -> None:
    path = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("XINSHI_WRITE_TRANSCRIPTS") == "1":
        path.write_text(f"{said}\n", encoding="utf-8")
    assert f"{said}\n" == path.read_text(encoding="utf-8")
