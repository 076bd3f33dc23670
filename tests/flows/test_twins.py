"""A film or a text that another work has already: told at once, never refused, never whose; decided side by side."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from PIL import Image
from sqlalchemy import select, update

from bot.fakes import bare
from bot.talk.messages import Attachment
from bot.wording import house_wording
from rules.looks_twins import Twin, What
from storage.fingerprints import waiting
from storage.tables_materials import materials
from storage.tables_twins import twins
from tests.flows.checking import film
from tests.flows.conftest import Opens, Play, Player
from tests.flows.variants import without_scan
from tests.rules.test_twins import film as scenes
from tests.rules.test_twins import shaken, text

TO_FILM = (
    "诚信菜市场", "李四", "碑林区融媒体中心", "张三 13800138000", "跳过", "一位摊主的故事。", "完成",
    "作品以真实的菜市场为背景。", "完成", "纪实类", "跳过",
)  # fmt: skip
SCENES = scenes(31)
PRINTS, AGAIN = text(SCENES), text(shaken(SCENES, bits=7, later=5))
LONG = (
    "一、要解决的问题\n" + "菜市场经营户多，缺斤少两的投诉一年有一百二十六起，群众不放心，商户之间也互不服气。" * 3 +
    "\n二、创新举措\n" + "给每个摊位建立信用档案，扫码可见，按信用分级检查，承诺上墙，违约记入档案并公示。" * 3 +
    "\n三、工作成效及意义\n" + "一年来投诉降到三十一起，办理时间由七天缩短到两天，群众满意率升到百分之九十七。" * 3
)  # fmt: skip


async def with_film(xian: Play, unit: str, name: str, *, prints: str, take: int) -> Player:
    """A liaison whose film was just checked."""
    liaison = await xian.liaison(unit, f"{unit}的老师")
    with xian.aside():
        await liaison.all("填报", "短视频", name, *TO_FILM[1:])
    await liaison.send((f"{name}.mp4", film(prints=prints, take=take)))
    await liaison.told("检查完了")
    return liaison


async def reported(liaison: Player) -> str:
    """The film's work, handed in; the stamped scan follows later where it may."""
    return await liaison.all("同意", "没有问题", "现在报送")


async def case(liaison: Player, title: str, content: str) -> str:
    """The form of a case, filled in up to the last look at the answers."""
    return await liaison.all(
        "填报", "信用案例", "张三", "029-86780000", "zhang@163.com", "西安市某路 1 号", title, "3，4",
        "一摊一码，群众监督。", "完成", content, "完成", "跳过", "同意",
    )  # fmt: skip


async def compared(xian: Play) -> None:
    """Wait until everything that is in was compared."""
    for _ in range(1000):
        if not await waiting(xian.app.database):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("the guard did not compare what is in")


async def test_a_film_of_another_unit_is_told_without_its_name_and_may_be_used_all_the_same(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        await reported(await with_film(xian, "碑林区", "诚信菜市场", prints=PRINTS, take=1))
        await compared(xian)
        xian.forget()
        other = await with_film(xian, "雁塔区", "信用大集", prints=AGAIN, take=2)
        assert ("碑林" in other.text, "诚信菜市场" in other.text) == (False, False)
        assert other.choices == ["就用这一部", "换一部"]
        await other.say("就用这一部")
        assert (await reported(other)).startswith("已收到")
        await compared(xian)
        xian.matches("twins_film")


async def test_ones_own_film_is_named_with_the_mend(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        liaison = await with_film(xian, "碑林区", "诚信菜市场", prints=PRINTS, take=1)
        await reported(liaison)
        await compared(xian)
        await liaison.all("填报", "短视频", "信用大集", *TO_FILM[1:])
        await liaison.send(("信用大集.mp4", film(prints=PRINTS, take=1)))
        said = await liaison.told("检查完了")
        assert "与贵单位的 XA-B0001“诚信菜市场”是同一个文件" in said
        assert "先到“我的报送”撤回原来那一份" in said
        await liaison.say("换一部")
        await liaison.send(("另一部.mp4", film(prints=text(scenes(77)), take=3)))
        assert "可能与已报送的作品重复" not in await liaison.told("检查完了")


async def test_a_new_version_of_the_same_entry_is_no_twin_of_itself(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        liaison = await with_film(xian, "碑林区", "诚信菜市场", prints=PRINTS, take=1)
        await reported(liaison)
        await liaison.all("我的报送", "1", "修改后重新报送")
        await liaison.all("修改", "短视频")
        await liaison.send(("改.mp4", film(prints=AGAIN, take=5)))
        assert "可能与已报送的作品重复" not in await liaison.told("检查完了")
        await reported(liaison)
        await compared(xian)
        async with xian.app.database.read() as connection:
            assert (await connection.execute(select(twins.c.one))).all() == []


async def test_the_same_text_is_told_before_it_is_in_and_one_touched_up_right_after(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        for unit, title, content in (("碑林区", "诚信菜市场", LONG), ("雁塔区", "信用大集", LONG)):
            liaison = await xian.liaison(unit, f"{unit}的老师")
            await case(liaison, title, content)
            xian.forget()
            await liaison.all("没有问题", "现在报送")
            await compared(xian)
        third = await xian.liaison("莲湖区", "莲湖区的老师")
        with xian.aside():
            await case(third, "一摊一码", LONG.replace("三十一", "四十二").replace("七天", "九天"))
        xian.stage("第三家改了几个数字")
        await third.all("没有问题", "现在报送")
        await third.told("可能与别的作品重复")
        xian.matches("twins_text")


async def test_an_admin_looks_at_both_and_decides(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        admin = await xian.admin()
        xian.forget()
        await admin.say("重复核对")
        with xian.aside():
            await three_alike(xian)
        await give_sheets(xian)
        await admin.all("/twins", "1", "看对照图")
        await admin.all("不是重复", "重复核对", "1", "退回 XA-B0002")
        xian.matches("twins_admin")


async def test_the_menu_of_an_admin_leads_there_as_long_as_there_is_something_to_look_at(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        admin = await xian.admin()
        await admin.say("菜单")
        assert [choice for choice in admin.choices if "重复核对" in choice] == []
        await three_alike(xian)
        await admin.say("菜单")
        assert [choice for choice in admin.choices if "重复核对" in choice] == ["重复核对（3 对）"]
        await admin.press("重复核对（3 对）")
        assert admin.text.startswith("有 3 对作品疑似重复")
        await admin.all("1", "不是重复", "菜单")
        assert [choice for choice in admin.choices if "重复核对" in choice] == ["重复核对（2 对）"]


async def test_both_contact_sheets_are_one_picture_that_only_its_admin_gets(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        for unit, take in (("碑林区", 1), ("雁塔区", 2)):
            liaison = await with_film(xian, unit, "诚信菜市场", prints=PRINTS, take=take)
            if "就用这一部" in liaison.choices:
                await liaison.say("就用这一部")
            await reported(liaison)
        await compared(xian)
        await give_sheets(xian)
        admin = await xian.admin()
        await admin.all("/twins", "看对照图")
        [given] = [each.attachment for each in admin.replies if each.attachment is not None]
        body, kind = await xian.app.attachments().make(given)
        with Image.open(io.BytesIO(body)) as picture:
            assert (kind, picture.format, picture.size) == ("image/jpeg", "JPEG", (320, 2 * (180 + 40 + 6)))
        assert given == Attachment("sheets", given.ref, "XA-B0001 与 XA-B0002 对照.jpg")


async def three_alike(xian: Play) -> None:
    """The same film, entered by three units; one of them did not change it."""
    for unit, name, prints, take in (
        ("碑林区", "诚信菜市场", PRINTS, 1), ("雁塔区", "信用大集", AGAIN, 2), ("莲湖区", "又一部", PRINTS, 1),
    ):  # fmt: skip
        liaison = await with_film(xian, unit, name, prints=prints, take=take)
        if "就用这一部" in liaison.choices:
            await liaison.say("就用这一部")
        await reported(liaison)
        await compared(xian)


async def give_sheets(xian: Play) -> None:
    """The films of this play were not real; their contact sheets are."""
    out = io.BytesIO()
    Image.new("RGB", (320, 180), "#336699").save(out, "JPEG")

    async def whole() -> AsyncIterator[bytes]:
        yield out.getvalue()

    kept = await xian.app.files.keep("sheet.jpg", whole(), 1 << 20)
    async with xian.app.database.write() as connection:
        films = update(materials).where(materials.c.key == "film")
        await connection.execute(films.values(facts=f'{{"sheet":"{kept.sha256}"}}'))


def test_many_works_of_other_units_are_told_in_one_line_and_ones_own_each_in_its_own() -> None:
    def twin(what: What = "film", *, same: bool = True, percent: int = 100, number: str = "") -> dict[str, Any]:
        return Twin(what, same, percent, bool(number), number, "信用大集" if number else "").plain()

    def said(key: str, twins: list[dict[str, Any]]) -> list[str]:
        return bare(house_wording().text(key, twins=twins, **facts)).splitlines()

    facts = {"name": "片", "rule": "", "clause": "", "contact": "", "number": "XA-B0009", "title": "题"}
    films = [*[twin()] * 28, twin(same=False, percent=61), twin(same=False, percent=97), twin(number="XA-B0001")]
    assert said("twin.film", films)[1:4] == [
        "· 与贵单位的 XA-B0001“信用大集”是同一个文件",
        "· 与其他单位报送的 28 件作品是同一个文件",
        "· 画面最多约 97% 与其他单位报送的 2 件作品相同（改过格式、剪裁或片头的，也认得出来）",
    ]
    texts = [twin("text"), twin("text"), twin("text", number="XA-A0001")]
    assert "（贵单位的 XA-A0001“信用大集”；其他单位报送的 2 件作品）" in said("twin.text", texts)[0]
    later = [*films, *texts[1:], twin("text", same=False, percent=90), twin("text", same=False, percent=86)]
    assert said("twin.found_later", later)[1:7] == [
        "· 视频与贵单位的 XA-B0001“信用大集”相同",
        "· 文字与贵单位的 XA-A0001“信用大集”相同",
        "· 视频与其他单位报送的 28 件作品相同",
        "· 视频与其他单位报送的 2 件作品最多约 97% 相同",
        "· 文字与另一家单位报送的作品相同",
        "· 文字与其他单位报送的 2 件作品最多约 90% 相同",
    ]
