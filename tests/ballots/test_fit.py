"""奖项契合度: experts tick the prizes that a work fits; ticks weigh nothing in the ranking and settle those prizes."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import partial
from pathlib import Path

from rules.looks_awards import RankedIn
from rules.recount import recount
from storage.awards import ranked_in
from tests.ballots.hall import Hall, hall, put_in
from tests.ballots.staging import fields_of, opened, peopled, tallied, vote

CLOSES = "2024-08-20 17:00"
PLAN = ("评审", "没审完的也一起评", "评分（1–10 分）（通知的办法）", "全部计入", CLOSES, "过半数")
#: Places of ticks on a paper: behind six criteria, in the order of the notice's prizes.
IDEA, STORY = 6, 7


def filled(fields: list[str], works: list[int], ticks: dict[int, set[int]]) -> dict[str, str]:
    """The first work has 9 everywhere, the next 8, and so on; ticks by place of the work."""
    found: dict[str, str] = {}
    for place, work in enumerate(works):
        mine = [each for each in fields if each.startswith(f"m{work}.")]
        found |= dict.fromkeys(mine[:6], str(9 - place))
        found |= {f"m{work}.{tick}": "2" for tick in ticks.get(place, set())}
    return found


async def published(here: Hall) -> list[int]:
    """A round of six experts: two of them find that the third work has the best idea, four so of the second."""
    works = await put_in(here, ["远山重工", "清河数控", "绿川新材"], "video")
    await peopled(here, 6)
    round_, shares = await opened(here, *PLAN)
    for number in range(1, 7):
        ticks = {2: {IDEA}, 1: {STORY}} if number < 3 else {1: {IDEA, STORY}}
        await vote(here, f"专家{number}", round_.key, partial(filled, works=works, ticks=ticks))
    await tallied(here, round_.key, shares, f"{CLOSES}:01")
    await here.tell(here.people["管理员"], "评审", "公布")
    return works


async def test_ticks_settle_the_prizes_for_a_strength_and_weigh_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path, "industry-2024", "2024-08-10 09:00") as here:
        works = await published(here)
        async with here.app.database.read() as connection:
            ranked = await ranked_in(connection, RankedIn("industry-2024"))
        assert [(each.entry, each.rank) for each in ranked] == [(work, n) for n, work in enumerate(works, 1)]
        assert [dict(each.fit) for each in ranked] == [
            {}, {"idea": Fraction(200, 3), "story": Fraction(100)}, {"idea": Fraction(100, 3)},
        ]  # fmt: skip
        admin = here.people["管理员"]
        await here.tell(admin, "评奖", "接着定", "可以兼得", "会议决定", "记下这个决定")
        assert "T-V0002 短视频第 2 件（66.67 % 的专家认为合适，总分第 2 名）" in admin.text
        await here.tell(admin, "1", "同上", "记下这个决定")
        assert "最佳故事奖评几名" in admin.text.replace("\x02", "").replace("\x03", ""), "no scores are asked for"


async def test_a_paper_with_ticks_is_counted_again_and_a_tick_is_two_at_most(tmp_path: Path) -> None:
    async with hall(tmp_path, "industry-2024", "2024-08-10 09:00") as here:
        await published(here)
        key = (await here.newest()).key
        page = await here.get(f"{here.page('专家1')}/{key}/check")
        assert "最佳创意奖" in page and "最佳剪辑奖" not in page
        bundle = json.loads(await here.get(f"/rounds/{key}.json"))
        assert recount(bundle) == ()
        assert bundle["opening"]["rule"]["criteria"][6:] == ["0"] * 5
        bundle["board"][0][2][IDEA] = 3
        changed = [each.part for each in recount(bundle)]
        bundle["board"][0][2][IDEA] = 2
        assert set(changed) - {each.part for each in recount(bundle)} == {"board"}


async def test_a_paper_without_a_script_asks_for_ticks_under_every_work(tmp_path: Path) -> None:
    async with hall(tmp_path, "industry-2024", "2024-08-10 09:00") as here:
        works = await put_in(here, ["远山重工", "清河数控"], "video")
        await peopled(here, 3)
        round_, _ = await opened(here, *PLAN)
        path = f"{here.page('专家1')}/{round_.key}"
        page = await here.get(path)
        assert (page.count("最佳创意奖"), page.count('type="checkbox"')) == (2, 10)
        fields = fields_of(page)
        await here.post(path, {**filled(fields, works, {0: {IDEA}}), "action": "review"})
        review = await here.get(f"{path}?review")
        assert review.count("最佳创意奖") == 1 and "9 · 9 · 9 · 9 · 9 · 9" in review
        await here.post(path, {f"m{works[0]}.{IDEA}": "2", "action": "review"})
        wrong = await here.get(f"{path}?review")
        assert "还有 2 项没有评" in wrong and wrong.count(" checked") == 1
        assert "没有要您投票的" not in await here.tell(here.people["专家1"], "选票")
        assert "按钮投票" not in here.people["专家1"].choices
