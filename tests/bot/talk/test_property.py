"""Going on from where a run stands is the same as running anew from the log, whatever the flow and the person do."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.talk.lines import line
from bot.talk.log import ANSWER, Log
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from bot.talk.session import State
from bot.talk.texts import LongText
from rules.deeds import Declined
from rules.faults import Value
from tests.bot.talk.room import Flowing, Post, Room, Sky, asked


@dataclass(frozen=True)
class Step:
    """One line of a generated flow. `inner` is walked through when the answer's length is odd."""

    kind: str
    name: str
    inner: tuple[Step, ...] = ()


KINDS = st.sampled_from(("ask", "ask", "ask", "long", "say", "look", "do", "title", "offer", "chance"))
NAMES = st.sampled_from("abcdefgh")
LEAVES = st.builds(Step, KINDS, NAMES)
FLOWS = st.lists(
    st.one_of(LEAVES, st.builds(Step, st.just("ask"), NAMES, st.lists(LEAVES, max_size=3).map(tuple))),
    min_size=4,
    max_size=9,
).map(tuple)
#: What a person does; "=x" answers or adds a piece.
DOINGS = st.lists(
    st.sampled_from("=一 =一 =二二 =二二 =坏 完成 撤回 返回 修改 1 2 暂停 继续 帮助 取消 晴 雨".split()),
    min_size=4,
    max_size=20,
)


def flow_of(steps: tuple[Step, ...]) -> Flowing:
    """A flow that walks through the steps; each key is used once in a run, whatever was generated."""

    async def flow(talk: Talk) -> Ending:
        await walk(talk, steps, set())
        return None

    return flow


async def walk(talk: Talk, steps: tuple[Step, ...], used: set[str]) -> None:
    for step in steps:
        if (key := f"{step.kind}/{step.name}") in used:
            continue
        used.add(key)
        match step.kind:
            case "ask":
                answer = await talk.ask(key, asked(key))
                talk.say("heard", key=key, answer=answer)
                if len(answer) % 2:
                    await walk(talk, step.inner, used)
            case "long":
                await talk.ask(key, LongText(text=line(f"ask.{key}"), label=key, read=Value))
            case "say":
                talk.say("said", name=step.name, now=talk.now)
            case "look":
                talk.say("looked", sky=await talk.look(Sky()))
            case "do":
                done = await talk.do(key, Post(step.name))
                talk.say("done", declined=isinstance(done, Declined))
            case "title":
                talk.title = step.name
            case "offer":
                talk.offer("菜单")
            case "chance":
                talk.say("chance", thrown=talk.chance(key).random())


def act(room: Room, doing: str) -> None:
    if doing in ("晴", "雨"):
        room.sky = doing
    else:
        room.say(doing.removeprefix("="))


def shown(room: Room) -> tuple[Any, ...]:
    """All that a person sees of a reply."""
    reply = room.reply
    return (reply.lines, reply.prompt, reply.question, reply.extra, reply.offers)


def as_run_anew(room: Room) -> tuple[Any, ...]:
    """What a person sees who asks where they stand; the conversation is run from its first line."""
    again = copy.deepcopy(room)
    again.say("继续")
    assert again.done == room.done, "a deed was done again"
    assert again.rows == room.rows, "showing where somebody stands wrote something"
    return shown(again)


@given(FLOWS, DOINGS)
@settings(max_examples=120)
def test_going_on_is_the_same_as_running_anew(steps: tuple[Step, ...], doings: list[str]) -> None:
    room = Room(flow_of(steps))
    room.say("开始")
    for doing in doings:
        before = len(room.rows.get(room.numbers, []))
        act(room, doing)
        active = room.active
        if active is None or active.flow != "main":
            room.say("开始")
            continue
        new = room.rows[active.id][before:] if active.id == room.numbers else []
        if any(row[1] == ANSWER for row in new):
            assert shown(room) == as_run_anew(room)


@given(FLOWS, FLOWS, DOINGS, st.integers(0, 20))
@settings(max_examples=30)
def test_a_form_that_changes_under_a_draft_never_breaks_it(
    steps: tuple[Step, ...], others: tuple[Step, ...], doings: list[str], when: int
) -> None:
    room = Room(flow_of(steps))
    room.say("开始")
    for index, doing in enumerate(doings):
        if index == when:
            room.main = flow_of(others)
        act(room, doing)
        if room.active is not None and room.active.flow == "main" and not room.active.shown.startswith("!"):
            _, stop = room.run()
            assert room.reply.question.split("/", 1)[1:] == [stop.key]


@given(FLOWS, DOINGS)
@settings(max_examples=30)
def test_no_answer_is_ever_lost_that_was_not_cancelled(steps: tuple[Step, ...], doings: list[str]) -> None:
    room = Room(flow_of(steps))
    room.say("开始")
    for doing in doings:
        before = {number: list(rows) for number, rows in room.rows.items()}
        act(room, doing)
        assert {number: room.rows[number][: len(rows)] for number, rows in before.items()} == before
    for number, session in room.stored.items():
        if session.flow == "main" and session.state is State.DONE:
            log = Log.fold(room.rows[number])
            ended = room.stored[number].shown == "" or not log.kept or _is_finished(room, number)
            assert ended, "a conversation with answers was dropped without an end"


def _is_finished(room: Room, number: int) -> bool:
    """Whether a conversation's flow runs to its end on its log."""
    one = copy.deepcopy(room)
    one.stored = {number: one.stored[number]}
    one.stored[number].state = State.ACTIVE
    return one.run()[1] is None


KINDS_OF_ROWS = st.sampled_from(("answer", "piece", "undo", "forget"))
ROWS = st.lists(st.tuples(KINDS_OF_ROWS, NAMES, st.integers(0, 9)), max_size=30)


@given(ROWS)
def test_folding_a_log_at_once_is_the_same_as_adding_row_by_row(rows: list[tuple[str, str, int]]) -> None:
    numbered = [(seq, kind, key, value, seq) for seq, (kind, key, value) in enumerate(rows, start=1)]
    grown = Log.fold(())
    for row in numbered:
        grown.add(row)
    assert grown == Log.fold(numbered)
    assert set(grown.kept) & set(grown.previous) == set(), "an answer in force has no previous one"
