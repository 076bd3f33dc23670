"""A table is read as people see it: a merged cell is one cell, and a label leads to the cell that holds its value."""

from __future__ import annotations

from lxml import etree

from documents.grid import Grid, best_grid, read_grid, read_grids
from documents.ooxml import Element
from tests.documents.paper import SPACES, cell, paragraph, row, run, table


def body(*tables: str) -> Element:
    return etree.fromstring(f"<w:body {SPACES}>{''.join(tables)}</w:body>")


def grid(*rows: str) -> Grid:
    return read_grid(body(table(*rows))[0])


def value(found: Grid, label: str, *labels: str) -> str | None:
    printed = found.find(label)
    assert printed is not None
    place = found.value_cell(printed, labels=labels)
    return None if place is None else place.text


def test_a_merged_cell_occurs_once_with_its_place_and_span() -> None:
    found = grid(
        row(cell("甲", merge="restart"), cell("乙", span=2)),
        row(cell("", merge="continue"), "丙", "丁"),
        row("戊", "己", "庚"),
    )
    assert [(each.text, each.row, each.col, each.rows, each.cols) for each in found.cells] == [
        ("甲", 0, 0, 2, 1),
        ("乙", 0, 1, 1, 2),
        ("丙", 1, 1, 1, 1),
        ("丁", 1, 2, 1, 1),
        ("戊", 2, 0, 1, 1),
        ("己", 2, 1, 1, 1),
        ("庚", 2, 2, 1, 1),
    ]
    assert (found.height, found.width) == (3, 3)
    below = found.at(1, 0)
    assert below is not None
    assert below.text == "甲"
    assert found.at(3, 0) is None


def test_a_merge_that_continues_nothing_is_a_cell_of_its_own() -> None:
    found = grid(row(cell("甲", merge="continue"), "乙"))
    assert [each.text for each in found.cells] == ["甲", "乙"]


def test_columns_skipped_before_a_row_count() -> None:
    skipping = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("丙") + "</w:tr>"
    assert [(each.text, each.col) for each in grid(row("甲", "乙"), skipping).cells] == [
        ("甲", 0),
        ("乙", 1),
        ("丙", 1),
    ]


def test_a_value_stands_to_the_right_of_its_label() -> None:
    found = grid(row("联系电话", "一", "邮\n箱", "二"), row(cell(["案", "例", "内", "容"]), cell("三", span=3)))
    assert (value(found, "联系电话"), value(found, "案例内容")) == ("一", "三")


def test_a_label_over_the_whole_row_has_its_value_below() -> None:
    assert value(grid(row(cell("案例内容", span=2)), row(cell("正文", span=2))), "案例内容") == "正文"


def test_under_a_heading_row_values_stand_below() -> None:
    found = grid(row("单位", "姓名", "职务"), row("某局", "张三", "科员"))
    assert [value(found, label, "单位", "姓名", "职务") for label in ("单位", "姓名", "职务")] == [
        "某局",
        "张三",
        "科员",
    ]


def test_a_label_in_the_last_corner_has_no_value() -> None:
    assert value(grid(row("", "备注")), "备注") is None


def test_a_label_merged_over_rows_has_its_value_in_the_first_of_them() -> None:
    found = grid(row(cell("意见", merge="restart"), "上"), row(cell("", merge="continue"), "下"))
    assert value(found, "意见") == "上"


def test_inserted_text_and_content_controls_count_and_deleted_text_does_not() -> None:
    inserted = f"<w:ins>{run('联')}</w:ins><w:sdt><w:sdtPr/><w:sdtContent>{run('系')}</w:sdtContent></w:sdt>{run('人')}"
    deleted = "<w:del><w:r><w:delText>员</w:delText><w:t>员</w:t></w:r></w:del>"
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{cell('张三')}</w:sdtContent></w:sdt>"
    found = grid(f"<w:tr>{cell(paragraph(inserted + deleted))}{control}</w:tr>")
    assert value(found, "联系人") == "张三"


def test_a_nested_table_is_a_grid_of_its_own_and_no_text_of_the_outer_cell() -> None:
    inner = table(row("内栏", "内值"))
    found = read_grids(body(table(row("外栏", cell([inner, paragraph("外值")])))))
    assert [[each.text for each in each_grid.cells] for each_grid in found] == [["外栏", "外值"], ["内栏", "内值"]]


def test_the_table_with_most_labels_is_the_form() -> None:
    grids = read_grids(body(table(row("联系人", "填写示例")), table(row("联系人", ""), row("邮箱", ""))))
    assert best_grid(grids, ["联系人", "邮箱"]) is grids[1]
    assert best_grid(grids, ["联系人"]) is grids[0]
    assert best_grid(grids, ["别的"]) is None
