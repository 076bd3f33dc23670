"""Messages to many that go later, by two admins, with a file, or not at all; and who is meant by whom."""

from __future__ import annotations

import io
import random

import pytest
import segno
from sqlalchemy import insert, select, update

from rules.people import Role
from storage.letters import outgoing_of
from storage.tables import outbox, people, seats
from storage.tables_post import broadcasts
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case
from tests.flows.test_return import commands


async def heard(play: Play) -> list[str]:
    """The texts of all messages to many, with the address they go to, sorted."""
    async with play.app.database.read() as connection:
        rows = await connection.execute(select(outbox.c.address, outbox.c.body).where(outbox.c.kind == "broadcast"))
        return sorted(f"{row.address} {outgoing_of(row.body).said[1]['text']}" for row in rows)  # type: ignore[index]


async def states(play: Play) -> list[str]:
    async with play.app.database.read() as connection:
        return list((await connection.execute(select(broadcasts.c.state).order_by(broadcasts.c.id))).scalars())


async def test_a_planned_message_goes_once_at_its_instant_to_those_it_is_still_meant_for(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, late, soon = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("莲湖区", "赵老师")
        xian.forget()
        await admin.all(
            "给还没报送的区县发：请尽快报送。",
            "定时",
            "昨天",
            "今天 9:00",
            "明天 9:00",
            "改时间",
            "周五 9点",
            "下周五 9点",
        )
        await admin.all("定时发送", "停止群发", "不停止")
        assert (await states(xian), await heard(xian)) == (["planned"], [])
        xian.matches("broadcast_planned")
        await submit_case(soon)
        xian.at("2024-03-08 08:59:59")
        await xian.app.planned.tick()
        assert await heard(xian) == []
        xian.at("2024-03-08 09:00")
        for _ in range(3):
            await xian.app.planned.tick()
        assert await heard(xian) == [f"fake:{late.address} 请尽快报送。"]
        assert await states(xian) == ["running"]


async def test_a_planned_message_that_is_called_off_never_goes(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, _ = await xian.admin(), await xian.liaison("碑林区")
        await admin.all("群发", "全部联络员", "请尽快报送。", "定时", "明天 9:00", "定时发送")
        assert await admin.all("停止群发", "停止") == "已取消，一位也没有发出。"
        xian.at("2024-03-03 09:00")
        await xian.app.planned.tick()
        assert (await states(xian), await heard(xian)) == (["cancelled"], [])
        assert await admin.say("停止群发") == "现在没有正在发或等着发的群发。"


async def test_a_message_on_its_way_stops_and_says_how_many_had_gone(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, gone, _ = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("莲湖区", "赵老师")
        await admin.all("群发", "全部联络员", "请尽快报送。", "发送")
        async with xian.app.database.write() as connection:
            went = update(outbox).where(outbox.c.address == f"fake:{gone.address}", outbox.c.kind == "broadcast")
            await connection.execute(went.values(state="sent"))
        assert await admin.all("停止群发", "停止") == "已停止：1 位已经发出（收不回来），1 位不再发。"
        async with xian.app.database.read() as connection:
            found = select(outbox.c.state, outbox.c.why).where(outbox.c.kind == "broadcast").order_by(outbox.c.state)
            assert [tuple(row) for row in await connection.execute(found)] == [("dead", "stopped"), ("sent", "")]
        assert [each for each in await commands(xian) if each[0] == "stop"] == [("stop", "")]


async def test_an_old_button_sends_nothing_again(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, _ = await xian.admin(), await xian.liaison("碑林区")
        await admin.all("群发", "全部联络员", "请尽快报送。")
        await admin.press("发送")
        assert (await admin.press("发送")).startswith("刚才的按钮是前面一步的，没有改动任何内容。")
        assert (await states(xian), len(await heard(xian))) == (["running"], 1)


async def asked_for_two(xian: Play) -> tuple[Player, Player, Player]:
    """Two admins and a liaison in a campaign where one more than nobody needs two admins."""
    xian.app.house.approve_above = 1
    one, two = await xian.admin(), await xian.admin("赵老师")
    liaison = await xian.liaison("碑林区")
    await xian.liaison("莲湖区", "钱老师")
    return one, two, liaison


async def test_a_message_to_more_than_the_limit_waits_for_another_admin(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        one, two, liaison = await asked_for_two(xian)
        xian.forget()
        await one.all("群发", "全部联络员", "请尽快报送。", "提交审批", "审批群发")
        assert await heard(xian) == []
        xian.stage("另一位管理员")
        await two.news()
        await two.all("审批群发", "同意发送")
        await one.news()
        await liaison.news()
        await two.say("审批群发")
        xian.matches("broadcast_two")
        assert len(await heard(xian)) == 2


async def test_nobody_agrees_to_their_own_and_a_no_ends_it(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        one, two, _ = await asked_for_two(xian)
        await one.all("群发", "全部联络员", "请尽快报送。", "提交审批")
        assert "要由另一位管理员同意" in await one.say("审批群发")
        await two.all("审批群发", "不同意")
        assert "没有同意您的群发" in await one.news()
        assert (await states(xian), await heard(xian)) == (["refused"], [])


async def test_of_two_who_agree_at_once_one_is_first_and_nobody_hears_it_twice(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        one, two, _ = await asked_for_two(xian)
        three = await xian.admin("孙老师")
        await one.all("群发", "全部联络员", "请尽快报送。", "提交审批")
        for admin in (two, three):
            await admin.say("审批群发")
        await two.say("同意发送")
        assert await three.say("同意发送") == "现在没有等待审批的群发。"
        assert len(await heard(xian)) == 2


async def test_a_single_admin_is_told_that_another_is_needed(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        xian.app.house.approve_above = 1
        admin, _, _ = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("莲湖区", "钱老师")
        told = await admin.all("群发", "全部联络员", "请尽快报送。", "提交审批")
        assert told.startswith("没有发送：超过规定人数的群发要另一位管理员同意")
        assert await states(xian) == []


async def test_units_are_named_in_a_text_or_a_file(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin = await xian.admin()
        for unit in ("碑林区", "莲湖区", "未央区"):
            await xian.liaison(unit, f"{unit}老师")
        xian.forget()
        await admin.all("群发", "指定单位", "碑林区、火星区、区")
        await admin.send(("名单.csv", "序号,单位名称\n1,碑林区\n2,莲湖区\n".encode("gb18030")))
        await admin.news()
        await admin.all("材料已收到。", "发送")
        assert len(await heard(xian)) == 2
        xian.matches("broadcast_units")


async def test_a_file_goes_with_the_message(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, _ = await xian.admin(), await xian.liaison("碑林区")
        xian.forget()
        await admin.all("群发", "全部联络员", "见附件。", "附图片或文件")
        await admin.send(("海报.png", b"not a picture"))
        await admin.news()
        await admin.send(("海报.png", picture("https://example.org/hello")))
        await admin.news()
        await admin.say("发送")
        xian.matches("broadcast_file")
        async with xian.app.database.read() as connection:
            [body] = (await connection.execute(select(outbox.c.body).where(outbox.c.kind == "broadcast"))).scalars()
        enclosed = outgoing_of(body).attachment
        assert enclosed is not None
        assert (enclosed.kind, enclosed.name) == ("file", "海报.png")
        made, _ = await xian.app.attachments().make(enclosed)
        assert made == picture("https://example.org/hello")


def picture(text: str) -> bytes:
    """A QR code as a PNG."""
    file = io.BytesIO()
    segno.make(text).save(file, kind="png", scale=6)
    return file.getvalue()


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("给还没报送的单位发：请注意", 1),
        ("给没报短视频的区县发：请注意", 2),
        ("给未达标的区县发：请注意", 2),
        ("给有草稿的单位发：请注意", 1),
        ("给区县和市级部门发：请注意", 3),
        ("给全部联络员发：请注意", 3),
    ],
)
async def test_who_is_meant(play: Opens, said: str, count: int) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, done = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(done)
        begun, short = await xian.liaison("碑林区", "李老师"), await xian.liaison("莲湖区", "赵老师")
        await submit_case(short)
        await begun.all("填报", "信用案例", "张三")
        assert f"的 {count} 位（" in await admin.say(said)


async def test_two_thousand_people_hear_it_each_once(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin = await xian.admin()
        numbers = [xian.app.numbers() for _ in range(2000)]
        random.Random(7).shuffle(numbers)
        async with xian.app.database.write() as connection:
            rows = [{"id": each, "name": f"甲{each}", "channel": "fake", "address": f"x{each}"} for each in numbers]
            await connection.execute(insert(people), rows)
            seated = [
                {"id": each + 1_000, "person": each, "campaign": "xian-2024", "role": Role.EXPERT.value, "unit": 0}
                for each in numbers
            ]
            await connection.execute(insert(seats), seated)
        assert "将发给 2000 位" in await admin.all("群发", "专家", "评审即将开始。")
        await admin.say("发送")
        assert await heard(xian) == sorted(f"fake:x{each} 评审即将开始。" for each in numbers)
