"""A roster is read row by row: what is wrong is named with its row's number, and everything else is taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.roster import Roster, RosterFault, RosterRow, read_roster

CLASSES = {"department": "市级部门", "district": "区县"}
TITLES = ["单位名称", "简称", "别名", "类别", "上级", "联系人", "联系电话"]


def test_a_row_gives_a_unit_with_everything_it_says() -> None:
    row = ["西安市教育局", "市教育局", "教育局、教委；市教委", "市级部门", "西安市", "王某", "029-12345678"]
    aliases = ("教育局", "教委", "市教委")
    assert read_roster([TITLES, row], CLASSES) == Roster(
        (
            RosterRow(
                "西安市教育局", "市教育局", aliases, "department", "西安市", (("王某", "029-12345678"),)
            ),
        ),
        (),
    )  # fmt: skip


def test_wrong_rows_are_named_by_the_sheets_number_and_stop_nothing_else() -> None:
    sheet = [
        ["单位名称", "类别"],
        ["碑林区", "区县"],
        ["", "区县"],
        ["莲湖区", "乡镇"],
        [],
        ["雁塔区", ""],
        ["碑林区", "市级部门"],
        ["新城区", "district"],
    ]
    assert read_roster(sheet, CLASSES) == Roster(
        (RosterRow("碑林区", klass="district"), RosterRow("新城区", klass="district")),
        (
            RosterFault(3, "没有单位名称。"),
            RosterFault(4, "“莲湖区”的类别“乡镇”不在通知的单位类别里；可用：市级部门、区县。"),
            RosterFault(6, "“雁塔区”的类别“（空）”不在通知的单位类别里；可用：市级部门、区县。"),
            RosterFault(7, "“碑林区”在前面已列为“区县”，这里又列为“市级部门”，请只留一种。"),
        ),
    )


def test_columns_may_stand_in_any_order_under_any_of_their_titles() -> None:
    sheet = [["电话", "序号", "单位\n类别", " 单 位 ", "备注"], ["13800000000", "1", "区县", "碑林区", "x"]]
    assert read_roster(sheet, CLASSES).rows == (RosterRow("碑林区", klass="district", contacts=(("", "13800000000"),)),)


def test_what_stands_above_the_titles_is_passed_over_and_still_counted() -> None:
    sheet = [["附件：参加单位名单", ""], [], ["单位名称", "类别"], ["碑林区", "区县"], ["莲湖区", "乡"]]
    assert read_roster(sheet, CLASSES) == Roster(
        (RosterRow("碑林区", klass="district"),),
        (RosterFault(5, "“莲湖区”的类别“乡”不在通知的单位类别里；可用：市级部门、区县。"),),
    )


def test_missing_columns_are_named_with_what_was_found() -> None:
    assert read_roster([["名 单"], ["碑林区"]], CLASSES).faults == (
        RosterFault(1, "缺少列：单位名称、类别。这一行读到的列名是：名 单。"),
    )
    assert read_roster([[], ["单位名称", "电话"], ["碑林区", "1"]], CLASSES).faults == (
        RosterFault(2, "缺少列：类别。这一行读到的列名是：单位名称、电话。"),
    )


def test_an_empty_sheet_says_what_it_should_hold() -> None:
    fault = RosterFault(1, "表是空的：要有一行列名，至少有“单位名称”和“类别”。")
    sheets: list[list[list[str]]] = [[], [[]], [["", " "], []]]
    assert [read_roster(sheet, CLASSES) for sheet in sheets] == [Roster((), (fault,))] * 3


def test_several_rows_of_one_unit_are_one_unit_with_several_contacts() -> None:
    sheet: list[list[str]] = [
        TITLES,
        ["碑林区", "", "甲", "区县", "", "王某", "1"],
        ["碑林区", "碑林", "甲、乙", "区县", "西安市", "李某", "2"],
        ["碑林区", "别的简称", "", "区县", "", "王某", "1"],
    ]
    contacts = (("王某", "1"), ("李某", "2"))
    assert read_roster(sheet, CLASSES) == Roster(
        (RosterRow("碑林区", "碑林", ("甲", "乙"), "district", "西安市", contacts),), ()
    )


def test_what_nobody_can_see_makes_no_second_unit() -> None:
    sheet = [["\ufeff单位名称", "类别"], ["碑林区", "区县"], [" 碑林区\u200b", "区县"], ["碑林区\u3000", " 区县"]]
    assert read_roster(sheet, CLASSES) == Roster((RosterRow("碑林区", klass="district"),), ())


def test_short_rows_are_read_as_far_as_they_go() -> None:
    assert read_roster([TITLES, ["碑林区"]], CLASSES).faults[0].row == 2
    assert read_roster([["类别", "单位名称", "联系人"], ["区县", "碑林区"]], CLASSES).rows == (
        RosterRow("碑林区", klass="district"),
    )


@given(st.lists(st.lists(st.text(max_size=5) | st.sampled_from([*TITLES, "区县", "碑林区"]), max_size=5), max_size=8))
def test_any_sheet_is_read_and_every_row_is_accounted_for(sheet: list[list[str]]) -> None:
    roster = read_roster(sheet, CLASSES)
    assert all(1 <= fault.row <= max(1, len(sheet)) for fault in roster.faults)
    assert all(row.name and row.klass in CLASSES for row in roster.rows)
    assert len({row.name for row in roster.rows}) == len(roster.rows)
