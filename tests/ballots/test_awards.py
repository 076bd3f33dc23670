"""From ballots to prizes: what a real round published is what is awarded, and the public page shows it in its time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from docx import Document

from rules.looks_awards import HonoursOf
from storage.audit import Audit
from storage.awards import honours_of
from tests.ballots.hall import ADDRESS, Hall, hall
from tests.ballots.test_round import SCRUTINEERS, prepared, vote

PAGE = "/awards/xian-2024"
MEETING = "组委会 6 月 3 日会议决定"


async def counted(here: Hall) -> Any:
    """A round of experts that is published; gives the admin."""
    opened, shares = await prepared(here)
    for number in range(1, 12):
        await vote(here, f"专家{number}", number)
    here.at("2024-05-20 17:00:01")
    admin = here.people["管理员"]
    await here.tell(admin, "评审", "请监票人开票")
    for name in SCRUTINEERS[1:]:
        await here.post(f"{here.page(name)}/{opened.key}/share", {"share": shares[name]}, status=200)
    await here.tell(admin, "评审", "\n".join(f"T-C{place:04d} {place * 10}" for place in range(1, 7)))
    await admin.press("公布")
    return admin


async def test_what_a_round_published_is_awarded_and_shown_in_its_time(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        admin = await counted(here)
        places = await here.http.get(f"/rounds/{(await here.newest()).key}.json")
        best = [row[0] for row in places.json()["places"]["case"] if row[1] <= 2]
        await here.tell(admin, "评奖", "接着定", "2", MEETING, "记下这个决定", "0", "同上", "记下这个决定")
        await here.get(PAGE, status=404)
        await here.tell(admin, "报请组委会批准", "定一个公示期", "2024-05-27 24:00", MEETING, "组委会已批准")
        async with here.app.database.read() as connection:
            assert [each.entry for each in await honours_of(connection, HonoursOf("xian-2024"))] == best
        page = await here.get(PAGE)
        assert ("公示期：2024年5月20日起，到 2024年5月27日24:00" in page, page.count('scope="row"')) == (True, 2)
        await here.tell(admin, "获奖名单")
        assert f"公开网页：{ADDRESS}{PAGE}" in admin.text
        answer = await here.http.get(f"{PAGE}.docx")
        table = Document(io.BytesIO(answer.content)).tables[0]
        assert [row.cells[1].text for row in table.rows] == ["奖项", "典型案例", "典型案例"]
        here.at("2024-05-28 00:00")
        await here.tell(admin, "评奖", "确认结果", "确认结果", "评奖", "撤销一个奖项", table.rows[1].cells[2].text)
        await here.tell(admin, "材料不实，联系人 13800138000", "撤销", "按名次依次递补", MEETING, "确定")
        page = await here.get(PAGE)
        assert ("（更正）" in page, "138****8000" in page, "13800138000" in page) == (True, True, False)
        steps = [act.what.get("step") for act in await Audit(here.app.database).acts(command="award")]
        assert steps == ["refill", "withdraw", "confirm", "propose", "decide", "decide"]


async def test_no_page_is_there_for_what_is_no_campaign(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00", roster=False) as here:
        for path in ("/awards/xian-2024", "/awards/xian-2024.docx", "/awards/other", "/awards/..%2Fetc"):
            await here.get(path, status=404)
