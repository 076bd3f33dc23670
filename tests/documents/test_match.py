"""A form is found by its labels, however they are printed, in however many tables, among however many annexes."""

from __future__ import annotations

import pytest

from documents.read import AnotherForm, read, recognise
from tests.documents.annex import ANSWERS, CELLS, NAMES, all_forms, answer, blank, case, form, keys, notice, video
from tests.documents.paper import cell, docx, paragraph, row, table


@pytest.mark.parametrize(
    "label",
    [
        "案 例 题 目",
        "案例\n题目",
        "案例题目：",
        "６、案例题目",
        "*案例题目（必填）",
        "案例题目（不超过30字）",
        "案例题目（含副题）",
    ],
)
def test_a_label_may_be_spaced_broken_numbered_and_explained(label: str) -> None:
    broken = "</w:t><w:br/><w:t>".join(label.split("\n"))
    assert answer("title", {}, labels={"案例题目": f"<w:r><w:t>{broken}</w:t></w:r>"}) == "信用+餐饮"


def test_upright_labels_of_one_character_a_paragraph_are_read() -> None:
    rows = [row(cell(list(label) if label == "案例内容" else label), cell(value)) for label, value in CELLS.items()]
    assert read(form(), docx(table(*rows))).answers["content"] == ANSWERS["content"]


def test_labels_may_stand_in_any_order_with_strange_rows_between() -> None:
    rows = [row(cell(label), cell(value)) for label, value in reversed(CELLS.items())]
    rows.insert(3, row("填报日期", "2024年4月1日"))
    assert read(form(), docx(table(*rows))).answers == ANSWERS


def test_label_and_value_in_one_cell_are_parted() -> None:
    together = row(cell("联系人：张三　　联系电话：029-12345678", span=2))
    rows = [row(cell(label), cell(value)) for label, value in CELLS.items() if label not in ("联系人", "联系电话")]
    assert read(form(), docx(table(together, *rows))).answers == ANSWERS


def test_a_value_above_the_table_is_found_behind_its_label() -> None:
    body = paragraph("申报单位：某区市场监督管理局") + table(
        *(row(k, cell(v)) for k, v in CELLS.items() if k != "申报单位")
    )
    assert read(form(), docx(body)).answers["unit"] == "某区市场监督管理局"


def test_a_value_below_its_label_is_found() -> None:
    rows = [
        row(cell(label), cell(value))
        for label, value in CELLS.items()
        if label not in ("联系人", "联系电话", "案例内容")
    ]
    rows += [row("联系人", "联系电话"), row("张三", "029-12345678")]
    rows += [row(cell("案例内容", span=2)), row(cell(CELLS["案例内容"], span=2))]
    assert read(form(), docx(table(*rows))).answers == ANSWERS


def test_merged_cells_are_read_once() -> None:
    rows = [
        row(cell(label), cell(value, span=3))
        for label, value in CELLS.items()
        if label not in ("联系电话", "邮箱", "案例内容")
    ]
    rows.append(row(*(cell(text) for label in ("联系电话", "邮箱") for text in (label, CELLS[label]))))
    content = CELLS["案例内容"]
    rows.append(row(cell("案例内容", merge="restart"), cell(content[:2], span=3)))
    rows.append(row(cell("", merge="continue"), cell(content[2:], span=3)))
    assert read(form(), docx(table(*rows))).answers == ANSWERS


def test_label_words_inside_answers_stay_answers() -> None:
    changed = {"案例题目": "备注", "联系人": "邮箱", "案例特色或亮点": ["联系电话：029-87654321", "备注：无"]}
    reading = read(form(), case(changed))
    assert reading.answers["title"] == "备注"
    assert reading.raw["contact"] == "邮箱"
    assert reading.answers["email"] == "zhang@example.org"
    assert reading.answers["phone"] == "029-12345678"
    assert reading.answers["highlight"] == "联系电话：029-87654321\n备注：无"
    assert "remark" not in reading.answers


def test_a_label_that_stands_twice_counts_once_and_is_told() -> None:
    rows = [row(cell(label), cell(value)) for label, value in CELLS.items()]
    reading = read(form(), docx(table(*rows[:2], row("联系人", "李四"), *rows[2:])))
    assert reading.answers["contact"] == "张三"
    (note,) = (note for note in reading.notes if note.key == "document.repeated")
    assert note.facts == {"label": "联系人", "taken": "张三", "left": ["李四"]}


def test_a_value_typed_one_cell_too_far_is_found() -> None:
    rows = [row(cell(label), cell(value)) for label, value in CELLS.items() if label != "联系人"]
    assert read(form(), docx(table(row("联系人", "", "张三"), *rows))).answers["contact"] == "张三"


def test_missing_labels_are_missing_answers() -> None:
    reading = read(form(), case(drop=("联系电话", "备注")))
    assert reading.missing == ("phone",)
    assert "phone" not in reading.answers


def test_a_cell_that_goes_on_in_the_next_table_is_joined() -> None:
    rows = video().split("</w:tr>")
    first, second = "</w:tr>".join(rows[:8]) + "</w:tr>", "</w:tr>".join(rows[8:])
    body = table(first) + paragraph("") + table(row("参选作品简介（800字）", "第二段。"), second)
    reading = read(form(key="video"), docx(body))
    assert reading.answers["introduction"] == "第一段。\n第二段。"
    assert reading.answers["title"] == "诚信菜市场"
    assert keys(reading) == ["document.measured"]


def test_a_continued_cell_without_its_label_is_joined_too() -> None:
    rows = video().split("</w:tr>")
    body = table("</w:tr>".join(rows[:8]) + "</w:tr>") + paragraph("") + table(row("", "第二段。"))
    assert read(form(key="video"), docx(body)).answers["introduction"] == "第一段。\n第二段。"


@pytest.mark.parametrize("first", ["case", "video"])
def test_of_several_annexes_in_one_file_the_right_one_is_read(first: str) -> None:
    annexes = {"case": table(*(row(k, cell(v)) for k, v in CELLS.items())), "video": table(video())}
    order = sorted(annexes, key=lambda key: key != first)
    body = "".join(paragraph(f"附件{number}") + annexes[key] for number, key in enumerate(order, start=1))
    assert read(form(), docx(body), others=[form(key="video")]).answers == ANSWERS
    assert read(form(key="video"), docx(body), others=[form()]).answers["director"] == "李四"


def test_of_two_copies_the_filled_one_is_read() -> None:
    empty = table(*(row(label, "") for label in CELLS))
    body = empty + paragraph("") + table(*(row(k, cell(v)) for k, v in CELLS.items()))
    assert read(form(), docx(body)).answers == ANSWERS


def test_a_form_inside_a_layout_table_is_read() -> None:
    inner = table(*(row(k, cell(v)) for k, v in CELLS.items()))
    assert read(form(), docx(table(row(cell([inner, paragraph("")]))))).answers == ANSWERS


def test_every_blank_is_recognised_as_itself_among_all_forms() -> None:
    for name in NAMES:
        for each in notice(name).forms:
            assert recognise(all_forms(), blank(name, each.key)) == each


def test_the_other_annex_of_a_campaign_is_told_by_its_name() -> None:
    with pytest.raises(AnotherForm) as caught:
        read(
            form("weifang-2023", "text"),
            blank("weifang-2023", "video"),
            name="表.docx",
            others=notice("weifang-2023").forms,
        )
    assert caught.value.facts == {
        "name": "表.docx",
        "title": form("weifang-2023", "text").title,
        "annex": form("weifang-2023", "text").annex,
        "is_title": form("weifang-2023", "video").title,
        "is_annex": form("weifang-2023", "video").annex,
        "found": 6,
        "all": 9,
    }


@pytest.mark.parametrize("body", ["", paragraph("通知"), table(row("姓名", "张三"), row("联系电话", "1"))])
def test_a_document_that_is_no_form_is_said_to_be_none(body: str) -> None:
    with pytest.raises(AnotherForm) as caught:
        read(form(), docx(body), others=all_forms())
    assert caught.value.facts["is_title"] == ""
    assert caught.value.facts["all"] == 11


def test_a_form_whose_title_and_last_rows_were_deleted_is_still_itself() -> None:
    data = case(drop=("推荐单位意见", "备注"))
    assert read(form(), data, others=all_forms()).answers == {k: v for k, v in ANSWERS.items() if k != "opinion"}
