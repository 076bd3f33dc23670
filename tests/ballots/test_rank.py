"""A paper of ranking: places written without a script, every slip told at once, each track by itself, counted again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, async_playwright

from rules.deeds_ballot import BallotRound
from rules.recount import recount
from tests.ballots.hall import ADDRESS, Hall, hall, put_in
from tests.ballots.staging import fields_of, opened, peopled, tallied, vote
from tests.browsing import FLAGS

CASES = ["碑林区", "未央区", "莲湖区", "雁塔区"]
CLOSES = "2024-05-20 17:00"
RANK = ("评审", "没审完的也一起评", "排名次（各类分开排）", "全部", CLOSES, "过半数")


async def ranked(here: Hall, *said: str) -> tuple[BallotRound, dict[str, str]]:
    """Four cases and two films before six experts."""
    await put_in(here, CASES)
    await put_in(here, ["碑林区", "未央区"], "video")
    await peopled(here, 6)
    return await opened(here, *said)


def in_order(fields: list[str]) -> dict[str, str]:
    """The first of each track is the best: four cases, then two films."""
    return dict(zip(fields, "123412", strict=True))


async def test_places_are_written_one_for_each_work_and_every_slip_is_told_at_once(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        round_, _ = await ranked(here, *RANK)
        path = f"{here.page('专家1')}/{round_.key}"
        page = await here.get(path)
        fields = fields_of(page)
        assert ("从 1 到 4" in page, "从 1 到 2" in page, len(fields)) == (True, True, 6)
        typed = dict(zip(fields, ("1", "1", "第5名", "", "2", "最好"), strict=True))
        await here.post(path, {**typed, "action": "review"})
        wrong = await here.get(f"{path}?review")
        assert [words in wrong for words in ("还有 1 项没有评", "有 2 项写的不是名次", "第 1 名）")] == [True] * 3
        assert [wrong.count(f'value="{place}"') for place in (1, 5, 65535)] == [2, 1, 0]
        await vote(here, "专家1", round_.key, in_order)


async def test_a_ranking_is_published_by_track_and_counted_again_and_each_finds_their_places(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        round_, shares = await ranked(here, *RANK)
        for number in range(1, 6):
            await vote(here, f"专家{number}", round_.key, in_order)
        await vote(here, "专家6", round_.key, lambda fields: dict(zip(fields, "432121", strict=True)))
        await tallied(here, round_.key, shares, f"{CLOSES}:01")
        votes = "\n".join([f"T-C{n:04d} 10" for n in range(1, 5)] + [f"T-V{n:04d} 10" for n in (1, 2)])
        await here.tell(here.people["管理员"], "评审", votes, "公布")
        bundle = json.loads(await here.get(f"/rounds/{round_.key}.json"))
        assert recount(bundle) == ()
        cases, films = bundle["places"]["case"], bundle["places"]["video"]
        # The best of four has 7 points of 7, the last 1; five experts agree and one turns all around.
        assert [Fraction(row[4]) for row in cases] == [Fraction(36 - 8 * n, 42) * 100 for n in range(4)]
        assert [Fraction(row[4]) for row in films] == [Fraction(16, 18) * 100, Fraction(8, 18) * 100]
        own = await here.get(f"{here.page('专家6')}/{round_.key}/check")
        assert [own.count(f"第 {place} 名") for place in range(1, 5)] == [2, 2, 1, 1]
        row = bundle["board"][0]
        row[2] = [row[2][0] + 1]
        assert "sum of the levels in group 1" in [difference.part for difference in recount(bundle)]


async def test_only_the_best_are_placed_where_the_plan_says_so(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        round_, shares = await ranked(here, *RANK[:3], "2", *RANK[4:])
        assert round_.opening is not None
        path = f"{here.page('专家1')}/{round_.key}"
        fields = fields_of(await here.get(path))
        await here.post(path, {fields[0]: "2", "action": "review"})
        wrong = await here.get(f"{path}?review")
        assert ("第 1 名还空着" in wrong, "每个类别至少要排出第 1 名" in wrong) == (True, True)
        for number in range(1, 6):
            await vote(here, f"专家{number}", round_.key, lambda names: {names[3]: "1", names[0]: "2", names[4]: "1"})
        await tallied(here, round_.key, shares, f"{CLOSES}:01")
        votes = "\n".join([f"T-C{n:04d} 10" for n in range(1, 5)] + [f"T-V{n:04d} 10" for n in (1, 2)])
        await here.tell(here.people["管理员"], "评审", votes, "公布")
        bundle = json.loads(await here.get(f"/rounds/{round_.key}.json"))
        assert recount(bundle) == ()
        assert [row[1] for row in bundle["places"]["case"]] == [1, 2, 3, 3]
        assert {tuple(row[2]) for row in bundle["board"]} == {(7,), (5,), (2,), (3,), (1,)}


@pytest.mark.parametrize("script", [True, False])
async def test_a_ranking_is_made_on_a_phone(tmp_path: Path, needs_chromium: str, script: bool) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here, async_playwright() as playwright:
        round_, _ = await ranked(here, *RANK)
        browser = await playwright.chromium.launch(executable_path=needs_chromium, args=FLAGS.split())
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, java_script_enabled=script
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await context.route("**/*", lambda route: served(here, route))
        await page.goto(f"{ADDRESS}{here.page('专家1')}/{round_.key}")
        places = page.get_by_label("名次")
        assert await places.count() == 6
        for field, place in enumerate("123"):
            await places.nth(field).fill(place)
        await page.get_by_role("button", name="检查并投出").tap()
        await page.wait_for_selector("text=还有 3 项没有评")
        assert await fits(page) if script else True
        for field, place in enumerate("123412"):
            await places.nth(field).fill(place)
        await page.get_by_role("button", name="检查并投出").tap()
        await page.wait_for_selector("text=请最后核对")
        assert (await page.locator("table.own td").all_inner_texts())[:2] == ["第 1 名", "第 2 名"]
        await page.get_by_role("button", name="确认投出").tap()
        await page.wait_for_selector("h1:has-text('您的选票已封存')")
        assert complaints == []
        await browser.close()


async def served(here: Hall, route: Route) -> None:
    """What the program answers to the browser, without a port."""
    request = route.request
    path = request.url.removeprefix(ADDRESS)
    headers = await request.all_headers()
    answer = await here.http.request(request.method, path, content=request.post_data_buffer, headers=headers)
    await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)


async def fits(page: Page) -> bool:
    """Nothing is wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
