"""Certificates as PDF and Word say what they should, whatever is in a title; what cannot be used is refused."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from docx import Document
from PIL import Image

from documents.certificates import BadTemplate, Sheet, certificate_word, certificates_pdf
from media.fonts import SERIF, NoFont, cjk_font
from tests.house.tree import ROOT
from tools.certificate import drawn

TEMPLATES = ROOT / "templates" / "certificates"
LINK = "https://xinshi.example/certificates/WF-2023-0001?code=K3QX9PMT"
ONE = Sheet(
    "WF-2023-0001", "K3QX-9PMT", "奎文区", "拿地即开工", "一等奖（文字类）",
    "你单位报送的作品《拿地即开工》在评选中荣获",
    ("市发改委", "人民银行"), "2023年9月21日", "2023年评选", LINK,
)  # fmt: skip
LONG = "以信用承诺与容缺受理双轮驱动、打造“拿地即开工”审批新模式，" * 5
#: Signs that typst and Jinja would read if a title were taken for a template.
NASTY = "#panic() *粗* $x$ <a> @b {{ 单位 }} \\ 100%"


@pytest.fixture
def font() -> Path:
    try:
        return cjk_font(preferred=SERIF)
    except NoFont:
        pytest.skip("no font with Chinese characters")


def words(data: bytes) -> list[str]:
    """The words of each page, without white space."""
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(data)]


def read_qr(data: bytes) -> list[str]:
    picture = pypdfium2.PdfDocument(data)[0].render(scale=3).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def paragraphs(data: bytes) -> list[str]:
    document = Document(io.BytesIO(data))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [each.text for each in (*document.paragraphs, *(one for cell in cells for one in cell.paragraphs))]


def test_a_pdf_has_a_page_for_each_and_its_code_can_be_scanned(font: Path) -> None:
    two = replace(ONE, number="WF-2023-0002", title="", text="你单位荣获", award="优秀组织奖", link="")
    data = certificates_pdf([ONE, two], TEMPLATES / "certificate.typ", font)
    first, second = words(data)
    for said in (
        "获奖证书",
        "奎文区：",
        "《拿地即开工》",
        "一等奖（文字类）",
        "WF-2023-0001",
        "K3QX-9PMT",
        "市发改委",
        "2023年9月21日",
    ):
        assert said in first
    assert "《" not in second and "优秀组织奖" in second and "扫码" not in second
    assert read_qr(data) == [LINK]
    assert data == certificates_pdf([ONE, two], TEMPLATES / "certificate.typ", font), "equal input, equal bytes"


@pytest.mark.parametrize("title", [LONG, NASTY, "字" * 200])
def test_whatever_a_title_holds_stands_there_as_it_is_on_one_page(font: Path, title: str) -> None:
    one = replace(ONE, title=title, text=f"你单位报送的作品《{title}》在评选中荣获")
    [page] = words(certificates_pdf([one], TEMPLATES / "certificate.typ", font))
    assert "".join(title.split()) in page and "特发此证" in page and "2023年9月21日" in page
    assert one.text in paragraphs(certificate_word(one, TEMPLATES / "certificate.docx"))


def test_a_word_file_is_filled_and_what_is_empty_goes(tmp_path: Path) -> None:
    told = paragraphs(certificate_word(ONE, TEMPLATES / "certificate.docx"))
    assert told[:5] == [
        "获奖证书",
        "奎文区：",
        "你单位报送的作品《拿地即开工》在评选中荣获",
        "一等奖（文字类）",
        "特发此证。",
    ]
    assert "市发改委\n人民银行" in told and "证书编号：WF-2023-0001" in told
    with zipfile.ZipFile(io.BytesIO(certificate_word(ONE, TEMPLATES / "certificate.docx"))) as word:
        [picture] = [name for name in word.namelist() if name.startswith("word/media/")]
        [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(word.read(picture))).convert("L"))
    assert found.text == LINK
    bare = paragraphs(certificate_word(replace(ONE, link=""), TEMPLATES / "certificate.docx"))
    assert bare[3] == "一等奖（文字类）" and LINK not in bare


def test_placeholders_that_word_has_cut_into_runs_are_filled(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("编号 {", "{证书", "编号}}，单位{{单", "位}}。"):
        paragraph.add_run(piece)
    document.save(str(tmp_path / "own.docx"))
    assert paragraphs(certificate_word(ONE, tmp_path / "own.docx")) == ["编号 WF-2023-0001，单位奎文区。"]


def test_a_placeholder_that_nothing_fills_is_named(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{获奖人}}")
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(BadTemplate, match=r"“\{\{获奖人\}\}”，没有这一项；可用的有：证书编号"):
        certificate_word(ONE, tmp_path / "own.docx")


def test_a_template_that_would_be_fetched_for_or_does_not_compile_is_refused(font: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.typ"
    own.write_text('#import "@preview/cetz:0.2.0"\n', "utf-8")
    with pytest.raises(BadTemplate, match="引用了要从网上下载的 typst 包"):
        certificates_pdf([ONE], own, font)
    own.write_text("#let x = (\n", "utf-8")
    with pytest.raises(BadTemplate, match="排不出来"):
        certificates_pdf([ONE], own, font)
    (tmp_path / "inner").mkdir()
    shutil.move(own, tmp_path / "inner" / "own.typ")
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "inner" / "own.typ").write_text('#read("../secret.txt")\n', "utf-8")
    with pytest.raises(BadTemplate, match="排不出来"):
        certificates_pdf([ONE], tmp_path / "inner" / "own.typ", font)


def test_the_word_template_is_the_one_that_is_drawn() -> None:
    assert (TEMPLATES / "certificate.docx").read_bytes() == drawn()
