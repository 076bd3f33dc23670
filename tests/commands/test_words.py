"""`./xinshi words` gives Word's figure for a text or a .docx and refuses everything else in one clear sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import typer
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from typer.testing import CliRunner

from bot.commands.words import register


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def run(app: typer.Typer, file: object, *, stdin: bytes = b"") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(file)], input=stdin)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_counted_in_any_usual_encoding(app: typer.Typer, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("信用App2.0版，好\n第二段".encode(encoding))
    assert run(app, file) == (0, "9\n", "")


def test_standard_input_is_counted(app: typer.Typer) -> None:
    assert run(app, "-", stdin="信用App2.0版".encode()) == (0, "4\n", "")


def test_a_word_file_counts_tables_and_insertions_but_no_deletion_or_hidden_text(
    app: typer.Typer, tmp_path: Path
) -> None:
    document = Document()
    paragraph = document.add_paragraph("信用App")
    paragraph.add_run("2.0版")
    paragraph.add_run("看不见").font.hidden = True
    space = nsdecls("w")
    paragraph._p.append(parse_xml(f'<w:ins {space} w:id="1" w:author="x"><w:r><w:t>新增</w:t></w:r></w:ins>'))
    paragraph._p.append(
        parse_xml(f'<w:del {space} w:id="2" w:author="x"><w:r><w:delText>删去</w:delText></w:r></w:del>')
    )
    document.add_table(1, 1).cell(0, 0).text = "表里\n两段"
    document.sections[0].footer.paragraphs[0].text = "页脚不计"
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert run(app, file) == (0, "10\n", "")
    assert run(app, "-", stdin=file.read_bytes()) == (0, "10\n", "")


def test_what_cannot_be_counted_is_refused_with_a_way_out(app: typer.Typer, tmp_path: Path) -> None:
    files = {
        "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "“old.doc”是旧格式的 Word 或 WPS 文件，无法统计。"),
        "fake.docx": (b"hello", "“fake.docx”不是完好的 Word（.docx）文件。"),
        "film.mp4": (b"\x00\x00\x00\x18ftypmp42\xff\xff", "“film.mp4”不是文本文件，无法统计。"),
    }
    for name, (content, sentence) in files.items():
        (tmp_path / name).write_bytes(content)
        code, out, err = run(app, tmp_path / name)
        assert (code, out, err.split("请")[0].split("可以")[0].strip()) == (1, "", sentence)
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("mimetype", "x")
    assert run(app, tmp_path / "other.docx")[:2] == (1, "")
    code, out, err = run(app, tmp_path / "none.txt")
    assert (code, out, err.startswith("打不开“")) == (1, "", True)


def test_an_exploding_part_is_not_opened(app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.words.LARGEST_PART", 1000)
    with zipfile.ZipFile(tmp_path / "big.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<a>" + "0" * 2000 + "</a>")
    code, out, err = run(app, tmp_path / "big.docx")
    assert (code, out, "没有打开" in err) == (1, "", True)
