"""What a unit has handed in: looked at, replaced, withdrawn, and out of reach after the deadline."""

from __future__ import annotations

from bot.talk.messages import Press
from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.variants import form_only


async def test_an_entry_is_replaced_withdrawn_and_handed_in_again_with_its_history(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await submit_case(liaison)
        xian.forget()
        await liaison.all("我的报送", "1", "下载申报表")
        xian.at("2024-03-02 11:00")
        await liaison.all("我的报送", "1", "修改后重新报送", "同意", "修改", "案例题目", "诚信街区", "1", "现在报送")
        xian.at("2024-03-03 12:00")
        await liaison.all("我的报送", "1", "撤回", "不撤回")
        await liaison.all("我的报送", "1", "撤回", "确认撤回")
        await liaison.all("我的报送", "1", "修改后重新报送", "同意", "1", "1")
        await liaison.all("我的报送", "1", "看历次版本")
        xian.matches("mine_history")


async def test_after_the_deadline_nothing_can_be_changed_any_more(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await submit_case(liaison)
        xian.forget()
        await liaison.all("我的报送", "1", "撤回")
        replaces = await xian.liaison("西安市教育局", "赵老师")
        await replaces.all("我的报送", "1", "修改后重新报送", "同意", "修改", "案例题目", "诚信街区", "1")
        xian.forget()
        xian.at("2024-04-24 00:00:00")
        await liaison.all("确认撤回", "我的报送", "1")
        await replaces.all("现在报送", "我的报送")
        xian.matches("mine_late")


async def test_a_liaison_without_anything_is_told_what_is_expected(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("状态")
        await liaison.all("填报", "信用案例", "张三", "我的报送", "1")
        xian.matches("mine_none")


async def test_what_a_colleague_did_meanwhile_is_seen_at_once(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        first, second = await xian.liaison("碑林区"), await xian.liaison("碑林区", "赵老师")
        await submit_case(first)
        xian.forget()
        await second.all("我的报送", "1")
        await first.all("我的报送", "1", "撤回", "确认撤回")
        await second.press("撤回")
        await second.press("看历次版本")
        xian.matches("mine_colleague")


async def test_another_units_entries_are_never_shown(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        mine, other = await xian.liaison("碑林区"), await xian.liaison("雁塔区", "赵老师")
        await submit_case(mine, "碑林的秘密")
        await submit_case(other, "雁塔的案例")
        await mine.say("我的报送")
        await other.say("我的报送")
        assert other.choices == ["XA-A0002 雁塔的案例（已报送，等待案例初筛）", "菜单"]
        press = Press(other.replies[-1].question, mine.replies[-1].choices[0].code)
        answer = await other.send_message(other.message(press=press), "【别人的按钮】")
        assert answer.startswith("这个选项现在用不上了。")
