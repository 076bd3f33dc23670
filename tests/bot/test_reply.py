"""A turn's reply in the words of its channel: files first, nothing empty, and an expert's not to be passed on."""

from __future__ import annotations

import pytest

from bot.reply import messages, worded
from bot.talk.lines import line
from bot.talk.messages import Incoming, Outgoing
from bot.talk.session import Reply
from bot.talk.turn import Turn
from bot.talk.wishes import House, Party
from bot.wording import house_wording
from rules.people import Person, Role, Seat
from tests.bot.conftest import TABLE
from tests.bot.talk.room import START

WORDING = house_wording().with_sentence("told", "好，{{ name }}。")


def turn(role: Role | None, reply: Reply) -> Turn:
    """A turn that is over."""
    seat = Seat(1, "xian-2024", role) if role is not None else None
    house = House(TABLE, {}, lambda: 1)
    return Turn(house, Party(Person(1), seat, None), Incoming("telegram", "1", "1", START), reply)


@pytest.mark.parametrize(("role", "protected"), [(Role.EXPERT, True), (Role.ADMIN, False), (None, False)])
def test_only_what_experts_hear_is_protected(role: Role | None, protected: bool) -> None:
    [said] = messages(turn(role, Reply(lines=[line("told", name="王")])), WORDING, "telegram")
    assert (said.text, said.protected) == ("好，王。", protected)


def test_nothing_to_say_is_no_message() -> None:
    assert messages(turn(None, Reply()), WORDING, "telegram") == ()


def test_words_left_open_are_chosen_when_it_goes_out_and_once() -> None:
    letter = Outgoing("", kind="notice", card="c", id=7, said=("told", {"name": "李"}))
    out = worded(letter, WORDING, "wechat")
    assert (out.text, out.said, out.kind, out.card, out.id) == ("好，李。", None, "notice", "c", 7)
    assert worded(out, WORDING, "wechat") is out
