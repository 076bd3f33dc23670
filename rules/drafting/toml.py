"""A draft written out as a notice file: sources as comments, open questions numbered at the top and at their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rules.drafting.clauses import Sentence
from rules.drafting.sheet import Entry, Question, Table

#: A source longer than this is cut in the middle; a person finds the rest by the clause.
_QUOTED = 110
#: Numbers and names of persons, which the file leaves out.
_PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-—]?\d{7,8}|\d{7,8})(?!\d)"
    r"|(?P<before>联系人(?:及电话)?[：:]\s*)[\u4e00-\u9fff]{2,4}(?<![科处室办部局组委])(?=[\s，、；,（(0-9]|联|电|$)"
)
_RULE = "# ── {} {}"
_SECTIONS = {
    "body": "单位", "class": "单位", "stage": "时间", "meeting": "时间", "task": "各单位要做的事", "form": "表格",
    "track": "征集", "judging": "评选", "awards": "奖项", "quiz": "答题", "mail": "报送和展示", "outlet": "报送和展示",
    "disclaimer": "声明", "retention": "保存", "switch": "不明确的条款：读法与其他读法（改 reading 即可换一种）",
}  # fmt: skip


def write(root: Table, general: list[Question], name: str) -> str:
    """The text of the file. `general` are questions that have no place of their own."""
    numbers = _numbered(root, general)
    lines = [*_top(root, general, numbers, name), *_entries(root, numbers, [])]
    section = ""
    told: list[Sentence] = []
    for table in root.tables:
        title = _SECTIONS.get(table.name, table.name)
        if title != section:
            section = title
            lines += ["", _RULE.format(title, "─" * max(4, 60 - 2 * len(title)))]
        for each in table.walk():
            lines += ["", f"[[{each.name}]]" if each.many else f"[{each.name}]", *_entries(each, numbers, told)]
    return "\n".join(lines) + "\n"


def questions(root: Table, general: list[Question]) -> list[Question]:
    """Every question, the general ones first, in the order of the file; what is asked twice stands once."""
    found = [*general]
    for table in root.walk():
        found += [entry.question for entry in table.entries if entry.question is not None]
    return list(dict.fromkeys(found))


def _numbered(root: Table, general: list[Question]) -> dict[Question, int]:
    return {question: index for index, question in enumerate(questions(root, general), 1)}


def _top(root: Table, general: list[Question], numbers: dict[Question, int], name: str) -> Iterator[str]:
    yield f"# {root.get('title') or name}"
    yield f"# 由通知原文起草（./xinshi notice draft），须由人逐条核对；检查：./xinshi notice check {name}.toml"
    yield "# 每个值上面的“出处”是通知原句和条款。写法见 docs/notices.md。"
    yield "#"
    yield f"# 还要由人定的事，共 {len(numbers)} 件（正文中同号标出，办完一件删一件）："
    for question, index in numbers.items():
        yield f"#   【待定 {index}】{_clause(question.clause)}{_line(question.text)}"
    yield ""


def _entries(table: Table, numbers: dict[Question, int], told: list[Sentence]) -> Iterator[str]:
    """The lines of a table. `told` holds the source quoted last: the next table that has it too only says so."""
    before: Sentence | None = None
    for entry in table.entries:
        if entry.source is not None and entry.source.text and entry.source != before:
            again = told == [entry.source]
            yield f"# 出处 {_clause(entry.source.clause)}" + ("同上" if again else f"“{_cut(entry.source.text)}”")
            before = entry.source
            told[:] = [before]
        if entry.note:
            yield f"# 说明：{_line(entry.note)}"
        if entry.question is not None:
            yield f"# 【待定 {numbers[entry.question]}】{_line(entry.question.text)}"
        yield from _value(entry)


def _value(entry: Entry) -> Iterator[str]:
    if not entry.key:
        return
    if entry.value is None:
        yield f"# {entry.key} = {entry.example}    # ← 请由人填写，去掉行首的 #"
    elif isinstance(entry.value, list) and entry.value and isinstance(entry.value[0], dict):
        yield f"{entry.key} = ["
        yield from (f"    {_plain(each)}," for each in entry.value)
        yield "]"
    else:
        yield f"{entry.key} = {_plain(entry.value)}"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list() | tuple():
            return "[" + ", ".join(_plain(each) for each in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{key} = {_plain(each)}" for key, each in value.items()) + " }" if value else "{}"
        case _:
            return '"' + _escaped(str(value)) + '"'


def _escaped(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\t", " ").strip()
    return "".join(char for char in kept if char >= " " and char != "\x7f")


def _clause(clause: str) -> str:
    return f"〔{_line(clause)}〕" if clause else ""


def _line(text: str) -> str:
    return " ".join("".join(char if char >= " " and char != "\x7f" else " " for char in text).split())


def _cut(text: str) -> str:
    kept = _PERSONAL.sub(lambda hit: f"{hit['before'] or ''}……", _line(text))
    half = _QUOTED // 2
    return kept if len(kept) <= _QUOTED else f"{kept[:half]}……{kept[-half:]}"
