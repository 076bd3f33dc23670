"""What a liaison says to fill in the forms of the notices, answer by answer."""

from __future__ import annotations

from tests.flows.conftest import Player

CONTENT = (
    "一、要解决的问题\n菜市场经营户多，缺斤少两的投诉一年有 126 起。\n"
    "二、创新举措\n给每个摊位建立信用档案，扫码可见，按信用分级检查。\n"
    "三、工作成效及意义\n一年来投诉降到 31 起，办理时间由 7 天缩短到 2 天。"
)


async def fill_case(liaison: Player, title: str = "诚信菜市场") -> str:
    """The case of xian-2024, up to the last look at the answers."""
    return await liaison.all(
        "填报", "信用案例", "张三", "029-86780000", "zhang@163.com", "西安市某路 1 号", title, "3，4",
        "一摊一码，群众监督。", "完成", CONTENT, "完成", "跳过", "同意",
    )  # fmt: skip


async def submit_case(liaison: Player, title: str = "诚信菜市场") -> str:
    """The case of xian-2024, handed in where the form alone is asked for."""
    await fill_case(liaison, title)
    return await liaison.all("没有问题", "现在报送")


def code_of(liaison: Player) -> str:
    """The version code of the annex that was given out last."""
    given = [
        reply.attachment.ref
        for exchange in liaison.exchanges
        for reply in exchange.replies
        if reply.attachment is not None and reply.attachment.kind == "annex"
    ]
    return given[-1]


async def submit_xinhua(liaison: Player, title: str) -> str:
    """A case of xinhua-2021, handed in where the form alone is asked for."""
    return await liaison.all(
        "填报", "信用案例", "张三", "029-86780000", "zhang@163.com", "西安市某路 1 号", title, "1",
        "一摊一码。", "完成", "一年来投诉降到 31 起。", "完成", "没有问题", "现在报送",
    )  # fmt: skip
