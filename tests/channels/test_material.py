"""Films and stamped scans through real wires: by page and photo in WeChat, as video and photos in Telegram."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import select

from bot.fakes.wechat import WeChatPerson
from scheduler.twins import Resemblances
from storage.tables import entries
from storage.tables_materials import materials
from tests.channels.test_form import LINK, tell
from tests.channels.town import Town, town
from tests.flows.checking import Checks, film, scan
from tests.flows.variants import as_it_is

#: Up to the film; 2 is the track, and the second of three categories.
FORM = (
    "李老师", "填报", "2", "诚信菜市场", "李某某", "示例融媒体中心", "张某某 13800138000", "跳过",
    "一位摊主因为诚信而受到大家信任。", "完成", "作品以真实的菜市场为背景。", "完成", "2", "跳过",
)  # fmt: skip


async def kept(place: Town) -> list[tuple[str, str, str]]:
    """Every file of every entry: the entry's number, the item, and the file's name."""
    async with place.app.database.read() as connection:
        found = select(entries.c.number, materials.c.key, materials.c.name).join(
            materials, materials.c.entry == entries.c.id
        )
        rows = await connection.execute(found.order_by(materials.c.place))
        return [(row.number, row.key, row.name) for row in rows]


@asynccontextmanager
async def shooting(folder: Path) -> AsyncGenerator[Town]:
    """A town whose notices ask for all they ask for, and whose films are looked at by plan."""
    checks = Checks.at(folder)
    async with town(folder, variant=as_it_is, skills=checks.skills) as place:
        checks.resemblances = Resemblances(place.app.database)
        yield place


async def hand_in(place: Town, told: str, name: str, data: bytes) -> None:
    """Hand a file in on the page whose link somebody was told."""
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        sent = await browser.post(
            LINK.findall(told)[0],
            files={"file": (name, data)},
            data={"mid": "a1b2c3d4e5f60718"},
            headers={"origin": place.url},
        )
    assert sent.status_code == 200


async def test_in_wechat_the_film_comes_by_page_and_the_scan_as_a_photo(tmp_path: Path) -> None:
    async with shooting(tmp_path) as place:
        person = place.wechat.person("o-zhang", "张")
        await person.follow(await place.invite())
        for text in FORM:
            told = (await person.say(text)).text
        await hand_in(place, told, "诚信菜市场.mp4", film())
        await person.heard(lambda bubble: "符合要求，时长 3 分 12 秒" in bubble.text)
        for text in ("1", "1", "1"):
            told = (await person.say(text)).text
        assert "请打印《2024年西安市信用应用场景优秀微视频评选推荐表》" in told
        assert "已收 1 张：图片.jpg" in await photographed(person)
        await person.say("完成")
        await person.heard(lambda bubble: "材料齐了，可报送" in bubble.text)
        assert "已收到：XA-B0001“诚信菜市场”" in (await person.say("1")).text
        assert await kept(place) == [
            ("XA-B0001", "film", "诚信菜市场.mp4"), ("XA-B0001", "scan", "诚信菜市场 盖章扫描件.pdf"),
        ]  # fmt: skip
        assert place.wechat.violations == []


async def photographed(person: WeChatPerson) -> str:
    """A photo sent in WeChat, and what was answered."""
    await person.send_image(scan())
    return (await person.heard(lambda bubble: "已收" in bubble.text)).text


async def test_in_telegram_both_come_as_messages_and_the_progress_is_one_card(tmp_path: Path) -> None:
    async with shooting(tmp_path) as place:
        person = place.telegram.person(7, "张")
        person.start(await place.invite())
        await person.heard("怎么称呼")
        for text in ("李老师", "填报", "信用短视频", *FORM[3:]):
            await tell(person, text)
        person.send_video("诚信菜市场.mp4", film())
        await person.heard("符合要求，时长 3 分 12 秒")
        cards = [
            one for one in person.messages if "正在看完整片" in one.text or one.text == "“诚信菜市场.mp4”检查完了。"
        ]
        assert len(cards) == 1
        for said in ("逐条确认", "确认承诺", "没有问题，生成申报表"):
            await tell(person, said)
        await person.heard("盖好公章")
        person.send_photo(scan())
        await person.heard("已收 1 张")
        await tell(person, "完成")
        await person.heard("材料齐了，可报送")
        assert "已收到：XA-B0001“诚信菜市场”" in await tell(person, "现在报送")
        assert [item for _, item, _ in await kept(place)] == ["film", "scan"]
        assert place.telegram.violations == []
