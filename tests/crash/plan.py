"""What some liaisons send, message by message: the same for the same seed, however often delivered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CAMPAIGN = "weifang-2023"
_BEGIN = datetime(2023, 8, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: whose it is, which of theirs (from 0), when it was received, and its text."""

    lane: int
    place: int
    at: datetime
    text: str

    @property
    def id(self) -> str:
        """The same for every delivery."""
        return f"{self.lane}/{self.place}"


def plan(seed: int, codes: Sequence[str]) -> list[list[Sent]]:
    """One lane of messages for each invitation code."""
    dice = random.Random(seed)
    return [
        [
            Sent(lane, place, _BEGIN + timedelta(minutes=place, seconds=lane), text)
            for place, text in enumerate(_lines(dice, code, lane))
        ]
        for lane, code in enumerate(codes)
    ]


def _lines(dice: random.Random, code: str, lane: int) -> list[str]:
    lines = [f"/start {code}", f"{lane}老师", *_entry(dice, f"第{lane}件", "填报")]
    for turn in range(2):
        lines += dice.choice((
            _entry(dice, f"第{lane}件之{turn}", "填报"),
            ["我的报送", "1", "撤回", "确认撤回", "我的报送", "1", "修改后重新报送", "确认承诺", "1", "1"],
            ["我的报送", "1", "看历次版本", "菜单", "帮助", "没有这一项"],
        ))  # fmt: skip
    return lines


def _entry(dice: random.Random, title: str, word: str) -> list[str]:
    """One entry from its first question to its receipt, with digressions here and there."""
    lines = [
        word, "1", title, "王某某", "0536-8791234", "xy@example.org", "胜利东街1号", "1",
        *(f"特色{part}" for part in range(dice.randint(1, 3))), "完成",
        *(f"成效{part}：办结时间缩短{dice.randint(1, 9)}天。" for part in range(dice.randint(1, 4))), "完成",
        "确认承诺", "1", "1",
    ]  # fmt: skip
    for _ in range(2):
        place = dice.randint(3, 7)
        lines[place:place] = dice.choice((["帮助"], ["暂停", "继续"], ["返回", lines[place - 1]]))
    return lines
