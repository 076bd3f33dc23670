"""Question banks that people send: an Excel or CSV table, or a Word file with numbered questions."""

from __future__ import annotations

from pathlib import Path

from documents.guard import MAX_FILE, open_word
from documents.kinds import Refused
from documents.numbering import read_numbering
from documents.prose import settle, text_of
from documents.sheet_reading import UnreadableSheet, read_sheet
from documents.sheets import Sheet, csv_bytes
from rules.bank import Bank, Question, read_bank
from rules.bank_key import LETTERS
from rules.bank_sheet import COLUMNS, drafts_of_sheet
from rules.bank_text import drafts_of_text

#: What is tried as Word, and as a table; the content has the last word.
_WORD, _SHEETS = (".docx", ".doc", ".wps"), (".xlsx", ".xls", ".ods", ".csv")


def read_bank_file(path: Path, *, shuffle: bool = True) -> Bank:
    """The bank in a .xlsx, .csv or .docx file. Raises `UnreadableSheet` for a file that cannot be opened as one."""
    kind = path.suffix.lower()
    if kind not in (*_WORD, *_SHEETS):
        raise UnreadableSheet(f"{path.name}：请用 .xlsx、.csv 或 .docx 文件（写的是“{path.suffix or '无后缀'}”）。")
    if kind in _WORD:
        drafts, faults = drafts_of_text(_word(path))
    else:
        drafts, faults = drafts_of_sheet(read_sheet(path))
    return read_bank(drafts, shuffle=shuffle, faults=faults)


def bank_csv(questions: tuple[Question, ...]) -> bytes:
    """Questions as the .bank.csv that the program reads; reading it gives the same questions."""
    rows = tuple(
        (q.text, *q.options, *[""] * (len(LETTERS) - len(q.options)), LETTERS[q.key], q.explanation, q.source, q.tag)
        for q in questions
    )
    return csv_bytes(Sheet("题库", COLUMNS, rows))


def _word(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        package = open_word(data, name=path.name)
    except Refused:
        raise UnreadableSheet(
            f"{path.name}：不是能读的 Word 题库。请用 Word 或 WPS 打开，去掉密码、宏和嵌入的对象，"
            f"“另存为” .docx（{MAX_FILE // 2**20} MB 以内）后再试。"
        ) from None
    except OSError as wrong:
        raise UnreadableSheet(f"{path.name}：读不了这个文件（{wrong.strerror or wrong}）。请核对路径和权限。") from None
    settle(package.document, read_numbering(package.numbering))
    return text_of(package.document)
