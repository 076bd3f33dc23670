"""A turn's reply in the words of its channel: files first, nothing empty, and an expert's not to be passed on."""

from __future__ import annotations

import pytest

from bot.reply import messages, worded
from bot.talk.lines import line
from bot.talk.messages import BOLD, PLAIN, Incoming, Outgoing
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


HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("kind", "waited", "said"),
    [
        ("notice", 6 * HOUR - 1, "好，李。"),
        ("notice", 6 * HOUR, "（以下是 6 小时前发的，当时没能送到您这里）\n好，李。"),
        ("broadcast", 34 * 24 * HOUR + HOUR, "（以下是 34 天前发的，当时没能送到您这里）\n好，李。"),
        ("reminder", 6 * HOUR, "好，李。"),
        ("reply", 6 * HOUR, "好，李。"),
    ],
)
def test_what_reaches_its_reader_late_says_how_old_it_is(kind: str, waited: int, said: str) -> None:
    letter = Outgoing("", kind=kind, at=7 * HOUR, said=("told", {"name": "李"}))
    assert worded(letter, WORDING, "wechat", now=7 * HOUR + waited).text == said
    assert worded(letter, WORDING, "web").text == "好，李。"  # where it stands under its own hour


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "某活动：距截止还有 **3 小时 10 分钟**（4月23日（周二）24:00）。"),
        (2, "某活动：距截止还有 **1 小时 10 分钟**（4月23日（周二）24:00）。"),
        (4, "某活动：已于 4月23日（周二）24:00 截止。"),
    ],
)
def test_a_reminder_says_the_time_that_is_left_when_it_is_read(hours: int, said: str) -> None:
    until = 10 * HOUR
    closing = {"closes": "4月23日（周二）24:00", "remaining": "3 小时 10 分钟", "until": until}
    letter = Outgoing("", kind="reminder", said=("remind.message", {"title": "某活动", "closings": [closing]}))
    text = worded(letter, house_wording(), "wechat", now=until - 3 * HOUR - HOUR // 6 + hours * HOUR).text
    assert text.replace(BOLD, "**").replace(PLAIN, "**") == said
