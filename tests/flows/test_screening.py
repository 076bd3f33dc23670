"""Entries are screened level by level: by the host, by a recommender, by a province, each with what the notice asks."""

from __future__ import annotations

from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.variants import form_only


async def test_xian_is_screened_by_the_host_entry_by_entry(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        one, two = await xian.liaison("西安市教育局"), await xian.liaison("西安市公安局", "李老师")
        with xian.aside():
            await submit_case(one)
            await submit_case(two, "出租房屋信用分级")
            await one.say("菜单")
            await two.say("菜单")
        xian.at("2024-03-03 09:00")
        await admin.all("审核", "看材料", "通过", "同意，数据扎实。", "确认通过")
        xian.stage("单位收到通知")
        await one.news()
        await admin.all("退回修改", "联系电话", "号码打不通", "就这些", "2024-04-24 24:00", "退回并通知")
        await two.news()
        await admin.say("审核")
        await two.all("修改退回", "029-86780001", "同意", "没有问题", "现在报送")
        await admin.all("审核", "不通过", "其他条款", "二（一）", "与信用无关。", "确认不通过")
        await two.news()
        await two.all("我的报送", "1")
        xian.matches("screening_xian")
