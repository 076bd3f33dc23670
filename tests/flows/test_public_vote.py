"""Anybody votes in chat: with a seat or without, in an order of their own, as often as the notice lets them."""

from __future__ import annotations

import pytest

from bot.commands.demo_entries import pass_waiting
from tests.flows.conftest import Opens, Player
from tests.flows.filling import submit_case
from tests.flows.variants import form_only
from tests.flows.voting import put_in


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Works as they are numbered: a voter's own order hangs on numbers that no two runs share."""
    monkeypatch.setattr("bot.flows.public_vote.shuffled", lambda entries, seed: tuple(entries))


#: In the public vote of xian-2024, and after it.
OPEN, OVER = "2024-05-06 09:00", "2024-07-01 00:00"
UNITS = ("西安市教育局", "西安市公安局", "西安市民政局", "西安市司法局", "碑林区")


def works_of(player: Player) -> list[str]:
    """The works that are shown as choices, in their order."""
    return [each.label for each in player.replies[-1].choices if "（XA-" in each.label]


@pytest.mark.usefixtures("in_order")
async def test_somebody_without_a_seat_votes_from_the_list_to_the_last_vote(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        await put_in(xian.app, xian.campaign, UNITS[:1], "video")
        voter = xian.stranger("市民")
        await voter.all("投票", "信用案例", "XA-C0001", "投给这件", "xa-c0001", "返回列表", "XA-C0003", "1")
        await voter.all("XA-C0002", "投给这件", "XA-C0004", "返回列表", "看另一类", "2", "1", "投给这件")
        xian.at("2024-05-07 00:00")
        await voter.all("投票", "1", "XA-C0001", "投给这件")
        xian.matches("public_vote")


async def test_a_number_leads_to_its_work_where_the_kind_of_works_is_asked_too(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        await put_in(xian.app, xian.campaign, UNITS[:1], "video")
        voter = xian.stranger("市民")
        assert "短视频第 1 件" in await voter.all("投票", "xa-v0001")
        assert "已投给 XA-V0001" in await voter.say("投给这件")
        assert "（XA-V0001）" in "".join(voter.choices), "the list that follows is of its kind"


async def test_every_voter_has_an_order_of_their_own_and_keeps_it(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        orders = set()
        for name in "甲乙丙丁":
            voter = xian.stranger(name)
            await voter.say("投票")
            first = works_of(voter)
            await voter.say("网络投票")
            assert works_of(voter) == first
            orders.add(tuple(first))
        assert len(orders) > 1
        assert {tuple(sorted(each)) for each in orders} == {tuple(sorted(first))}


async def test_many_works_are_shown_page_by_page_and_none_twice(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS * 4)
        voter = xian.stranger("市民")
        seen: list[str] = []
        await voter.say("投票")
        for _ in range(3):
            seen += works_of(voter)
            await voter.say("下一页")
        assert (len(seen), len(set(seen))) == (20, 20)
        assert works_of(voter) == seen[:8]


@pytest.mark.usefixtures("in_order")
async def test_before_and_after_the_vote_people_are_told_when_it_is(play: Opens) -> None:
    async with play("xian-2024", "2024-04-29 23:59:59") as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        voter = xian.stranger("市民")
        await voter.say("投票")
        xian.at("2024-04-30 00:00")
        await voter.all("投票", "1")
        xian.at(OVER)
        await voter.say("投给这件")
        await voter.say("投票")
        xian.matches("public_vote_times")


async def test_a_stranger_is_told_of_the_vote_while_it_is_open_and_of_the_code_otherwise(play: Opens) -> None:
    async with play("xian-2024", "2024-04-29 12:00") as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        voter = xian.stranger("市民")
        assert "要参加网络投票" not in await voter.say("你好")
        xian.at(OPEN)
        assert "要参加网络投票，请发“投票”，不用登记" in await xian.stranger("另一位").say("你好")


async def test_a_liaison_votes_too_and_comes_back_to_their_menu(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        liaison = await xian.liaison("碑林区")
        assert "已投给 XA-C0002" in await liaison.all("投票", "XA-C0002", "投给这件")
        assert "碑林区" in await liaison.say("菜单")


async def test_voters_read_what_the_notice_shows_and_nothing_about_people(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS[:1], "video", preview="ab" * 32)
        voter = xian.stranger("市民")
        await voter.all("投票", "1")
        said = voter.text
        assert "一座城市一天里的守信故事" in said
        assert "张三" not in said and "029-86780000" not in said and "zhang@163.com" not in said
        given = [reply.attachment for reply in voter.replies if reply.attachment is not None]
        assert [(each.kind, each.ref, each.name) for each in given] == [("file", "ab" * 32, "XA-V0001-预览.mp4")]


async def test_only_works_that_passed_their_screening_can_be_voted_for_as_the_demonstration_lets_them(
    play: Opens,
) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        await submit_case(await xian.liaison("西安市教育局"))
        xian.at(OPEN)
        voter = xian.stranger("市民")
        assert "还没有可以投的作品" in await voter.say("投票")
        await pass_waiting(xian.app, xian.campaign)
        assert "共 1 件" in await voter.say("投票")


async def test_where_the_weight_is_not_settled_nobody_votes(play: Opens) -> None:
    async with play("weifang-2023", "2023-09-06 09:00") as weifang:
        voter = weifang.stranger("市民")
        assert "现在没有正在进行的网络投票" in await voter.say("投票")
