"""Packets paid by WeChat: once each whatever breaks, held where it must be, booked back where nobody took them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from bot.fakes.trouble import Step
from bot.fakes.wechat_pay import KEY
from bot.handlers.wechat_pay import RedPackets
from rules.deeds_payout import ResumePayout
from rules.deeds_quiz import NotePaid, Paid
from rules.looks_payout import MyPackets
from rules.payouts import Bill, Hours, Said
from scheduler.paying import Paying
from storage.letters import outgoing_of
from storage.packets_read import due_of
from storage.tables import addresses, outbox, people, seats
from storage.tables_payout import payouts
from tests.scheduler.paying_stage import Stage, stage
from tests.scheduler.paying_trial import naive, trial
from tests.storage.conftest import rivals as rivals
from tests.storage.conftest import world as world
from tests.storage.test_quiz import QUIZ
from tests.storage.world import World


async def said(here: Stage) -> list[str]:
    """The keys of everything that was told, in its order."""
    async with here.world.database.read() as connection:
        bodies = (await connection.execute(select(outbox.c.body).order_by(outbox.c.id))).scalars()
        return [(outgoing_of(body).said or ("",))[0] for body in bodies]


async def an_admin(here: Stage) -> None:
    """Somebody with an admin's seat."""
    person = await here.world.person("管理员")
    async with here.world.database.write() as connection:
        values = {"id": here.world.numbers(), "person": person, "campaign": QUIZ, "role": "admin"}
        await connection.execute(seats.insert().values(values))
        await connection.execute(update(people).where(people.c.id == person).values(channel="web", address="a"))


async def test_a_packet_is_paid_taken_and_told_once(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        await here.act(3)
        [(bill, packet)] = here.pay.packets.items()
        assert (await here.kept("amount", "reference")) == [(packet.amount, bill)]
        assert (len(bill), await here.states(), here.pay.violations) == (28, ["sent"], [])
        assert await said(here) == ["payout.sent"]
        here.pay.open(bill)
        here.clock.advance(timedelta(hours=26))
        await here.act()
        assert await here.states() == ["received"]
        assert (await here.books())["paid"] == packet.amount
        assert here.pay.counts == {"sendredpack": 1, "gethbinfo": 1}


async def test_what_nobody_opens_comes_back_and_is_the_treasurys(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        await here.act()
        paid = (await here.books())["paid"]
        here.clock.advance(timedelta(hours=26))
        await here.act(3)
        assert (paid > 0, await here.states(), await said(here)) == (
            True,
            ["returned"],
            ["payout.sent", "payout.returned"],
        )
        held = await here.books()
        assert (held["paid"], held["won"]) == (0, paid)
        async with world.database.read() as connection:
            assert [(each.slot, each.state, each.left) for each in await due_of(connection, QUIZ)] == [
                (1, "returned", False)
            ]
        assert await here.world.do(NotePaid(QUIZ, {1: "单据1"}, 0)) == Paid(1)
        assert (await here.books())["paid"] == paid
        await here.act(3)
        assert len(here.pay.packets) == 1


@pytest.mark.parametrize(
    ("code", "paid"), [("SYSTEMERROR", True), ("SYSTEMERROR", False), ("PROCESSING", True), ("NEW_WORD", True)]
)
async def test_in_doubt_the_same_bill_is_asked_about_and_asked_for_again(world: World, code: str, paid: bool) -> None:
    async with stage(world) as here:
        await here.winner()
        here.pay.script(code, paid=paid)
        await here.act()
        assert (await here.states(), (await here.books())["paid"]) == (["asked"], 0)
        assert await here.world.do(NotePaid(QUIZ, {1: "单据1"}, 0)) == Paid(0)
        await here.act(3)
        assert (await here.states(), len(here.pay.packets)) == (["sent"], 1)
        assert here.pay.counts["sendredpack"] == (1 if paid else 2)


@pytest.mark.parametrize("step", [Step.CUT_BEFORE, Step.CUT_AFTER, Step.BROKEN, Step.GARBAGE, Step.TOO_MANY])
async def test_a_broken_connection_pays_once(world: World, step: Step) -> None:
    async with stage(world) as here:
        await here.winner()
        here.pay.mischief.script(step, call="sendredpack")
        await here.act(4)
        assert (await here.states(), len(here.pay.packets), here.pay.violations) == (["sent"], 1, [])
        await here.books()


@pytest.mark.parametrize("seed", range(3))
async def test_killed_anywhere_and_with_any_trouble_everybody_is_paid_exactly_once(world: World, seed: int) -> None:
    found = await trial(world, seed)
    assert found.paid == {f"o{number}": 1 for number in range(found.winners)}
    assert (found.violations, found.states, found.won) == ([], ["sent"] * found.winners, 0)
    assert found.deaths > 0


async def test_a_program_that_takes_a_new_number_for_each_try_pays_twice(world: World) -> None:
    """The same platform under the same trouble: the trial can fail."""
    assert max((await naive(world, 1)).values()) > 1


async def test_two_programs_at_once_pay_once(rivals: list[World]) -> None:
    first, second, _ = rivals
    async with stage(first, count=10) as here:
        for number in range(10):
            await here.winner(f"o{number}")
        other = Paying(second.database, {QUIZ: here.notice}, second.numbers, here.clock)
        other.purse = here.purse
        for _ in range(3):
            await asyncio.gather(here.paying.act(), other.act())
        await here.act(2)
        assert here.pay.by_person() == {f"o{number}": 1 for number in range(10)}
        await here.books()


async def test_an_empty_purse_rests_is_told_once_and_goes_on_with_the_same_bill(world: World) -> None:
    async with stage(world, balance=0) as here:
        await an_admin(here)
        for number in range(3):
            await here.winner(f"o{number}")
        await here.act(5)
        assert (here.pay.packets, await said(here)) == ({}, ["payout.rests"])
        bills = await here.kept("reference")
        here.pay.balance = 10**6
        await here.act(2)
        assert here.pay.packets == {}
        await here.world.do(ResumePayout(QUIZ, 0), at=int(here.clock.now().timestamp()) * 1_000_000)
        await here.act(3)
        assert sorted(here.pay.packets) == sorted(bill for (bill,) in bills)
        assert (await said(here)).count("payout.sent") == 3


async def test_what_is_refused_for_good_is_told_and_left_to_the_treasury(world: World) -> None:
    async with stage(world) as here:
        await an_admin(here)
        here.pay.shut = {"o1": "OPENID_ERROR", "o2": "V2_ACCOUNT_SIMPLE_BAN"}
        for name in ("o1", "o2", "o3"):
            await here.winner(name)
        await here.act(4)
        assert (await here.states(), await said(here)) == (
            ["refused", "refused", "sent"],
            ["payout.sent", "payout.refused"],
        )
        assert await here.world.do(NotePaid(QUIZ, {1: "单据1", 3: "单据3"}, 0)) == Paid(1)
        await here.books()


async def test_three_refusals_of_one_kind_in_a_row_rest_all(world: World) -> None:
    async with stage(world) as here:
        here.pay.shut = {f"o{number}": "OPENID_ERROR" for number in range(5)}
        for number in range(5):
            await here.winner(f"o{number}")
        await an_admin(here)
        await here.act(1)
        assert (await said(here))[:1] == ["payout.rests"]


async def test_a_refusal_after_doubt_counts_only_when_the_platform_knows_nothing(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        here.pay.mischief.script(Step.CUT_BEFORE, call="sendredpack")
        await here.act()
        here.pay.shut = {"o1": "NO_AUTH"}
        await here.act(2)
        assert await here.states() == ["asked"]
        await here.act(3)
        assert (await here.states(), here.pay.packets) == (["refused"], {})


async def test_nothing_is_paid_at_night_and_is_asked_about_all_the_same(world: World) -> None:
    night = Hours(time(0), time(8))
    async with stage(world, purse=lambda purse: replace(purse, hours=night)) as here:
        await here.winner()
        here.clock.advance(-timedelta(hours=here.clock.now().hour) + timedelta(hours=16, minutes=5))  # 00:05
        await here.act()
        assert (await here.states(), here.pay.packets) == (["ready"], {})
        here.clock.advance(timedelta(hours=7, minutes=48))  # 07:56
        await here.act(minutes=5)
        assert here.pay.packets == {}
        await here.act()
        assert await here.states() == ["sent"]


async def test_no_more_a_minute_and_no_more_for_one_person_a_day_than_is_set(world: World) -> None:
    async with stage(world, purse=lambda purse: replace(purse, per_minute=2, daily=1)) as here:
        for name in ("o1", "o2", "o3"):
            await here.winner(name)
        await here.act(minutes=0.5)
        assert Counter(await here.states()) == {"sent": 2, "ready": 1}
        await here.act(minutes=1)
        assert Counter(await here.states()) == {"sent": 2, "ready": 1}
        async with world.database.write() as connection:
            await connection.execute(update(payouts).where(payouts.c.state == "ready").values(openid="o1"))
        await here.act(3)
        assert Counter(await here.states()) == {"sent": 2, "ready": 1}
        here.clock.advance(timedelta(hours=24))
        await here.act()
        assert Counter(await here.states()) == {"sent": 3}


async def test_who_left_or_has_no_wechat_is_not_paid_this_way(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        await here.winner("t1", channel="telegram")
        async with world.database.write() as connection:
            await connection.execute(update(addresses).where(addresses.c.id == "wechat:o1").values(state="unfollowed"))
        await here.act(2)
        assert (await here.states(), here.pay.packets) == ([], {})


async def test_who_became_one_with_another_address_is_paid_where_they_are_now(world: World) -> None:
    async with stage(world) as here:
        old, new = await here.winner("t1", channel="telegram"), await here.world.person("李明")
        async with world.database.write() as connection:
            await connection.execute(update(people).where(people.c.id == old).values(merged=new))
            await connection.execute(update(people).where(people.c.id == new).values(channel="wechat", address="o9"))
            await connection.execute(update(addresses).where(addresses.c.person == old).values(person=new))
            await connection.execute(addresses.insert().values(id="wechat:o9", person=new, since=1))
        await here.act()
        assert here.pay.by_person() == {"o9": 1}
        assert [each.state for each in await world.look(MyPackets(QUIZ, new))] == ["sent"]
        assert await world.look(MyPackets(QUIZ, old)) == ()


async def test_who_wants_no_trace_is_not_paid_and_what_was_begun_ends(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        here.pay.mischief.script(Step.CUT_BEFORE, call="sendredpack")
        await here.act()
        async with world.database.write() as connection:
            await connection.execute(update(payouts).values(openid=""))
        await here.act(6)
        assert (await here.states(), here.pay.packets) == (["refused"], {})
        await here.books()


async def test_what_was_begun_is_asked_about_after_the_notice_has_changed(world: World) -> None:
    async with stage(world) as here:
        await here.winner("o1")
        here.pay.script("SYSTEMERROR", paid=True)
        await here.act()
        assert here.notice.quiz is not None
        told = replace(here.notice.quiz.packets, payout="treasury")
        here.notice = replace(here.notice, quiz=replace(here.notice.quiz, packets=told))
        leadership = here.paying._leadership
        here.restart()
        here.paying._leadership = leadership
        await here.winner("o2")
        await here.act(2)
        assert (await here.states(), here.pay.by_person()) == (["sent"], {"o1": 1})


async def test_the_key_is_in_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage(world) as here:
        await here.winner()
        logging.getLogger("wechatpy").setLevel(logging.DEBUG)
        await here.act(2)
        assert here.pay.packets
    assert KEY not in caplog.text
    assert KEY not in repr(here.pay.account)


async def test_a_platform_that_is_not_there_is_doubt(world: World) -> None:
    async with stage(world) as here:
        account = replace(here.pay.account, base_url="http://127.0.0.1:9")
        api = RedPackets(account)
        assert await api.pay(Bill("1", "o", 100, "答题", "谢谢")) == Said("", "ConnectionError")
        await api.close()
