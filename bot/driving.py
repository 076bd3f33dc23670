"""A turn driven to its end: what it wishes for is given to it by the open transaction."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from bot.talk.turn import Turn
from bot.talk.wishes import Recall, Save, Who, Wish
from rules.deeds import Deed
from rules.looks import Look
from storage.turns import Batch


async def drive(turns: Batch, turn: Turn) -> None:
    """Run a turn. It awaits nothing but the batch, so that a whole batch of turns can be run in one visit."""
    steps: Generator[Wish, Any, None] = turn.go()
    answer: Any = None
    seen: dict[Look, Any] = {}
    while True:
        try:
            wish = steps.send(answer)
        except StopIteration:
            return
        if isinstance(wish, Look):
            if wish not in seen:
                seen[wish] = await turns.look(wish)
            answer = seen[wish]
            continue
        seen.clear()  # what follows may change what was seen
        answer = await _fulfil(turns, turn, wish)


async def _fulfil(turns: Batch, turn: Turn, wish: Deed | Who | Recall | Save) -> Any:
    if isinstance(wish, Deed):
        return await turns.perform(wish, turn.incoming.at)
    if isinstance(wish, Who):
        return await turns.who(wish.person)
    if isinstance(wish, Recall):
        return await turns.recall(wish.person, wish.session)
    await turns.save(wish.session, turn.incoming.at)
    return None
