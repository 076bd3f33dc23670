"""The closing dossier: what it holds, what it masks, that it says what there is not, and that it is never half."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select

from bot.app import ROOT
from bot.certificates import checks
from bot.wording import house_wording
from rules.certificates import issuing
from rules.deeds_publication import IssueCertificates
from rules.notice import Notice
from scheduler.dossier import INDEX, TABLES, Archivist, Closed
from scheduler.export_folder import Folder, NotOurs
from storage.tables import entries
from storage.tables_materials import materials
from tests.flows.conftest import Opens, Play
from tests.flows.filling import submit_case
from tests.flows.honouring import give
from tests.flows.test_publication import certified


def archivist(play: Play) -> Archivist:
    """Who makes dossiers of this play."""
    app = play.app
    return Archivist(
        app.database, app.made, app.notices, app.house.duties, house_wording(), root=ROOT, clock=play.clock,
        check=checks(b"k" * 32, "https://xinshi.example"),
    )  # fmt: skip


async def close(play: Play, out: Path, *, full: bool = False) -> Closed:
    return await archivist(play).close(play.campaign, out, full=full, about="要点")


def said(path: Path) -> dict[str, str]:
    """The index: part → what is said of it."""
    [table] = Document(str(path / INDEX)).tables
    return {row.cells[1].text: row.cells[3].text for row in table.rows}


def held(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def cells(folder: Path) -> str:
    """Every cell of the workbook, and every word of every Word file, as one text."""
    book = CalamineWorkbook.from_path(str(folder / TABLES))
    found = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    for path in folder.rglob("*.docx"):
        with zipfile.ZipFile(path) as word:
            found.append(word.read("word/document.xml").decode())
    return "\n".join(found)


def shown(folder: Path) -> list[str]:
    """What stands beside each other where dossiers are made."""
    return sorted(path.name for path in folder.iterdir() if "档案" in path.name or path.name.startswith(".未"))


async def over(play: Play) -> None:
    """A campaign with a work, its prize and its certificate."""
    admin = await play.admin()
    await submit_case(await play.liaison("碑林区"))
    await give(play.app.database, play.campaign, "XA-A0001", prize="case", label="典型案例")
    await admin.all("发布结果", "发布并通知")


async def test_a_masked_dossier_holds_everything_but_names_and_numbers(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await over(xian)
        done = await close(xian, tmp_path)
        assert done.folder.name == "2024年度典型案例及优秀短视频征集 结项档案" and done.gone == ()
        assert held(done.folder) == [
            ".xinshi-export", "00 目录.docx", "01 总表.xlsx",
            "02 报送作品/信用案例/碑林区/碑林区+诚信菜市场.docx", "04 获奖名单.docx", "05 通知/通知要点.txt",
            "SHA256SUMS",
        ]  # fmt: skip
        index = said(done.folder)
        assert index["申报表"] == "1 份，联系方式已遮盖"
        assert index["专家投票"] == "没有：没有在本系统里举行专家投票"
        assert index["初步筛选记录"] == "没有：没有在本系统里初筛"
        assert index["证书登记"] == "1 张" and index["获奖名单"] == "1 项"
        assert index["结果发布"] == "已通知 1 家单位；发布渠道 3 个，已发布 0 个"
        assert index["操作记录"].startswith("本活动 3 条。全部记录 3 条逐条核对：完好，最后的校验值 ")
        assert "2026年7月1日 起可以清除" in index["保存期限"]
        text = cells(done.folder)
        assert "张三" not in text and "86780000" not in text and "zhang@163.com" not in text
        assert "张*" in text and "029-****0000" in text and "z***@163.com" in text
        assert "诚信菜市场" in text and "XA-2024-0001" in text


async def test_a_full_dossier_shows_them(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await over(xian)
        done = await close(xian, tmp_path, full=True)
        text = cells(done.folder)
        assert "张三" in text and "029-86780000" in text and done.folder.name.endswith("（完整）")


async def hand_in_scans(play: Play) -> None:
    """Two scans with the work: one that is kept, and one that is gone."""

    async def whole() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7 stamped"

    kept = await play.app.files.keep("扫描件.pdf", whole(), 100)
    async with play.app.database.write() as connection:
        entry = (await connection.execute(select(entries.c.id, entries.c.version))).one()
        for place, (sha256, name) in enumerate(((kept.sha256, "盖章.pdf"), ("ab" * 32, "没了.pdf"))):
            await connection.execute(insert(materials).values(
                entry=entry.id, version=entry.version, key="scan", place=place, sha256=sha256, name=name, size=16,
            ))  # fmt: skip


async def test_files_lie_in_a_full_dossier_and_are_listed_in_a_masked_one(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await over(xian)
        await hand_in_scans(xian)
        full = await close(xian, tmp_path, full=True)
        scan = "02 报送作品/信用案例/碑林区/碑林区+诚信菜市场（盖章扫描件）.pdf"
        assert (full.folder / scan).read_bytes() == b"%PDF-1.7 stamped"
        assert full.gone == ("02 报送作品/信用案例/碑林区/碑林区+诚信菜市场（盖章扫描件） (2).pdf",)
        assert said(full.folder)["扫描件、视频和图片"] == "2 个，1 种原件在档案里；有 1 个在库里找不到了"
        book = CalamineWorkbook.from_path(str(full.folder / TABLES))
        listed = book.get_sheet_by_name("文件清单").to_python()[1:]
        assert [row[-1] for row in listed] == [scan, "不在，见原件库"]
        masked = await close(xian, tmp_path)
        assert masked.gone == () and not [path for path in held(masked.folder) if path.endswith(".pdf")]
        assert said(masked.folder)["扫描件、视频和图片"] == "2 个，遮盖版不含原件，清单里有名称和 SHA-256"
        assert "ab" * 32 in cells(masked.folder)


async def test_a_person_who_entered_is_there_with_the_family_name_alone(play: Opens, tmp_path: Path) -> None:
    def alone(notice: Notice) -> Notice:
        """Districts sign instead of stamping, as persons do."""
        found = certified(notice)
        return replace(found, classes=tuple(replace(each, seals=each.key != "district") for each in found.classes))

    async with play("xian-2024", "2024-04-20 10:00", alone) as xian:
        await over(xian)
        masked, full = await close(xian, tmp_path), await close(xian, tmp_path, full=True)
        assert "碑林区" not in cells(masked.folder) and "碑林区" in cells(full.folder)
        assert [path for path in held(masked.folder) if "碑林区" in path] == []
        assert "碑**" in cells(masked.folder)


async def test_the_packed_one_is_the_folder_and_its_sums_fit(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await over(xian)
        done = await close(xian, tmp_path)
        assert done.packed is not None
        with zipfile.ZipFile(io.BytesIO(done.packed.read_bytes())) as packed:
            sums = dict(line.split("  ")[::-1] for line in packed.read("SHA256SUMS").decode().splitlines())
            assert {name: hashlib.sha256(packed.read(name)).hexdigest() for name in sums} == sums
            assert len(sums) == done.files == 5


async def test_a_run_that_breaks_leaves_the_old_one_and_the_next_goes_on(
    play: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await over(xian)
        before = await close(xian, tmp_path)
        old = (before.folder / TABLES).read_bytes()
        await submit_case(await xian.liaison("莲湖区"), "另一个案例")
        put = Folder.put

        def broken(folder: Folder, path: str, data: bytes) -> None:
            if path == TABLES:
                raise OSError(28, "No space left on device")
            put(folder, path, data)

        with monkeypatch.context() as patch:
            patch.setattr(Folder, "put", broken)
            with pytest.raises(OSError, match="No space"):
                await close(xian, tmp_path)
        assert (before.folder / TABLES).read_bytes() == old
        assert "另一个案例" not in cells(before.folder)
        stray = tmp_path / ".未完成-xian-2024-masked" / "02 报送作品" / "谁的.docx"
        stray.write_bytes(b"left by an earlier run")
        after = await close(xian, tmp_path)
        assert "另一个案例" in cells(after.folder) and not (after.folder / "02 报送作品/谁的.docx").exists()
        assert shown(tmp_path) == [after.folder.name, f"{after.folder.name}.zip"]


async def test_what_is_no_dossier_is_not_replaced(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        place = tmp_path / "2024年度典型案例及优秀短视频征集 结项档案"
        place.mkdir()
        (place / "mine.txt").write_text("x")
        with pytest.raises(NotOurs):
            await close(xian, tmp_path)
        assert (place / "mine.txt").read_text() == "x"


async def test_a_certificate_that_was_numbered_stands_in_it_with_its_check_code(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        await submit_case(await xian.liaison("碑林区"))
        await give(xian.app.database, xian.campaign, "XA-A0001", prize="case", label="典型案例")
        async with xian.app.turns.open() as turns:
            issued = await turns.perform(IssueCertificates(xian.campaign, issuing(xian.notice), by=0), xian.clock.now())
        assert (issued.fresh, issued.total) == (1, 1)
        text = cells((await close(xian, tmp_path)).folder)
        assert f"{checks(b'k' * 32, '')('XA-2024-0001').code[:4]}-" in text
