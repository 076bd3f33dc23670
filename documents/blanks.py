"""The blank official annexes as Word files, drawn from `documents.annexes`, the same bytes at every build.

The files under `templates/forms/` are kept in the repository so that an organiser can put their own in the same place;
`./xinshi form blanks` draws them anew. Parts are stored, not deflated, because deflate differs between zlib builds.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from documents.annexes import ANNEXES
from documents.layouts import WIDTH, Boxes, Label, Layout, Opinion, Part, Row, Space
from documents.ooxml import NAMESPACES

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_W = f'xmlns:w="{NAMESPACES["w"]}"'
#: A ruled line for the text behind a box.
_RULE = f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{" " * 16}</w:t></w:r>'

#: style id -> (name, paragraph properties, Latin font, Chinese font, size in half points)
_STYLES = {
    "Annex": ("附件序号", "", "黑体", "黑体", 32),
    "AnnexTitle": ("附件标题", '<w:spacing w:before="120" w:after="0"/><w:jc w:val="center"/>',
                   "方正小标宋简体", "方正小标宋简体", 44),
    "AnnexNote": ("附件说明", '<w:jc w:val="center"/>', "Times New Roman", "楷体_GB2312", 21),
    "Gap": ("表前空行", '<w:spacing w:line="240" w:lineRule="exact"/>', "Times New Roman", "仿宋_GB2312", 21),
    "FormLabel": ("表格栏目", '<w:jc w:val="center"/>', "Times New Roman", "仿宋_GB2312", 24),
    "FormValue": ("表格填写", "", "Times New Roman", "仿宋_GB2312", 24),
    "FormPromise": ("单位承诺", '<w:ind w:firstLineChars="200" w:firstLine="480"/><w:jc w:val="both"/>',
                    "Times New Roman", "仿宋_GB2312", 24),
    "FormCentre": ("表格填写居中", '<w:jc w:val="center"/>', "Times New Roman", "仿宋_GB2312", 24),
    "FormBoxes": ("表格选项", '<w:spacing w:line="360" w:lineRule="exact"/>', "Times New Roman", "仿宋_GB2312", 24),
    "FormStamp": ("盖章落款", '<w:ind w:right="960"/><w:jc w:val="right"/>', "Times New Roman", "仿宋_GB2312", 24),
}  # fmt: skip

#: fonts by name and what stands in for them where they are not installed
_FONTS = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "黑体": "SimHei", "宋体": "SimSun"}


def build(layout: Layout) -> bytes:
    """The .docx of one annex; equal layouts give equal bytes on every machine and day."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for name, text in _parts(layout).items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            out.writestr(entry, text.encode())
    return archive.getvalue()


def write_blanks(folder: Path) -> list[Path]:
    """Writes every blank to `folder`/<campaign>/<form>.docx and says which files it wrote; OSError if it cannot."""
    written = []
    for layout in ANNEXES:
        path = folder / layout.campaign / f"{layout.form}.docx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build(layout))
        written.append(path)
    return written


def _parts(layout: Layout) -> dict[str, str]:
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "docProps/core.xml": _core(layout),
        "word/document.xml": _document(layout),
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": ("styles", "styles.xml"),
                "rId2": ("settings", "settings.xml"),
                "rId3": ("fontTable", "fontTable.xml"),
            }
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": f'{_HEAD}<w:settings {_W}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
        '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:characterSpacingControl '
        'w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
        "word/fontTable.xml": _font_table(),
    }


def _content_types() -> str:
    parts = {"/word/document.xml": "document.main", "/word/styles.xml": "styles", "/word/settings.xml": "settings",
             "/word/fontTable.xml": "fontTable"}  # fmt: skip
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in parts.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    lines = [
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    ]
    if any(kind == "officeDocument" for kind, _ in targets.values()):
        lines.append(
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/>'
        )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _core(layout: Layout) -> str:
    """Only a title: no author, no dates, so that the file says nothing about who built it and when."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(layout.title.replace("|", ""))}</dc:title>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _styles() -> str:
    styles = "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{shape}</w:pPr><w:rPr><w:rFonts w:ascii="{latin}" '
        f'w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="Times New Roman"/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr></w:style>'
        for key, (name, shape, latin, chinese, size) in _STYLES.items()
    )
    box = "Segoe UI Symbol"
    return (
        f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>'
        '<w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:widowControl w:val="0"/></w:pPr></w:style>'
        f'<w:style w:type="character" w:customStyle="1" w:styleId="Box"><w:name w:val="选项框"/><w:rPr>'
        f'<w:rFonts w:ascii="{box}" w:hAnsi="{box}" w:eastAsia="{box}" w:cs="{box}"/></w:rPr></w:style>'
        f"{styles}</w:styles>"
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{stand_in}"/><w:charset w:val="86"/></w:font>'
        for name, stand_in in _FONTS.items()
    )
    return f"{_HEAD}<w:fonts {_W}>{fonts}</w:fonts>"


def _document(layout: Layout) -> str:
    above = [_paragraph("Annex", layout.annex), *(_paragraph("AnnexTitle", line) for line in layout.title.split("|"))]
    if layout.note:
        above.append(_paragraph("AnnexNote", layout.note))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in layout.widths)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = "".join(_row(row, layout.widths) for row in layout.rows)
    return (
        f"{_HEAD}<w:document {_W}><w:body>{''.join(above)}{_paragraph('Gap')}"
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>{_paragraph('Gap')}"
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" '
        'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _row(row: Row, widths: tuple[int, ...]) -> str:
    cells, column = [], 0
    for part in row.parts:
        span = part.span
        merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        middle = "" if _tall(part, row) else '<w:vAlign w:val="center"/>'
        width = sum(widths[column : column + span])
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}{middle}</w:tcPr>{_content(part)}</w:tc>'
        )
        column += span
    # A stamp must not be torn off its opinion by a page break.
    whole = "<w:cantSplit/>" if any(isinstance(part, Opinion) for part in row.parts) else ""
    return f'<w:tr><w:trPr>{whole}<w:trHeight w:val="{row.height}"/></w:trPr>{"".join(cells)}</w:tr>'


def _tall(part: Part, row: Row) -> bool:
    """Whether the cell's text starts at the top: long answers and opinions do, short ones stand in the middle."""
    return isinstance(part, Opinion) or (isinstance(part, Space) and (row.height >= 1000 or bool(part.hints)))


def _content(part: Part) -> str:
    match part:
        case Label(text=text, upright=upright):
            lines = [("FormLabel", line) for line in (text if upright else text.split("|"))]
        case Boxes(lines=rows, ruled=ruled, stops=stops):
            return "".join(_box_line(row, stops[len(row) - 1], ruled) for row in rows)
        case Opinion(promise=promise, seal=seal, date=date, room=room):
            lines = [("FormPromise", promise)] * bool(promise) + [("FormValue", "")] * room + [("FormStamp", seal)]
            lines += [("FormStamp", "年　　月　　日")] * date
        case Space(hints=hints, stamp=stamp, room=room, centred=centred):
            lines = [("FormValue", hint) for hint in hints] or [("FormCentre" if centred else "FormValue", "")]
            lines += ([("FormValue", "")] * room + [("FormStamp", "（盖章）")]) * stamp
    return "".join(_paragraph(style, line) for style, line in lines)


def _box_line(line: tuple[str, ...], stops: tuple[int, ...], ruled: str) -> str:
    places = "".join(f'<w:tab w:val="left" w:pos="{place}"/>' for place in stops)
    tabs = f"<w:tabs>{places}</w:tabs>" if places else ""
    runs = "<w:r><w:tab/></w:r>".join(
        f'<w:r><w:rPr><w:rStyle w:val="Box"/></w:rPr><w:t>☐</w:t></w:r>{_run(option)}{_RULE if option == ruled else ""}'
        for option in line
    )
    return f'<w:p><w:pPr><w:pStyle w:val="FormBoxes"/>{tabs}</w:pPr>{runs}</w:p>'


def _paragraph(style: str, text: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text) if text else ""}</w:p>'


def _run(text: str) -> str:
    return f"<w:r><w:t>{escape(text)}</w:t></w:r>"
