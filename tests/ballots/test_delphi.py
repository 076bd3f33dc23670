"""Between two rounds: experts' remarks belong to nobody, are retyped and gone; medians stand on the next paper."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import select

from storage.audit import Audit
from storage.tables_judging import remark_drafts, remarks
from tests.ballots.hall import Hall, hall, put_in
from tests.ballots.staging import Fills, opened, peopled, tallied, vote
from tests.ballots.test_several import ALONG, UNITS, two_rounds
from tests.bot.test_ballots import written
from tests.flows.variants import opened_as

WROTE, TOO = "数据口径不一致，建议核实第三部分。", "流程图画得好，值得推广。"
SCORES = ("评分（1–10 分）", "全部计入")
CLOSES = "2024-05-12 17:00"


def levelled(levels: dict[int, str]) -> Fills:
    """These levels, on whatever a paper asks for."""
    return lambda names: {name: levels[int(name[1:-2])] for name in names}


async def write(here: Hall, name: str, key: str, entry: int, text: str, *, status: int = 303) -> str:
    return await here.post(f"{here.page(name)}/{key}/remarks", {f"r{entry}": text}, status=status)


async def kept(here: Hall) -> tuple[int, int]:
    """Rows that say whose remarks are, and rows of nobody."""
    async with here.app.database.read() as connection:
        return (
            len((await connection.execute(select(remark_drafts))).all()),
            len((await connection.execute(select(remarks))).all()),
        )


async def test_medians_and_retyped_remarks_stand_on_the_next_paper_and_originals_are_gone(tmp_path: Path) -> None:
    with opened_as(two_rounds):
        async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
            works = await put_in(here, UNITS)
            await peopled(here, 6)
            for name in ("专家3", "专家4"):  # so that the first work has four marks, which is too few to be shown
                await here.people[name].say("回避")
                await here.people[name].say("T-C0001")
            round_, shares = await opened(here, "评审", "初评", ALONG, *SCORES, CLOSES, "过半数", label="初评")
            too_long = await write(here, "专家1", round_.key, works[1], "长" * 301, status=422)
            assert ("最长 301 字" in too_long, "长" * 301 in too_long) == (True, True)
            assert "saved" in await write(here, "专家1", round_.key, works[1], WROTE)
            assert WROTE in await here.get(f"{here.page('专家1')}/{round_.key}/remarks?saved")
            path = f"{here.page('专家5')}/{round_.key}"
            first = await here.get(path)
            on = await here.post(path, {f"m{works[0]}.0": "7", "action": "remarks"})
            assert (on, "已评 1/4" in await here.get(path)) == (f"{path}/remarks", True)
            for number in range(1, 7):
                levels = {works[0]: "5", works[1]: str(number), works[2]: "8", works[3]: "10"}
                await vote(here, f"专家{number}", round_.key, levelled(levels))
            assert "写给各位专家的意见" in await here.get(f"{here.page('专家2')}/{round_.key}")
            assert "写给各位专家的意见" in first
            await write(here, "专家2", round_.key, works[1], TOO)
            await write(here, "专家2", round_.key, works[1], f"{TOO}也要看成本。")
            assert await kept(here) == (2, 0)
            await tallied(here, round_.key, shares, f"{CLOSES}:01", label="初评")
            await here.get(f"{here.page('专家2')}/{round_.key}/remarks", status=410)
            assert await kept(here) == (0, 2)
            await here.get(f"{here.page('专家1')}/{round_.key}/retype", status=410)
            admin = here.people["管理员"]
            await here.tell(admin, "评审", "初评", "公布", "评审", "初评")
            assert "有 2 条专家意见" in admin.text.replace("\x02", "").replace("\x03", "")
            assert "请整理意见" in await here.get(here.page("管理员"))
            await retyped(here, round_.key)
            page = await again(here, round_.key)
            bundle = json.loads(await here.get(f"/rounds/{round_.key}.json"))
            assert bundle["withheld"] == [works[0]]
            found = re.findall(r'class="before">([^<]+)<', page)
            assert found == [
                "上一轮：中位数 3.5，中间一半在 2 到 5 之间", "上一轮：中位数 8，中间一半都是 8",
                "上一轮：中位数 10，中间一半都是 10",
            ]  # fmt: skip
            assert ("请核对数据口径。" in page, WROTE in page, TOO in page) == (True, False, False)
            steps = [act.what for act in await Audit(here.app.database).acts(command="ballot")]
            counts = {"key": round_.key, "used": 1, "left_out": 1}
            assert [step for step in steps if step.get("step") in ("remarks", "retype")] == [
                {"step": "remarks", **counts},  # the second release, which was declined
                {"step": "remarks", **counts},
                {"step": "retype", **counts},  # without the tick
                {"step": "retype", **counts},
            ]
            assert {"step": "destroy", "key": round_.key, "purpose": "remarks"} in steps
    found_in = written(tmp_path)
    assert [text.encode() in found_in for text in (WROTE, TOO)] == [False, False]


async def retyped(here: Hall, key: str) -> None:
    """The admin keeps words for one of the two, looks again, and releases."""
    path = f"{here.page('管理员')}/{key}/retype"
    page = await here.get(path)
    assert (WROTE in page, f"{TOO}也要看成本。" in page) == (True, True)
    codes = re.findall(r'name="w([0-9A-Z]{16})"', page)
    first = codes[0] if page.index(WROTE) < page.index(TOO) else codes[1]
    words = {f"w{code}": "请核对数据口径。" if code == first else "" for code in codes}
    assert await here.post(path, {**words, "action": "keep"}) == f"{path}?saved"
    assert "请核对数据口径。</textarea>" in await here.get(path)
    assert await here.post(path, {**words, "action": "release"}) == f"{path}?unsure"
    assert "请先勾选" in await here.get(f"{path}?unsure")
    words["sure"] = "yes"
    assert "采用 1 条，不采用 1 条" in await here.post(path, {**words, "action": "release"}, status=200)
    assert not here.app.ballots.office._drawer.has(key, "remarks")
    assert "已经删除" in await here.get(path, status=410)
    assert "不能再改" in await here.post(path, {**words, "action": "release"}, status=409)


async def again(here: Hall, before: str) -> str:
    """The same round once more: an expert's paper in it."""
    said = ("评审", "初评", "再投一轮", ALONG, *SCORES, "2024-05-14 17:00", "过半数")
    round_, _ = await opened(here, *said, label="初评")
    assert round_.opening is not None
    assert (round_.opening.rule["after"], round_.purpose) == (before, "again")
    return await here.get(f"{here.page('专家1')}/{round_.key}")
