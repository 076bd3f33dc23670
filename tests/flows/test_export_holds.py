"""What an export holds: nothing personal in the list for the public, pictures of reports, and missing files named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from docx import Document
from python_calamine import CalamineWorkbook

from bot.app import ROOT
from bot.wording import house_wording
from scheduler.exporting import Exported, Exporter
from tests.flows.conftest import Opens, Play
from tests.flows.filling import submit_case
from tests.flows.test_duty import report_event


async def export(play: Play, into: Path) -> Exported:
    app = play.app
    exporter = Exporter(
        app.database, app.made, app.notices, app.house.duties, house_wording(), root=ROOT, numbers=app.numbers,
        clock=app.clock,
    )  # fmt: skip
    return await exporter.export(play.campaign, into)


def texts(path: Path) -> str:
    """Everything that an Office file says."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as parts:
        return "".join(
            parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith(".xml")
        )


async def test_the_list_for_the_public_names_no_person_and_no_number(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        await submit_case(await xian.liaison("碑林区"), "诚信菜市场")
        await submit_case(await xian.liaison("雁塔区", "赵老师"), "请拨 13800138000")
        out = tmp_path / "out"
        await export(xian, out)
        public = CalamineWorkbook.from_path(out / "03 公示名单.xlsx").get_sheet_by_index(0).to_python()
        assert public == [
            ["序号", "类别", "题目", "单位", "联系人", "联系电话"],
            [1.0, "信用案例", "诚信菜市场", "碑林区", "张*", "029-****0000"],
            [2.0, "信用案例", "请拨 138****8000", "雁塔区", "张*", "029-****0000"],
        ]
        [table] = Document(str(out / "03 公示名单.docx")).tables
        assert [cell.text for cell in table.rows[0].cells] == ["序号", "类别", "题目", "单位"]
        for name in ("03 公示名单.docx", "03 公示名单.xlsx"):
            assert [each for each in ("张三", "86780000", "13800138000", "王老师") if each in texts(out / name)] == []
        assert "029-86780000" in texts(out / "01 总表.xlsx")


async def test_a_withdrawn_work_has_a_row_and_no_file(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await submit_case(liaison)
        assert (await export(xian, tmp_path / "out")).written.removed == []
        await liaison.all("我的报送", "1", "撤回", "确认撤回")
        done = await export(xian, tmp_path / "out")
        assert done.written.removed == ["报送作品/信用案例/碑林区/碑林区+诚信菜市场.docx"]
        rows = CalamineWorkbook.from_path(tmp_path / "out" / "01 总表.xlsx").get_sheet_by_name("报送作品").to_python()
        assert [row[5] for row in rows[1:]] == ["已撤回"]


async def test_pictures_of_reports_lie_beside_their_text_and_one_that_is_gone_is_named(
    play: Opens, tmp_path: Path
) -> None:
    async with play("hongze-quiz-2020", "2020-07-09 10:00") as hongze:
        liaison = await hongze.liaison("古堰景区管委会")
        await report_event(liaison, "7月8日", "160")
        await liaison.say("没有问题")
        done, out = await export(hongze, tmp_path / "out"), tmp_path / "out"
        folder = out / "任务/组织诚信专题宣传活动/古堰景区管委会"
        assert sorted(path.name for path in folder.iterdir()) == ["情况 2020-07-08.txt", "现场.jpg"]
        said = (folder / "情况 2020-07-08.txt").read_text("utf-8-sig").splitlines()
        assert said == ["日期：2020-07-08", "参加人数：160", "在广场设了展板，挂了标语。"]
        assert done.gone == ()
        [stored] = [path for path in (hongze.app.made.folder.parent / "files").rglob("*") if path.is_file()]
        stored.unlink()
        again = await export(hongze, tmp_path / "again")
        assert again.gone == ("任务/组织诚信专题宣传活动/古堰景区管委会/现场.jpg",)
        assert (tmp_path / "again" / "SHA256SUMS").read_text().count("现场.jpg") == 0
