"""Screeners are told of what waits for them, and the host of what nobody passed on by the closing."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from bot.fakes import bare
from bot.reply import worded
from bot.wording import house_wording
from rules.notice import Notice
from storage.letters import outgoing_of
from storage.outbox import DUE, HELD
from storage.tables import outbox
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case, submit_xinhua
from tests.flows.variants import form_only


async def handed_up(xinhua: Play) -> tuple[Player, Player, Player]:
    """A city has handed in a work that its province is to pass on: province, city, admin."""
    found = await xinhua.liaison("浙江省", "孙老师"), await xinhua.liaison("杭州市"), await xinhua.admin()
    await submit_xinhua(found[1], "社区信用档案")
    return found


async def test_screeners_are_told_once_of_what_waits_too_long_and_again_when_it_still_does(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        told = []
        for day in (
            "03-04 09:31",
            "03-05 09:29",
            "03-05 09:30",
            "03-05 15:00",
            "03-06 10:00",
            "03-11 10:00",
            "04-23 20:00",
            "04-24 08:30",
            "04-24 09:30",
            "04-26 10:00",
            "04-28 10:00",
        ):
            xian.at(f"2024-{day}")
            await xian.app.ageing.act()
            if letters := await letters_to(xian, admin):
                told.append((day, letters))
        first = "有 1 件作品在等您审核，XA-A0001“诚信菜市场”已等 3 天。"
        # The stage of screening begins on 24 April; until then the office is not told again of the same work.
        assert [(day, len(letters)) for day, letters in told] == [
            ("03-05 09:30", 1), ("03-05 15:00", 1), ("03-06 10:00", 1), ("03-11 10:00", 1), ("04-23 20:00", 1),
            ("04-24 08:30", 2), ("04-24 09:30", 2), ("04-26 10:00", 2), ("04-28 10:00", 3),
        ]  # fmt: skip
        assert told[0][1][0].endswith(f"{first}发“审核”就能接着看。")
        await admin.all("审核", "通过", "就写“同意。”", "确认通过")
        xian.at("2024-05-06 10:00")
        await xian.app.ageing.act()
        assert len(await letters_to(xian, admin)) == 3


async def test_before_its_stage_the_office_is_told_only_when_twice_as_many_wait(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        told: list[tuple[str, int, int]] = []
        for day, count in (("03-04", 1), ("03-08", 1), ("03-12", 2), ("03-18", 3), ("03-25", 4), ("03-29", 4)):
            xian.at(f"2024-{day} 10:00")
            for place in range(count - (told[-1][1] if told else 0)):
                await submit_case(liaison, f"案例{day}{place}")
            xian.at(f"2024-{day} 15:00")
            await xian.app.ageing.act()
            told.append((day, count, len(await letters_to(xian, admin))))
        # Each was looked at on the day it came; it is told of when it has waited for three days.
        assert told == [
            ("03-04", 1, 0), ("03-08", 1, 1), ("03-12", 2, 1), ("03-18", 3, 2), ("03-25", 4, 2), ("03-29", 4, 2),
        ]  # fmt: skip


async def test_a_province_is_told_before_the_closing_and_the_host_once_what_it_did_not_pass_on(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-21 10:00", form_only) as xinhua:
        province, city, admin = await handed_up(xinhua)
        xinhua.forget()
        for day in ("22 08:30", "22 17:00", "24 20:00"):
            xinhua.at(f"2021-10-{day}")
            await xinhua.app.ageing.act()
        xinhua.stage("截止前三天")
        await province.news()
        with xinhua.aside():
            await submit_xinhua(city, "港口信用监管")
        xinhua.at("2021-10-25 15:00")
        await xinhua.app.ageing.act()
        xinhua.stage("截止前两小时")
        await province.news()
        await province.all("审核", "通过", "就写“同意推荐。”", "确认通过", "菜单")
        xinhua.at("2021-10-25 16:59:59")
        await xinhua.app.ageing.act()
        assert await missed_by(xinhua, admin) == []
        xinhua.stage("截止以后")
        xinhua.at("2021-10-25 17:00:30")
        await xinhua.app.ageing.act()
        await xinhua.app.ageing.act()
        await admin.news()
        for day in ("26 08:00", "27 09:30", "28 10:00"):
            xinhua.at(f"2021-10-{day}")
            await xinhua.app.ageing.act()
        assert len(await missed_by(xinhua, admin)) == 1
        await admin.all("单位", "浙江省", "菜单", "审核", "通过", "就写“同意推荐。”", "确认通过")
        await province.say("审核")
        xinhua.matches("screening_missed")


async def test_what_a_unit_may_still_hand_in_by_leave_is_missed_only_after_the_leave(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-21 10:00", form_only) as xinhua:
        await xinhua.liaison("浙江省", "孙老师")
        city, admin = await xinhua.liaison("杭州市"), await xinhua.admin()
        await submit_xinhua(city, "社区信用档案")
        await admin.all("准许补报", "全部单位", "信用案例", "10月27日 17:00", "系统故障", "准许")
        counts = []
        for day in ("25 17:30", "26 09:30", "27 16:59", "27 17:01"):
            xinhua.at(f"2021-10-{day}")
            await xinhua.app.ageing.act()
            counts.append(len(await missed_by(xinhua, admin)))
        assert counts == [0, 0, 0, 1]


async def test_what_was_missed_stays_with_the_host_when_it_was_sent_back_and_mended(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-21 10:00", form_only) as xinhua:
        province, city, admin = await handed_up(xinhua)
        xinhua.at("2021-10-25 17:01")
        await xinhua.app.ageing.act()
        await admin.all("审核", "退回修改", "联系电话", "号码打不通", "就这些", "2021-10-30 24:00", "退回并通知")
        assert "现在没有待您审核的作品" in await admin.say("审核")
        await city.all("修改退回", "029-86780001", "没有问题", "现在报送")
        told = len(await letters_to(xinhua, province))
        xinhua.at("2021-11-03 10:00")
        await xinhua.app.ageing.act()
        assert (len(await missed_by(xinhua, admin)), len(await letters_to(xinhua, province))) == (1, told)
        assert "XH-A0001" in await admin.say("审核")


async def test_word_of_what_waits_is_taken_back_when_nothing_waits_any_more(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-21 10:00", form_only) as xinhua:
        province, colleague = await xinhua.liaison("浙江省", "孙老师"), await xinhua.liaison("浙江省", "钱老师")
        city = await xinhua.liaison("杭州市")
        await submit_xinhua(city, "社区信用档案")
        xinhua.at("2021-10-22 17:00")
        await xinhua.app.ageing.act()
        assert await held(xinhua) == 2
        await province.all("审核", "通过", "就写“同意推荐。”", "确认通过")
        xinhua.at("2021-10-25 09:30")
        await xinhua.app.ageing.act()
        assert await held(xinhua) == 0
        await submit_xinhua(city, "港口信用监管")
        xinhua.at("2021-10-25 15:00")
        await xinhua.app.ageing.act()
        assert (await held(xinhua), len(await letters_to(xinhua, colleague))) == (2, 2)


async def held(play: Play) -> int:
    """How many reminders of what waits nobody has read yet; from now on they wait for their readers."""
    waits = (outbox.c.kind == "notice", outbox.c.state.in_((DUE, HELD)), outbox.c.body.like("%remind.screening%"))
    async with play.app.database.write() as connection:
        moved = update(outbox).where(*waits).values(state=HELD).returning(outbox.c.id)
        return len((await connection.execute(moved)).all())


async def missed_by(play: Play, player: Player) -> list[str]:
    """What somebody was told of works that nobody passed on."""
    return [text for text in await notices_to(play, player) if "没有审核上报" in text]


async def test_a_notice_can_leave_screeners_in_peace(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", _in_peace) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        xian.at("2024-03-20 10:00")
        await xian.app.ageing.act()
        assert await letters_to(xian, admin) == []


def _in_peace(notice: Notice) -> Notice:
    bare = form_only(notice)
    return replace(bare, reminders=replace(bare.reminders, off=("screening",)))


async def letters_to(play: Play, player: Player) -> list[str]:
    """The reminders of what waits that somebody was sent so far."""
    return [text for text in await notices_to(play, player) if "在等您审核" in text]


async def notices_to(play: Play, player: Player, *, but: str = "") -> list[str]:
    """What somebody was sent without having asked, without what is in the state `but`."""
    mine = (outbox.c.address == f"{player.channel}:{player.address}", outbox.c.state != but)
    found = select(outbox.c.body).where(*mine).order_by(outbox.c.id)
    async with play.app.database.read() as connection:
        bodies = [outgoing_of(body) for body in (await connection.execute(found)).scalars()]
    said = [worded(each, house_wording(), player.channel).text for each in bodies if each.said is not None]
    return [bare(text) for text in said]
