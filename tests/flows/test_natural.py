"""Somebody who enters for themselves is spoken to as a person, from the welcome to the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.notice import Notice
from tests.flows.conftest import Opens, Play, Player
from tests.flows.honouring import give, settle
from tests.flows.test_reminded import reminded
from tests.flows.variants import form_only

PERSON = "个人参选者（示例）"
WORK = (
    "匠心", "2", "跳过", "张三", "13800138000", "zhang@163.com", "某路 1 号", "导演李四，编剧王五。", "完成",
    "讲述一位老师傅的故事。", "完成", "跳过", "同意", "全部同意", "没有问题", "现在报送",
)  # fmt: skip
#: What is said to somebody who stands for a unit, and to nobody else.
TO_UNITS = ("贵单位", "你单位", "欢迎代表", "联络员", "换人负责", "同事")


def slips(player: Player) -> list[str]:
    """The lines said to somebody that are false for a person who enters alone."""
    said = [reply.text for exchange in player.exchanges for reply in exchange.replies]
    said += [choice.label for exchange in player.exchanges for reply in exchange.replies for choice in reply.choices]
    return [line for text in said for line in text.split("\n") if any(word in line for word in TO_UNITS)]


async def test_a_person_is_spoken_to_as_a_person_from_the_welcome_to_the_results(play: Opens) -> None:
    async with play("industry-2024", "2024-07-01 10:00", form_only) as industry:
        admin, person = await industry.admin(), industry.stranger("周老师")
        await person.all(f"/start {await industry.code(PERSON)}", "周老师")
        await person.all("填报", "匠心", "暂停")
        industry.stage("截止前七天")
        industry.at("2024-07-24 10:00")
        await reminded(industry, person)
        await person.all("取消", "1", "填报", *WORK)
        await person.all("菜单", "我的报送", "我是谁", "申请名额", "谁可以报", "几点截止", "填报", "菜单")
        with industry.aside():
            await admin.all("准许补报", "一个单位", PERSON, "8月3日 24:00", "资料刚到", "准许")
        await person.news()
        await results(industry, admin, person)
        await person.say("证书")
        assert slips(person) == []
        industry.matches("natural")


async def results(industry: Play, admin: Player, person: Player) -> None:
    """One prize, told to whom it belongs."""
    prize = await give(industry.app.database, industry.campaign, "GY-A0001", prize="gold", label="金奖")
    await settle(industry.app.database, [prize], "final")
    with industry.aside():
        await admin.all("发布结果", "发布并通知")
    await person.news()


async def test_a_person_has_no_colleague_to_hand_over_to(play: Opens) -> None:
    async with play("industry-2024", "2024-07-01 10:00", form_only) as industry:
        person, firm = await industry.liaison(PERSON), await industry.liaison("远山重工")
        assert await person.say("换人负责") == (
            "您是以个人名义参加的，没有可以换的同事。换手机或换软件接着填，请发“绑定”。"
        )
        assert "邀请码" in await firm.say("换人负责")


async def test_whoever_did_not_win_is_thanked_as_a_person_or_as_a_unit(play: Opens) -> None:
    async with play("industry-2024", "2024-07-01 10:00", form_only) as industry:
        admin, person = await industry.admin(), await industry.liaison(PERSON)
        firm, winner = await industry.liaison("远山重工"), await industry.liaison("清河数控")
        for each, title in ((person, "匠心"), (firm, "焊花"), (winner, "齿轮")):
            await each.all("填报", title, *WORK[1:])
        await give(industry.app.database, industry.campaign, "GY-A0003", prize="gold", label="金奖")
        await admin.all("发布结果", "发布并通知")
        assert "您报送的 1 件作品这次没有获奖。\n感谢您认真准备" in await person.news()
        told = await firm.news()
        assert "远山重工示例有限公司报送的 1 件作品这次没有获奖。\n感谢贵单位认真准备" in told


@pytest.mark.parametrize(("seals", "person"), [(True, True), (False, False), (False, True)])
async def test_a_person_is_one_by_the_class_even_where_it_has_to_stamp(play: Opens, seals: bool, person: bool) -> None:
    async with play("industry-2024", "2024-07-01 10:00", _class(seals=seals, person=person)) as industry:
        assert "贵单位" not in await (await industry.liaison(PERSON)).all("填报", *WORK)


def _class(*, seals: bool, person: bool) -> Callable[[Notice], Notice]:
    def changed(notice: Notice) -> Notice:
        bare = form_only(notice)
        classes = tuple(
            replace(each, seals=seals, person=person) if each.key == "individual" else each for each in bare.classes
        )
        return replace(bare, classes=classes)

    return changed
