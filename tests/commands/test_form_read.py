"""`./xinshi form read` prints what a Word annex says, and one clear sentence when it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.form import form_of
from bot.commands.form_read import register
from documents.fill import Blank, fill
from documents.guard import MAX_FILE
from tests.documents.paper import docx, paragraph

ROOT = Path(__file__).parents[2]
ANSWERS: dict[str, Any] = {
    "unit": "某区市场监督管理局",
    "contact": "张三",
    "phone": "029-12345678",
    "email": "zhang@example.org",
    "address": "某路1号",
    "title": "信用+餐饮“一码通管”",
    "theme": {"picked": ["行业信用监管", "政务诚信"], "other": ""},
    "highlight": "一码通管",
    "content": ["多头检查。", "一码通管。", "检查减少30%。"],
}


def run(*words: object) -> tuple[int, str, str]:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["form", "read", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    form = form_of("xian-2024", "case")
    file = tmp_path / "申报表.docx"
    file.write_bytes(fill(Blank.open(ROOT / form.blank), form, ANSWERS, code="ABCDEFGH12"))
    return file


def test_a_whole_form_is_printed_as_json(filled: Path) -> None:
    status, out, err = run("xian-2024", "case", filled)
    printed = json.loads(out)
    assert (status, err) == (0, "")
    assert list(printed) == ["answers", "missing", "faults", "notes", "code"]
    assert printed["answers"] == ANSWERS
    assert (printed["missing"], printed["faults"], printed["code"]) == ([], {}, "ABCDEFGH12")


def test_missing_and_faulty_answers_are_listed_and_the_status_says_so(filled: Path) -> None:
    form = form_of("xian-2024", "case")
    wrong = {key: value for key, value in ANSWERS.items() if key != "phone"} | {"email": "zhang@"}
    filled.write_bytes(fill(Blank.open(ROOT / form.blank), form, wrong))
    status, out, _ = run("xian-2024", "case", filled)
    printed = json.loads(out)
    assert (status, printed["missing"], list(printed["faults"])) == (1, ["phone"], ["email"])
    assert printed["faults"]["email"][0]["facts"]["label"] == "邮箱"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为"),
        (b"%PDF-1.4", "PDF"),
        (docx("")[:300], "有损坏"),
        (bytes(MAX_FILE + 1), "21 MB"),
        (docx(paragraph("一封信")), "没有找到附件1《2024年西安市优秀信用案例征集活动申报表》的表格"),
        (
            (ROOT / "templates/forms/xian-2024/video.docx").read_bytes(),
            "《2024年西安市信用应用场景优秀微视频评选推荐表》，这里要的是附件1",
        ),
        (
            (ROOT / "templates/forms/xinhua-2021/case.docx").read_bytes(),
            "附表1《第三届“新华信用杯”全国信用案例征集活动申报表》",
        ),
    ],
)
def test_what_is_not_this_form_is_refused_in_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "申报表.docx"
    file.write_bytes(content)
    status, out, err = run("xian-2024", "case", file)
    assert (status, out) == (2, "")
    assert told in err
    assert "申报表.docx" in err
    assert "Traceback" not in err


def test_an_unknown_file_campaign_or_form_is_refused_in_a_sentence(tmp_path: Path) -> None:
    absent = tmp_path / "没有.docx"
    assert run("xian-2024", "case", absent) == (
        2,
        "",
        f"打不开“{absent}”（No such file or directory）。请核对文件名和路径。\n",
    )
    assert run("nowhere", "case", absent)[0] == 2
    assert run("xian-2024", "poem", absent)[0] == 2
    assert run("xian-2024", "case", tmp_path)[0] == 2


def test_help_shows_an_example() -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert "./xinshi form read xian-2024 case" in out
