"""One person, two messengers: tied by a code, going on in either, and parted again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from storage.tables import addresses, people, seats, sessions
from tests.flows.conftest import Opens, Play, Player

#: What somebody with a seat is asked before they share it.
SURE = "是我取的，连上"


def _code(text: str) -> str:
    return text.split("发给我：")[1].split()[0]


async def linked(player: Player, other: Player) -> str:
    """Tie two messengers: the second becomes the first's."""
    await player.say("绑定")
    said = await other.say(f"/start {_code(player.text)}")
    return await other.say(SURE) if SURE in other.choices else said


async def kept(xian: Play) -> dict[str, list[Any]]:
    """Who is behind each address, and who has which seats and open conversations."""
    async with xian.app.database.read() as connection:
        active = sessions.c.state == "active"
        found = {
            "addresses": select(addresses.c.id, addresses.c.person).order_by(addresses.c.id),
            "seats": select(seats.c.person, seats.c.role).order_by(seats.c.id),
            "active": select(sessions.c.person).where(active).order_by(sessions.c.person),
        }
        return {name: [tuple(row) for row in await connection.execute(query)] for name, query in found.items()}


async def test_a_draft_begun_in_one_messenger_goes_on_in_the_other_with_its_question(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区", "王老师"), xian.stranger("另一边", channel="telegram")
        await here.all("填报", "案例", "张三")
        await linked(here, there)
        await there.say("继续")
        await there.say("029-86780000")
        await here.say("继续")
        xian.matches("link_draft")


async def test_somebody_in_the_middle_of_a_question_sees_it_in_the_other_messenger_at_once(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区"), xian.stranger("另一边", channel="telegram")
        await here.say("绑定")
        code = _code(here.text)
        await here.all("填报", "案例", "张三")
        asked = here.text
        assert (await there.say(f"/start {code}")).endswith(asked.split("\n")[-1])
        who = {person for _, person in (await kept(xian))["addresses"]}
        assert len(who) == 1


async def test_two_liaisons_with_seats_and_drafts_become_one(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区", "王老师"), await xian.liaison("西安市教育局", "李老师")
        xian.forget()
        await here.all("填报", "案例", "张三", "暂停")
        await there.all("填报", "案例", "李四")
        await linked(here, there)
        await there.say("换单位")
        await there.say("1")
        await there.say("继续")
        xian.matches("link_two_seats")
        after = await kept(xian)
        assert len({person for _, person in after["addresses"]}) == 1
        assert len(after["seats"]) == 2
        assert len(after["active"]) == 1


async def test_two_who_sit_for_the_same_unit_have_one_seat_afterwards_and_both_drafts(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区", "王老师"), await xian.liaison("碑林区", "王老师")
        await there.all("填报", "案例", "李四", "暂停")
        await here.all("填报", "案例", "张三", "暂停")
        xian.forget()
        await linked(here, there)
        await there.say("继续")
        await there.say("1")
        xian.matches("link_same_seat")
        [seat] = (await kept(xian))["seats"]
        async with xian.app.database.read() as connection:
            home = (await connection.execute(select(people.c.id).where(people.c.merged == 0))).scalars().all()
        assert home == [seat[0]]


async def test_ones_own_code_an_old_one_and_a_used_one_open_nothing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there, third = await xian.liaison("碑林区"), xian.stranger("另一边"), xian.stranger("第三个")
        await here.say("绑定")
        code = _code(here.text)
        await here.say(f"/start {code}")
        await here.say("菜单")
        await there.say(code)
        await here.say("绑定")
        late = _code(here.text)
        xian.clock.advance(timedelta(minutes=30))
        await third.say(late)
        xian.matches("link_refused")
        assert (await third.say(code)).startswith("没有找到邀请码")


async def test_a_chain_of_three_messengers_is_one_person(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        one = await xian.liaison("碑林区")
        two, three = xian.stranger(channel="telegram"), xian.stranger(channel="wechat")
        await linked(one, two)
        await linked(two, three)
        assert (await three.say("菜单")).startswith("碑林区")
        assert len({person for _, person in (await kept(xian))["addresses"]}) == 1
        xian.forget()
        await three.all("解除绑定", "1", "断开")
        xian.matches("link_unlink")
        assert len({person for _, person in (await kept(xian))["addresses"]}) == 2


async def test_whoever_is_parted_is_a_stranger_again(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区"), xian.stranger("另一边", channel="telegram")
        await linked(here, there)
        await here.all("解除绑定", "断开")
        xian.forget()
        await there.say("菜单")
        await here.say("解除绑定")
        xian.matches("link_parted")
        after = await kept(xian)
        assert after["seats"] == [(dict(after["addresses"])["fake:1"], "liaison")]


async def test_two_strangers_with_one_code_at_once_only_one_becomes_the_person(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, left, right = await xian.liaison("碑林区"), xian.stranger("甲"), xian.stranger("乙")
        await here.say("绑定")
        code = _code(here.text)
        await asyncio.gather(left.say(code), right.say(code))
        assert sorted(["已连上" in left.text, "已连上" in right.text]) == [False, True]
        assert len({person for _, person in (await kept(xian))["addresses"]}) == 2


async def test_linking_and_answering_at_once_loses_neither(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区"), xian.stranger("另一边", channel="telegram")
        await here.say("绑定")
        code = _code(here.text)
        await here.all("填报", "案例")
        await asyncio.gather(here.say("张三"), there.say(code))
        assert "没有保存成功" not in here.text + there.text
        first = (await here.say("继续")).split("\n")[-1]
        assert (await there.say("继续")).split("\n")[-1] == first
        await there.say("029-86780000")
        assert "没有保存成功" not in there.text


async def test_somebody_locked_out_cannot_use_a_code_either(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区"), xian.stranger("猜码的")
        await here.say("绑定")
        code = _code(here.text)
        await there.all("你好", *["00000-00000"] * 5)
        await there.say(code)
        xian.matches("link_locked")


async def test_whoever_has_a_seat_sends_the_code_alone_unless_a_form_waits_for_an_answer(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区", "王老师"), await xian.liaison("碑林区", "李老师")
        await here.say("绑定")
        code = _code(here.text)
        await there.all("填报", "案例")
        assert (await there.say(code)).startswith("第 2 项")
        await there.say("菜单")
        await there.say(code)
        assert (await there.say(SURE)).startswith("已连上")


async def test_a_code_that_runs_out_while_it_is_asked_about_ties_nobody(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        here, there = await xian.liaison("碑林区", "王老师"), await xian.liaison("碑林区", "李老师")
        await here.say("绑定")
        await there.say(f"/start {_code(here.text)}")
        xian.clock.advance(timedelta(minutes=30))
        assert (await there.say(SURE)).startswith("这个码已过有效期")
        assert len({person for _, person in (await kept(xian))["addresses"]}) == 2
        assert (await there.say("菜单")).startswith("碑林区")


async def test_a_code_sent_on_in_place_of_an_invitation_takes_no_seat_before_its_holder_agrees(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        thief, admin = await xian.liaison("碑林区", "某人"), await xian.admin("陈主任")
        await thief.say("绑定")
        code = _code(thief.text)
        before = await kept(xian)
        asked = await admin.say(f"/start {code}")
        assert ("某人" in asked, "管理员" in asked, "请不要连" in asked) == (True, True, True)
        assert (await admin.say("不连")).startswith("好的，没有连")
        await admin.say(f"/start {code}")
        await admin.say("菜单")
        after = await kept(xian)
        assert (after["addresses"], after["seats"]) == (before["addresses"], before["seats"])
        await thief.say("进度")
        assert "管理员" not in thief.text
