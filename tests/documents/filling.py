"""What tests of filling share: forms and blanks as small as can be, and what a filled file says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from documents.fill import Blank, fill
from documents.grid import read_grids
from documents.ooxml import Element, text_of
from rules.forms import Field, Form, Kind, Rows
from rules.notice import read_notice
from tests.documents.paper import docx

ROOT = Path(__file__).parents[2]


def field(key: str, label: str, kind: Kind = "line", **more: Any) -> Field:
    """A field of a form for a test."""
    return Field(key=key, label=label, kind=kind, clause="附件1", **more)


def form(*fields: Field, rows: Rows | None = None) -> Form:
    """A form of these fields."""
    return Form(key="case", title="表", annex="附件1", blank="b.docx", clause="附件1", fields=fields, rows=rows)


def kept(campaign: str, key: str) -> tuple[Form, Blank]:
    """A form of a campaign and the blank in the repository."""
    name = f"{campaign}.toml"
    found = read_notice((ROOT / "campaigns" / name).read_text(encoding="utf-8"), name=name).form(key)
    return found, Blank.open(ROOT / found.blank)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a sound archive by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def root(data: bytes) -> Element:
    """The root of the document part."""
    return etree.fromstring(parts(data)["word/document.xml"])


def cells(data: bytes) -> dict[str, Element]:
    """Label -> the cell to its right, over all tables."""
    found = {}
    for grid in read_grids(root(data)):
        for label in grid.cells:
            value = grid.at(label.row, label.col + label.cols)
            if value is not None:
                found["".join(label.text.split())] = value.element
    return found


def said(data: bytes, label: str) -> str:
    """The text of the cell to the right of a label."""
    return text_of(cells(data)[label], nested=True)


def filled(body: str, wanted: Form, answers: Mapping[str, Any], **more: Any) -> bytes:
    """A blank with this body, filled."""
    return fill(Blank.open(docx(body)), wanted, answers, **more)


CODE = "7K3F9QZ2MX"
XIAN: dict[str, Any] = {
    "unit": "某市市场监督管理局",
    "contact": "张三",
    "phone": "029-12345678",
    "email": "credit@example.cn",
    "title": "信用+餐饮“一码通管”",
    "theme": {"picked": ["行业信用监管", "其他"], "other": "基层治理"},
    "highlight": "一码归集、分级分类、结果公开，市民扫码即可查看商户信用等级。",
    "content": ["问题第一段。\n问题第二段。", "举措。", "成效<30%>&更多。"],
    "opinion": "同意推荐。",
}
