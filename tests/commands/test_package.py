"""A work is packed at a terminal as in chat, and mails are judged with exit codes that a script can use."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot import config as settings
from bot.commands.people import open_app
from documents.letter import Enclosure, read_letter, written
from rules.handed import Material
from storage.moments import Moment
from storage.registry import DEEDS
from storage.tables import people, units
from tests.commands.program import call, deployment
from tests.storage.world import NOW, submission

WORK = "张三（寿光市）+诚信菜市场+13800138000"
ANSWERS = {"contact": "张三", "phone": "13800138000", "email": "xy@example.org", "title": "诚信菜市场"}


def entered(config: Path, *, scanned: bool = True) -> None:
    """A text of weifang-2023 that is in, with or without its scan."""

    async def enter() -> None:
        async with open_app(settings.load(config), "weifang-2023") as app:

            async def whole() -> AsyncIterator[bytes]:
                yield b"%PDF-1.7 stamped"

            kept = await app.files.keep("a.pdf", whole(), 100)
            scan = (Material("scan", kept.sha256, "扫描件.b/c", kept.size), Material("scan", kept.sha256, "2.PDF", 9))
            deed = submission(
                2, 1, campaign="weifang-2023", track="text", form="text", title="诚信菜市场", prefix="WF-A",
                answers=ANSWERS, materials=scan if scanned else (),
            )  # fmt: skip
            async with app.database.write() as connection:
                await connection.execute(insert(people).values(id=1, name="王老师"))
                unit = {"id": 2, "campaign": "weifang-2023", "name": "寿光市", "klass": "county"}
                await connection.execute(insert(units).values(unit))
                await DEEDS[type(deed)](Moment(connection, NOW, app.numbers), deed)

    asyncio.run(enter())


def mail(folder: Path, *, subject: str = "寿光市+张三+13800138000", names: tuple[str, ...] = (WORK, WORK)) -> Path:
    word, scan = names
    files = [Enclosure(f"{word}.docx", b"PK\x03\x04"), Enclosure(f"{scan}（盖章扫描件）.pdf", b"%PDF")]
    path = folder / "a.eml"
    path.write_bytes(written(to="wfxyxh@126.com", subject=subject, text="您好", files=files))
    return path


def test_a_work_is_packed_into_a_folder_with_its_mail_which_passes_the_check(tmp_path: Path) -> None:
    config = deployment(tmp_path, campaigns=("xian-2024", "weifang-2023"))
    entered(config)
    done = call("package", "build", "wf-a0001", "--out", tmp_path / "out", "--config", config)
    assert (done.exit_code, "共 3 个文件" in done.output) == (0, True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{WORK}.eml", f"{WORK}.zip"]
    with zipfile.ZipFile(tmp_path / "out" / f"{WORK}.zip") as archive:
        # An ending that is none is left out: a name is never a path.
        assert archive.namelist() == [f"{WORK}.docx", f"{WORK}（盖章扫描件）", f"{WORK}（盖章扫描件）.pdf"]
    letter = read_letter((tmp_path / "out" / f"{WORK}.eml").read_bytes())
    assert (letter.subject, letter.to) == ("寿光市+张三+13800138000", ("wfxyxh@126.com",))
    checked = call("package", "check", "weifang-2023", tmp_path / "out" / f"{WORK}.eml")
    assert (checked.exit_code, checked.output.splitlines()[1:]) == (0, ["✓ 符合要求。"])


def test_what_lacks_something_or_is_not_there_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    config = deployment(tmp_path, campaigns=("weifang-2023",))
    entered(config, scanned=False)
    lacks = call("package", "build", "WF-A0001", "--out", tmp_path / "out", "--config", config)
    assert (lacks.exit_code, "缺：申报表 PDF 盖章扫描版" in lacks.output) == (1, True)
    none = call("package", "build", "WF-A0009", "--out", tmp_path / "out", "--config", config)
    assert (none.exit_code, none.output.strip()) == (1, "没有编号为“WF-A0009”的作品；配置里的活动有：weifang-2023。")
    assert list((tmp_path / "out").iterdir()) == []


def test_all_faults_of_a_mail_are_said_at_once_with_exit_code_1(tmp_path: Path) -> None:
    wrong = mail(tmp_path, subject="转发：申报材料", names=("申报表", WORK))
    done = call("package", "check", "weifang-2023", wrong)
    assert (done.exit_code, done.output.splitlines()) == (1, [
        "按“文字案例”检查，附件 2 个，主题：转发：申报材料",
        "✗ 邮件主题是“申报材料”，要求“推荐单位名称+联系人+联系电话”（《通知》十）。请逐项写全，中间用“+”连接。",
        "✗ 文件名“申报表.docx”不合要求，应为“参赛者姓名（单位名称）+作品名称+联系电话”（《通知》十）。",
        "· 邮件主题前面有“转发：”，没有计入。",
    ])  # fmt: skip


def test_a_mail_is_printed_as_json_for_programs(tmp_path: Path) -> None:
    done = call("package", "check", "weifang-2023", mail(tmp_path), "--track", "video", "--json")
    told = json.loads(done.output)
    assert (done.exit_code, told["track"], [each["key"] for each in told["findings"]]) == (
        1, "video", ["package.lacks"],
    )  # fmt: skip
    assert "缺少视频文件" in told["findings"][0]["says"]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b"PK\x03\x04"])
def test_what_is_no_mail_ends_with_exit_code_2(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    done = call("package", "check", "weifang-2023", path)
    assert (done.exit_code, done.output.startswith("这个文件不是邮件。")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hongze-quiz-2020",), "没有用邮件报送的作品"),
        (("nowhere",), "nowhere"),
        (("weifang-2023", "--track", "case"), "没有赛道“case”"),
    ],
)
def test_arguments_that_cannot_be_used_end_with_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = call("package", "check", arguments[0], mail(tmp_path), *arguments[1:])
    assert (done.exit_code, said in done.output) == (2, True)
    gone = call("package", "check", "weifang-2023", tmp_path / "none.eml")
    assert (gone.exit_code, gone.output.startswith("打不开")) == (2, True)
