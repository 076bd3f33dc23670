"""Messages go in the order of their chat, and come to one end whatever their sender says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from bot.handlers.post import Later, Left, Sent, Unsure, Wrong
from scheduler.dispatch import Paces
from scheduler.pace import Pace
from storage.outbox import DEAD, DUE, SENT, UNKNOWN
from storage.tables import outbox
from tests.scheduler.conftest import Post

HERE, THERE = "telegram:1", "telegram:2"


# Order


async def test_messages_of_a_chat_go_in_their_order(office: Post) -> None:
    await office.put(HERE, "1", "2", "3")
    await office.settled(office.open())
    assert office.telegram.texts == ["1", "2", "3"]


async def test_answers_overtake_notices_and_notices_what_goes_to_many(office: Post) -> None:
    for number in range(3):
        await office.put(f"telegram:{number}", f"群发{number}", kind="broadcast")
    await office.put(HERE, "通知", kind="notice")
    await office.put(HERE, "答复")
    office.open()
    await office.settled()
    assert office.telegram.texts[0] == "答复"
    assert office.telegram.texts.index("通知") < office.telegram.texts.index("群发1")


async def test_an_answer_does_not_wait_until_a_broadcast_is_over(office: Post) -> None:
    await office.put(HERE, "0", kind="broadcast")
    for number in range(400):
        await office.put(f"telegram:b{number}", f"{number}", kind="broadcast")
    office.open(telegram=Paces(Pace(0.001), Pace(0.0)))
    await office.telegram.reached.wait()
    office.telegram.reached.clear()
    await office.put("telegram:x", "答复")
    await office.seen(lambda: "答复" in office.telegram.texts)
    assert len(office.telegram.given) < 401


async def test_a_long_message_goes_part_by_part_before_the_next_one(office: Post) -> None:
    await office.put(HERE, "长", "短")
    office.telegram.will("长", Sent(1, whole=False, remote="a"), Sent(2, whole=False, remote="b"), Sent(3, remote="c"))
    assert await office.settled(office.open()) == [SENT, SENT]
    assert [(letter.outgoing.text, letter.done) for letter in office.telegram.given] == [
        ("长", 0), ("长", 1), ("长", 2), ("短", 0),
    ]  # fmt: skip
    assert await office.rows("done", "remote", "via") == [(3, "c", f"{HERE} message"), (1, "m4", f"{HERE} message")]


async def test_a_message_that_must_wait_holds_up_its_own_chat_only(office: Post) -> None:
    await office.put(HERE, "1", "2")
    await office.put(THERE, "别处")
    office.telegram.will("1", Later(0.05, "500"))
    dispatcher = office.open()
    assert await office.until(lambda states: states == [DUE, DUE, SENT]) == [DUE, DUE, SENT]
    assert sorted(office.telegram.texts) == ["1", "别处"]
    await office.later(5, dispatcher)
    await office.settled(dispatcher)
    assert [text for text in office.telegram.texts if text != "别处"] == ["1", "1", "2"]


async def test_when_a_platform_asks_everybody_to_rest_nobody_else_is_sent_to(office: Post) -> None:
    await office.put(HERE, "1")
    office.telegram.will("1", Later(0.3, "429", everybody=True))
    dispatcher = office.open()
    await office.until(lambda states: states == [DUE] and bool(office.telegram.given))
    began = asyncio.get_running_loop().time()
    await office.put(THERE, "2")
    await office.put("mail:a@b.cn", "3", kind="notice")
    await office.until(lambda states: states[2] == SENT, [dispatcher])
    assert asyncio.get_running_loop().time() - began < 0.28, "the other channels go on"
    assert office.telegram.texts == ["1"]
    await office.later(1, dispatcher)
    await office.settled(dispatcher)
    assert asyncio.get_running_loop().time() - began > 0.2


# Ends


async def test_after_sixteen_tries_a_message_is_a_dead_letter_with_its_reason(office: Post) -> None:
    await office.put(HERE, "1", kind="notice")
    office.telegram.will("1", *[Later(0, f"500 {number}") for number in range(20)])
    dispatcher = office.open()
    assert await office.end(dispatcher) == [DEAD]
    assert await office.rows("tries", "why") == [(16, "500 15")]
    assert len(office.telegram.given) == 16


async def test_what_a_platform_never_takes_is_a_dead_letter_at_once(office: Post) -> None:
    await office.put(HERE, "1", "2")
    office.telegram.will("1", Wrong("400: text is too strange"))
    assert await office.settled(office.open()) == [DEAD, SENT]
    assert await office.rows("why") == [("400: text is too strange",), ("",)]


@pytest.mark.parametrize(
    ("kind", "more", "ended"),
    [
        ("card", {}, (SENT, 0, 2)),
        ("reply", {"edits": "77"}, (SENT, 0, 2)),
        ("notice", {}, (SENT, 1, 2)),
        ("reply", {}, (SENT, 1, 2)),
        ("broadcast", {}, (UNKNOWN, 0, 1)),
    ],
)
async def test_what_may_have_arrived_is_judged_by_its_policy(
    office: Post, kind: str, more: dict[str, Any], ended: tuple[str, int, int]
) -> None:
    await office.put(HERE, "1", kind=kind, **more)
    office.telegram.will("1", Unsure("cut off"))
    dispatcher = office.open()
    [state] = await office.end(dispatcher)
    assert (state, int(office.telegram.given[-1].again), len(office.telegram.given)) == ended


async def test_a_sender_that_raises_is_one_of_which_nobody_knows(office: Post) -> None:
    await office.put(HERE, "1", kind="broadcast")
    await office.put(THERE, "2")
    office.telegram.will("1", ValueError("broken"))
    assert await office.settled(office.open()) == [UNKNOWN, SENT]


async def test_what_breaks_before_the_sending_was_certainly_not_sent(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await office.somebody("wechat:w")
    await office.write("wechat:w", person)
    await office.put("wechat:w", "1", kind="broadcast", person=person)
    planned, broken = office.contacts.of, [True]

    async def of(person: int) -> Any:
        if broken.pop() if broken else False:
            raise OSError("disk full")
        return await planned(person)

    monkeypatch.setattr(office.contacts, "of", of)
    dispatcher = office.open()
    assert await office.end(dispatcher) == [SENT]
    assert [(letter.outgoing.text, letter.again) for letter in office.wechat.given] == [("1", False)]


async def test_what_breaks_after_the_sending_does_not_send_it_again(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await office.somebody(HERE)
    await office.put(HERE, "1", kind="reply", person=person)
    office.telegram.will("1", Left("blocked"))

    async def reach(address: str, state: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(office.contacts, "reach", reach)
    assert await office.settled(office.open()) == [DEAD]
    assert office.telegram.texts == ["1"]


# Cards


async def test_a_card_is_edited_in_its_place_as_soon_as_it_was_shown(office: Post) -> None:
    await office.put(HERE, "1/9", "2/9", kind="card", card="broadcast/7")
    await office.put(THERE, "别人的", kind="card", card="broadcast/7")
    await office.settled(office.open())
    shown = {letter.outgoing.text: letter.edits for letter in office.telegram.given}
    remote = dict(zip(["1/9", "2/9", "别人的"], [row[0] for row in await office.rows("remote")], strict=True))
    assert shown == {"1/9": "", "2/9": remote["1/9"], "别人的": ""}


async def test_a_message_withdrawn_while_it_waited_is_not_sent(office: Post) -> None:
    [_, card] = await office.put(HERE, "先", "旧")
    office.telegram.stays["先"] = asyncio.Event()
    office.open()
    await office.telegram.reached.wait()
    async with office.world.database.write() as connection:
        await connection.execute(update(outbox).where(outbox.c.id == card).values(state=DEAD, why="superseded"))
    await office.put(HERE, "新")
    office.telegram.stays["先"].set()
    assert await office.settled() == [SENT, DEAD, SENT]
    assert office.telegram.texts == ["先", "新"]
