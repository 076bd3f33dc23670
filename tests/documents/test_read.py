"""A form filled in by people with Word or WPS is read as it was meant."""

from __future__ import annotations

import io
import time
import zipfile
from random import Random

import pytest

from documents.fill import Blank, fill
from documents.kinds import Refused
from documents.read import AnotherForm, read
from tests.documents.annex import ANSWERS, CELLS, NAMES, all_forms, answer, blank, case, form, keys, notice, video
from tests.documents.paper import MAIN, cell, docx, parts_of, row, table, zipped


def test_a_form_as_a_liaison_fills_it_is_read_whole() -> None:
    reading = read(form(), case(), blank=blank())
    assert reading.answers == ANSWERS
    assert (reading.missing, reading.faults, reading.code) == ((), {}, "")
    assert reading.is_complete
    assert keys(reading) == ["document.opinion"]


def test_the_untouched_blank_answers_nothing() -> None:
    reading = read(form(), blank(), blank=blank())
    assert (reading.answers, reading.faults) == ({}, {})
    asked = [field.key for field in form().fields if field.required and field.source == "ask"]
    assert list(reading.missing) == asked


@pytest.mark.parametrize("name", NAMES)
def test_no_blank_of_any_campaign_answers_anything(name: str) -> None:
    for each in notice(name).forms:
        reading = read(each, blank(name, each.key), blank=blank(name, each.key))
        assert reading.answers in ({}, {"rows": []})
        assert set(reading.faults) <= {"rows"}


def test_printed_explanations_are_no_answers_even_when_left_standing() -> None:
    content = [
        "2000字以内，需按照模板要求撰写案例",
        "案例模板：",
        "一、要解决的问题",
        "（通过涉及信用体系建设的创新要解决的问题瓶颈）",
        "多头检查。",
        "二、创新举措",
        "（具体的涉及信用体系建设创新举措）",
        "一码通管。",
        "三、工作成效及意义",
        "检查减少30%。",
    ]
    reading = read(form(), case({"案例内容": content}), blank=blank())
    assert reading.answers["content"] == ANSWERS["content"]


def test_words_typed_right_behind_the_explanation_are_the_answer() -> None:
    weifang = form("weifang-2023", "text")
    filled = {
        "案例题目": "题",
        "联系人": "张三",
        "联系电话": "0536-87000000",
        "邮箱": "a@example.org",
        "单位地址": "某路",
        "成果类型": "包括但不限于：信用监管创新、守信激励典型、失信惩戒实践等等。失信惩戒实践",
        "成果特色或亮点": "点",
        "成果内容": "2023年下降12%。",
        "单位意见": ["本单位承诺对参评成果的真实性、有效性负责。", "（盖章）"],
    }
    data = docx(table(*(row(k, cell(v)) for k, v in filled.items())))
    reading = read(weifang, data, blank=blank("weifang-2023", "text"))
    (kind,) = (field.key for field in weifang.fields if field.kind == "boxes")
    assert reading.answers[kind] == {"picked": ["失信惩戒实践"], "other": ""}
    assert "document.opinion" not in keys(reading)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["（盖章）", "2024年4月20日"], None),
        (["（盖  章）", "   年  月  日"], None),
        (["同意推荐。（盖章）"], "同意推荐。"),
        (["情况属实，", "同意推荐。", "", "（单位公章）", "2024年4月20日"], "情况属实，\n同意推荐。"),
    ],
)
def test_an_opinion_is_what_was_written_above_the_stamp(lines: list[str], expected: str | None) -> None:
    assert answer("opinion", {"推荐单位意见": lines}) == expected


def test_a_length_that_was_typed_is_only_noted() -> None:
    reading = read(form(key="video"), docx(table(video())))
    assert "length" not in reading.answers
    (note,) = (note for note in reading.notes if note.key == "document.measured")
    assert note.facts == {"label": "时长", "text": "3分钟"}


def test_a_field_without_a_cell_is_read_from_the_cell_it_lies_in() -> None:
    if form(key="video").field("category").into is None:
        pytest.skip("the campaign gives the category no cell to lie in")
    reading = read(form(key="video"), docx(table(video({"备注": ["首发作品", "作品类别：动画类"]}))))
    assert reading.answers["remark"] == "首发作品"
    assert reading.answers["category"] == {"picked": ["动画类"], "other": ""}


def test_what_does_not_fit_is_a_fault_and_not_an_answer() -> None:
    reading = read(form(), case({"邮箱": "zhang@", "案例内容": ["二、创新举措", "字" * 2001]}))
    assert set(reading.faults) == {"email", "content"}
    assert "email" not in reading.answers
    assert reading.raw["email"] == "zhang@"
    assert not reading.is_complete
    assert reading.missing == ()


def test_person_and_phone_are_read_from_one_cell() -> None:
    reading = read(form(key="video"), docx(table(video({"参选单位联系人及电话": ["张三", "139 0000 0000"]}))))
    assert reading.answers["contact"] == {"person": "张三", "phone": "13900000000"}


def test_every_filled_row_of_a_list_is_read() -> None:
    liaison = form("hongze-quiz-2020", "liaison")
    head = row(*(field.label for field in liaison.fields))
    people = [("某镇", f"王{name}", "科员", "0517-87000000", "10", "20") for name in "一二三"]
    reading = read(liaison, docx(table(head, *(row(*person) for person in people), row(*[""] * 6))))
    assert [list(answers.values())[1] for answers in reading.answers["rows"]] == ["王一", "王二", "王三"]
    assert reading.is_complete, reading
    few = read(liaison, docx(table(head, row("某镇", "王一", "科员", "0517-8", "", "20"))))
    assert [fault.key for fault in few.faults["rows"]] == ["document.rows"]
    phone, posters = liaison.fields[3].key, liaison.fields[4].key
    assert f"rows/1/{phone}" in few.faults
    assert few.missing == (f"rows/1/{posters}",)


def test_label_words_below_the_head_of_a_list_are_answers() -> None:
    liaison = form("hongze-quiz-2020", "liaison")
    head = row(*(field.label for field in liaison.fields))
    reading = read(liaison, docx(table(head, row("联系电话", "职务", "单位", "0517-87000000", "1", "2"))))
    assert [list(each.values())[:3] for each in reading.answers["rows"]] == [["联系电话", "职务", "单位"]]


@pytest.mark.parametrize("code", ["", "ABCDEFGH12", "XS-2024/7"])
def test_the_version_code_at_the_foot_is_read(code: str) -> None:
    filled = fill(Blank(blank()), form(), {"title": "题"}, code=code)
    assert read(form(), filled).code == code


def test_an_annex_is_read_in_a_few_milliseconds() -> None:
    content = ["字" * 400] * 5
    data = case({"案例内容": ["一、要解决的问题", *content, "二、创新举措", "x", "三、工作成效及意义", "x"]})
    read(form(), data, blank=blank(), others=notice("xian-2024").forms)
    started = time.process_time()
    for _ in range(5):
        read(form(), data, blank=blank(), others=notice("xian-2024").forms)
    assert (time.process_time() - started) / 5 < 0.03


def test_a_table_as_large_as_the_door_lets_in_is_read_in_bounded_time() -> None:
    huge = table(*[row("联系人", "x")] * 9000)
    started = time.process_time()
    with pytest.raises(AnotherForm):
        read(form(), zipped(parts_of(huge), method=zipfile.ZIP_STORED), others=all_forms())
    assert time.process_time() - started < 10


def test_spoilt_xml_never_raises_anything_but_a_refusal() -> None:
    dice = Random(7)
    base = str(parts_of(table(*(row(k, cell(v)) for k, v in CELLS.items())) + "<w:sdt/>")[MAIN])
    scraps = [
        "<w:tr>",
        "</w:tr>",
        "w:val='999999999999'",
        "<w:p/>",
        "<w:vMerge/>",
        "<w:gridSpan w:val='-1'/>",
        "☑",
        "<w:sym w:char='ZZ'/>",
        "<w:sym w:char='D800' w:font='Wingdings'/>",
        "<w:fldChar w:fldCharType='end'/>",
        "<w:tbl/>",
        "<w:tbl><w:tr/></w:tbl>",
        "联系人：",
        "<w:sdt/>",
        "<w:del/>",
        "<w:numPr><w:numId w:val='٣'/></w:numPr>",
        "<!-- -->",
        "<?a b?>",
        "&#x20;",
        "</w:tbl><w:tbl>",
    ]
    refused = read_well = 0
    for _ in range(400):
        text = base
        for _ in range(dice.choice((1, 2, 5))):
            at = dice.randrange(len(text))
            cut = text.find(">", at) + 1 or at
            text = text[:cut] + dice.choice(scraps) + text[cut + dice.choice((0, 0, 0, 9)) :]
        try:
            read(form(), docx("", {MAIN: text}))
            read_well += 1
        except Refused:
            refused += 1
    assert min(refused, read_well) > 40


def test_flipped_bytes_never_raise_anything_but_a_refusal() -> None:
    dice = Random(11)
    stored = zipped({**parts_of(table(*(row(k, cell(v)) for k, v in CELLS.items())))}, method=zipfile.ZIP_STORED)
    for _ in range(300):
        spoilt = bytearray(stored)
        for _ in range(dice.choice((1, 4))):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        try:
            read(form(), mended(bytes(spoilt)))
        except Refused:
            continue


def mended(data: bytes) -> bytes:
    """The same spoilt parts with good checksums, so that the reader behind the door is tried as well."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for entry in opened.infolist():
                entry.CRC = 0
            parts = {
                entry.filename: data[entry.header_offset :][30 + len(entry.filename) :][: entry.file_size]
                for entry in opened.infolist()
            }
        return zipped(parts)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return data
