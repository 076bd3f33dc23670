"""An e-mail address as one more way: shown to be somebody's own by a code that only its mailbox gets."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from storage.letters import outgoing_of
from storage.tables import addresses, outbox
from tests.flows.conftest import Opens, Play


async def codes(xian: Play) -> list[tuple[str, str]]:
    """The codes that were sent, each with the address it went to."""
    async with xian.app.database.read() as connection:
        found = select(outbox.c.address, outbox.c.body).where(outbox.c.kind == "mail_code").order_by(outbox.c.id)
        rows = (await connection.execute(found)).all()
    letters = [(address, outgoing_of(body).said) for address, body in rows]
    return [(address, said[1]["code"]) for address, said in letters if said is not None]


async def mails(xian: Play) -> list[str]:
    """The registered addresses."""
    async with xian.app.database.read() as connection:
        rows = await connection.execute(select(addresses.c.id).where(addresses.c.id.startswith("mail:")))
        return sorted(rows.scalars())


def with_mail(xian: Play) -> None:
    """A deployment that sends e-mail."""
    xian.app.house.mail = True


async def test_where_there_is_no_mail_it_is_said(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        assert (await liaison.say("登记邮箱")).startswith("这里没有开通邮件")


async def test_an_address_is_taken_on_by_its_code_changed_and_removed(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        with_mail(xian)
        liaison = await xian.liaison("碑林区")
        await liaison.all("登记邮箱", "不是邮箱", "Wang@Example.CN")
        assert await mails(xian) == []
        [(first, code)] = await codes(xian)
        await liaison.all("00000-00000", code)
        assert await mails(xian) == [first]
        await liaison.all("登记邮箱", "换一个", "li@example.cn")
        await liaison.say((await codes(xian))[1][1])
        assert await mails(xian) == ["mail:li@example.cn"]
        await liaison.all("登记邮箱", "不改", "登记邮箱", "删去", "登记邮箱")
        assert await mails(xian) == []
        xian.matches("mailbox")


async def test_codes_expire_and_cannot_be_asked_for_without_end(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        with_mail(xian)
        liaison = await xian.liaison("碑林区")
        await liaison.all("登记邮箱", "a@example.cn")
        xian.clock.advance(timedelta(minutes=30))
        await liaison.say((await codes(xian))[0][1])
        for _ in range(4):
            await liaison.all("登记邮箱", "a@example.cn")
        assert (len(await codes(xian)), await mails(xian)) == (4, [])
        xian.matches("mailbox_expired")


async def test_a_code_sent_to_one_address_registers_no_other(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        with_mail(xian)
        one, other = await xian.liaison("碑林区"), await xian.liaison("西安市教育局")
        await one.all("登记邮箱", "mine@example.cn")
        await other.all("登记邮箱", "victim@example.cn")
        [(_, code), _] = await codes(xian)
        await other.say(code)
        assert await mails(xian) == []
        await one.say(code)
        assert await mails(xian) == ["mail:mine@example.cn"]


async def test_a_code_is_not_kept_in_the_history_of_the_conversation(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        with_mail(xian)
        liaison = await xian.liaison("碑林区")
        await liaison.all("登记邮箱", "mine@example.cn")
        [(address, code)] = await codes(xian)
        assert (address, code in liaison.text) == ("mail:mine@example.cn", False)
