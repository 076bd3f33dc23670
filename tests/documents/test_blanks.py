"""The blanks in the repository are those of the builder, byte for byte, and print every label of their forms."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from documents.annexes import ANNEXES
from documents.blanks import build, write_blanks
from documents.fill import Blank
from documents.labels import normal
from documents.layouts import WIDTH, Boxes, Label, Layout, Opinion
from rules.forms import Form
from rules.notice import read_notice

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("layout", ANNEXES, ids=lambda layout: f"{layout.campaign}-{layout.form}")


def form_of(layout: Layout) -> Form:
    path = ROOT / "campaigns" / f"{layout.campaign}.toml"
    return read_notice(path.read_text(encoding="utf-8"), name=path.name).form(layout.form)


def kept(layout: Layout) -> Path:
    return ROOT / "templates" / "forms" / layout.campaign / f"{layout.form}.docx"


def test_what_the_builder_writes_is_what_the_repository_holds(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path): path.read_bytes() for path in write_blanks(tmp_path)}
    folder = ROOT / "templates" / "forms"
    assert written == {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.docx")}


@EVERY
def test_a_blank_is_small_and_says_nothing_about_its_maker(layout: Layout) -> None:
    data = build(layout)
    assert len(data) < 20_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(io.BytesIO(data)).core_properties
    assert (properties.author, properties.created, properties.title) == ("", None, layout.title.replace("|", ""))


@EVERY
def test_the_blank_prints_the_labels_of_the_form_in_its_order(layout: Layout) -> None:
    form = form_of(layout)
    own = [normal(field.label) for field in form.fields if field.into is None]
    assert [normal(label) for label in layout.labels] == own
    assert Blank.open(kept(layout)).missing(form) == ()
    assert (form.blank, normal(form.annex)) == (str(kept(layout).relative_to(ROOT)), normal(layout.annex))
    assert normal(form.title) == normal(layout.title.replace("|", ""))
    assert bool(layout.note) == form.provisional


@EVERY
def test_boxes_and_promises_are_those_of_the_form(layout: Layout) -> None:
    fields = {normal(field.label): field for field in form_of(layout).fields}
    for row in layout.rows:
        for label, part in zip(row.parts, row.parts[1:], strict=False):
            if not isinstance(label, Label):
                continue
            field = fields[normal(label.text.replace("|", ""))]
            if isinstance(part, Boxes):
                assert tuple(option for line in part.lines for option in line) == field.options
            if isinstance(part, Opinion):
                assert (field.kind, part.promise, part.date) == ("opinion", field.printed, field.dated)


@EVERY
def test_every_row_is_as_wide_as_the_page_text(layout: Layout) -> None:
    assert sum(layout.widths) == WIDTH
    assert {sum(part.span for part in row.parts) for row in layout.rows} == {len(layout.widths)}


def test_fonts_are_named_for_chinese_text() -> None:
    styles = Document(str(kept(ANNEXES[0]))).styles
    named = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia")) for style in styles if style.name[:2] in "附件表格"
    }
    assert (named["附件标题"], named["附件序号"], named["表格填写"]) == ("方正小标宋简体", "黑体", "仿宋_GB2312")
