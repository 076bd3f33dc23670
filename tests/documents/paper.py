"""Word files for tests, as small as can be: an archive around some XML, whole or spoilt on purpose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SPACES = (
    f'{W} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/></Types>'
)
MAIN = "word/document.xml"


def relations(*lines: tuple[str, str, str]) -> str:
    """A .rels part of lines (kind, target, mode); ids count from 1."""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(lines, start=1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
    )


def parts_of(body: str, more: Mapping[str, str | bytes] | None = None) -> dict[str, str | bytes]:
    """The parts of a document with this body; `more` adds parts or replaces them."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", MAIN, "")),
        MAIN: f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        **(more or {}),
    }


def zipped(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A whole .docx with this body."""
    return zipped(parts_of(body, more))


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str) -> str:
    """A paragraph; plain text is put into a run."""
    return f"<w:p>{content if content.startswith('<') else run(content)}</w:p>"


def cell(content: str | Sequence[str], *, span: int = 1, merge: str = "") -> str:
    """A cell of one paragraph or several; `merge` is "restart" or "continue"."""
    lines = [content] if isinstance(content, str) else content
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    inside = "".join(line if line.startswith(("<w:p>", "<w:tbl>")) else paragraph(line) for line in lines)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{inside}</w:tc>'


def row(*cells: str | Sequence[str]) -> str:
    return f"<w:tr>{''.join(map(_cell, cells))}</w:tr>"


def _cell(content: str | Sequence[str]) -> str:
    return content if isinstance(content, str) and content.startswith("<w:tc>") else cell(content)


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"
