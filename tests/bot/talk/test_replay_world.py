"""What a run rests on: the question that was shown, the time, chance, deeds done once, refusals never kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.talk.errors import FlowError, StrayAwait
from bot.talk.fields import OneOf, Option
from bot.talk.lines import line
from bot.talk.log import ANSWER
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined
from tests.bot.talk.room import START, Post, Room, Sky, asked
from tests.bot.talk.test_replay import begun, chatty, facts_of, two_questions

# The last question shown is stored


def test_untagged_text_answers_the_question_that_was_shown_last() -> None:
    room = begun(two_questions, "王")
    assert room.session.shown == "phone"


def test_text_for_a_question_that_is_no_longer_open_changes_nothing_and_shows_where_they_stand() -> None:
    async def earlier(talk: Talk) -> Ending:
        await talk.ask("terms", asked("terms"))
        await two_questions(talk)
        return None

    room = begun(two_questions, "王")
    room.main = earlier
    room.say("123")
    assert room.said == ["engine.moved", "ask.terms"]
    assert {key: kept.value for key, kept in room.session.log.kept.items()} == {"name": "王"}
    room.say("同意")
    assert room.said == ["ask.phone"]


def test_a_button_of_an_earlier_question_changes_nothing_and_says_so() -> None:
    async def flow(talk: Talk) -> Ending:
        for key in ("first", "second"):
            options = (Option("a", "甲"), Option("b", "乙"))
            await talk.ask(key, OneOf(text=line(f"ask.{key}"), options=options))
        await talk.ask("third", asked("third"))
        return None

    room = begun(flow)
    old = room.reply.question
    room.press("a")
    room.press("b", question=old)
    assert room.said == ["engine.stale", "ask.second"]
    assert {key: kept.value for key, kept in room.session.log.kept.items()} == {"first": "a"}


def test_a_button_of_another_conversation_changes_nothing() -> None:
    room = begun(chatty, "王")
    room.press("!keep", question="999/phone")
    assert room.said == ["engine.stale", "named", "ask.phone"]


# Time and chance


def test_now_is_the_arrival_of_the_newest_answer_used_so_far() -> None:
    seen: list[object] = []

    async def watching(talk: Talk) -> Ending:
        seen.append(talk.now)
        await talk.ask("name", asked("name"))
        seen.append(talk.now)
        await talk.ask("phone", asked("phone"))
        return None

    room = begun(watching, "王")
    room.now += timedelta(days=30)
    seen.clear()
    room.say("继续")
    minute = timedelta(minutes=1)
    assert seen == [START + minute, START + 2 * minute]


def test_now_never_goes_back_when_an_earlier_answer_was_edited_later() -> None:
    seen: list[object] = []

    async def watching(talk: Talk) -> Ending:
        await talk.ask("name", asked("name"))
        await talk.ask("phone", asked("phone"))
        seen.append(talk.now)
        await talk.ask("last", asked("last"))
        return None

    room = begun(watching, "王", "123", "修改")
    room.say("1")
    room.say("李")
    assert seen[-1] == room.now


def test_chance_falls_the_same_in_every_run_and_differently_for_another_key_or_conversation() -> None:
    seen: list[tuple[float, float]] = []

    async def throwing(talk: Talk) -> Ending:
        await talk.ask("name", asked("name"))
        seen.append((talk.chance("a").random(), talk.chance("b").random()))
        await talk.ask("phone", asked("phone"))
        return None

    room = begun(throwing, "王", "继续", "取消")
    room.press("yes")
    assert len(set(seen)) == 1
    assert seen[0][0] != seen[0][1]
    room.say("开始")
    room.say("王")
    assert seen[-1] != seen[0]


# Awaiting


@pytest.mark.parametrize("stray", [lambda: asyncio.sleep(0), lambda: asyncio.sleep(1)])
def test_a_stray_await_fails_by_construction(stray: Callable[[], Awaitable[None]]) -> None:
    async def napping(talk: Talk) -> Ending:
        await talk.ask("name", asked("name"))
        await stray()
        return None

    room = begun(napping)
    with pytest.raises((StrayAwait, RuntimeError)):
        room.say("王")
    assert room.session.log.kept == {}


# Deeds


async def posting(talk: Talk) -> Ending:
    text = await talk.ask("text", asked("text"))
    posted = await talk.do("posted", Post(text))
    if isinstance(posted, Declined):
        talk.say(posted.why, **posted.facts)
        return Again(("text",))
    talk.say("done", number=posted.number)
    await talk.ask("after", asked("after"))
    talk.say("end", number=posted.number)
    return None


def test_a_deed_is_done_once_and_its_result_is_kept() -> None:
    room = begun(posting, "信", "继续", "帮助")
    room.say("好")
    assert room.done == [Post("信")]
    assert facts_of(room, "end") == {"number": 1}


def test_a_declined_deed_is_not_kept_and_is_tried_again_with_the_next_answer() -> None:
    room = Room(posting, refuses=lambda deed: Declined("no", {}) if deed == Post("信") else None)
    room.say("开始")
    room.say("信")
    assert room.said == ["no", "engine.previous"]
    assert (room.session.log.deeds, room.session.log.kept) == ({}, {})
    room.say("新信")
    assert room.done == [Post("新信")]


def test_what_was_answered_before_a_final_deed_can_no_longer_be_edited() -> None:
    room = begun(posting, "信", "返回")
    assert room.said == ["engine.first_question", "ask.after"]
    room.say("修改")
    assert room.said == ["engine.nothing_to_edit", "done", "ask.after"]


def test_asking_again_without_end_is_the_authors_error() -> None:
    async def endless(talk: Talk) -> Ending:
        await talk.ask("name", asked("name"))
        return Again(())

    room = begun(endless)
    with pytest.raises(FlowError, match="asked again without end"):
        room.say("王")


def test_what_the_world_says_is_read_afresh_in_every_run() -> None:
    async def looking(talk: Talk) -> Ending:
        talk.say("sky", now=await talk.look(Sky()))
        await talk.ask("name", asked("name"))
        return None

    room = begun(looking)
    assert facts_of(room, "sky") == {"now": "晴"}
    room.sky = "雨"
    room.say("继续")
    assert facts_of(room, "sky") == {"now": "雨"}


# Refusals


def test_a_refused_answer_is_never_appended_and_its_question_is_not_repeated() -> None:
    room = begun(two_questions)
    room.say("坏")
    assert (room.said, room.reply.quiet) == (["bad"], True)
    assert room.rows[room.session.id] == []
    room.say("王")
    assert [row[1:4] for row in room.rows[room.session.id]] == [(ANSWER, "name", "王")]
