"""A ticked option is found however it was ticked, and nothing is found that was not."""

from __future__ import annotations

import pytest
from lxml import etree

from documents.prose import Piece, pieces_of, settle
from documents.ticks import Ticks, read_ticks
from tests.documents.paper import SPACES, run

OPTIONS = ("行业信用监管", "政务诚信", "诚信文化", "其他")


def ticks(text: str) -> Ticks | None:
    return read_ticks([Piece(text)], options=OPTIONS, other="其他", typed=text)


def picked(text: str) -> tuple[str, ...]:
    found = ticks(text)
    assert found is not None, text
    return found.picked


@pytest.mark.parametrize("glyph", "☑☒■▣√✓✔🗹●✅")
def test_any_tick_in_the_place_of_a_box_counts(glyph: str) -> None:
    assert picked(f"□行业信用监管  {glyph}政务诚信\n☐诚信文化  □其他") == ("政务诚信",)


@pytest.mark.parametrize(
    "text",
    [
        "□行业信用监管 √政务诚信 □诚信文化 □其他",
        "□行业信用监管 □√政务诚信 □诚信文化 □其他",
        "□行业信用监管 √□政务诚信 □诚信文化 □其他",
        "□行业信用监管 □政务诚信√ □诚信文化 □其他",
        "□行业信用监管\n□政务诚信 ✓\n□诚信文化\n□其他",
        "行业信用监管□ 政务诚信☑ 诚信文化□ 其他□",
        "行业信用监管□ 政务诚信□√ 诚信文化□ 其他□",
        "行业信用监管　政务诚信√　诚信文化　其他",
        "行业信用监管　√政务诚信　诚信文化　其他",
        "（ ）行业信用监管 （√）政务诚信 （  ）诚信文化 （ ）其他",
        "行业信用监管（ ） 政务诚信（√） 诚信文化（ ） 其他（ ）",
        "[ ]行业信用监管 [√]政务诚信 [ ]诚信文化 [ ]其他",
        "□1.行业信用监管 ☑2.政务诚信 □3.诚信文化 □4.其他",
        "请在□内打“√”，可多选：\n□行业信用监管 ☑政务诚信 □诚信文化 □其他",
        "（请在相应选项前打√）□行业信用监管 ☑ 政 务\n诚 信 □诚信文化 □其他＿＿＿＿",
        "☑政务诚信",
        "√ 政务诚信",
        "☑政务诚信 □其他（请注明）：＿＿",
    ],
)
def test_one_option_is_ticked_in_every_manner(text: str) -> None:
    found = ticks(text)
    assert found is not None
    assert (found.picked, found.own) == (("政务诚信",), ())


def test_several_ticks_come_in_the_order_of_the_page() -> None:
    assert picked("☑行业信用监管√政务诚信□诚信文化☑其他") == ("行业信用监管", "政务诚信", "其他")


@pytest.mark.parametrize(
    "text", ["□行业信用监管 □政务诚信 □诚信文化 □其他", "请在□内打√ 行业信用监管□ 政务诚信□ 诚信文化□ 其他□"]
)
def test_empty_boxes_pick_nothing(text: str) -> None:
    assert ticks(text) == Ticks()


@pytest.mark.parametrize("text", ["政务诚信", "行业信用监管、诚信文化", "", "乡村信用"])
def test_words_typed_into_a_cell_without_boxes_are_left_to_the_rule_of_the_field(text: str) -> None:
    assert ticks(text) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("☑其他＿＿城市信用＿＿", "城市信用"),
        ("☑其他：城市信用", "城市信用"),
        ("☑其他（城市信用）", "城市信用"),
        ("☑其他（请注明）：", ""),
        ("☑其他 城市信用（二期）", "城市信用（二期）"),
        ("☑其他 ☑信用 政务诚信", "☑信用 政务诚信"),
        ("☑其他", ""),
    ],
)
def test_the_words_beside_other_are_read_with_it(written: str, expected: str) -> None:
    found = ticks(f"□行业信用监管 □政务诚信 □诚信文化 {written}")
    assert found == Ticks(("其他",), expected)


def test_words_beside_an_unticked_other_are_not_taken_for_a_choice() -> None:
    assert ticks("□行业信用监管 ☑政务诚信 □诚信文化 □其他 城市信用") == Ticks(("政务诚信",), "", ("其他",))


def test_a_ticked_option_of_ones_own_is_told_and_ticks_no_neighbour() -> None:
    assert ticks("□行业信用监管 ☑乡村信用 □政务诚信 □诚信文化 □其他") == Ticks(own=("乡村信用",))


def test_options_that_contain_one_another_are_told_apart() -> None:
    options = ("信用监管", "行业信用监管", "其他")
    found = read_ticks([Piece("□信用监管 ☑行业信用监管 □其他")], options=options, other="其他", typed="")
    assert found is not None
    assert found.picked == ("行业信用监管",)


def test_what_is_only_underlined_or_left_over_is_uncertain() -> None:
    pieces = [Piece("□行业信用监管 □"), Piece("政务诚信", stressed=True), Piece(" □诚信文化 □其他")]
    assert read_ticks(pieces, options=OPTIONS, other="其他", typed="") == Ticks(unsure=("政务诚信",))
    assert ticks("□政务诚信") == Ticks(unsure=("政务诚信",))


def test_bold_print_throughout_means_nothing() -> None:
    pieces = [Piece("□行业信用监管 □政务诚信 □诚信文化 □其他", stressed=True)]
    assert read_ticks(pieces, options=OPTIONS, other="其他", typed="") == Ticks()


def sym(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def old_box(inside: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{inside}</w:checkBox></w:ffData></w:fldChar>'
        "</w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def control(state: str, glyph: str) -> str:
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run(glyph)}</w:sdtContent></w:sdt>"
    )


@pytest.mark.parametrize(
    ("full", "empty"),
    [
        (sym("Wingdings", "F0FE"), sym("Wingdings", "F0A8")),
        (sym("Wingdings", "00FC"), sym("Wingdings", "F06F")),
        (sym("Wingdings 2", "F052"), sym("Wingdings 2", "F0A3")),
        (sym("Wingdings 2", "F050"), sym("Wingdings 2", "F02A")),
        (
            run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'),
            run("\uf0a3", '<w:rFonts w:ascii="Wingdings 2"/>'),
        ),
        (run("\uf0fe"), run("\uf0a8")),
        (old_box('<w:default w:val="0"/><w:checked/>'), old_box('<w:default w:val="0"/>')),
        (old_box('<w:default w:val="1"/>'), old_box('<w:default w:val="1"/><w:checked w:val="0"/>')),
        (control("1", "☒"), control("0", "☐")),
        (control("true", "X"), control("false", "O")),
    ],
)
def test_boxes_that_are_no_characters_are_seen(full: str, empty: str) -> None:
    inside = f"{empty}{run('行业信用监管')}{full}{run('政务诚信')}{empty}{run('诚信文化')}{empty}{run('其他')}"
    cell = etree.fromstring(f"<w:tc {SPACES}><w:p>{inside}</w:p></w:tc>")
    settle(cell)
    found = read_ticks(pieces_of(cell), options=OPTIONS, other="其他", typed="")
    assert found == Ticks(("政务诚信",))


def test_chinese_characters_in_a_symbol_font_stay_what_they_are() -> None:
    inside = run("卒R", '<w:rFonts w:ascii="Wingdings 2"/>')
    cell = etree.fromstring(f"<w:tc {SPACES}><w:p>{inside}</w:p></w:tc>")
    assert "".join(piece.text for piece in pieces_of(cell)) == "卒☑"
