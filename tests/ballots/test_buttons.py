"""A ballot by buttons in Telegram: one card edited in place, choices in pop-ups only, cast after two confirmations."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from bot.ballot_cards import BallotCards
from bot.fakes.telegram import FakeTelegram
from bot.wording import house_wording
from rules.notice import Notice
from storage.tables import inbox, log
from storage.tables_judging import ballot_drafts, presses
from tests.ballots.booth import Booth
from tests.ballots.hall import ADDRESS, Hall, hall
from tests.ballots.test_round import filled, prepared, vote
from tests.flows.variants import opened_as

WHOLE = "还有 5 项没有评（应评 6 项）。您评过的都在草稿里，请评完再投出。"
GONE = "这个按钮不能用：它不是发给您的，或者这一轮已经开票、作废。请发“选票”，看现在的情况。"
AROUND = ["◀ 上一项", "我评的", "下一项 ▶"]
ENDS = ["申报表", "还缺哪些", "检查并投出"]


def without_ticks(notice: Notice) -> Notice:
    """The campaign without prizes that experts tick works for: a paper with ticks has its page and no buttons."""
    assert notice.judging is not None
    return replace(notice, judging=replace(notice.judging, fit=False))


@asynccontextmanager
async def telephoned() -> AsyncIterator[FakeTelegram]:
    """A Telegram that outlives the program."""
    telegram = FakeTelegram(limits=False)
    async with telegram.running():
        yield telegram
    assert telegram.violations == []


async def kept(here: Hall) -> tuple[int, list[int], int, int]:
    """Hashes of presses, lengths of drafts, messages from the phone, and rows of logs."""
    async with here.app.database.read() as connection:
        run = connection.execute
        hashes = (await run(select(func.count()).select_from(presses))).scalar_one()
        lengths = [len(row[0]) for row in await run(select(ballot_drafts.c.sealed))]
        said = (await run(select(func.count()).where(inbox.c.address == "telegram:501"))).scalar_one()
        return hashes, lengths, said, (await run(select(func.count()).select_from(log))).scalar_one()


async def test_a_paper_is_filled_in_by_buttons_and_cast_after_two_confirmations(tmp_path: Path) -> None:
    async with telephoned() as telegram, hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
        await prepared(here, phones=1)
        person = telegram.person(501)
        person.say("选票")
        await person.heard("可以点“按钮投票”在这里投票或核对")
        person.press("按钮投票")
        await person.heard("已评 0/6")
        one = Booth(person)
        begin = await kept(here)
        assert one.text.startswith(
            "专家评审 选票：已评 0/6，截止 5月20日（周一）17:00\n\nT-C0001（信用案例）“案例第 1 件”\n\n"
        )
        assert one.card.labels == [*map(str, range(1, 11)), *AROUND, *ENDS]
        assert one.card.protected
        assert {len(button.data) for button in one.card.buttons if button.data} == {52}
        assert [await one.press("8"), await one.press("◀ 上一项"), await one.press("我评的")] == [
            "T-C0001：8 分", "", "T-C0001：8",
        ]  # fmt: skip
        assert await one.press("检查并投出") == WHOLE
        assert "T-C0002" in one.text
        assert await one.press("还缺哪些") == "还缺 5 项：T-C0002、T-C0003、T-C0004、T-C0005、T-C0006"
        for level in range(2, 7):
            assert await one.press(f"{level}") == f"T-C000{level}：{level} 分"
        assert "可以投出了" in one.text
        assert await one.press("确认投票") == "请再点一次“确认投票”。"
        hashes, lengths, said, rows = await kept(here)
        assert (hashes, len(set(lengths)), said, rows) == (11, 1, begin[2], begin[3]), "no press is a message"
        receipt = (await one.press("确认投票")).removeprefix("已投出。回执：")
        assert (receipt in one.text, one.card.labels) == (True, [])
        page = await page_of(here, 501)
        assert receipt in await here.get(page)


async def test_two_experts_who_choose_differently_leave_the_same_messages_and_the_same_rows(tmp_path: Path) -> None:
    async with telephoned() as telegram, hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
        await prepared(here, phones=2)
        seen = []
        for number, levels in ((501, "10 1 7 7 2 9".split()), (502, "3 3 4 8 6 1".split())):
            one = await Booth.entered(telegram, number)
            shown = [(one.text, one.card.labels)]
            for level in levels:
                await one.press(level)
                shown.append((one.text, one.card.labels))
            seen.append(shown)
        assert seen[0] == seen[1]
        answers = [each.text for each in telegram.person(501).answers]
        assert answers[-6:] == [f"T-C000{n}：{level} 分" for n, level in enumerate("10 1 7 7 2 9".split(), 1)]
        assert (await kept(here))[:2] == (12, [len(sealed_zeros())] * 2)


def sealed_zeros() -> bytes:
    """As many bytes as a sealed paper of six levels takes, whatever they are."""
    return bytes(12 + 16 + 6 * 2)


async def test_a_draft_survives_a_restart_and_only_its_own_card_opens_it(tmp_path: Path) -> None:
    async with telephoned() as telegram:
        async with hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
            await prepared(here, phones=2)
            one = await Booth.entered(telegram, 501)
            for level in ("4", "5", "6"):
                await one.press(level)
        async with hall(tmp_path, "xian-2024", "2024-05-11 09:00", roster=False, telegram=telegram) as here:
            assert (await one.press("◀ 上一项"), await one.press("我评的")) == ("", "T-C0003：6")
            assert "已评 3/6" in one.text
            path = await page_of(here, 501)
            assert "只有那张卡片的按钮能打开它" in await here.get(path)
            other = await Booth.entered(telegram, 501)
            assert (other.card.labels, "只有那张卡片的按钮能打开它" in other.text) == (["在这里重新填"], True)
            assert await one.press("7") == "T-C0003：7 分", "to look at a new card costs the old one nothing"
            stranger = await Booth.entered(telegram, 502)
            assert await stranger.forge(one.data("9")) == GONE
            assert "已评 0/6" in stranger.text
            old = one.data("9")
            assert (await other.press("在这里重新填"), "已评 0/6" in other.text) == ("", True)
            assert (await one.forge(old)).startswith("这张卡片的草稿已经不在了")
            assert one.card.labels == ["在这里重新填"]
            await other.press("2")
            fields = {**filled(await here.get(path), 3), "action": "keep"}
            assert await here.post(path, fields) == f"{path}?saved&over"
            assert "那边的" not in (page := await here.get(f"{path}?saved&over")) and "草稿作废了" in page
            assert await other.press("还缺哪些") == "已接上您在网页上填的草稿。都评完了，可以点“检查并投出”。"


async def test_the_same_press_again_changes_nothing_and_what_was_cast_stays(tmp_path: Path) -> None:
    async with telephoned() as telegram, hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
        await prepared(here, phones=1)
        one = await Booth.entered(telegram, 501)
        eight, three = one.data("8"), one.data("3")
        ballots = cards(here)
        at = here.clock.now()
        assert (await ballots.press("telegram:501", eight, "bot/1", at)).popup == "T-C0001：8 分"
        assert (await ballots.press("telegram:501", three, "bot/2", at)).popup == "T-C0001：3 分"
        await ballots.press("telegram:501", eight, "bot/1", at)
        await one.press("◀ 上一项")
        while "T-C0001" not in one.text:
            await one.press("◀ 上一项")
        assert await one.press("我评的") == "T-C0001：3"
        assert {await one.forge(eight), await one.forge(eight)} == {"T-C0001：8 分"}
        for level in range(2, 7):
            await one.press(f"{level}")
        await one.press("确认投票")
        cast = one.data("确认投票")
        first, again = await one.forge(cast), await one.forge(cast)
        assert (first.startswith("已投出。"), again.startswith("您的选票已经投出，不能再改。")) == (True, True)
        assert (await one.forge(eight)).startswith("您的选票已经投出，不能再改。")
        assert one.text.startswith("专家评审：您的选票已经投出，封存到开票。")


async def test_a_press_after_the_close_is_told_so_and_a_published_round_is_checked_by_buttons(tmp_path: Path) -> None:
    async with telephoned() as telegram, hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
        opened, shares = await prepared(here, phones=2)
        late, one = await Booth.entered(telegram, 502), await Booth.entered(telegram, 501)
        for level in ("10", "9", "8", "7", "6", "5"):
            await one.press(level)
        await one.press("确认投票")
        await one.press("确认投票")
        for number in range(1, 9):
            await vote(here, f"专家{number}", number)
        here.at("2024-05-20 17:00:01")
        assert await late.press("8") == "这一轮投票已经截止，这次没有计入。"
        assert (late.card.labels, "已经截止" in late.text) == ([], True)
        admin = here.people["管理员"]
        await here.tell(admin, "评审", "请监票人开票")
        for name in ("专家1", "管理员"):
            await here.post(f"{here.page(name)}/{opened.key}/share", {"share": shares[name]}, status=200)
        assert await one.forge(late.person.answers[-1].data) == GONE
        await here.tell(admin, "评审", "\n".join(f"T-C{place:04d} {place}" for place in range(1, 7)))
        await admin.press("公布")
        check = await Booth.entered(telegram, 501)
        assert check.card.labels == [f"T-C000{n}" for n in range(1, 7)]
        popped = await check.press("T-C0002")
        found = re.fullmatch(r"T-C0002\n公布表里的编号：([0-9A-Z]{13})\n9", popped)
        assert found is not None
        assert found[1] in await here.get(f"/rounds/{opened.key}.json")
        row = check.data("T-C0002")
        here.at("2024-05-22 17:00:01")
        assert (
            await check.forge(row) == "核对已经结束：公布超过 48 小时，核对用的密钥已经销毁。公布的数据仍然可以重算。"
        )
        await here.app.ballots.office.expire(here.clock.now())
        assert await check.forge(row) == GONE


async def test_entries_are_approved_up_to_a_number_and_the_rest_counts_as_no(tmp_path: Path) -> None:
    async with telephoned() as telegram, hall(tmp_path, "xian-2024", "2024-05-10 09:00", telegram=telegram) as here:
        await prepared(here, phones=1, kind=("同意若干项", "2"))
        one = await Booth.entered(telegram, 501)
        assert one.card.labels == ["不同意", "同意", *AROUND, *ENDS]
        assert [await one.press("同意") for _ in range(3)] == [
            "T-C0001：同意（已同意 1 项，最多 2 项）", "T-C0002：同意（已同意 2 项，最多 2 项）",
            "T-C0003：同意（已同意 3 项，最多 2 项，请改掉 1 项）",
        ]  # fmt: skip
        assert await one.press("检查并投出") == "您同意了 3 项，最多可以同意 2 项，请去掉 1 项再投。"
        await one.press("◀ 上一项")
        assert await one.press("不同意") == "T-C0003：不同意（已同意 2 项，最多 2 项）"
        await one.press("检查并投出")
        assert ("没有点的 3 项按不同意计" in one.text, one.card.labels) == (True, ["再看看", "确认投票"])
        await one.press("确认投票")
        assert (await one.press("确认投票")).startswith("已投出。")


async def test_criteria_are_judged_one_after_the_other_and_each_can_be_gone_back_to(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(telephoned())
        stack.enter_context(opened_as(without_ticks))
        here = await stack.enter_async_context(hall(tmp_path, "industry-2024", "2024-05-10 09:00", telegram=telegram))
        await prepared(here, phones=1, track="video")
        one = await Booth.entered(telegram, 501)
        criteria = ["科学性", "故事性", "创新性", "艺术性", "传播性", "趣味性"]
        assert one.card.labels[10:16] == ["▸科学性", *criteria[1:]]
        assert [await one.press(f"{level}") for level in range(3, 9)] == [
            f"T-V0001 {criterion}：{level} 分" for level, criterion in enumerate(criteria, 3)
        ]
        assert ("已评 1/6" in one.text, "标准：科学性（1/6）" in one.text, "T-V0002" in one.text) == (True, True, True)
        await one.press("◀ 上一项")
        await one.press("艺术性")
        assert "标准：艺术性（4/6）" in one.text
        assert await one.press("10") == "T-V0001 艺术性：10 分"
        await one.press("◀ 上一项")
        own = "T-V0001：科学性 3、故事性 4、创新性 5、艺术性 10、传播性 7、趣味性 8"
        assert await one.press("我评的") == own


def cards(here: Hall) -> BallotCards:
    return BallotCards(here.app.database, here.app.ballots, house_wording(), here.app.notices, ADDRESS)


async def page_of(here: Hall, number: int) -> str:
    """The path of the paper of somebody in Telegram."""
    home = here.app.links.page(f"telegram:{number}", here.clock.now()).removeprefix(ADDRESS)
    return f"{home}/{(await here.newest()).key}"
