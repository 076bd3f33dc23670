"""A short campaign played from its first work to its dossier; `python -m tests.ballots.campaign` plays whole ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineWorkbook

from scheduler.dossier import TABLES
from tests.ballots.campaign import play
from tests.ballots.campaign_script import SCRIPTS, small

#: What a campaign that was judged leaves in every record of its dossier.
KEPT = (
    "初筛记录", "退回记录", "专家评审", "公众投票", "评奖结果", "报批和公示", "异议", "奖项变更", "证书登记", "发布",
    "操作记录",
)  # fmt: skip


async def test_a_campaign_is_judged_to_its_end_and_its_dossier_holds_all_of_it(tmp_path: Path) -> None:
    script = small(SCRIPTS["weifang-2023"], 3)
    done = await play(tmp_path, replace(script, works=script.works[:1]), seed=1, voters=3)
    assert done.report.wrong == []
    assert "打过电话之后还没有送到的（选票）" in done.report.text
    assert done.dossier is not None
    [tables] = done.dossier.rglob(TABLES)
    book = CalamineWorkbook.from_path(str(tables))
    rows = {name: len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names}
    assert {name: rows[name] for name in KEPT if rows[name] < 1} == {}
    assert (rows["异议"], rows["退回记录"], rows["专家评审"]) == (1, 2, 1)
    told = {name: "\n".join(line.text for line in chat.lines) for name, chat in done.chats}
    assert "这次没有获奖" not in told["奎文区联络员"] and "祝贺" in told["奎文区联络员"]
    assert {".pdf", ".zip"} <= {name.suffix for name in map(Path, done.files)}
