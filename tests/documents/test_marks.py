"""The version code and its QR code stand at the foot of every page, and footers keep what they said."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from lxml import etree

from documents.fill import Blank, fill
from documents.ooxml import text_of
from documents.qr import qr_png
from tests.documents.filling import CODE, ROOT, XIAN, field, form, kept, parts
from tests.documents.paper import SPACES, WORD, docx, paragraph, relations, row, table


def footer_texts(data: bytes) -> dict[str, str]:
    return {
        name: text_of(etree.fromstring(content))
        for name, content in parts(data).items()
        if re.fullmatch(r"word/footer[^/]*\.xml", name)
    }


def test_the_code_and_its_qr_stand_in_a_new_footer() -> None:
    wanted, blank = kept("xian-2024", "case")
    data = fill(blank, wanted, XIAN, code=CODE)
    assert footer_texts(data) == {"word/footer-xinshi.xml": "版本码 7K3F9-QZ2MX \n"}
    assert parts(data)["word/media/xinshi-mark.png"] == qr_png(f"XS1:{CODE}")
    assert Document(io.BytesIO(data)).sections[0].footer.paragraphs[0].text == "版本码 7K3F9-QZ2MX "
    kept_parts = set(parts((ROOT / wanted.blank).read_bytes()))
    assert set(parts(data)) - kept_parts == {
        "word/footer-xinshi.xml",
        "word/_rels/footer-xinshi.xml.rels",
        "word/media/xinshi-mark.png",
    }


def test_another_code_changes_only_the_footer_and_the_image() -> None:
    wanted, blank = kept("xian-2024", "case")
    one, other = (parts(fill(blank, wanted, XIAN, code=code)) for code in (CODE, "B" * 10))
    assert {name for name in one if one[name] != other[name]} == {
        "word/footer-xinshi.xml",
        "word/media/xinshi-mark.png",
    }


def with_footers(*, section: str = "", settings: str = "") -> bytes:
    """A blank with a default and an even footer of its own, and as its last section the one given."""
    refer = '<w:footerReference w:type="default" r:id="rId1"/><w:footerReference w:type="even" r:id="rId2"/>'
    spaces = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    body = f"{table(row('题目', ''))}<w:sectPr {spaces}>{refer}<w:pgSz w:w='11906' w:h='16838'/>{section}</w:sectPr>"
    footer = f"<w:ftr {SPACES}>{paragraph('第 1 页')}</w:ftr>"
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>'
        for name, kind in (("footer1", "footer"), ("footer2", "footer"), ("settings", "settings"))
    )
    return docx(
        body,
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>{types}</Types>',
            "word/_rels/document.xml.rels": relations(
                ("footer", "footer1.xml", ""), ("footer", "footer2.xml", ""), ("settings", "settings.xml", "")
            ),
            "word/footer1.xml": footer,
            "word/footer2.xml": footer,
            "word/settings.xml": f"<w:settings {SPACES}>{settings}</w:settings>",
        },
    )


@pytest.mark.parametrize(
    ("section", "settings", "marked"),
    [
        ("", "", ["word/footer1.xml"]),
        ("", "<w:evenAndOddHeaders/>", ["word/footer1.xml", "word/footer2.xml"]),
        ("<w:titlePg/>", "", ["word/footer-xinshi.xml", "word/footer1.xml"]),
        ('<w:titlePg w:val="0"/>', '<w:evenAndOddHeaders w:val="false"/>', ["word/footer1.xml"]),
    ],
)
def test_footers_of_its_own_keep_what_they_said(section: str, settings: str, marked: list[str]) -> None:
    blank = Blank.open(with_footers(section=section, settings=settings))
    texts = footer_texts(fill(blank, form(field("title", "题目")), {"title": "甲"}, code=CODE))
    assert sorted(name for name, text in texts.items() if "版本码 7K3F9-QZ2MX" in text) == marked
    assert all(text.endswith("第 1 页") for name, text in texts.items() if name != "word/footer-xinshi.xml")


def test_without_a_code_there_is_no_footer() -> None:
    wanted, blank = kept("xian-2024", "case")
    assert footer_texts(fill(blank, wanted, XIAN)) == {}


@pytest.mark.parametrize("code", ["一二三", "A" * 41, " A", "A\nB"])
def test_a_code_that_could_not_be_read_again_is_refused(code: str) -> None:
    wanted, blank = kept("xian-2024", "case")
    with pytest.raises(ValueError, match="printable ASCII"):
        fill(blank, wanted, {}, code=code)
