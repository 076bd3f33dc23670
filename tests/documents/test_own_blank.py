"""An organiser's own annex, without any markup, is filled as ours is, in the hand of its own cells."""

from __future__ import annotations

import pytest
from lxml import etree

from documents.fill import Blank, LabelMissing, NotWord
from documents.grid import read_grids
from documents.ooxml import paragraphs, q
from tests.documents.filling import cells, field, filled, form, root, said
from tests.documents.paper import cell, docx, paragraph, row, run, table, zipped


def test_a_label_with_line_breaks_and_merged_over_rows_is_found() -> None:
    body = table(
        row(cell(["案", "例", "题", "目"], merge="restart"), "", "备 注", ""),
        row(cell("", merge="continue"), "下", "下", "下"),
    )
    data = filled(body, form(field("title", "案例题目"), field("remark", "备注")), {"title": "甲", "remark": "乙"})
    assert (said(data, "案例题目"), said(data, "备注")) == ("甲", "乙")


def test_a_value_below_its_label_is_found() -> None:
    body = table(row(cell("案例内容：", span=2)), row(cell("", span=2)))
    (grid,) = read_grids(root(filled(body, form(field("content", "案例内容", "text")), {"content": "正文"})))
    assert [each.text for each in grid.cells] == ["案例内容：", "正文"]


def test_a_form_in_a_nested_table_is_filled() -> None:
    body = table(row(cell([table(row("联系人", "")), paragraph("说明")])))
    outer, inner = read_grids(root(filled(body, form(field("contact", "联系人")), {"contact": "张三"})))
    assert [each.text for each in inner.cells] == ["联系人", "张三"]
    assert outer.cells[0].text == "说明"


def test_of_a_label_printed_twice_the_form_is_filled_and_the_example_is_not() -> None:
    body = table(row("联系人", "（示例）李四")) + table(row("联系人", ""), row("邮箱", ""))
    wanted = form(field("contact", "联系人"), field("email", "邮箱", "email"))
    example, own = read_grids(root(filled(body, wanted, {"contact": "张三", "email": "a@example.cn"})))
    assert [each.text for each in example.cells] == ["联系人", "（示例）李四"]
    assert [each.text for each in own.cells] == ["联系人", "张三", "邮箱", "a@example.cn"]


def test_two_fields_of_the_same_label_fill_two_cells_in_order() -> None:
    body = table(row("联系电话", ""), row("联系电话", ""))
    wanted = form(field("first", "联系电话"), field("second", "联系电话"))
    (grid,) = read_grids(root(filled(body, wanted, {"first": "1", "second": "2"})))
    assert [each.text for each in grid.cells] == ["联系电话", "1", "联系电话", "2"]


def test_a_missing_label_is_named_beside_those_that_were_found() -> None:
    wanted = form(field("title", "案例题目"), field("remark", "备注"))
    with pytest.raises(LabelMissing) as error:
        filled(table(row("联系 人", "", "备注", "")), wanted, {"title": "甲", "remark": "乙"})
    assert (error.value.labels, error.value.found) == (("案例题目",), ("联系人", "备注"))
    assert str(error.value) == (
        "空白表里找不到“案例题目”这一栏。表中印有：联系人、备注。请核对空白表与活动文件里的 label。"
    )


def test_a_blank_without_a_table_is_named_as_such() -> None:
    with pytest.raises(LabelMissing) as error:
        filled(paragraph("案例题目："), form(field("title", "案例题目")), {"title": "甲"})
    assert "没有表格" in str(error.value)


def test_a_missing_label_matters_only_where_something_is_to_be_written() -> None:
    data = filled(table(row("备注", "")), form(field("title", "案例题目"), field("remark", "备注")), {"remark": "乙"})
    assert said(data, "备注") == "乙"


@pytest.mark.parametrize("data", [b"", b"no zip", zipped({"a.xml": "<a/>"}), docx("<w:p>")])
def test_what_is_no_word_file_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(NotWord, match=r"另存为 \.docx"):
        Blank.open(data)


def test_fonts_of_the_printed_paragraph_are_kept_and_its_hint_looks_are_not() -> None:
    look = '<w:rFonts w:eastAsia="楷体_GB2312"/><w:i/><w:color w:val="808080"/><w:sz w:val="28"/>'
    hint = f'<w:p><w:pPr><w:spacing w:line="400"/><w:jc w:val="center"/></w:pPr>{run("在此填写", look)}</w:p>'
    wanted = form(field("content", "案例内容", "text"))
    data = filled(table(row("案例内容", cell(hint.replace("<w:p>", "<w:p>", 1)))), wanted, {"content": "短"})
    (written,) = paragraphs(cells(data)["案例内容"])
    assert etree.tostring(written, method="c14n").decode().split(">", 1)[1] == (
        '<w:pPr><w:spacing w:line="400"></w:spacing><w:jc w:val="center"></w:jc></w:pPr><w:r><w:rPr><w:rFonts '
        'w:eastAsia="楷体_GB2312"></w:rFonts><w:sz w:val="28"></w:sz></w:rPr>'
        '<w:t xml:space="preserve">短</w:t></w:r></w:p>'
    )


def test_the_font_of_an_empty_cell_is_that_of_its_paragraph_mark() -> None:
    empty = '<w:p><w:pPr><w:rPr><w:sz w:val="30"/></w:rPr></w:pPr></w:p>'
    data = filled(table(row("题目", f"<w:tc>{empty}</w:tc>")), form(field("title", "题目")), {"title": "甲"})
    (size,) = cells(data)["题目"].iterfind(f".//{q('w:r')}/{q('w:rPr')}/{q('w:sz')}")
    assert size.get(q("w:val")) == "30"


def test_a_placeholder_in_a_content_control_gives_way_and_is_one_no_more() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:rPr><w:rStyle w:val="PlaceholderText"/>'
        "</w:rPr><w:t>单击此处输入文字</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p/>"
    )
    data = filled(table(row("题目", f"<w:tc>{control}</w:tc>")), form(field("title", "题目")), {"title": "甲"})
    written = cells(data)["题目"]
    assert said(data, "题目").strip() == "甲"
    assert written.find(f".//{q('w:sdtContent')}/{q('w:p')}") is not None
    assert [*written.iter(q("w:showingPlcHdr"), q("w:rStyle"))] == []


def test_a_content_control_around_the_cell_is_filled() -> None:
    control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{cell('输入')}</w:sdtContent></w:sdt>"
    body = table(f"<w:tr>{cell('题目')}{control}</w:tr>")
    data = filled(body, form(field("title", "题目")), {"title": "甲"})
    assert said(data, "题目") == "甲"


def test_a_row_of_exact_height_may_grow_for_a_text() -> None:
    fixed = '<w:tr><w:trPr><w:trHeight w:val="400" w:hRule="exact"/></w:trPr>' + cell("内容") + cell("") + "</w:tr>"
    data = filled(table(fixed), form(field("content", "内容", "text")), {"content": "长" * 500})
    assert [height.get(q("w:hRule")) for height in root(data).iter(q("w:trHeight"))] == ["atLeast"]


def test_a_bookmark_in_a_hint_survives() -> None:
    hint = f'<w:p><w:bookmarkStart w:id="1" w:name="a"/>{run("提示")}<w:bookmarkEnd w:id="1"/></w:p>'
    data = filled(table(row("题目", cell(hint))), form(field("title", "题目", "text")), {"title": "甲\n乙"})
    assert [etree.QName(mark).localname for mark in root(data).iter(q("w:bookmarkStart"), q("w:bookmarkEnd"))] == [
        "bookmarkStart",
        "bookmarkEnd",
    ]
    assert said(data, "题目") == "甲\n乙"


@pytest.mark.parametrize(
    "stamp",
    ["（盖章）", "(单位公章)", "负责人签字：", "　　年　　月　　日", "____年__月__日", "本单位承诺对上述内容负责。"],
)
def test_lines_that_people_sign_stay_in_any_cell(stamp: str) -> None:
    data = filled(
        table(row("内容", cell(["提示文字", stamp]))), form(field("content", "内容", "text")), {"content": "甲"}
    )
    assert said(data, "内容") == f"甲\n{stamp}"


def test_a_printed_date_line_gives_way_to_the_date_itself() -> None:
    wanted = form(field("day", "日期", "date"))
    data = filled(table(row("日期", "　　年　　月　　日")), wanted, {"day": "2024-03-01"})
    assert said(data, "日期") == "2024年3月1日"
