"""Coming in: the right code, and every wrong one."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from rules.notice import Notice
from tests.flows.conftest import Opens


async def test_somebody_comes_in_by_their_link(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = xian.stranger("联络员")
        await liaison.say(f"/start {await xian.code('碑林区')}")
        await liaison.say("这个称呼实在是太长了一个称呼哪里用得着二十多个字")
        await liaison.say("李老师")
        xian.matches("join_link")


async def test_somebody_comes_in_by_typing_their_code_after_some_wrong_ones(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        code = await xian.code("碑林区")
        liaison = xian.stranger("联络员")
        await liaison.all("你好", "是不是这里", "ABCDE-FGH", "00000-00000")
        await liaison.say("帮助")
        await liaison.say(code.lower().replace("-", " "))
        xian.matches("join_code")


async def test_a_code_is_used_once_and_expires(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        used, old = await xian.code("碑林区"), await xian.code("碑林区", days=2)
        first, second = xian.stranger("先来的"), xian.stranger("后来的")
        await first.say(used)
        await second.say(used)
        xian.clock.advance(timedelta(days=2))
        await second.say(old)
        xian.matches("join_used")


async def test_after_five_wrong_codes_there_is_a_pause_even_for_the_right_one(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        code = await xian.code("碑林区")
        guesser = xian.stranger("猜码的")
        for number in range(5):
            await guesser.say(f"00000-0000{number}")
        await guesser.say(code)
        xian.clock.advance(timedelta(minutes=14, seconds=59))
        await guesser.say(code)
        xian.clock.advance(timedelta(seconds=1))
        await guesser.say(code)
        xian.matches("join_locked")


async def test_a_second_seat_is_taken_and_changed_between(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "1", "张三")
        await liaison.say("加入")
        await liaison.say(await xian.code("西安市教育局"))
        await liaison.say("换单位")
        await liaison.press("碑林区（2024年度典型案例及优秀短视频征集）")
        await liaison.say("换单位")
        await liaison.press("西安市教育局（2024年度典型案例及优秀短视频征集）")
        xian.stage("接着填碑林区的那一份")
        await liaison.say("继续")
        await liaison.say("菜单")
        xian.matches("join_second_seat")


async def test_an_admin_comes_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        await (await xian.admin()).say("帮助")
        xian.matches("join_admin")


async def test_a_liaison_who_comes_after_the_deadline_is_told_so(play: Opens) -> None:
    async with play("xian-2024", "2024-05-01 10:00") as xian:
        await xian.stranger("联络员").say(f"/start {await xian.code('碑林区')}")
        xian.matches("join_late")


async def test_a_liaison_who_comes_before_it_opens_is_told_so(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-10 10:00") as xinhua:
        liaison = await xinhua.liaison("陕西")
        await liaison.all("填报", "1")
        xinhua.matches("join_early")


async def test_whoever_sits_in_a_campaign_that_is_no_longer_served_is_told_and_keeps_everything(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "张三")
        served = cast("dict[str, Notice]", xian.app.notices)
        xian.forget()
        notice = served.pop("xian-2024")
        await liaison.say("029-86780000")
        await liaison.press("换单位")
        await liaison.say("1")
        await liaison.press("加入")
        served["xian-2024"] = notice
        xian.stage("又开放了")
        await liaison.say("菜单")
        xian.matches("join_gone")
