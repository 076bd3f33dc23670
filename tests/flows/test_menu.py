"""The menu by role, drafts, and what an admin does."""

from __future__ import annotations

from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.variants import form_only


async def test_a_liaison_goes_between_several_drafts(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "张三", "暂停")
        await liaison.all("填报", "短视频", "诚信菜市场", "李四", "菜单")
        await liaison.say("继续")
        await liaison.say("诚信菜市场")
        await liaison.say("暂停")
        await liaison.all("我的报送", "2")
        xian.matches("menu_drafts")


async def test_old_buttons_are_answered_kindly(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("菜单")
        await liaison.press("填报新作品")
        await liaison.press("信用案例")
        await liaison.press("信用短视频")
        await liaison.press("我的报送")
        await liaison.say("你好")
        await liaison.press("信用案例")
        xian.matches("menu_old_buttons")


async def test_an_admin_looks_invites_and_the_invited_code_works(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        xian.forget()
        await admin.say("菜单")
        await admin.say("报送情况")
        await admin.all("发邀请", "单位联络员", "没有这个单位", "市场监管")
        code = admin.text.split("邀请码：")[1].split("\n")[0]
        await xian.stranger("新来的").say(code)
        await admin.all("发邀请", "管理员")
        code = admin.text.split("邀请码：")[1].split("\n")[0]
        await xian.stranger("新管理员").say(f"/start {code}")
        xian.matches("admin")


async def test_a_name_that_fits_several_units_asks_which(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        await admin.all("发邀请", "1", "开发区")
        await admin.say("1")
        xian.matches("admin_which")


async def test_a_liaison_may_not_do_what_admins_do(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("菜单")
        for word in ("发邀请", "报送情况", "准许补报"):
            assert (await liaison.say(word)).startswith("没有找到")
        assert (await liaison.say("/invite")).startswith("这一项是管理员用的")


async def test_words_of_liaisons_are_no_words_for_admins(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        for word in ("填报", "我的报送"):
            assert (await admin.say(word)).startswith("没有看懂")
        assert (await admin.say("继续")).endswith("想做什么？")
