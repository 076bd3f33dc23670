"""Where a message goes and where a conversation leads: files, results from inside, other flows, a shut campaign."""

from __future__ import annotations

import pytest

from bot.talk.fields import OneOf, Option, Wait
from bot.talk.flow import Flow, Handed
from bot.talk.lines import line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Park, Scene, Then
from tests.bot.talk.forms import IN_ENGINE_CANCEL, IN_ENGINE_EDIT, IN_PIECES, IN_QUESTION, form, room_at
from tests.bot.talk.room import Post, Room, asked

# Where a conversation ends


def test_a_flow_may_lead_to_another_with_its_first_answers() -> None:
    async def leads(talk: Talk) -> Ending:
        talk.say("led")
        return Then("main", {"from": "leads"}, {"title": "带来的"})

    room = Room(form, others=(Flow("leads", leads, words=("领路",)),))
    room.say("领路")
    assert (room.said, room.session.title, room.session.facts) == (["led", "ask.body"], "带来的", {"from": "leads"})


def test_a_flow_that_ends_unfinished_is_parked_and_asks_the_named_question_again() -> None:
    async def unsure(talk: Talk) -> Ending:
        talk.title = await talk.ask("title", asked("title"))
        options = (Option("no", "先不"), Option("ok", "好"))
        if await talk.ask("sure", OneOf(text=line("ask.sure"), options=options)) == "no":
            talk.say("kept")
            return Park(("sure",))
        talk.say("sent")
        return None

    room = room_at("开始", "题目", "先不", flow=unsure)
    assert (room.said, room.active) == (["kept"], None)
    room.say("继续")
    assert room.said == ["ask.sure"]
    room.say("好")
    assert room.said == ["sent"]


# Files, and results that come from inside


def test_a_file_where_none_is_expected_changes_nothing() -> None:
    room = room_at(*IN_PIECES)
    room.send("表.docx")
    assert room.said == ["engine.no_file_here", "text.standing"]


def test_a_file_sent_to_the_menu_begins_its_own_conversation() -> None:
    room = room_at("菜单")
    room.send("表.docx", "图.jpg")
    assert room.said == ["letter"]
    assert [dict(each.facts) for each in room.reply.lines] == [{"names": ["表.docx", "图.jpg"]}]


@pytest.mark.parametrize("state", [IN_QUESTION, IN_ENGINE_EDIT, IN_ENGINE_CANCEL])
def test_a_file_is_taken_in_by_the_flow_whatever_is_asked_just_then(state: tuple[str, ...]) -> None:
    def taken(scene: Scene, log: Log, file: File) -> Handed:
        return Handed(Post(file.name), (line("reading"),))

    room = Room(form, more={"on_file": taken})
    for text in state:
        room.say(text)
    room.send("表.docx")
    assert (room.said, room.done) == (["reading"], [Post("表.docx")])


async def waiting(talk: Talk) -> Ending:
    found = await talk.ask("found", Wait(text=line("wait"), topic="check"))
    talk.say("found", **found)
    return Then("main")


def test_a_result_from_inside_answers_the_question_that_waits_for_it() -> None:
    room = Room(form, others=(Flow("check", waiting, words=("查",)),))
    room.say("查")
    room.say("好了吗")
    assert room.said == ["engine.wait"]
    room.inside(room.session.id, "check", pages=3)
    assert room.said == ["found", "ask.title"]


def test_a_result_that_comes_after_the_person_went_elsewhere_disturbs_nothing() -> None:
    room = Room(form, others=(Flow("check", waiting, words=("查",)),))
    room.say("查")
    session = room.session.id
    room.say("开始")
    room.inside(session, "check", pages=3)
    assert room.said == ["engine.left_behind"]
    assert room.session.flow == "main"


# A campaign that is not served here


def test_whoever_sits_in_a_campaign_that_is_gone_hears_so_and_may_join_or_change() -> None:
    room = room_at("开始", "题目")
    room.notices = {}
    for text in ("一段", "帮助", "菜单", "继续"):
        room.say(text)
        assert (room.said, room.labels) == (["engine.campaign_gone"], ["换单位", "加入"])
    assert {key: kept.value for key, kept in room.session.log.kept.items()} == {"title": "题目"}


def test_a_button_pressed_when_nothing_is_under_way_says_so_and_shows_the_menu() -> None:
    room = room_at("开始", "题目")
    old = room.reply.question
    room.say("暂停")
    room.press("!done", question=old)
    assert room.said == ["engine.stale", "home"]
