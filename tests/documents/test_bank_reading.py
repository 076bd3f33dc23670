"""A bank comes as Excel, CSV or Word, and goes out as the CSV that the program reads."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from documents.bank_reading import bank_csv, read_bank_file
from documents.sheet_reading import UnreadableSheet
from documents.sheets import Sheet, workbook
from rules.bank import Bank, Question
from rules.bank_sheet import COLUMNS

QUESTION = Question("几年？", ("2年", "5年", "7年"), 1, "《征信业管理条例》第十六条", "5年。", "征信")
ROW = ("几年？", "2年", "5年", "7年", "", "", "", "B", "5年。", "《征信业管理条例》第十六条", "征信")


def csv_of(*rows: tuple[str, ...]) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "题库.csv"
    file.write_bytes(csv_of(COLUMNS, ROW).encode(encoding))
    assert read_bank_file(file) == Bank((QUESTION,))


def test_an_excel_file_is_read_with_the_numbers_of_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "题库.XLSX"
    rows = (ROW, ("又一题？", 2, 5, 7, "", "", "", "", "5年。", "条例", ""))
    file.write_bytes(workbook([Sheet("题库", COLUMNS, rows)]))
    bank = read_bank_file(file)
    assert bank.questions == (QUESTION,)
    assert [str(each) for each in bank.faults] == ["第 3 行：没有答案。请写一个字母（A 到 C）。"]


def test_a_word_file_is_read_with_its_lines_and_its_lists(tmp_path: Path) -> None:
    file, document = tmp_path / "题库.docx", Document()
    document.add_heading("信用知识题库")
    for line in (
        "1. 几年？",
        "A. 2年  B. 5年  C. 7年",
        "答案：B",
        "解析：5年。",
        "来源：《征信业管理条例》第十六条",
        "标签：征信",
    ):
        document.add_paragraph(line)
    document.save(str(file))
    assert read_bank_file(file) == Bank((QUESTION,))


def test_numbers_that_word_draws_itself_are_read(tmp_path: Path) -> None:
    file, document = tmp_path / "题库.docx", Document()
    for text, level in (("几年？", "1"), ("2年", "2"), ("5年", "2"), ("7年", "2")):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        mark = OxmlElement("w:numPr")
        for name, value in (("w:ilvl", "0"), ("w:numId", level)):
            element = OxmlElement(name)
            element.set(qn("w:val"), value)
            mark.append(element)
        properties.append(mark)
    for line in ("答案：B", "解析：5年。", "来源：《征信业管理条例》第十六条", "标签：征信"):
        document.add_paragraph(line)
    document.save(str(file))
    _put_numbering(file, {"1": ("decimal", "%1."), "2": ("upperLetter", "%1.")})
    assert read_bank_file(file) == Bank((QUESTION,))


def _put_numbering(file: Path, lists: dict[str, tuple[str, str]]) -> None:
    """Write the numbering part of a Word file anew: number of the list -> its style and text."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        for number, (style, text) in lists.items()
    )
    used = "".join(f'<w:num w:numId="{each}"><w:abstractNumId w:val="{each}"/></w:num>' for each in lists)
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["word/numbering.xml"] = f"<w:numbering {space}>{kinds}{used}</w:numbering>".encode()
    with zipfile.ZipFile(file, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def test_a_table_in_word_is_read(tmp_path: Path) -> None:
    file, document = tmp_path / "题库.docx", Document()
    table = document.add_table(rows=2, cols=len(COLUMNS))
    for row, texts in zip(table.rows, (COLUMNS, ROW), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(file))
    assert read_bank_file(file) == Bank((QUESTION,))


def test_what_goes_out_comes_back_the_same(tmp_path: Path) -> None:
    dangerous = Question("=1+1 等于几？", ("-2", "+2", "@2", "'2'", '二,"2"', "=2"), 4, "=源", "@解", "-签")
    file = tmp_path / "x.csv"
    file.write_bytes(bank_csv((QUESTION, dangerous)))
    assert read_bank_file(file) == Bank((QUESTION, dangerous))
    assert ",'=2," in file.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("题库.pdf", b"%PDF", "题库.pdf：请用 .xlsx、.csv 或 .docx 文件（写的是“.pdf”）。"),
        ("题库", b"", "题库：请用 .xlsx、.csv 或 .docx 文件（写的是“无后缀”）。"),
        (
            "题库.docx",
            b"not Word",
            "题库.docx：不是能读的 Word 题库。请用 Word 或 WPS 打开，去掉密码、宏和嵌入的对象，",
        ),
        ("题库.doc", b"\xd0\xcf\x11\xe0" * 200, "题库.doc：不是能读的 Word 题库。请用 Word 或 WPS 打开，去掉密码、"),
        ("题库.xlsx", b"not Excel", "题库.xlsx：打不开，不是完整的 Excel 文件，或者设了密码"),
        ("题库.csv", b"\xff\xff\xff", "题库.csv：文字编码既不是 UTF-8 也不是 GB18030"),
    ],
)
def test_a_file_that_is_no_bank_is_refused_with_what_to_do(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableSheet) as caught:
        read_bank_file(tmp_path / name)
    assert str(caught.value)[: len(told)] == told


@pytest.mark.parametrize("name", ["题库.docx", "题库.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSheet, match=f"{name}：读不了这个文件"):
        read_bank_file(tmp_path / name)
