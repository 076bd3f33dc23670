"""Certificates set on paper: as one PDF by typst, and each as a Word file, from templates that can be replaced.

Nothing is fetched while a PDF is set: a template that imports a package is refused, the fonts are those of one file
that was named, and files outside of the template's folder cannot be read.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph

from documents.qr import qr_png, qr_svg
from documents.tables import settled
from rules.cleaning import clean

#: A package of typst's, as `#import "@preview/…"` names it.
_PACKAGE = re.compile(r"@[A-Za-z][\w-]*/")
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_QR, _TITLE = "二维码", "作品"
#: Characters of a title beyond which it gets smaller, so that everything stays on one page.
_ROOMY = 60
_QR_WIDTH = Cm(2.4)
#: Of a font in several regional forms, the one for the mainland.
_SIMPLIFIED = re.compile(r"\b(SC|CN|GB)\b")


class BadTemplate(ValueError):
    """A template of certificates cannot be used; the message is a sentence for the organiser."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one certificate. `link` "" where there is no page to check it on; `title` "" for a unit's prize.

    `text` is the sentence before title and prize.
    """

    number: str
    check: str
    unit: str
    title: str
    award: str
    text: str
    hosts: tuple[str, ...]
    date: str
    activity: str
    link: str = ""


def certificates_pdf(sheets: Sequence[Sheet], template: Path, font: Path) -> bytes:
    """One PDF, a page for each certificate. Raises `BadTemplate`."""
    source = template.read_text("utf-8")
    if _PACKAGE.search(source):
        raise BadTemplate(f"证书模板“{template.name}”引用了要从网上下载的 typst 包，不能用。请去掉 @… 的引用。")
    family, fonts = _family(font)
    plain = [asdict(sheet) | {"qr": qr_svg(sheet.link) if sheet.link else ""} for sheet in sheets]
    given = {"certificates": json.dumps(_cleaned(plain), ensure_ascii=False), "font": family}
    try:
        made = typst.compile(
            str(template), root=str(template.parent), font_paths=fonts, ignore_system_fonts=True, format="pdf",
            sys_inputs=given, timestamp=0,
        )  # fmt: skip
    except typst.TypstError as wrong:
        why = f"证书模板“{template.name}”排不出来：{wrong.message}。请核对模板，或删掉它改用自带的。"
        raise BadTemplate(why) from None
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@lru_cache(maxsize=2)
def _family(font: Path) -> tuple[str, typst.Fonts]:
    """What a font file calls itself, and the fonts of its folder."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.parent)])
    here = [each.family for each in fonts.fonts() if each.path and Path(each.path) == font]
    named = [name for name in here if _SIMPLIFIED.search(name) and "Mono" not in name] or here
    if not named:
        raise BadTemplate(f"字体文件“{font}”读不出来，写不了证书。请换一种中文字体，例如安装 fonts-noto-cjk。")
    return named[0], fonts


def certificate_word(sheet: Sheet, template: Path) -> bytes:
    """One certificate as a .docx: the template with its {{placeholders}} filled. Raises `BadTemplate`."""
    document = Document(str(template))
    values = _words(sheet)
    for element in list(document.element.body.iter(qn("w:p"))):
        _fill(Paragraph(element, document._body), values, template.name)
    document.core_properties.title = clean(f"{sheet.award} {sheet.number}")
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _words(sheet: Sheet) -> Mapping[str, str]:
    title = f"《{sheet.title}》" if sheet.title else ""
    return {
        "证书编号": sheet.number, "校验码": sheet.check, "核验网址": sheet.link, "单位": sheet.unit, _TITLE: title,
        "奖项": sheet.award, "正文": sheet.text, "主办单位": "\n".join(sheet.hosts), "日期": sheet.date,
        "活动": sheet.activity, _QR: sheet.link,
    }  # fmt: skip


def _fill(paragraph: Paragraph, values: Mapping[str, str], name: str) -> None:
    """Fill one paragraph, from behind. One that then holds nothing goes."""
    found = list(_PLACE.finditer("".join(run.text for run in paragraph.runs)))
    drawn = False
    for place in reversed(found):
        if place[1] not in values:
            raise BadTemplate(f"证书模板“{name}”里有“{place[0]}”，没有这一项；可用的有：{'、'.join(values)}。")
        drawn |= _put(paragraph, place, values[place[1]])
    empty = not drawn and not "".join(run.text for run in paragraph.runs).strip()
    parent = paragraph._p.getparent()
    if found and empty and parent is not None and len(parent.findall(qn("w:p"))) > 1:
        parent.remove(paragraph._p)


def _put(paragraph: Paragraph, place: re.Match[str], value: str) -> bool:
    """Put a value where its placeholder stands, whatever runs Word has cut it into; whether it is a picture."""
    picture = place[1] == _QR and bool(value)
    told, at = "" if place[1] == _QR else "\n".join(clean(line) for line in value.split("\n")), 0
    for run in paragraph.runs:
        begin, at = at, at + len(run.text)
        if at <= place.start() or begin >= place.end():
            continue
        before = run.text[: max(0, place.start() - begin)]
        after = run.text[place.end() - begin :] if at > place.end() else ""
        first = begin <= place.start()
        run.text = f"{before}{told if first else ''}{after}"
        if first and place[1] == _TITLE and len(told) > _ROOMY and run.font.size:
            run.font.size = Emu(max(Pt(9), run.font.size * _ROOMY // len(told)))
        if first and picture:
            run.add_picture(io.BytesIO(qr_png(value)), width=_QR_WIDTH)
    return picture


def _cleaned(value: Any) -> Any:
    """The same without characters that no font draws and no file takes."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: each if key == "qr" else _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list | tuple) else value
