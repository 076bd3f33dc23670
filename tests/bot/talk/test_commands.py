"""The engine's own words, in every state a conversation can be in: back, edit, help, menu."""

from __future__ import annotations

from functools import partial

import pytest

from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from bot.talk.texts import LongText
from rules.answers import check_answer, read_answer
from rules.forms import Field
from rules.people import Role
from tests.bot.talk.forms import IN_ENGINE_CANCEL, IN_ENGINE_EDIT, IN_PIECES, IN_QUESTION, NOWHERE, form, room_at
from tests.bot.talk.room import Flowing, Room, asked

# Back


@pytest.mark.parametrize("word", ["返回", "/back", "上一步", "/返回", "返回。", " 返 回 "])
def test_back_reopens_the_answer_before(word: str) -> None:
    room = room_at("开始", "题目", word)
    assert (room.said, room.labels) == (["engine.previous", "ask.title"], ["保留原来的"])
    assert room.reply.lines[0].facts == {"value": "题目"}


def test_back_from_the_first_question_says_that_it_is_the_first() -> None:
    assert room_at(*IN_QUESTION, "返回").said == ["engine.first_question", "ask.title"]


def test_back_out_of_pieces_keeps_them_for_the_way_forward() -> None:
    room = room_at(*IN_PIECES, "返回")
    assert room.said == ["engine.previous", "ask.title"]
    room.press("!keep")
    assert room.said == ["text.standing"]
    room.say("完成")
    assert room.session.log.kept["body"].value == "一段"


def test_back_to_a_long_text_begins_with_what_was_written() -> None:
    room = room_at(*IN_PIECES, "完成", "返回")
    assert room.said == ["text.standing"]
    assert room.labels == ["完成", "撤回", "重写", "全文"]


@pytest.mark.parametrize("state", [IN_ENGINE_EDIT, IN_ENGINE_CANCEL])
def test_back_out_of_the_engines_own_question_shows_the_flows_question(state: tuple[str, ...]) -> None:
    room = room_at(*state, "返回")
    assert room.said == ["ask.body"]
    room.say("一段")
    assert room.said == ["text.piece", "text.standing"]


def test_back_without_a_conversation_shows_the_menu() -> None:
    assert room_at(*NOWHERE, "返回").said == ["home"]


# Edit


@pytest.mark.parametrize("word", ["修改", "/edit"])
def test_edit_lists_what_was_answered(word: str) -> None:
    room = room_at("开始", "题目", "一段", "完成", word)
    assert (room.said, room.labels) == (["engine.edit_which"], ["title", "body", "不改了"])


def test_edit_with_nothing_answered_says_so() -> None:
    assert room_at(*IN_QUESTION, "修改").said == ["engine.nothing_to_edit", "ask.title"]


def test_an_edited_answer_leads_back_to_where_the_person_was() -> None:
    room = room_at("开始", "题目", "一段", "完成", "修改", "1")
    assert room.said == ["engine.previous", "ask.title"]
    room.say("新题目")
    assert (room.said, room.session.title) == (["ask.sure"], "新题目")


def test_staying_with_everything_as_it_is_changes_nothing() -> None:
    room = room_at("开始", "题目", "一段", "完成", "修改", "不改了")
    assert room.said == ["ask.sure"]


def test_edit_out_of_pieces_keeps_them() -> None:
    room = room_at(*IN_PIECES, "修改", "1", "新题目")
    assert room.said == ["text.standing"]


def test_a_choice_that_the_engine_did_not_offer_is_refused_and_asked_again() -> None:
    room = room_at(*IN_ENGINE_EDIT, "9")
    assert (room.said, room.session.shown) == (["engine.pick_one", "engine.edit_which"], "!edit")


def test_edit_without_a_conversation_shows_the_menu() -> None:
    assert room_at(*NOWHERE, "修改").said == ["home"]


# Help, menu


@pytest.mark.parametrize("state", [IN_QUESTION, IN_PIECES, IN_ENGINE_EDIT, IN_ENGINE_CANCEL])
@pytest.mark.parametrize("word", ["帮助", "/help"])
def test_help_says_what_can_be_said_and_shows_where_they_stand(state: tuple[str, ...], word: str) -> None:
    room = room_at(*state, word)
    shown = {IN_QUESTION: "ask.title", IN_PIECES: "text.standing"}.get(state, "ask.body")
    assert room.said == ["engine.help", shown]
    assert room.reply.lines[0].facts == {
        "role": "liaison", "filling": True, "collects": True, "contact": "主办单位", "quiz": False,
    }  # fmt: skip


def test_help_without_a_conversation_offers_the_menu() -> None:
    room = room_at(*NOWHERE, "帮助")
    assert (room.said, room.labels) == (["engine.help"], ["菜单"])


@pytest.mark.parametrize("state", [IN_PIECES, IN_ENGINE_EDIT, IN_ENGINE_CANCEL])
@pytest.mark.parametrize("word", ["菜单", "/菜单"])
def test_the_menu_from_anywhere_parks_what_is_under_way(state: tuple[str, ...], word: str) -> None:
    room = room_at(*state, word)
    assert room.said == ["engine.parked_aside", "home"]


def test_a_word_of_a_command_inside_a_longer_text_is_text() -> None:
    room = room_at("开始", "取消审批的办法")
    assert room.said == ["ask.body"]


@pytest.mark.parametrize("title", ["Back", "start", "HELP"])
def test_an_english_word_without_its_slash_is_text(title: str) -> None:
    room = room_at("开始", title)
    assert (room.said, room.session.title) == (["ask.body"], title)


def test_a_word_that_this_role_may_not_use_is_text() -> None:
    room = Room(form, others=(Flow("admin", form, words=("发邀请",), roles=frozenset({Role.ADMIN})),))
    room.say("开始")
    room.say("发邀请")
    assert (room.said, room.session.title) == (["ask.body"], "发邀请")


# A previous answer


def test_the_previous_answer_is_taken_back_by_its_number_where_choices_are_numbered() -> None:
    async def choosing(talk: Talk) -> Ending:
        options = (Option("a", "甲"), Option("b", "乙"))
        await talk.ask("which", OneOf(text=line("ask.which"), label="which", options=options))
        await talk.ask("name", asked("name"))
        return None

    room = room_at("开始", "乙", "返回", flow=choosing)
    assert room.labels == ["甲", "乙", "保留原来的"]
    room.say("3")
    assert (room.said, room.session.log.kept["which"].value) == (["ask.name"], "b")


def test_a_long_text_that_fits_no_longer_is_asked_again_from_what_was_written() -> None:
    def limited(limit: int) -> Flowing:
        async def flow(talk: Talk) -> Ending:
            field = Field("body", "正文", "text", "", limit=limit, hint="请写。")
            read, check = partial(read_answer, field), partial(check_answer, field)
            await talk.ask("body", LongText(text=line("ask.body"), label="body", read=read, check=check, limit=limit))
            await talk.ask("name", asked("name"))
            return None

        return flow

    room = room_at("开始", "原来写好的八个字", "完成", flow=limited(10))
    room.main = limited(4)
    room.say("继续")
    assert room.said == ["field.too_long", "text.standing"]
    room.say("完成")
    assert room.said == ["field.too_long", "text.kept"]
    for text in ("撤回", "新的字", "完成"):
        room.say(text)
    assert (room.said, room.session.log.kept["body"].value) == (["ask.name"], "新的字")
