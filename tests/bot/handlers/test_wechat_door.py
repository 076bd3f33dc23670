"""The door: every callback answered once, in time, and nothing believed that the platform did not sign."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.handlers.buttons import seal
from bot.handlers.ports import Delivered, Given, PutOff, Replies
from bot.handlers.wechat import Grant
from bot.talk.messages import Choice, Incoming, Outgoing, Press
from tests.bot.handlers.wechat_platform import (
    ADDRESS,
    BUTTON_KEY,
    PERSON,
    PHRASES,
    START,
    Intake,
    Platform,
    event,
    message,
    said,
    text_of,
)

LONG = "长" * 500
SHORT = Outgoing("记下了。", id=1)
TWO = (Outgoing(LONG, id=1), Outgoing(f"{LONG}。", id=2))


async def test_the_reply_is_handed_over_at_once_and_said_so() -> None:
    intake = Intake({"3": (SHORT, Outgoing("第 8 项", (Choice("a", "甲"),), id=2))})
    assert await Platform(intake).post(said("3")) == "记下了。\n\n第 8 项\n1 甲"
    assert intake.told == [Delivered(1, 1, True), Delivered(2, 1, True)]
    assert intake.accepted == [(Incoming("wechat", PERSON, f"{PERSON}/1", START, "3"), ())]


async def test_a_message_without_a_reply_is_a_success() -> None:
    intake = Intake()
    assert (await Platform(intake).post(said("好")), intake.told) == ("", [])


async def test_what_does_not_fit_follows_as_customer_messages() -> None:
    intake = Intake({"*": TWO})
    assert await Platform(intake, can_send=True).post(said("好")) == LONG
    assert intake.told == [Delivered(1, 1, True, "due"), Delivered(2, 0, False, "due")]


async def test_what_does_not_fit_is_held_where_nothing_else_may_be_sent() -> None:
    intake = Intake({"*": TWO})
    assert await Platform(intake, can_send=False).post(said("好")) == f"{LONG}\n\n{PHRASES.more}"
    assert intake.told == [Delivered(1, 1, True, "held"), Delivered(2, 0, False, "held")]


@pytest.mark.parametrize("word", ["继续", "继续。", " 【继续】", "/继续"])
async def test_resume_gives_what_is_held_and_not_a_turn(word: str) -> None:
    intake = Intake(waiting=[(Outgoing(f"{'甲' * 598}。{'乙' * 10}", id=1), 1), (Outgoing("丙", id=2), 0)])
    platform = Platform(intake, can_send=False)
    assert await platform.post(said(word)) == f"{'乙' * 10}\n\n丙"
    assert (intake.accepted, intake.told) == ([], [Delivered(1, 2, True, "held"), Delivered(2, 1, True, "held")])


async def test_resume_goes_on_until_nothing_is_held_and_then_reaches_the_desk() -> None:
    intake = Intake({"继续": (SHORT,)}, waiting=[(one, 0) for one in TWO])
    platform = Platform(intake, can_send=False)
    texts = [await platform.post(said("继续", number)) for number in (1, 2, 3)]
    assert texts == [f"{LONG}\n\n{PHRASES.more}", f"{LONG}。", "记下了。"]


async def test_several_resumes_at_once_get_one_part_each() -> None:
    class Slow(Intake):
        async def held(self, address: str) -> list[tuple[Outgoing, int]]:
            found = await super().held(address)
            await asyncio.sleep(0)
            return found

    platform = Platform(Slow({"继续": (SHORT,)}, waiting=[(one, 0) for one in TWO]), can_send=False)
    texts = await asyncio.gather(*(platform.post(said("继续", number)) for number in (1, 2, 3)))
    assert texts == [f"{LONG}\n\n{PHRASES.more}", f"{LONG}。", "记下了。"]


async def test_a_resume_that_is_cut_says_so_even_where_more_could_be_sent() -> None:
    """What is held is held because no window was open; that somebody typed 继续 is no turn and opens none."""
    intake = Intake(waiting=[(one, 0) for one in TWO])
    platform = Platform(intake, can_send=True)
    assert await platform.post(said("继续")) == f"{LONG}\n\n{PHRASES.more}"
    assert {one.rest for one in intake.told} == {"held"}


async def test_a_retried_resume_gets_the_same_and_takes_nothing_more() -> None:
    platform = Platform(Intake(waiting=[(one, 0) for one in TWO]), can_send=False)
    assert [await platform.post(said("继续")) for _ in range(2)] == [f"{LONG}\n\n{PHRASES.more}"] * 2


async def test_another_word_is_a_turn_and_says_that_something_waits() -> None:
    intake = Intake({"*": (SHORT,)}, waiting=[(Outgoing("旧", id=9), 0)])
    assert await Platform(intake).post(said("好")) == f"记下了。\n\n{PHRASES.waiting}"


async def test_a_retry_gets_the_first_answer_and_changes_nothing() -> None:
    intake = Intake({"*": (SHORT,)})
    platform = Platform(intake)
    assert [await platform.post(said("好")) for _ in range(3)] == ["记下了。"] * 3
    assert (len(intake.accepted), len(intake.told)) == (1, 1)


async def test_a_replayed_request_gets_the_same_answer_and_changes_nothing() -> None:
    intake = Intake()
    platform = Platform(intake)
    gone, back = platform.sealed(event("unsubscribe")), platform.sealed(event("subscribe", created=2))
    for request in (gone, back, gone):
        assert platform.text(await platform.door.callback("POST", *request)) == ""
    assert intake.reached == [(PERSON, "unfollowed"), (PERSON, "")]


async def test_retries_during_the_first_wait_for_it() -> None:
    intake = Intake({"*": (SHORT,)}, gate=asyncio.Event())
    platform = Platform(intake)
    asked = [asyncio.create_task(platform.post(said("好"))) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert intake.gate is not None
    intake.gate.set()
    assert await asyncio.wait_for(asyncio.gather(*asked), 5) == ["记下了。"] * 3
    assert (len(intake.accepted), len(intake.told)) == (1, 1)


async def test_what_comes_too_late_is_released_and_retries_hear_no_more() -> None:
    intake = Intake({"*": (SHORT,)}, gate=asyncio.Event())
    platform = Platform(intake, patience=0.02)
    assert [await platform.post(said("好")) for _ in range(2)] == ["", ""]
    assert intake.gate is not None and intake.released == []
    intake.gate.set()
    await asyncio.wait_for(intake.news.wait(), 5)
    assert (intake.released, intake.told) == ([1], [])


async def test_a_message_that_is_kept_late_is_answered_to_the_retry() -> None:
    """The first connection is cut after five seconds; nothing may be acknowledged before the message is kept."""
    intake = Intake({"*": (SHORT,)}, slow=asyncio.Event())
    platform = Platform(intake, patience=0.04)
    first = asyncio.create_task(platform.post(said("好")))
    await asyncio.sleep(0.05)
    assert not first.done()
    retry = asyncio.create_task(platform.post(said("好")))
    await asyncio.sleep(0)
    assert intake.slow is not None
    intake.slow.set()
    assert (await asyncio.wait_for(retry, 5), intake.released) == ("记下了。", [])
    await first


async def test_a_message_kept_too_late_for_everybody_is_released() -> None:
    intake = Intake({"*": (SHORT,)}, slow=asyncio.Event())
    platform = Platform(intake, patience=0.01)
    first = asyncio.create_task(platform.post(said("好")))
    await asyncio.sleep(0.02)
    assert intake.slow is not None
    intake.slow.set()
    assert await asyncio.wait_for(first, 5) == ""
    await asyncio.wait_for(intake.news.wait(), 5)
    assert intake.released == [1]


async def test_closing_does_not_wait_for_what_is_late() -> None:
    intake = Intake({"*": (SHORT,)}, gate=asyncio.Event())
    platform = Platform(intake, patience=0.01)
    await platform.post(said("好"))
    await asyncio.wait_for(platform.door.close(), 5)
    assert intake.released == []


async def test_a_request_that_is_broken_off_leaves_its_replies_to_the_dispatcher() -> None:
    intake = Intake({"*": (SHORT,)}, gate=asyncio.Event())
    platform = Platform(intake)
    request = platform.sealed(said("好"))
    first, retry = (asyncio.create_task(platform.door.callback("POST", *request)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await asyncio.wait_for(retry, 5)).status == 503
    assert intake.gate is not None
    intake.gate.set()
    await asyncio.wait_for(intake.news.wait(), 5)
    assert (first.cancelled(), intake.released, intake.told) == (True, [1], [])


async def test_what_could_not_be_kept_is_not_acknowledged_and_may_be_tried_again() -> None:
    intake = Intake({"*": (SHORT,)}, fails=True)
    platform = Platform(intake)
    assert (await platform.door.callback("POST", *platform.sealed(said("好")))).status == 503
    intake.fails = False
    assert await platform.post(said("好")) == "记下了。"


async def test_a_picture_is_wanted_and_its_reply_waited_for() -> None:
    intake = Intake({"": (SHORT,)})
    assert await Platform(intake).post(message("image", MsgId="5", MediaId="m1")) == "记下了。"
    assert [(one.ref, one.name) for one in intake.accepted[0][1]] == [("m1", "图片.jpg")]


BOXES = Outgoing("选：", (Choice("a", "甲"), Choice("b", "乙")), "1/q", id=7)


@pytest.mark.parametrize(
    ("button", "owner", "press", "unread"),
    [
        (seal(BUTTON_KEY, 7, 1), ADDRESS, Press("1/q", "b"), ""),
        (seal(BUTTON_KEY, 7, 2), ADDRESS, None, "button"),
        (seal(BUTTON_KEY, 8, 0), ADDRESS, None, "button"),
        (seal(BUTTON_KEY, 7, 1), "wechat:oOTHER", None, "button"),
        (seal(b"other" * 7, 7, 1), ADDRESS, None, "button"),
        ("乙", ADDRESS, None, "button"),
    ],
)
async def test_an_item_of_a_menu_is_a_press(button: str, owner: str, press: Press | None, unread: str) -> None:
    intake = Intake(known={7: Given(owner, BOXES)})
    await Platform(intake).post(said("乙", button=button))
    expected = Incoming("wechat", PERSON, f"{PERSON}/1", START, press=press, origin="event", unread=unread)
    assert [incoming for incoming, _ in intake.accepted] == [expected]


async def test_grants_are_told_once() -> None:
    inside = (
        "<SubscribeMsgPopupEvent><List><TemplateId>T1</TemplateId>"
        "<SubscribeStatusString>accept</SubscribeStatusString></List></SubscribeMsgPopupEvent>"
    )
    platform = Platform(Intake())
    for _ in range(2):
        assert await platform.post(message("event", Event="subscribe_msg_popup_event", inside=inside)) == ""
    number = f"{PERSON}/1/subscribe_msg_popup_event/"
    assert platform.grants == [(ADDRESS, number, (Grant("T1", True),))]


async def test_a_plain_request_in_development_is_answered_plainly() -> None:
    platform = Platform(Intake({"*": (SHORT,)}), plain=True)
    answer = await platform.door.callback("POST", platform.query(), said("好").encode())
    assert text_of(answer.body.decode()) == "记下了。"
    assert await platform.post(said("好", 2)) == "记下了。"


async def test_who_is_put_off_hears_how_many_are_ahead_and_so_does_the_retry() -> None:
    class Deep(Intake):
        async def accept(self, incoming: Incoming, **_: Any) -> asyncio.Future[Replies]:
            self.accepted.append((incoming, ()))
            raise PutOff(1234)

    intake = Deep()
    platform = Platform(intake)
    assert [await platform.post(said("好")) for _ in range(2)] == ["您前面有 1234 人"] * 2
    assert (len(intake.accepted), intake.told, intake.released) == (1, [], [])
