"""A cell says what Word shows in it, and nothing that Word hides."""

from __future__ import annotations

import pytest

from documents.read import read
from tests.documents.annex import ANSWERS, CELLS, answer, form
from tests.documents.paper import cell, docx, paragraph, relations, row, run, table

OLD = "<w:r><w:delText>旧</w:delText></w:r>"
SDT = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            f"<w:ins w:id='1'>{run('信用')}</w:ins><w:del w:id='2'>{OLD}</w:del>{run('餐饮')}",
            "信用餐饮",
        ),
        (f"<w:moveFrom w:id='1'>{run('旧')}</w:moveFrom><w:moveTo w:id='2'>{run('新')}</w:moveTo>", "新"),
        (SDT.format("", run("控件里的题目")), "控件里的题目"),
        (SDT.format("<w:showingPlcHdr/>", run("单击此处输入文字。")) + run("题"), "题"),
        (f"<w:hyperlink>{run('链接')}</w:hyperlink><w:smartTag>{run('标记')}</w:smartTag>", "链接标记"),
        (run("看得见") + run("看不见", "<w:vanish/>") + run("的", '<w:vanish w:val="0"/>'), "看得见的"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>'
            "<w:r><w:t>码</w:t></w:r>"
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("结果")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "结果",
        ),
        (f"<w:r><w:ruby><w:rt>{run('xìn')}</w:rt><w:rubyBase>{run('信')}</w:rubyBase></w:ruby></w:r>", "信"),
        ("<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:br/><w:t>C</w:t><w:tab/><w:t>D</w:t></w:r>", "A-B C D"),
        (
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent><w:p>"
            f"{run('框里')}</w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
            f"<w:txbxContent><w:p>{run('框里')}</w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>",
            "框里",
        ),
        (
            run("信用", '<w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/>') + run("+") + run("餐饮"),
            "信用+餐饮",
        ),
    ],
)
def test_a_cell_says_what_word_shows(content: str, expected: str) -> None:
    assert answer("title", {"案例题目": content}) == expected


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    joined = f"<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>{run('前半')}</w:p>"
    assert answer("highlight", {"案例特色或亮点": [joined, "后半", "下一段"]}) == "前半后半\n下一段"


def test_a_row_that_was_deleted_with_tracking_is_gone() -> None:
    gone = row("联系人", "旧人").replace("<w:tr>", "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>")
    rows = [row(cell(label), cell(value)) for label, value in CELLS.items()]
    assert read(form(), docx(table(gone, *rows))).answers == ANSWERS


def test_a_table_in_an_answer_is_read_row_by_row() -> None:
    inner = table(row("年度", "投诉"), row("2023", "12件"))
    assert (
        answer("highlight", {"案例特色或亮点": ["成效：", inner, paragraph("完")]})
        == "成效：\n年度\t投诉\n2023\t12件\n完"
    )


def test_list_numbers_that_word_made_itself_are_written_out() -> None:
    number = '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="7"/></w:numPr></w:pPr>{}</w:p>'
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum '
        'w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        '<w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%2)"/>'
        '</w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    )
    more = {
        "word/numbering.xml": numbering,
        "word/_rels/document.xml.rels": relations(("numbering", "numbering.xml", "")),
    }
    typed = (
        (0, "要解决的问题"),
        (1, "多头"),
        (1, "重复"),
        (0, "创新举措"),
        (1, "一码"),
        (0, "工作成效及意义"),
        (1, "减少"),
    )
    content = [number.format(depth, run(text)) for depth, text in typed]
    rows = [row(k, cell(content if k == "案例内容" else v)) for k, v in CELLS.items()]
    reading = read(form(), docx(table(*rows), more))
    assert reading.answers["content"] == ["(1)多头\n(2)重复", "(1)一码", "(1)减少"]
    assert reading.raw["content"].split("\n")[3] == "二、创新举措"
