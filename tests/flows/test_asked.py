"""Questions about the rules in the middle of anything: answered, nothing lost, and what is open told to admins."""

from __future__ import annotations

from tests.flows.conftest import Opens
from tests.flows.variants import form_only


async def test_a_question_in_the_middle_of_a_form_loses_nothing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        with xian.aside():
            await liaison.all("填报", "案例", "张三")
        await liaison.say("要盖章吗？")  # a telephone number is wanted
        await liaison.all("029-12345678", "credit@example.com", "碑林区南大街1号")
        await liaison.say("几点截止？")  # the title, any text
        await liaison.say("信用能不能盖章？")  # a title after all, and said so
        await liaison.say("返回")
        await liaison.say("填：要不要盖章？")
        await liaison.all("3", "亮点：一码通管。")
        await liaison.say("字数多少？")  # a long text that has begun
        await liaison.all("撤回", "取消")
        await liaison.say("能撤回吗？")  # the program's own question whether really to cancel
        await liaison.say("继续填写")
        xian.matches("asked_in_a_form")


async def test_at_a_menu_and_outside_of_everything(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison, admin = await xian.liaison("碑林区"), await xian.admin()
        assert (await admin.say("大家在问")).endswith("还没有人问过规则。")
        xian.forget()
        await liaison.say("菜单")
        await liaison.say("能报几个？")
        await liaison.say("找13800000000的李老师，停车位有吗？")
        await liaison.say("扫描件可以用照片吗")  # more than its topic
        await liaison.say("帮助")
        await admin.say("菜单")
        await admin.say("什么时候公布？")
        await admin.say("碑林区报了吗")
        await admin.say("大家在问")
        xian.matches("asked_at_a_menu")
        await admin.say("报送情况")
        assert "大家在问" in [choice.label for reply in admin.replies for choice in reply.choices]


async def test_nothing_that_an_admin_writes_for_others_is_a_question(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        await xian.liaison("碑林区")
        admin = await xian.admin()
        said = await admin.say("给碑林区发：材料盖章了吗？")
        assert "材料盖章了吗？" in said
        await admin.say("取消")
        await admin.all("群发", "全部联络员")
        assert "要盖章吗？" in await admin.say("要盖章吗？")
