"""`./xinshi words FILE|-`: the 字数 of a text or a Word file, so that anybody can check a count against Word's own."""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from lxml import etree

from rules import words as rule

#: Bytes: no honest text part of an application form comes near it; an exploding archive does.
LARGEST_PART = 64 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_WRITTEN = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}sym": "□"}
_UNCOUNTED = {_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}instrText"}


class Uncountable(Exception):
    """The file holds no text that can be counted; the message says why and what to send instead."""


def register(app: typer.Typer) -> None:
    """Mount the command as `words`."""
    app.command("words")(words)


def words(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="一个 .docx 或 .txt 文件；- 表示标准输入")],
) -> None:
    """统计字数，口径与 Word 的“字数”一致。例如：./xinshi words 案例.docx"""
    try:
        typer.echo(rule.count(_text_of(file)))
    except Uncountable as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None


def _text_of(file: str) -> str:
    name = "标准输入" if file == "-" else Path(file).name
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Uncountable(f"打不开“{file}”（{error.strerror}）。请核对文件名和路径。") from None
    if content.startswith(_OLE) or name.lower().endswith((".doc", ".wps")):
        raise Uncountable(f"“{name}”是旧格式的 Word 或 WPS 文件，无法统计。请在 Word 或 WPS 里另存为 .docx 再试。")
    if content.startswith(_ZIP) or name.lower().endswith(".docx"):
        return _word_text(content, name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Uncountable(f"“{name}”不是文本文件，无法统计。可以统计 .docx 和 .txt（UTF-8 或 GB18030）。")


def _word_text(content: bytes, name: str) -> str:
    """The main text of a .docx with its tables and text boxes, tracked insertions taken and deletions left out."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.file_size > LARGEST_PART:
                raise Uncountable(
                    f"“{name}”的正文解压后超过 {LARGEST_PART // 1024 // 1024} MB，不像申报材料，没有打开。"
                )
            xml = archive.read(part)
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError, NotImplementedError):
        raise Uncountable(f"“{name}”不是完好的 Word（.docx）文件。请用 Word 打开后另存为 .docx 再试。") from None
    return "".join(_pieces(root))


def _pieces(node: etree._Element) -> list[str]:
    """What Word would count below `node`, in order; each paragraph ends with a newline."""
    pieces: list[str] = []
    for child in node:
        if child.tag in _UNCOUNTED or _hidden(child):
            continue
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag in _WRITTEN:
            pieces.append(_WRITTEN[child.tag])
        elif child.tag in (f"{_W}p", f"{_W}txbxContent"):
            pieces += ["\n" if child.tag == f"{_W}txbxContent" else "", *_pieces(child), "\n"]
        else:
            pieces += _pieces(child)
    return pieces


def _hidden(node: etree._Element) -> bool:
    mark = node.find(f"{_W}rPr/{_W}vanish") if node.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")
