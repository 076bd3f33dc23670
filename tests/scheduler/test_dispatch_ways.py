"""A message goes by the way that is open, and waits where there is none."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bot.handlers.post import Later, Left, Sent, Shut
from rules.contact import Power
from storage.outbox import DEAD, DUE, HELD, PULLED, SENT
from storage.tables import addresses
from storage.tables_post import attempts, grants
from tests.scheduler.conftest import POWERS, Post

HERE, THERE = "telegram:1", "telegram:2"


async def test_whoever_left_a_messenger_hears_in_the_other_one(office: Post) -> None:
    person = await office.somebody(HERE, "wechat:w")
    await office.write("wechat:w", person)
    await office.put(HERE, "通知", kind="notice", person=person)
    office.telegram.will("通知", Left("403"))
    assert await office.settled(office.open()) == [SENT]
    assert (office.wechat.texts, office.wechat.ways, office.left) == (["通知"], ["customer"], [HERE])
    assert await office.world.rows(addresses, "id", "state") == [(HERE, "blocked"), ("wechat:w", "")]


async def test_a_part_delivered_elsewhere_does_not_shorten_what_another_channel_is_given(office: Post) -> None:
    person = await office.somebody("wechat:w", HERE)
    await office.write("wechat:w", person)
    await office.put("wechat:w", "长", kind="notice", person=person)
    office.wechat.will("长", Sent(2, whole=False), Left("unfollowed"))
    assert await office.settled(office.open()) == [SENT]
    assert [(letter.address, letter.done) for letter in office.telegram.given] == [("1", 0)]


async def test_an_answer_to_somebody_who_left_goes_nowhere_else(office: Post) -> None:
    person = await office.somebody(HERE, "wechat:w")
    await office.write("wechat:w", person)
    await office.put(HERE, "答复", person=person)
    office.telegram.will("答复", Left("403"))
    assert await office.settled(office.open()) == [DEAD]
    assert office.wechat.texts == []


async def test_a_code_for_a_mailbox_goes_to_that_mailbox_or_nowhere(office: Post) -> None:
    person = await office.somebody(HERE)
    await office.put("mail:a@b.cn", "码", kind="mail_code", person=person)
    office.senders["mail"].will("码", Left("550 no such user"))
    assert await office.settled(office.open()) == [DEAD]
    assert office.telegram.texts == []
    await office.stop()
    await office.put("mail:a@b.cn", "又一个", kind="mail_code", person=person)
    del office.senders["mail"]
    assert await office.settled(office.open()) == [DEAD, DEAD]
    assert office.telegram.texts == []


async def test_a_way_that_is_shut_leads_to_the_other_messenger(office: Post) -> None:
    person = await office.somebody("wechat:w", HERE)
    await office.write("wechat:w", person, ago=60)
    await office.put("wechat:w", "通知", kind="notice", person=person)
    office.wechat.will("通知", Shut("45015"))
    assert await office.settled(office.open()) == [SENT]
    assert (office.wechat.texts, office.telegram.texts) == (["通知"], ["通知"])
    assert await office.world.rows(attempts, "way", "budget", "outcome", "why") == [
        ("customer", "heard", "shut", "45015")
    ]


async def test_tries_that_did_not_go_out_use_up_no_budget(office: Post) -> None:
    person = await office.somebody("wechat:w")
    await office.write("wechat:w", person)
    await office.put("wechat:w", "1", person=person)
    office.wechat.will("1", *[Later(0, "-1 system busy")] * 7)
    dispatcher = office.open()
    assert await office.end(dispatcher) == [SENT]
    [place] = await office.contacts.at("wechat:w")
    assert place.after_heard == 1


async def test_what_finds_no_way_waits_until_its_reader_writes(office: Post) -> None:
    person = await office.somebody("wechat:w")
    await office.put("wechat:w", "1", "2", person=person)
    office.open()
    assert await office.settled() == [HELD, HELD]
    assert (office.held, await office.rows("why")) == (["wechat:w"] * 2, [("contact.waits",)] * 2)
    await office.stop()  # it has looked for what was written just then; a minute later that is long over
    await office.later(60)
    await office.write("wechat:w", person)
    await office.outbox.free("wechat:w", now=office.now)
    assert await office.settled(office.open()) == [SENT, SENT]
    assert office.wechat.texts == ["1", "2"]


async def test_whoever_writes_just_when_no_way_is_found_is_answered_all_the_same(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await office.somebody("wechat:w")
    await office.put("wechat:w", "1", person=person)
    planned = office.contacts.of

    async def of(number: int) -> Any:
        found = await planned(number)
        if not office.held:
            await office.write("wechat:w", person)  # after the planner looked, before anybody knows that it waits
        return found

    monkeypatch.setattr(office.contacts, "of", of)
    dispatcher = office.open()
    await office.until(lambda states: office.held == ["wechat:w"] and states == [DUE])  # due in two seconds
    await office.later(3, dispatcher)
    assert await office.settled(dispatcher) == [SENT]


async def test_a_notice_for_somebody_in_the_web_chat_only_is_left_to_be_fetched(office: Post) -> None:
    person = await office.somebody("web:1")
    await office.put("web:1", "通知", kind="notice", person=person)
    assert await office.settled(office.open()) == [PULLED]
    assert office.held == []


async def test_a_grant_for_one_message_is_used_up_and_one_for_many_is_not(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Power("wechat", templates={"notice": "subscribe", "reminder": "subscribe"},
                 ids={"notice": "N", "reminder": "R"}, once=frozenset({"notice"}))  # fmt: skip
    monkeypatch.setitem(POWERS, "wechat", once)
    person = await office.somebody("wechat:w")
    for template in ("N", "R"):
        await office.contacts.grant("wechat:w", template, more=2)
    await office.put("wechat:w", "通知", kind="notice", person=person)
    await office.put("wechat:w", "提醒", kind="reminder", person=person)
    office.wechat.will("通知", Later(0, "busy"))
    dispatcher = office.open()
    assert await office.end(dispatcher) == [SENT, SENT]
    assert await office.world.rows(grants, "template", "left") == [("N", 1), ("R", 2)]


async def test_whoever_left_while_all_who_left_are_read_is_not_forgotten(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await office.somebody(HERE, "wechat:w")
    await office.write("wechat:w", person)
    read, slow = office.contacts.shut, asyncio.Event()

    async def shut() -> set[str]:
        found = await read()
        if office.telegram.reached.is_set():  # read before it is known that they left, back only after that
            with suppress(TimeoutError):
                await asyncio.wait_for(slow.wait(), 0.2)
        return found

    monkeypatch.setattr(office.contacts, "shut", shut)
    await office.put(HERE, "通知", kind="notice", person=person)
    office.telegram.will("通知", Left("403"))
    office.telegram.stays["通知"] = asyncio.Event()
    dispatcher = office.open()
    dispatcher.on_left.append(lambda address: slow.set())
    await office.seen(office.telegram.reached.is_set)
    dispatcher.rang()
    await asyncio.sleep(0.1)
    office.telegram.stays["通知"].set()
    assert await office.settled(dispatcher) == [SENT]
    assert (office.telegram.texts, office.wechat.texts) == (["通知"], ["通知"])
