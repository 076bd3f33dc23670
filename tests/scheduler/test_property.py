"""Whatever senders answer and whenever the program is killed: each message comes to one end, in its chat's order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handlers.post import Later, Outcome, Sent, Unsure, Wrong
from rules.delivery import rank
from storage.database import Database
from storage.migrate import migrate
from storage.outbox import DEAD, SENT, UNKNOWN
from tests.scheduler.conftest import Post

FINAL = {SENT, DEAD, UNKNOWN}
outcomes: st.SearchStrategy[Outcome | BaseException] = st.sampled_from(
    [Later(0.0, "later"), Unsure("unsure"), Wrong("wrong"), Sent(1, whole=False), ValueError("broken")]
)
messages = st.tuples(
    st.sampled_from(["telegram:1", "telegram:2"]),
    st.sampled_from(["reply", "notice", "broadcast"]),
    st.lists(outcomes, max_size=3),
)
#: After how many sendings the program is killed, each time.
kills = st.lists(st.integers(1, 4), max_size=2)


@settings(max_examples=8)
@given(st.lists(messages, min_size=1, max_size=6), kills)
def test_every_message_has_one_end(tmp_path_factory: pytest.TempPathFactory, posts: list[Any], when: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.dispatch.IDLE", 0.01)
        patch.setattr("scheduler.dispatch.SOON", 0.0)
        asyncio.run(_play(tmp_path_factory.mktemp("post"), posts, when))


async def _play(folder: Path, posts: list[Any], when: list[int]) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{folder / 'post.db'}")
    await migrate(database)
    office = Post(database)
    for number, (address, kind, answers) in enumerate(posts):
        await office.put(address, f"{number}", kind=kind)
        office.telegram.will(f"{number}", *answers)
    for after in when:
        await _run_and_kill(office, len(office.telegram.given) + after)
    dispatcher = office.open()
    states = await office.end(dispatcher)
    await office.stop()
    await database.close()
    assert set(states) <= FINAL
    for number, (_, kind, answers) in enumerate(posts):
        given = [letter for letter in office.telegram.given if letter.outgoing.text == f"{number}"]
        doubts = [answer for answer in answers[: len(given)] if isinstance(answer, Unsure | ValueError)]
        if kind == "broadcast" and doubts:
            assert isinstance(answers[len(given) - 1], Unsure | ValueError), "nothing follows a doubt"
    for address in ("telegram:1", "telegram:2"):
        mine = [(rank(kind), number) for number, (where, kind, _) in enumerate(posts) if where == address]
        firsts = list(dict.fromkeys(int(letter.outgoing.text) for letter in office.telegram.given
                                    if f"telegram:{letter.address}" == address))  # fmt: skip
        assert [number for _, number in sorted(mine) if number in firsts] == firsts


async def _run_and_kill(office: Post, count: int) -> None:
    """Let a dispatcher work until so many sendings began; then it is gone as by a power cut: nothing more is noted."""
    dispatcher = office.open()
    for _ in range(40):
        if len(office.telegram.given) >= count:
            break
        await office.later(1, dispatcher)
        await asyncio.sleep(0.005)
    turn = dispatcher._outbox

    class Gone:
        async def turn(self, *arguments: Any, **more: Any) -> Any:
            raise ConnectionError("the program is gone")

        def __getattr__(self, name: str) -> Any:
            return getattr(turn, name)

    dispatcher._outbox = Gone()  # type: ignore[assignment]  # a program that is gone notes nothing
    task = office.working.pop()
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        assert isinstance(task.exception(), ConnectionError)
