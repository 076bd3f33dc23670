"""Answers go into the cells beside their labels, and nothing else in the file changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lxml import etree

from documents.fill import Blank, fill
from documents.grid import read_grids
from documents.ooxml import paragraphs, q
from tests.documents.filling import CODE, ROOT, XIAN, cells, field, form, kept, parts, root, said
from tests.documents.paper import docx, row, table

# ── What is written ──────────────────────────────────────────────────────────


def test_the_xian_case_says_what_was_answered() -> None:
    wanted, blank = kept("xian-2024", "case")
    data = fill(blank, wanted, XIAN)
    assert said(data, "申报单位") == "某市市场监督管理局"
    assert said(data, "邮箱") == "credit@example.cn"
    assert said(data, "案例主题").split("\n")[1:] == [
        "☑行业信用监管\t☐提升信用法治化规范化水平",
        "☐政务诚信\t☐进出口信用管理和对外信用合作",
        "☐资本市场诚信建设\t☐信用市场化建设",
        "☐诚信文化\t☑其他 基层治理 ",
    ]
    assert said(data, "案例内容").split("\n") == [
        "一、要解决的问题",
        "问题第一段。",
        "问题第二段。",
        "二、创新举措",
        "举措。",
        "三、工作成效及意义",
        "成效<30%>&更多。",
    ]
    assert said(data, "推荐单位意见") == "同意推荐。\n\n（盖章）"
    assert said(data, "备注") == ""


def test_headings_are_bold_and_long_text_is_indented_in_the_cells_own_hand() -> None:
    wanted, blank = kept("xian-2024", "case")
    heading, first, *_ = paragraphs(cells(fill(blank, wanted, XIAN))["案例内容"])
    assert heading.find(f".//{q('w:b')}") is not None
    assert first.find(f".//{q('w:b')}") is None
    shape = first.find(q("w:pPr"))
    assert shape is not None
    assert [(etree.QName(item).localname, *item.attrib.values()) for item in shape] == [
        ("pStyle", "FormValue"),
        ("ind", "200", "480"),
        ("jc", "both"),
    ]


def test_what_the_registration_knows_is_filled_in_unless_answered() -> None:
    wanted, blank = kept("xian-2024", "case")
    assert said(fill(blank, wanted, {}, registration={"unit": "某局"}), "申报单位") == "某局"
    assert said(fill(blank, wanted, {"unit": "某处"}, registration={"unit": "某局"}), "申报单位") == "某处"


def test_the_length_is_told_in_minutes_and_the_category_goes_into_the_remarks() -> None:
    wanted, blank = kept("xian-2024", "video")
    answers = {
        "length": {"seconds": 149.6},
        "contact": {"person": "张三", "phone": "13800138000"},
        "category": {"picked": ["剧情类"], "other": ""},
        "remark": "首次参选",
    }
    data = fill(blank, wanted, answers)
    assert said(data, "时长") == "2 分 30 秒"
    assert said(data, "参选单位联系人及电话") == "张三 13800138000"
    assert said(data, "备注") == "首次参选\n作品类别：剧情类"
    assert said(fill(blank, wanted, {"category": answers["category"]}), "备注") == "作品类别：剧情类"


def test_the_stamp_in_a_content_cell_stays_below_the_text() -> None:
    wanted, blank = kept("xinhua-2021", "case")
    lines = said(fill(blank, wanted, {"content": "第一段。\n第二段。"}), "案例内容").split("\n")
    assert [line for line in lines if line] == ["第一段。", "第二段。", "（盖章）"]


def test_an_opinion_leaves_promise_stamp_and_date() -> None:
    wanted, blank = kept("industry-2024", "video")
    lines = [line for line in said(fill(blank, wanted, {"opinion": "同意。"}), "参选承诺").split("\n") if line]
    assert lines[0].startswith("本单位（本人）承诺")
    assert lines[1:] == ["同意。", "（单位盖章或个人签字）", "年　　月　　日"]


def test_the_day_of_an_opinion_takes_the_printed_line_for_it_or_stands_below() -> None:
    given = {"opinion": "同意推荐。", "day": "2024-03-01"}
    data = fill(kept("xinhua-2021", "video")[1], kept("xinhua-2021", "video")[0], {"province": given})
    label = "省（自治区、直辖市）信用牵头部门组委会意见"
    assert [line for line in said(data, label).split("\n") if line] == ["同意推荐。", "（盖章）", "2024年3月1日"]
    assert "年　　月　　日" in said(data, "推荐单位意见")
    data = fill(kept("xian-2024", "case")[1], kept("xian-2024", "case")[0], {"opinion": given})
    assert [line for line in said(data, "推荐单位意见").split("\n") if line] == [
        "同意推荐。", "2024年3月1日", "（盖章）",
    ]  # fmt: skip


def test_an_open_list_without_boxes_is_written_out() -> None:
    wanted, blank = kept("weifang-2023", "text")
    value = {"picked": ["信用监管创新", "失信惩戒实践"], "other": "信用修复"}
    assert said(fill(blank, wanted, {"type": value}), "成果类型") == "信用监管创新、失信惩戒实践、信用修复"


def test_every_person_has_a_row_and_a_fifth_person_gets_a_new_one() -> None:
    wanted, blank = kept("hongze-quiz-2020", "liaison")
    people = [{"name": f"张{number}", "posters": number} for number in range(5)]
    data = fill(blank, wanted, {"rows": people}, registration={"unit": "某局"})
    (grid,) = read_grids(root(data))
    assert [[grid.at(line, column).text for column in (0, 1, 4, 5)] for line in range(1, grid.height)] == [  # type: ignore[union-attr]
        ["某局", f"张{number}", str(number), ""] for number in range(5)
    ]


# ── What stays ───────────────────────────────────────────────────────────────


def test_no_other_part_and_no_other_cell_changes() -> None:
    wanted, blank = kept("xian-2024", "case")
    before = (ROOT / wanted.blank).read_bytes()
    after = fill(blank, wanted, {"title": "新题目"})
    same = {name: content for name, content in parts(after).items() if name != "word/document.xml"}
    assert same == {name: content for name, content in parts(before).items() if name != "word/document.xml"}
    old, new = parts(before)["word/document.xml"].decode(), parts(after)["word/document.xml"].decode()
    written = '<w:p><w:pPr><w:pStyle w:val="FormValue"/></w:pPr><w:r><w:t xml:space="preserve">新题目</w:t></w:r></w:p>'
    at = new.index(written)
    empty = '<w:p><w:pPr><w:pStyle w:val="FormValue"/></w:pPr></w:p>'
    assert new.replace(written, empty).split("?>", 1)[1].strip() == old.split("?>", 1)[1].strip()
    assert "案例题目" in new[:at]


def test_no_answers_give_the_blank_back() -> None:
    wanted, blank = kept("xian-2024", "case")
    nothing = {"title": " ", "theme": {"picked": [], "other": ""}, "content": ["", "", ""], "remark": None}
    assert etree.tostring(root(fill(blank, wanted, nothing)), method="c14n") == etree.tostring(
        root((ROOT / wanted.blank).read_bytes()), method="c14n"
    )


def test_the_same_answers_give_the_same_bytes_and_one_filling_leaves_no_trace_in_the_next() -> None:
    wanted, blank = kept("xian-2024", "case")
    first = fill(blank, wanted, XIAN, code=CODE)
    fill(blank, wanted, {**XIAN, "title": "别的", "theme": {"picked": ["政务诚信"], "other": ""}}, code="B" * 10)
    assert fill(blank, wanted, XIAN, code=CODE) == first
    assert fill(Blank((ROOT / wanted.blank).read_bytes()), wanted, XIAN, code=CODE) == first


def test_an_unchanged_file_is_read_once_and_a_changed_one_again(tmp_path: Path) -> None:
    path = tmp_path / "b.docx"
    path.write_bytes(docx(table(row("题目", ""))))
    assert Blank.open(path) is Blank.open(path)
    old = Blank.open(path)
    path.write_bytes(docx(table(row("案例题目", ""))))
    assert Blank.open(path) is not old
    assert Blank.open(path).missing(form(field("title", "案例题目"))) == ()


def test_libreoffice_opens_it_and_shows_every_answer(tmp_path: Path, needs_soffice: str) -> None:
    wanted, blank = kept("xian-2024", "case")
    (tmp_path / "a.docx").write_bytes(fill(blank, wanted, XIAN, code=CODE))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [needs_soffice, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "a.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "a.txt").read_text(encoding="utf-8-sig")
    shown = ["某市市场监督管理局", "☑行业信用监管", "☑其他 基层治理", "问题第二段。", "成效<30%>&更多。", "同意推荐。"]
    assert [words for words in shown if words not in text] == []
