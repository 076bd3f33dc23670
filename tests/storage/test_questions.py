"""What people ask is counted, without anybody's name and without end."""

from __future__ import annotations

import pytest

from rules.deeds_steering import NoteQuestion
from rules.looks_steering import Asked, QuestionsIn
from storage import questions
from tests.storage.world import CAMPAIGN, NOW, World


async def test_the_same_is_counted_together(world: World) -> None:
    for at, topic, words in ((1, "stamp", ""), (2, "", "有停车位吗？"), (3, "stamp", "")):
        await world.do(NoteQuestion(CAMPAIGN, topic, words), at=NOW + at)
    await world.do(NoteQuestion("weifang-2023", "stamp"))
    assert await world.look(QuestionsIn(CAMPAIGN)) == (
        Asked("stamp", "", 2, NOW + 3),
        Asked("", "有停车位吗？", 1, NOW + 2),
    )


async def test_beyond_the_most_words_are_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST", 2)
    for words in ("一？", "二？", "三？", "四？"):
        await world.do(NoteQuestion(CAMPAIGN, "", words))
    found = await world.look(QuestionsIn(CAMPAIGN))
    assert sorted((each.words, each.count) for each in found) == [("", 2), ("一？", 1), ("二？", 1)]
