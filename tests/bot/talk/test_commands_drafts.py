"""Conversations put aside: several of them, resumed from anywhere, cancelled only when it is meant."""

from __future__ import annotations

import pytest

from bot.talk.errors import SessionGone
from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Resume
from bot.talk.session import State
from tests.bot.talk.forms import IN_ENGINE_CANCEL, IN_ENGINE_EDIT, IN_PIECES, IN_QUESTION, NOWHERE, form, room_at
from tests.bot.talk.room import OTHER_SEAT, SEAT, Room

# Park and resume


@pytest.mark.parametrize("state", [IN_PIECES, IN_ENGINE_EDIT, IN_ENGINE_CANCEL, ("开始", "题目")])
@pytest.mark.parametrize("word", ["暂停", "/park"])
def test_parked_anywhere_a_conversation_goes_on_where_it_stood(state: tuple[str, ...], word: str) -> None:
    room = room_at(*state, word)
    assert (room.said, room.labels, room.active) == (["engine.parked"], ["继续", "菜单"], None)
    room.say("继续")
    assert room.said == (["text.standing"] if state == IN_PIECES else ["ask.body"])


def test_park_without_a_conversation_says_that_there_is_nothing_to_park() -> None:
    room = room_at(*NOWHERE, "暂停")
    assert (room.said, room.labels) == (["engine.nothing_to_park"], ["菜单"])


def test_a_conversation_without_an_answer_is_not_kept_as_a_draft() -> None:
    room = room_at(*IN_QUESTION, "暂停")
    assert (room.said, room.labels) == (["engine.nothing_to_park"], ["菜单"])
    assert room_at(*IN_QUESTION, "暂停", "继续").said == ["drafts.none"]


def test_several_drafts_are_parked_and_any_of_them_resumed() -> None:
    room = room_at("开始", "甲", "暂停", "开始", "乙", "开始", "丙", "继续")
    assert room.said == ["ask.body"], "what is under way comes first"
    room.say("暂停")
    room.say("继续")
    assert (room.said, room.labels) == (["drafts.which"], ["甲", "乙", "丙"])
    room.say("甲")
    assert (room.said, room.session.title) == (["ask.body"], "甲")


def test_beginning_another_conversation_parks_the_one_under_way_and_says_so() -> None:
    room = room_at(*IN_PIECES, "开始")
    assert room.said == ["engine.parked_aside", "ask.title"]
    assert [each.state for each in room.stored.values()] == [State.PARKED, State.ACTIVE]


def test_resume_in_the_middle_of_the_engines_own_question_shows_the_flows_question() -> None:
    for state in (IN_ENGINE_EDIT, IN_ENGINE_CANCEL):
        room = room_at(*state, "继续")
        assert room.said == ["ask.body"]
        room.say("1")
        assert room.said == ["text.piece", "text.standing"]


def test_resume_by_somebody_without_a_seat_shows_where_they_stand() -> None:
    room = Room(form, seat=None)
    room.say("继续")
    assert room.said == ["code"]
    room.say("继续")
    assert room.said == ["code"]


def test_a_draft_of_another_seat_is_gone_on_with_from_that_seat() -> None:
    room = room_at("开始", "题目", "暂停")
    room.seat = OTHER_SEAT
    room.say("继续")
    assert room.said == ["engine.seat_changed", "ask.body"]
    assert room.reply.lines[0].facts == {"unit": "甲局"}
    assert room.seat == SEAT


def test_resuming_a_draft_that_is_gone_is_an_error_that_keeps_everything() -> None:
    async def gone(talk: Talk) -> Ending:
        return Resume(99)

    room = Room(form, others=(Flow("gone", gone, words=("去",)),))
    room.say("开始")
    with pytest.raises(SessionGone, match="99"):
        room.say("去")
    assert room.session.shown == "title"


# Cancel


@pytest.mark.parametrize("state", [("开始", "题目"), IN_PIECES, IN_ENGINE_EDIT])
@pytest.mark.parametrize("word", ["取消", "/cancel"])
def test_cancel_asks_whether_it_is_meant(state: tuple[str, ...], word: str) -> None:
    room = room_at(*state, word)
    assert (room.said, room.labels) == (["engine.cancel_sure"], ["确认取消", "继续填写"])
    assert room.session.state is State.ACTIVE


def test_a_confirmed_cancel_ends_it_and_its_draft_is_not_offered_any_more() -> None:
    room = room_at(*IN_ENGINE_CANCEL, "确认取消")
    assert (room.said, room.active) == (["engine.cancelled"], None)
    room.say("继续")
    assert room.said == ["drafts.none"]


def test_a_withdrawn_cancel_goes_on_where_they_were() -> None:
    assert room_at(*IN_ENGINE_CANCEL, "继续填写").said == ["ask.body"]


def test_cancel_without_a_conversation_says_so() -> None:
    assert room_at(*NOWHERE, "取消").said == ["engine.nothing_to_cancel", "home"]


def test_cancel_of_what_keeps_nothing_leads_to_the_menu_at_once() -> None:
    assert room_at("菜单", "取消").said == ["engine.nothing_to_cancel", "home"]


def test_an_old_button_that_confirms_a_cancel_is_stale_once_they_went_on() -> None:
    room = room_at(*IN_ENGINE_CANCEL)
    old = room.reply.question
    room.say("继续")
    room.press("yes", question=old)
    assert (room.said, room.session.state) == (["engine.stale", "ask.body"], State.ACTIVE)
