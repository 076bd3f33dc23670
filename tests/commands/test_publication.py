"""`./xinshi certificates` and `./xinshi dossier`: what they write and what they say."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert

from media.fonts import NoFont
from storage.database import Database, sqlite_url
from storage.tables import units
from storage.tables_awards import honours
from tests.commands.program import call, deployment


def weifang(folder: Path, *, prizes: int = 2) -> Path:
    """A deployment of weifang-2023 with its roster and some final prizes of units."""
    config = deployment(folder, campaigns=["weifang-2023", "xian-2024"])
    call("roster", "import", "weifang-2023", Path("campaigns/weifang-2023.roster.csv"), "--config", config)

    async def give() -> None:
        database = Database.open(sqlite_url(folder / "data"))
        async with database.write() as connection:
            unit = (await connection.execute(units.select().where(units.c.name == "奎文区"))).one().id
            for place in range(prizes):
                await connection.execute(insert(honours).values(
                    id=place + 1, campaign="weifang-2023", prize="first", label="一等奖（文字类）", unit=unit,
                    track="text", state="final",
                ))  # fmt: skip
        await database.close()

    asyncio.run(give())
    return config


def held(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_certificates_are_numbered_written_and_on_a_second_run_left(tmp_path: Path) -> None:
    config, out = weifang(tmp_path), tmp_path / "证书"
    first = call("certificates", "weifang-2023", "--out", out, "--config", config)
    names = [f"WF-2023-000{n} 奎文区 一等奖（文字类）" for n in (1, 2)]
    if first.exit_code:
        assert "没有做 PDF，只有 Word。这台机器上没有找到中文字体" in first.stderr
        pytest.skip("no font with Chinese characters")
    assert first.stdout == f"新编号 2 张，共 2 张证书，放在“{out}”：新的或有变动 5 个文件，没有变 0 个，移除 0 个。\n"
    assert held(out) == sorted([
        ".xinshi-export", *(f"PDF/{name}.pdf" for name in names), "SHA256SUMS",
        *(f"Word/{name}.docx" for name in names), "证书登记表.xlsx",
    ])  # fmt: skip
    again = call("certificates", "weifang-2023", "--out", out, "--config", config)
    assert again.stdout == f"新编号 0 张，共 2 张证书，放在“{out}”：新的或有变动 0 个文件，没有变 5 个，移除 0 个。\n"


def test_without_a_font_word_is_written_and_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(**_: object) -> Path:
        raise NoFont("这台机器上没有找到中文字体。请安装 fonts-noto-cjk。")

    monkeypatch.setattr("scheduler.certifying.cjk_font", none)
    config, out = weifang(tmp_path, prizes=1), tmp_path / "证书"
    said = call("certificates", "weifang-2023", "--out", out, "--config", config)
    assert (said.exit_code, said.stderr) == (
        1, "没有做 PDF，只有 Word。这台机器上没有找到中文字体。请安装 fonts-noto-cjk。\n",
    )  # fmt: skip
    assert "Word/WF-2023-0001 奎文区 一等奖（文字类）.docx" in held(out)


def test_where_there_is_nothing_to_certify_it_is_said(tmp_path: Path) -> None:
    config = deployment(tmp_path, campaigns=["weifang-2023", "xian-2024"])
    said = call("certificates", "weifang-2023", "--out", tmp_path / "a", "--config", config)
    assert (said.exit_code, said.stderr) == (1, "还没有最后确定的奖项，没有证书可做。请先完成评奖和公示。\n")
    said = call("certificates", "xian-2024", "--out", tmp_path / "a", "--config", config)
    assert said.exit_code == 1 and "certificate = true" in said.stderr
    assert not (tmp_path / "a").exists()


def test_a_dossier_is_made_and_a_full_one_stands_in_the_audit_log(tmp_path: Path) -> None:
    config, out = weifang(tmp_path), tmp_path / "archive"
    out.mkdir()
    said = call("dossier", "weifang-2023", "--out", out, "--config", config)
    place = out / "2023年信用典型案例评选 结项档案"
    assert (said.exit_code, said.stdout) == (
        0,
        f"结项档案（遮盖版）在“{place}”，共 4 个文件，先看“00 目录.docx”。\n压缩包：“{place}.zip”\n",
    )
    assert held(place) == [
        ".xinshi-export", "00 目录.docx", "01 总表.xlsx", "04 获奖名单.docx", "05 通知/通知要点.txt", "SHA256SUMS",
    ]  # fmt: skip
    full = call("dossier", "weifang-2023", "--out", out, "--full", "--folder", "--config", config)
    assert full.stdout == f"结项档案（完整版）在“{place}（完整）”，共 4 个文件，先看“00 目录.docx”。\n"
    log = call("audit", "list", "--command", "dossier", "--config", config).stdout.splitlines()
    assert [line.split("\t")[3:6] for line in log] == [
        ["（命令行或程序）", "结项档案", "full=True"], ["（命令行或程序）", "结项档案", ""],
    ]  # fmt: skip


def test_a_place_that_holds_something_else_is_left(tmp_path: Path) -> None:
    config, out = weifang(tmp_path), tmp_path / "archive"
    (out / "2023年信用典型案例评选 结项档案").mkdir(parents=True)
    said = call("dossier", "weifang-2023", "--out", out, "--config", config)
    assert (said.exit_code, "没有动它。请换一个目录" in said.stderr) == (1, True)
