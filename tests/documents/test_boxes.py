"""Boxes are ticked in place, whatever draws them, and the words beside 其他 stand on its line."""

from __future__ import annotations

import pytest

from documents.fill import BoxMissing
from documents.ooxml import line_of, q
from rules.forms import Form
from tests.documents.filling import field, filled, form, root, said
from tests.documents.paper import cell, row, run, table

THEMES = ("行业信用监管", "诚信文化", "其他")
THEME = form(field("theme", "案例主题", "boxes", options=THEMES, other="其他", several=True))


def ticked(body: str, picked: list[str], other: str = "", wanted: Form = THEME) -> bytes:
    return filled(table(row("案例主题", body)), wanted, {"theme": {"picked": picked, "other": other}})


@pytest.mark.parametrize("box", "☐□❏▢")
def test_any_box_glyph_before_its_option_is_ticked(box: str) -> None:
    data = ticked(cell(f"{box}行业信用监管　{box} 诚信文化　{box}其他____"), ["诚信文化", "其他"], "志愿服务")
    assert said(data, "案例主题") == f"{box}行业信用监管　☑ 诚信文化　☑其他 志愿服务 "


def test_boxes_behind_their_options_are_ticked_too() -> None:
    data = ticked(cell("行业信用监管□ 诚信文化□ 其他□"), ["诚信文化"])
    assert said(data, "案例主题") == "行业信用监管□ 诚信文化☑ 其他□"


def test_advice_that_shows_a_box_is_not_ticked() -> None:
    data = ticked(cell(["请在相应的□内打“√”", "□行业信用监管", "□诚信文化", "□其他"]), ["诚信文化"])
    assert said(data, "案例主题") == "请在相应的□内打“√”\n□行业信用监管\n☑诚信文化\n□其他"


def test_an_option_broken_over_runs_and_lines_is_known() -> None:
    broken = f"<w:p>{run('□')}{run('行业信')}</w:p><w:p>{run('用监管')}{run('□诚信文化□其他')}</w:p>"
    assert said(ticked(f"<w:tc>{broken}</w:tc>", ["行业信用监管"]), "案例主题") == "☑行业信\n用监管□诚信文化□其他"


@pytest.mark.parametrize(("font", "empty", "full"), [("Wingdings", "F0A8", "F0FE"), ("Wingdings 2", "F0A3", "F052")])
def test_a_wingdings_box_is_ticked_in_its_font(font: str, empty: str, full: str) -> None:
    box = f'<w:r><w:sym w:font="{font}" w:char="{empty}"/></w:r>'
    data = ticked(cell(f"<w:p>{''.join(box + run(option) for option in THEMES)}</w:p>"), ["诚信文化"])
    assert [mark.get(q("w:char")) for mark in root(data).iter(q("w:sym"))] == [empty, full, empty]


def test_a_check_box_control_is_checked_and_draws_its_own_glyph() -> None:
    box = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent>'
        f"{run('☐')}</w:sdtContent></w:sdt>"
    )
    data = ticked(cell(f"<w:p>{''.join(box + run(option) for option in THEMES)}</w:p>"), ["行业信用监管"])
    assert [mark.get(q("w14:val")) for mark in root(data).iter(q("w14:checked"))] == ["1", "0", "0"]
    assert said(data, "案例主题") == "☒行业信用监管☐诚信文化☐其他"


def test_a_box_that_was_ticked_in_the_sample_is_cleared() -> None:
    assert said(ticked(cell("☑行业信用监管□诚信文化□其他"), ["诚信文化"]), "案例主题") == "☐行业信用监管☑诚信文化□其他"


@pytest.mark.parametrize("ruled", ["", "______", "：", "（请注明：____）"])
def test_the_text_beside_other_is_underlined_wherever_there_is_room(ruled: str) -> None:
    data = ticked(cell(f"□行业信用监管□诚信文化□其他{ruled}"), ["其他"], "志愿\n服务")
    (underlined,) = (item for item in root(data).iter(q("w:r")) if item.find(f"{q('w:rPr')}/{q('w:u')}") is not None)
    assert line_of(underlined) == " 志愿 服务 "
    assert "_" not in said(data, "案例主题")


def test_a_picked_option_without_a_box_is_named() -> None:
    with pytest.raises(BoxMissing) as error:
        ticked(cell("□行业信用监管□其他"), ["诚信文化"])
    assert str(error.value).startswith("空白表“案例主题”一栏没有“诚信文化”这个选项。表中印有：行业信用监管、其他。")


def test_words_of_ones_own_are_a_ticked_line_below_the_boxes_of_an_open_list() -> None:
    wanted = form(field("theme", "案例主题", "boxes", options=THEMES[:2], open=True))
    data = ticked(cell("□行业信用监管□诚信文化"), ["诚信文化"], "志愿服务", wanted)
    assert said(data, "案例主题") == "□行业信用监管☑诚信文化\n☑志愿服务"
