"""The fakes do what a channel and a clock do, and say clearly when they are asked for what is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.fakes import FakeClock, NoSuchChoice, Person, Silence
from bot.talk.messages import BOLD, PICKED, PLAIN, Choice, Incoming, Outgoing, Press
from storage.chats import Chats
from tests.bot.conftest import Office
from tests.bot.talk.room import START


class Echo:
    """A desk that answers every message with the same reply and keeps what it got."""

    def __init__(self, *replies: Outgoing) -> None:
        self.replies, self.got = list(replies), list[Incoming]()

    async def receive(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        self.got.append(incoming)
        return (self.replies.pop(0) if len(self.replies) > 1 else self.replies[0],)


MENU = Outgoing(f"{BOLD}想做什么？{PLAIN}", (Choice("a", "甲"), Choice("b", "乙")), "1/x")


def test_the_clock_stands_still_until_it_is_moved_and_never_goes_back() -> None:
    clock = FakeClock(START)
    assert clock.now() == clock.now() == START
    assert clock.advance(timedelta(hours=1)) == START + timedelta(hours=1)
    with pytest.raises(ValueError, match="never set back"):
        clock.move(START)


async def test_a_person_hears_plain_text_and_sees_buttons() -> None:
    person = Person(Echo(MENU), FakeClock(START))
    assert (await person.say("你好"), person.choices) == ("想做什么？", ["甲", "乙"])


async def test_every_message_has_an_id_of_its_own_and_a_second_delivery_the_same() -> None:
    desk = Echo(MENU)
    person = Person(desk, FakeClock(START), address="w")
    await person.say("一")
    await person.say("二")
    await person.again()
    assert [each.id for each in desk.got] == ["w/1", "w/2", "w/2"]
    assert desk.got[1] == desk.got[2]


async def test_a_button_is_pressed_by_label_or_code_with_the_question_it_was_shown_under() -> None:
    desk = Echo(MENU, Outgoing("好的"))
    person = Person(desk, FakeClock(START))
    await person.say("你好")
    await person.press("乙")
    await person.press("a")
    assert [each.press for each in desk.got[1:]] == [Press("1/x", "b"), Press("1/x", "a")]


async def test_ticks_go_together_in_their_order() -> None:
    desk = Echo(MENU)
    person = Person(desk, FakeClock(START))
    await person.say("你好")
    await person.tick("乙", "甲")
    assert desk.got[-1].press == Press("1/x", f"{PICKED}\nb\na")


async def test_what_was_never_shown_cannot_be_pressed() -> None:
    person = Person(Echo(MENU), FakeClock(START))
    await person.say("你好")
    with pytest.raises(NoSuchChoice, match="甲、乙"):
        await person.press("丙")
    with pytest.raises(NoSuchChoice, match="丙"):
        await person.tick("丙")


async def test_what_needs_a_store_or_a_first_message_says_so() -> None:
    person = Person(Echo(MENU), FakeClock(START))
    for asking in (person.send(("a.docx", b"")), person.news()):
        with pytest.raises(TypeError, match="give Person"):
            await asking
    with pytest.raises(LookupError):
        await person.again()


async def test_news_are_what_was_not_said_straight_away(office: Office) -> None:
    person = Person(office.desk, office.clock, chats=Chats(office.database))
    await person.say("你好")
    with pytest.raises(Silence):
        await person.news(seconds=0.05)
    other = Person(office.desk, office.clock)
    other._count = 1
    await other.say("王")
    assert await person.news(seconds=1) == "单位？"
