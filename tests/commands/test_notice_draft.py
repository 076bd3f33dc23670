"""`notice draft` writes a first campaign file and says what is left; nothing is overwritten or opened blindly."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.commands.notice import register
from bot.commands.notice_draft import MAX_TEXT
from tests.drafting.words import NOTICES, word_file


def _run(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["notice", "draft", *map(str, words)])


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "通知.txt"
    file.write_bytes((NOTICES / "anju.txt").read_text("utf-8").encode("gb18030"))
    return file


def test_a_word_file_becomes_a_campaign_file(tmp_path: Path) -> None:
    file, out = tmp_path / "通知.docx", tmp_path / "lanhe-2025.toml"
    file.write_bytes(word_file((NOTICES / "lanhe.docx.txt").read_text("utf-8")))
    result = _run(file, "-o", out)
    assert result.exit_code == 0
    assert tomllib.loads(out.read_text("utf-8"))["title"].startswith("2025年“信润澜河”")
    assert "notice check：没有问题" in result.stdout
    assert "  1. " in result.stdout


def test_annexes_of_their_own_are_read(tmp_path: Path) -> None:
    whole = (NOTICES / "lanhe.docx.txt").read_text("utf-8")
    notice, case, video = whole.split("@break\n")
    for name, part in (("通知", notice), ("附件1", case), ("附件2", video)):
        (tmp_path / f"{name}.docx").write_bytes(word_file(part))
    result = _run(tmp_path / "通知.docx", tmp_path / "附件1.docx", tmp_path / "附件2.docx")
    forms = tomllib.loads(result.stdout)["form"]
    assert [form["title"] for form in forms] == ["优秀信用案例申报表", "微视频作品申报表"]


def test_without_a_place_it_is_printed(text: Path) -> None:
    result = _run(text)
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["reference"] == "云工办发〔2026〕3号"


def test_what_is_still_to_fill_is_told_with_its_line(tmp_path: Path) -> None:
    file, out = tmp_path / "通知.txt", tmp_path / "x.toml"
    file.write_text("关于征集短视频作品的通知\n各县区：\n一、作品要求\n短视频作品须为原创，格式为MP4。", "utf-8")
    result = _run(file, "-o", out)
    assert result.exit_code == 0
    assert "notice check 还有" in result.stdout
    assert "缺少“closes”" in result.stdout


def test_nothing_is_overwritten(tmp_path: Path, text: Path) -> None:
    out = tmp_path / "x.toml"
    out.write_text("mine", "utf-8")
    result = _run(text, "-o", out)
    assert result.exit_code == 1
    assert "没有覆盖" in result.stderr
    assert out.read_text("utf-8") == "mine"
    assert _run(text, "-o", tmp_path / "x.txt").exit_code == 1


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.txt", b"\0\1\2" * 100, "不是文本文件"),
        ("a.txt", b"a" * (MAX_TEXT + 1), "不像一份通知"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".docx"),
        ("a.docx", b"PK\x03\x04broken", ""),
    ],
)
def test_strange_files_are_refused_in_a_sentence(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    result = _run(file)
    assert result.exit_code == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr
