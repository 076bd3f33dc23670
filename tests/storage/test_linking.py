"""Codes that tie two addresses to one person: used once, by one, in time; and what each of the two had."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from rules.deeds import Declined, Done, Joined, Redeem
from rules.deeds_contact import AskMail, ConfirmMail, MakeLink, Unlink
from rules.looks_contact import Address, AddressesOf
from storage.letters import outgoing_of
from storage.tables import addresses, outbox, people, seats, sessions
from storage.tables_post import broadcasts, links
from storage.tables_reminders import mutes, reminders
from tests.storage.world import CAMPAIGN, MINUTE, NOW, World


async def somebody(world: World, address: str, *, name: str = "", seat: int = 0) -> int:
    """A person at an address; `seat` is the unit they sit for."""
    person = world.numbers()
    channel, _, own = address.partition(":")
    async with world.database.write() as connection:
        await connection.execute(insert(addresses).values(id=address, person=person, since=NOW))
        taken = world.numbers() if seat else 0
        if seat:
            row = {"id": taken, "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": seat, "since": NOW}
            await connection.execute(insert(seats).values(row))
        await connection.execute(insert(people).values(id=person, name=name, channel=channel, address=own, seat=taken))
    return person


async def test_two_strangers_with_one_code_at_once_only_one_is_tied(rivals: list[World]) -> None:
    owner = await somebody(rivals[0], "wechat:w")
    strangers = [await somebody(rivals[0], f"telegram:{number}") for number in range(3)]
    code = (await rivals[0].do(MakeLink(owner))).code
    done = await asyncio.gather(
        *(world.do(Redeem(person, code)) for world, person in zip(rivals, strangers, strict=True))
    )
    assert [type(each) for each in done].count(Joined) == 1
    tied = [row for row in await rivals[0].rows(addresses, "person", "id") if row[0] == owner]
    assert len(tied) == 2
    assert [row for row in await rivals[0].rows(people, "merged", "id") if row[0]] == [
        (owner, strangers[[isinstance(each, Joined) for each in done].index(True)])
    ]


@pytest.mark.parametrize(("later", "why"), [(30 * MINUTE - 1, ""), (30 * MINUTE, "link.expired")])
async def test_a_code_is_good_for_half_an_hour_exclusive(world: World, later: int, why: str) -> None:
    owner, stranger = await somebody(world, "wechat:w"), await somebody(world, "telegram:1")
    code = (await world.do(MakeLink(owner))).code
    found = await world.do(Redeem(stranger, code), at=NOW + later)
    assert getattr(found, "why", "") == why


async def test_a_new_code_makes_the_older_one_worthless(world: World) -> None:
    owner, stranger = await somebody(world, "wechat:w"), await somebody(world, "telegram:1")
    old, new = (await world.do(MakeLink(owner))).code, (await world.do(MakeLink(owner))).code
    assert (await world.do(Redeem(stranger, old))).why == "join.unknown"
    assert (await world.do(Redeem(stranger, new))).linked is True


async def test_a_code_of_a_person_who_was_tied_meanwhile_leads_to_who_they_are_now(world: World) -> None:
    one, two, three = [await somebody(world, f"telegram:{number}") for number in range(3)]
    assert (await world.do(Redeem(two, (await world.do(MakeLink(one))).code))).linked
    assert (await world.do(Redeem(three, (await world.do(MakeLink(one))).code))).linked
    assert {row[0] for row in await world.rows(addresses, "person")} == {one}
    assert await world.do(Redeem(one, (await world.do(MakeLink(one))).code)) == Declined("link.own_code", {})


async def test_what_both_had_is_one_persons_and_a_common_seat_only_once(world: World) -> None:
    both, own = await world.unit("碑林区"), await world.unit("未央区")
    one = await somebody(world, "wechat:w", name="王", seat=both)
    two = await somebody(world, "telegram:1", name="李", seat=both)
    [orphan] = [row[1] for row in await world.rows(seats, "person", "id") if row[0] == two]
    [common] = [row[1] for row in await world.rows(seats, "person", "id") if row[0] == one]
    async with world.database.write() as connection:
        row = {"id": 5, "person": two, "campaign": CAMPAIGN, "role": "liaison", "unit": own, "since": NOW}
        await connection.execute(insert(seats).values(row))
        draft = {"id": 7, "person": two, "flow": "enter", "state": "parked", "seat": orphan}
        await connection.execute(insert(sessions).values(draft))
        for number, state, kind in ((1, "due", "reply"), (2, "held", "notice"), (3, "held", "reply"), (4, "sent", "x")):
            row = {"id": number, "address": "telegram:1", "person": two, "state": state, "kind": kind, "body": "{}"}
            await connection.execute(insert(outbox).values(row))
        await connection.execute(insert(broadcasts).values(id=9, by=two, state="running"))
    assert (await world.do(Redeem(two, (await world.do(MakeLink(one))).code))).linked
    assert await world.rows(seats, "id", "person") == sorted([(5, one), (common, one)])
    assert await world.rows(sessions, "person", "seat") == [(one, common)]
    assert [row for row in await world.rows(outbox, "id", "person", "state") if row[0] < 100] == [
        (1, one, "due"), (2, one, "due"), (3, one, "held"), (4, two, "sent"),
    ]  # fmt: skip
    assert await world.rows(broadcasts, "by") == [(one,)]
    assert await world.rows(people, "id", "name", "merged") == sorted([(one, "王", 0), (two, "李", one)])


async def test_what_either_was_reminded_of_the_one_person_was(world: World) -> None:
    unit = await world.unit("碑林区")
    one, two = await somebody(world, "wechat:w", seat=unit), await somebody(world, "telegram:1", seat=unit)
    async with world.database.write() as connection:
        for instant, person in ((1, one), (1, two), (2, two)):
            row = {"instant": instant, "person": person, "campaign": "c", "rule": "draft", "subject": "9"}
            await connection.execute(insert(reminders).values(row))
        for person, campaign, until in ((one, "c", 5), (two, "c", 6), (two, "d", 7)):
            await connection.execute(insert(mutes).values(person=person, campaign=campaign, until=until))
    assert (await world.do(Redeem(two, (await world.do(MakeLink(one))).code))).linked
    assert await world.rows(reminders, "instant", "person") == sorted([(1, one), (1, two), (2, one)])
    assert await world.rows(mutes, "person", "campaign", "until") == [(one, "c", 5), (one, "d", 7)]


async def test_whoever_had_no_seat_sits_where_the_other_one_did(world: World) -> None:
    unit = await world.unit("碑林区")
    one, two = await somebody(world, "wechat:w"), await somebody(world, "telegram:1", seat=unit, name="李")
    [seat] = [row[0] for row in await world.rows(seats, "id")]
    await world.do(Redeem(two, (await world.do(MakeLink(one))).code))
    async with world.database.read() as connection:
        found = await connection.execute(select(people.c.seat, people.c.name).where(people.c.id == one))
        assert found.one() == (seat, "李")


async def test_an_address_that_parts_is_a_strangers_and_what_was_on_its_way_there_comes_home(world: World) -> None:
    one, two = await somebody(world, "wechat:w"), await somebody(world, "telegram:1")
    await world.do(Redeem(two, (await world.do(MakeLink(one))).code))
    async with world.database.write() as connection:
        for number, state, kind in ((1, "due", "notice"), (2, "due", "reply"), (3, "sent", "notice")):
            row = {"id": number, "address": "telegram:1", "person": one, "state": state, "kind": kind, "body": "{}"}
            await connection.execute(insert(outbox).values(row))
    assert await world.do(Unlink(one, "wechat:w")) == Declined("link.none_other", {}), "one's own home stays"
    assert await world.do(Unlink(one, "telegram:9")) == Declined("link.none_other", {})
    assert await world.do(Unlink(one, "telegram:1")) == Done()
    waiting = [row for row in await world.rows(outbox, "id", "address") if row[0] < 100]
    assert waiting == [(1, "wechat:w"), (2, "telegram:1"), (3, "telegram:1")]
    assert await world.look(AddressesOf(one)) == (Address("wechat:w", "wechat", True, ""),)
    [(_, new)] = [row for row in await world.rows(addresses, "id", "person") if row[0] == "telegram:1"]
    assert new not in (one, two)


async def test_a_mail_code_is_good_once_for_its_person_and_its_address_only(world: World) -> None:
    one, two = await somebody(world, "wechat:w"), await somebody(world, "telegram:1")
    sent: list[Any] = []
    for person in (one, two):
        assert await world.do(AskMail(person, "a@example.cn")) == Done()
    async with world.database.read() as connection:
        for body in (await connection.execute(select(outbox.c.body).order_by(outbox.c.id))).scalars():
            said = outgoing_of(body).said
            assert said is not None
            sent.append(said[1]["code"])
    wrong = Declined("mail.wrong_code", {})
    assert await world.do(ConfirmMail(two, "a@example.cn", sent[0])) == wrong
    assert await world.do(ConfirmMail(one, "b@example.cn", sent[0])) == wrong
    assert await world.do(ConfirmMail(one, "a@example.cn", sent[0]), at=NOW + 30 * MINUTE) == wrong
    assert await world.do(ConfirmMail(one, "a@example.cn", sent[0])) == Done()
    assert await world.do(ConfirmMail(one, "a@example.cn", sent[0])) == wrong
    assert await world.do(Redeem(one, sent[1])) == Declined(
        "join.unknown", {"code": sent[1][:20], "left": 4, "length": 10}
    )
    async with world.database.write() as connection:
        await connection.execute(update(links).values(expires=0))
    assert await world.do(AskMail(one, "a@example.cn")) == Done()
