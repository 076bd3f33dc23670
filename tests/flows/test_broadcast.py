"""An admin writes to many: whom, what, a preview with names and numbers; and whom to phone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from storage.letters import outgoing_of
from storage.tables import outbox, people
from tests.flows.conftest import Opens, Play
from tests.flows.filling import submit_case
from tests.flows.test_link import linked
from tests.flows.variants import form_only


async def sent(xian: Play) -> list[Any]:
    """What goes to many: where to, in which state, of which rank."""
    async with xian.app.database.read() as connection:
        found = select(outbox.c.address, outbox.c.state, outbox.c.rank).where(outbox.c.kind == "broadcast")
        return sorted(tuple(row) for row in await connection.execute(found))


async def test_an_admin_writes_to_all_and_nobody_hears_it_twice(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        await xian.liaison("碑林区")
        await xian.liaison("西安市教育局")
        xian.forget()
        await admin.all("群发", "全部联络员", "长" * 501, "请尽快报送。", "发送")
        await admin.again()
        xian.matches("broadcast")
        assert await sent(xian) == [("fake:2", "due", 2), ("fake:3", "due", 2)]
        async with xian.app.database.read() as connection:
            bodies = (await connection.execute(select(outbox.c.body).where(outbox.c.kind == "broadcast"))).scalars()
            said = [outgoing_of(body).said for body in bodies]
        assert [one and (one[0], one[1]["text"]) for one in said] == [("broadcast.message", "请尽快报送。")] * 2


async def test_only_those_who_have_not_reported_hear_it_when_that_is_wanted(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, done, _ = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("西安市教育局")
        await submit_case(done)
        xian.forget()
        await admin.all("群发", "按报送情况", "还没有报送", "信用案例", "不分类别", "请尽快报送。", "不发了")
        assert await sent(xian) == []
        await admin.all("群发", "2", "1", "1", "1", "请尽快报送。", "发送")
        assert [address for address, _, _ in await sent(xian)] == ["fake:3"]
        xian.matches("broadcast_some")


async def test_nobody_to_write_to_is_said_before_anything_is_typed(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        xian.forget()
        await admin.all("群发", "全部联络员")
        xian.matches("broadcast_nobody")


async def test_somebody_with_two_messengers_and_two_seats_hears_it_once_where_they_wrote_last(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, here, there = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("碑林区")
        await linked(here, there)
        await admin.all("群发", "全部联络员", "请尽快报送。", "发送")
        assert [address for address, _, _ in await sent(xian)] == ["fake:3"]
        await here.say("菜单")
        await admin.all("群发", "全部联络员", "再请一次。", "发送")
        assert [address for address, _, _ in await sent(xian)] == ["fake:2", "fake:3"]


async def test_a_liaison_may_not_write_to_many(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("菜单")
        for word in ("群发", "联系不上"):
            assert (await liaison.say(word)).startswith("没有找到")


async def test_whom_nothing_reached_is_listed_to_be_phoned(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, _, _ = await xian.admin(), await xian.liaison("碑林区", "王老师"), await xian.liaison("未央区", "李老师")
        await admin.all("群发", "全部联络员", "请尽快报送。", "发送")
        async with xian.app.database.write() as connection:
            who = select(people.c.id).where(people.c.name == "王老师").scalar_subquery()
            held = update(outbox).where(outbox.c.person == who, outbox.c.kind == "broadcast")
            await connection.execute(held.values(state="held", why="contact.nobody"))
        told = await admin.say("联系不上")
        first = next(line for line in told.split("\n") if "王老师" in line)
        assert (first.startswith("· "), "李老师" in told, told.count("还没有人加入")) == (True, False, 1)
