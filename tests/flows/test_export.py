"""An admin exports from chat: asked how much, made outside the turn, handed over as one packed file."""

from __future__ import annotations

import hashlib
import io
import zipfile

from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.test_duty import hand_in_form
from tests.flows.variants import form_only


async def test_an_admin_gets_the_campaign_packed_and_again_only_what_changed(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("碑林区")
        await submit_case(liaison)
        xian.forget()
        await admin.all("导出", "只要表格和文档")
        await admin.news()
        [given] = [reply.attachment for reply in admin.replies if reply.attachment is not None]
        data, kind = await xian.app.attachments().make(given)
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert packed.testzip() is None
            names = sorted(packed.namelist())
            sums = dict(line.split("  ")[::-1] for line in packed.read("SHA256SUMS").decode().splitlines())
            assert {name: hashlib.sha256(packed.read(name)).hexdigest() for name in sums} == sums
        assert names == sorted([
            "00 说明.txt", "01 总表.xlsx", "02 联系人.docx", "03 公示名单.docx", "03 公示名单.xlsx",
            "CSV/准许补报.csv", "CSV/单位.csv", "CSV/名额.csv", "CSV/报送作品.csv",
            "报送作品/信用案例/碑林区/碑林区+诚信菜市场.docx", "清单.csv", "SHA256SUMS",
        ])  # fmt: skip
        assert kind == "application/zip"
        await admin.all("导出", "2")
        await admin.news()
        assert "其中 0 个是新的或有变动" in admin.text
        xian.matches("export")


async def test_duties_are_exported_with_the_annex_filled(play: Opens) -> None:
    async with play("hongze-quiz-2020", "2020-07-03 10:00") as hongze:
        admin, liaison = await hongze.admin(), await hongze.liaison("区教体局")
        await hand_in_form(liaison)
        await admin.all("导出", "1")
        await admin.news()
        [given] = [reply.attachment for reply in admin.replies if reply.attachment is not None]
        data, _ = await hongze.app.attachments().make(given)
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert sorted(name for name in packed.namelist() if name.endswith((".docx", ".xlsx"))) == [
                "01 总表.xlsx", "02 联系人.docx", "04 答题统计.xlsx",
                "05 报送参加答题人数和组织推广工作的图文资料（汇总）.docx",
                "05 报送参加答题人数和组织推广工作的图文资料（汇总）.xlsx",
                "任务/报送信用知识竞赛工作联络表/区教体局/附件4 信用知识竞赛工作联络表.docx",
            ]  # fmt: skip


async def test_only_admins_export(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        assert (await liaison.say("导出")).startswith("没有找到“导出”这一项")
