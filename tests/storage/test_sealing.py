"""Codes in the history: unreadable once they open nothing; version codes and everything else stay as they are."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from rules.codes import HIDDEN, shown
from rules.deeds import Invite, Redeem
from rules.deeds_contact import AskMail, ConfirmMail, MakeLink
from storage.sealing import seal_old
from storage.tables import addresses, log, outbox, people, seats, sessions
from tests.storage.world import CAMPAIGN, DAY, NOW, PEPPER, World

VERSION = "6EJMTH04C7"


async def reached(world: World, name: str = "") -> int:
    """Somebody with an address."""
    person = await world.person(name)
    async with world.database.write() as connection:
        await connection.execute(insert(addresses).values(id=f"fake:{person}", person=person))
    return person


async def seated(world: World) -> int:
    """An admin with an address."""
    person = await reached(world)
    async with world.database.write() as connection:
        seat = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": "admin"}
        await connection.execute(insert(seats).values(seat))
    return person


async def told(world: World, person: int, text: str, *, state: str = "pulled") -> int:
    """Something that was said to somebody."""
    number = world.numbers()
    async with world.database.write() as connection:
        row = {"id": number, "address": f"fake:{person}", "person": person, "body": text, "state": state}
        await connection.execute(insert(outbox).values(row))
    return number


async def bodies(world: World) -> list[str]:
    async with world.database.read() as connection:
        return list((await connection.execute(select(outbox.c.body).order_by(outbox.c.id))).scalars())


async def test_an_invitation_is_unreadable_to_its_maker_as_soon_as_it_is_used_up(world: World) -> None:
    admin, first, second = await seated(world), await reached(world), await reached(world)
    made = await world.do(Invite(CAMPAIGN, "liaison", await world.unit("碑林区"), by=admin, uses=2))
    text = f"邀请码 {shown(made.code)}，链接 /i/{made.code}，版本码 {VERSION}"
    await told(world, admin, text)
    await told(world, first, text)
    await world.do(Redeem(first, made.code))
    assert await bodies(world) == [text, text]
    await world.do(Redeem(second, made.code))
    assert await bodies(world) == [f"邀请码 {HIDDEN}，链接 /i/{HIDDEN}，版本码 {VERSION}", text]


async def test_a_link_code_and_a_mail_code_are_unreadable_once_used(world: World) -> None:
    maker, other = await reached(world, "王老师"), await reached(world)
    made = await world.do(MakeLink(maker))
    await told(world, maker, f"绑定码 {shown(made.code)}")
    await world.do(Redeem(other, made.code))
    assert (await bodies(world))[0] == f"绑定码 {HIDDEN}"
    await world.do(AskMail(maker, "a@b.example"))
    [letter] = [body for body in await bodies(world) if "mail.letter_code" in body]
    code = letter.split('"code":"')[1][:11]
    async with world.database.write() as connection:
        await connection.execute(outbox.update().where(outbox.c.body == letter).values(state="sent"))
    await world.do(ConfirmMail(maker, "a@b.example", code))
    assert [code in body for body in await bodies(world)] == [False] * 3


async def test_what_is_still_on_its_way_arrives_readable(world: World) -> None:
    admin, first = await seated(world), await reached(world)
    made = await world.do(Invite(CAMPAIGN, "liaison", await world.unit("碑林区"), by=admin))
    await told(world, admin, made.code, state="due")
    await world.do(Redeem(first, made.code))
    assert await bodies(world) == [made.code]


async def test_an_expired_code_is_sealed_in_a_round_and_a_good_one_is_not(world: World) -> None:
    admin, unit = await seated(world), await world.unit("碑林区")
    old = await world.do(Invite(CAMPAIGN, "liaison", unit, by=admin, days=1))
    good = await world.do(Invite(CAMPAIGN, "liaison", unit, by=admin, days=60))
    await told(world, admin, f"{shown(old.code)} {shown(good.code)} {VERSION}")
    assert await seal_old(world.database, PEPPER, now=NOW + DAY - 1) == 0
    assert await seal_old(world.database, PEPPER, now=NOW + DAY) == 1
    assert await bodies(world) == [f"{HIDDEN} {shown(good.code)} {VERSION}"]
    assert await seal_old(world.database, PEPPER, now=NOW + DAY) == 0


async def test_answers_of_conversations_that_asked_for_codes_are_forgotten_when_they_are_over(world: World) -> None:
    person = await world.person()
    async with world.database.write() as connection:
        for number, (flow, state) in enumerate([("join", "done"), ("join", "active"), ("enter", "done")], start=1):
            row = {"id": number, "person": person, "flow": flow, "state": state, "shown": f"sure/{VERSION}"}
            await connection.execute(insert(sessions).values(row))
            await connection.execute(insert(log).values(session=number, seq=1, kind="answer", key="code", value="1"))
    await seal_old(world.database, PEPPER, now=NOW)
    async with world.database.read() as connection:
        left = (await connection.execute(select(log.c.session).order_by(log.c.session))).scalars().all()
        shown_ = (await connection.execute(select(sessions.c.shown).order_by(sessions.c.id))).scalars().all()
        assert (await connection.execute(select(func.count()).select_from(people))).scalar_one() == 1
    assert (left, shown_) == ([2, 3], ["", f"sure/{VERSION}", f"sure/{VERSION}"])
