"""`./xinshi form fill` writes the annex, and refuses everything else in one sentence and exit 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from docx import Document
from typer.testing import CliRunner

from bot.commands.form import register

ANSWERS = {"unit": "某局", "title": "信用+餐饮", "theme": {"picked": ["政务诚信"], "other": ""}}


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def run(app: typer.Typer, *arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["form", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(ANSWERS), encoding="utf-8")
    return path


def test_an_annex_is_filled_with_a_code_at_its_foot(app: typer.Typer, tmp_path: Path, answers: Path) -> None:
    out = tmp_path / "out.docx"
    code = ("--code", "7K3F9QZ2MX")
    assert run(app, "fill", "xian-2024", "case", answers, out, *code) == (0, f"已填好：{out}\n", "")
    document = Document(str(out))
    (table,) = document.tables
    assert [table.cell(row, 1).text for row in (0, 4)] == ["某局", "信用+餐饮"]
    assert document.sections[0].footer.paragraphs[0].text == "版本码 7K3F9-QZ2MX "


def test_a_form_that_belongs_to_no_track_is_filled_row_by_row(app: typer.Typer, tmp_path: Path) -> None:
    path, out = tmp_path / "a.json", tmp_path / "out.docx"
    path.write_text(json.dumps({"rows": [{"name": "张三"}, {"name": "李四"}]}), encoding="utf-8")
    assert run(app, "fill", "hongze-quiz-2020", "liaison", path, out)[0] == 0
    assert [row.cells[1].text for row in Document(str(out)).tables[0].rows] == ["姓名", "张三", "李四", "", ""]


def test_an_organisers_own_blank_is_used_instead(app: typer.Typer, tmp_path: Path, answers: Path) -> None:
    own, out = tmp_path / "own.docx", tmp_path / "out.docx"
    document = Document()
    table = document.add_table(rows=3, cols=2)
    for row, label in zip(table.rows, ("申报 单位", "案例\n题目", "案例主题"), strict=True):
        row.cells[0].text = label
    document.save(str(own))
    assert run(app, "fill", "xian-2024", "case", answers, out, "--blank", own)[0] == 0
    assert [row.cells[1].text for row in Document(str(out)).tables[0].rows] == ["某局", "信用+餐饮", "政务诚信"]


@pytest.mark.parametrize(
    ("campaign", "track", "content", "sentence"),
    [
        ("xian-2025", "case", "{}", "没有活动“xian-2025”"),
        ("../xian-2024", "case", "{}", "没有活动“../xian-2024”"),
        ("xian-2024", "text", "{}", "没有“text”这张表；有：case、video。"),
        ("xian-2024", "case", "{", "不是完好的 JSON 文件"),
        ("xian-2024", "case", "[]", "里应是 {栏目键名: 内容}"),
        ("xian-2024", "case", '{"titel": "甲"}', "表里没有这些键名：titel"),
        ("xian-2024", "case", '{"title": 3}', "“案例题目”应是一行文字，收到的是 3。"),
        ("xian-2024", "case", '{"theme": {"picked": ["别的"], "other": ""}}', "没有“别的”这个选项"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_a_sentence(
    app: typer.Typer, tmp_path: Path, campaign: str, track: str, content: str, sentence: str
) -> None:
    path, out = tmp_path / "a.json", tmp_path / "out.docx"
    path.write_text(content, encoding="utf-8")
    status, said, refused = run(app, "fill", campaign, track, path, out)
    assert (status, said, out.exists()) == (1, "", False)
    assert sentence in refused
    assert len(refused.splitlines()) == 1


def test_files_that_cannot_be_opened_are_named(app: typer.Typer, tmp_path: Path, answers: Path) -> None:
    lost = tmp_path / "lost"
    assert str(lost) in run(app, "fill", "xian-2024", "case", lost, tmp_path / "out.docx")[2]
    assert str(lost) in run(app, "fill", "xian-2024", "case", answers, lost / "out.docx")[2]
    assert "另存为 .docx" in run(app, "fill", "xian-2024", "case", answers, tmp_path / "o.docx", "--blank", answers)[2]
    assert "版本码“码”不能用" in run(app, "fill", "xian-2024", "case", answers, tmp_path / "o.docx", "--code", "码")[2]


def test_the_blanks_are_drawn_where_one_says(app: typer.Typer, tmp_path: Path) -> None:
    status, said, _ = run(app, "blanks", "--out", tmp_path / "forms")
    assert (status, len(said.splitlines())) == (0, 8)
    assert all(Path(line).is_file() for line in said.splitlines())


@pytest.mark.parametrize("command", ["fill", "blanks"])
def test_help_shows_an_example(app: typer.Typer, command: str) -> None:
    assert f"例：./xinshi form {command} " in run(app, command, "--help")[1]
