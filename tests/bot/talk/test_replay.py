"""The rules that make replay safe, each broken once by a flow that could get away with it."""

from __future__ import annotations

import pytest

from bot.talk.errors import KeyUsedTwice
from bot.talk.fields import OneOf, Option, Typed
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.faults import Fault
from tests.bot.talk.room import Flowing, Post, Room, asked, free


async def two_questions(talk: Talk) -> Ending:
    name = await talk.ask("name", asked("name"))
    phone = await talk.ask("phone", asked("phone"))
    talk.say("end", name=name, phone=phone)
    return None


def facts_of(room: Room, key: str) -> dict[str, object]:
    return next(dict(each.facts) for each in room.reply.lines if each.key == key)


def begun(flow: Flowing, *said: str) -> Room:
    room = Room(flow)
    for text in ("开始", *said):
        room.say(text)
    return room


# Keys, not positions


def test_a_question_added_before_the_open_one_is_asked_first_and_the_others_keep_their_answers() -> None:
    async def longer(talk: Talk) -> Ending:
        name = await talk.ask("name", asked("name"))
        post = await talk.ask("post", asked("post"))
        phone = await talk.ask("phone", asked("phone"))
        talk.say("end", name=name, post=post, phone=phone)
        return None

    room = begun(two_questions, "王")
    room.main = longer
    room.say("继续")
    assert room.said == ["ask.post"]
    room.say("科长")
    room.say("123")
    assert facts_of(room, "end") == {"name": "王", "post": "科长", "phone": "123"}


def test_the_answer_of_a_question_that_was_removed_sleeps_and_wakes_with_it() -> None:
    async def shorter(talk: Talk) -> Ending:
        phone = await talk.ask("phone", asked("phone"))
        await talk.ask("last", asked("last"))
        talk.say("end", phone=phone)
        return None

    room = begun(two_questions, "王")
    room.main = shorter
    room.say("继续")
    assert room.said == ["ask.phone"]
    room.say("123")
    room.main = two_questions
    room.say("继续")
    assert facts_of(room, "end") == {"name": "王", "phone": "123"}


def test_questions_in_another_order_keep_each_its_own_answer() -> None:
    async def turned(talk: Talk) -> Ending:
        phone = await talk.ask("phone", asked("phone"))
        name = await talk.ask("name", asked("name"))
        talk.say("end", name=name, phone=phone)
        return None

    room = begun(two_questions, "王")
    room.main = turned
    room.say("继续")
    room.say("123")
    assert facts_of(room, "end") == {"name": "王", "phone": "123"}


def test_a_changed_meaning_gets_a_new_key_and_is_asked_anew() -> None:
    async def renamed(talk: Talk) -> Ending:
        await talk.ask("full_name", asked("full_name"))
        return None

    room = begun(two_questions, "王")
    room.main = renamed
    room.say("继续")
    assert room.said == ["ask.full_name"]


def test_a_changed_shape_is_asked_again_with_the_reason() -> None:
    def choosing(*codes: str) -> Flowing:
        async def flow(talk: Talk) -> Ending:
            options = tuple(Option(code, code) for code in codes)
            colour = await talk.ask("colour", OneOf(text=line("ask.colour"), label="colour", options=options))
            await talk.ask("last", asked("last"))
            talk.say("end", colour=colour)
            return None

        return flow

    room = begun(choosing("红", "蓝"), "红")
    room.main = choosing("绿", "蓝")
    room.say("继续")
    assert room.said == ["engine.option_gone", "ask.colour"]
    room.say("蓝")
    room.say("尾")
    assert facts_of(room, "end") == {"colour": "蓝"}


def test_the_previous_answer_is_offered_only_as_long_as_it_still_fits() -> None:
    room = begun(two_questions, "王", "返回")
    assert (room.said, room.labels) == (["engine.previous", "ask.name"], ["保留原来的"])
    room.press("!keep")
    assert room.said == ["ask.phone"]
    assert room.session.log.kept["name"].value == "王"

    strict = Room(_strict("王"))
    for text in ("开始", "王", "返回"):
        strict.say(text)
    strict.main = _strict("李")
    strict.press("!keep")
    assert strict.said == ["bad"]


def _strict(only: str) -> Flowing:
    async def flow(talk: Talk) -> Ending:
        name = Typed(
            text=line("ask.name"), label="name", read=free, check=lambda value: () if value == only else (Fault("bad"),)
        )
        await talk.ask("name", name)
        await talk.ask("phone", asked("phone"))
        return None

    return flow


def test_a_previous_answer_from_before_the_newest_one_is_never_offered() -> None:
    room = Room(_strict("王"))
    for text in ("开始", "王", "返回", "王"):
        room.say(text)
    room.main = _strict("李")
    room.say("继续")
    assert (room.said, room.labels) == (["bad", "ask.name"], [])


def test_the_same_key_twice_in_a_run_is_the_authors_error() -> None:
    async def twice(talk: Talk) -> Ending:
        await talk.ask("name", asked("name"))
        await talk.do("name", Post("x"))
        return None

    room = begun(twice)
    with pytest.raises(KeyUsedTwice, match="'name'"):
        room.say("王")
    assert room.session.log.kept == {}


# What is said after the newest answer is the reply


async def chatty(talk: Talk) -> Ending:
    talk.say("greeting")
    name = await talk.ask("name", asked("name"))
    talk.say("named", name=name)
    await talk.ask("phone", asked("phone"))
    talk.say("phoned")
    await talk.ask("mail", asked("mail"))
    talk.say("mailed")
    await talk.ask("last", asked("last"))
    return None


def test_only_what_is_said_after_the_newest_answer_is_the_reply() -> None:
    room = Room(chatty)
    said = []
    for text in ("开始", "王", "123"):
        room.say(text)
        said.append(room.said)
    assert said == [["greeting", "ask.name"], ["named", "ask.phone"], ["phoned", "ask.mail"]]


def test_after_an_edit_everything_said_behind_the_edited_answer_is_the_reply() -> None:
    room = begun(chatty, "王", "123", "a@b", "修改")
    room.say("name")
    assert room.said == ["greeting", "engine.previous", "ask.name"]
    room.say("李")
    assert room.said == ["named", "phoned", "mailed", "ask.last"]


def test_a_reply_is_the_same_however_often_it_is_asked_for() -> None:
    room = begun(chatty, "王")
    first = (room.said, room.reply.lines)
    room.say("继续")
    assert (room.said, room.reply.lines) == first
