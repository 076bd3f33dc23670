"""Every value of a TOML text is found at its own line and path, however the text is written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.places import Node, NotToml, locate

TEXT = '''\
# a comment with a = 1
title = "a # b = c"
"quoted key" = 'x'
dotted.deep.key = 1
long = """
first = 1
[[second]]
"""
when = 1979-05-27 07:32:00
list = [
    "a",  # one
    [1,
     2],
    { k = 1, s = "}" },
]

[[form]]
key = "case"
[form.rows]
least = 3
[[form.field]]
key = "phone"
[[form.field]]
[[form]]
[[form.field]]
key = "mail"
inline = { a = { b = "]" }, c = [1] }
'''
LINES = {
    "title": 2,
    "quoted key": 3,
    "dotted": 4,
    "dotted.deep": 4,
    "dotted.deep.key": 4,
    "long": 5,
    "when": 9,
    "list": 10,
    "list[1]": 11,
    "list[2]": 12,
    "list[2][1]": 12,
    "list[2][2]": 13,
    "list[3]": 14,
    "list[3].k": 14,
    "list[3].s": 14,
    "form": 17,
    "form.case": 17,
    "form.case.key": 18,
    "form.case.rows": 19,
    "form.case.rows.least": 20,
    "form.case.field": 21,
    "form.case.field.phone": 21,
    "form.case.field.phone.key": 22,
    "form.case.field[2]": 23,
    "form[2]": 24,
    "form[2].field": 25,
    "form[2].field.mail": 25,
    "form[2].field.mail.key": 26,
    "form[2].field.mail.inline": 27,
    "form[2].field.mail.inline.a": 27,
    "form[2].field.mail.inline.a.b": 27,
    "form[2].field.mail.inline.c": 27,
    "form[2].field.mail.inline.c[1]": 27,
}


def walk(node: Node) -> list[Node]:
    children = node.value.values() if isinstance(node.value, dict) else node.value
    below = children if isinstance(node.value, dict | list) else []
    return [node, *(found for child in below for found in walk(child))]


def test_every_value_has_its_line() -> None:
    assert {node.path: node.line for node in walk(locate(TEXT)) if node.path} == LINES


def test_a_path_leads_to_its_node_and_a_wrong_one_nowhere() -> None:
    root = locate(TEXT)
    assert [node.path for node in walk(root) if node.path and root.find(node.path) != node] == []
    assert [root.find(path) for path in ("form.nobody", "form.case.fie", "list[4]", "title.x")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ("a = 1\nb = 2\na = 3\n", 3, "a"),
        ("[t]\nk = 1\n\n[u]\n[t]\n", 5, "t"),
        ('[t]\nk = "open\n', 2, "t.k"),
        ("a = 1\nnonsense\n", 2, "nonsense"),
        ("a = [1,\n", 2, ""),
    ],
)
def test_what_is_not_toml_is_refused_at_its_line(text: str, line: int, path: str) -> None:
    with pytest.raises(NotToml) as caught:
        locate(text)
    assert (caught.value.line, caught.value.path) == (line, path)


WORDS = ["", "a = 1", "]", "}", "#", '"', "'", "[[x]]", "\n"]
PLAIN = st.one_of(st.integers(-9, 9), st.booleans(), st.sampled_from(WORDS))


def written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        case list():
            return "[\n" + "".join(f"{written(each)},\n" for each in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{key} = {written(each)}" for key, each in value.items()) + " }"
        case _:
            return str(value)


VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner))


def unplaced(node: Node) -> object:
    match node.value:
        case dict(table):
            return {key: unplaced(child) for key, child in table.items()}
        case list(array):
            return [unplaced(child) for child in array]
        case value:
            return value


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_any_text_keeps_its_values_and_every_key_its_line(values: list[object]) -> None:
    lines: list[str] = []
    starts = []
    for index, value in enumerate(values):
        starts.append(sum(line.count("\n") + 1 for line in lines) + 1)
        lines.append(f"k{index} = {written(value)}" if not _holds_table_with_list(value) else f"k{index} = 0")
    text = "\n".join(lines)
    root = locate(text)
    assert unplaced(root) == tomllib.loads(text)
    assert [root.value[f"k{index}"].line for index in range(len(values))] == starts


def _holds_table_with_list(value: object) -> bool:
    """TOML 1.0 allows no line break inside an inline table, and our lists break lines."""
    match value:
        case dict():
            return "[" in written(value)
        case list():
            return any(_holds_table_with_list(each) for each in value)
    return False
