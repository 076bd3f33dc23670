"""Codes: taken in once, given once each, of the right amount, and in the books."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from rules.deeds_payout import ImportVouchers, TakenIn
from rules.deeds_quiz import NotePaid, Paid
from rules.looks_payout import MyPackets, StandingOf
from rules.packets import Pool
from rules.packets_audit import audit
from rules.vouchers import Voucher
from storage import vouchers as kept
from storage.letters import outgoing_of
from storage.moments import Moment
from storage.packets_read import books_of
from storage.tables import addresses, outbox, people
from storage.tables_payout import vouchers
from storage.tables_quiz import packets
from storage.tables_steering import audit as audit_log
from tests.storage.test_quiz import CLOSES, OPENS, QUIZ, filled, played
from tests.storage.world import NOW, World

SAME = Pool(2500, 5, 500, 500)


def codes(*amounts: int) -> ImportVouchers:
    return ImportVouchers(QUIZ, tuple(Voucher(f"CODE{at}", each, "话费") for at, each in enumerate(amounts)), 0)


async def winner(world: World, channel: str = "telegram") -> int:
    person = await world.person("李明")
    async with world.database.write() as connection:
        await connection.execute(
            update(people).where(people.c.id == person).values(channel=channel, address=f"{person}")
        )
        await connection.execute(insert(addresses).values(id=f"{channel}:{person}", person=person, since=NOW))
    assert (await played(world, person)).packet
    return person


async def give(world: World, *, others: bool = False, loses: bool = True) -> int:
    async with world.database.write() as connection:
        return await kept.give(Moment(connection, NOW, world.numbers), QUIZ, others=others, loses=loses)


async def faults(world: World) -> tuple[str, ...]:
    async with world.database.read() as connection:
        books = await books_of(connection, QUIZ, per_person=1, opens=OPENS, closes=CLOSES)
    assert books is not None
    return audit(books)


async def test_a_code_is_taken_in_once_and_never_written_in_the_audit_log(world: World) -> None:
    assert await world.do(codes(500, 0)) == TakenIn(2, 0)
    assert await world.do(codes(500, 0, 100)) == TakenIn(1, 2)
    async with world.database.read() as connection:
        rows = (await connection.execute(select(audit_log.c.what, audit_log.c.result))).all()
    assert len(rows) == 2
    assert "CODE" not in str(rows)


async def test_a_winner_is_told_their_code_once_and_may_see_it_again(world: World) -> None:
    await filled(world, SAME)
    first, second = await winner(world), await winner(world)
    await world.do(codes(0, 500))
    assert (await give(world), await give(world)) == (2, 0)
    async with world.database.read() as connection:
        rows = (await connection.execute(select(outbox.c.person, outbox.c.body).order_by(outbox.c.id))).all()
    told = {row.person: outgoing_of(row.body) for row in rows}
    assert len(rows) == 2
    assert {who: (each.said or ("", {}))[1]["code"] for who, each in told.items()} == {first: "CODE1", second: "CODE0"}
    assert all(each.protected for each in told.values())
    [mine] = await world.look(MyPackets(QUIZ, first))
    assert (mine.code, mine.way, mine.amount, "CODE" in repr(mine)) == ("CODE1", "voucher", 500, False)
    assert await world.do(NotePaid(QUIZ, {1: "单据"}, 0)) == Paid(0)
    assert await faults(world) == ()
    assert (await world.look(StandingOf(QUIZ))).codes == {0: (0, 1), 500: (0, 1)}


async def test_a_code_of_another_amount_is_nobodys(world: World) -> None:
    await filled(world, SAME)
    await winner(world)
    await world.do(codes(400, 600))
    assert await give(world) == 0
    assert (await world.look(StandingOf(QUIZ))).codes == {400: (1, 0), 600: (1, 0)}


async def test_beside_wechat_codes_are_for_others_and_nobody_who_left_has_one(world: World) -> None:
    await filled(world, SAME)
    await winner(world, "wechat")
    web, gone = await winner(world), await winner(world)
    async with world.database.write() as connection:
        await connection.execute(update(addresses).where(addresses.c.person == gone).values(state="blocked"))
    await world.do(codes(500, 500, 500))
    assert await give(world, others=True) == 1
    assert [each.way for each in await world.look(MyPackets(QUIZ, web))] == ["voucher"]
    assert await give(world, others=True, loses=False) == 1


async def test_three_programs_at_once_give_each_code_once(rivals: list[World]) -> None:
    first, *_ = rivals
    await filled(first, Pool(10_000, 20, 500, 500))
    people_ = [await winner(first) for _ in range(20)]
    await first.do(codes(*[500] * 15))
    given = await asyncio.gather(*(give(each) for each in rivals))
    assert sum(given) + await give(first) == 15
    rows = await first.rows(vouchers, "slot")
    assert len({slot for (slot,) in rows}) == 15
    assert await faults(first) == ()
    assert len(people_) == 20


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        (packets, {"reference": "code:1"}, "记着由编号 1 的兑换码支付，没有这张码。"),
        (vouchers, {"amount": 400}, "的兑换码值 400 分，第 1 个红包是 500 分。"),
    ],
)
async def test_the_audit_finds_a_code_that_does_not_fit(
    world: World, table: Any, values: dict[str, Any], said: str
) -> None:
    await filled(world, SAME)
    await winner(world)
    await world.do(codes(500))
    await give(world)
    async with world.database.write() as connection:
        await connection.execute(update(table).where(table.c.slot == 1).values(**values))
    assert any(said in fault for fault in await faults(world))
