"""A platform's table is read by number or title, every fault is told with its row, and nothing is guessed."""

from __future__ import annotations

from rules.looks_judging import Candidate
from rules.vote_sheet import RowFault, Sheet, read_votes

WORKS = (
    Candidate(1, "XA-A0001", "case", "诚信菜市场", 1, 1, "a"),
    Candidate(2, "XA-A0002", "case", "“信用+”惠民", 2, 1, "b"),
    Candidate(3, "XA-B0001", "video", "守信", 3, 1, "c"),
    Candidate(4, "XA-B0002", "video", "守信", 4, 1, "d"),
)


def test_works_are_found_by_number_or_by_title_and_titles_and_sums_are_passed_over() -> None:
    table = [
        ["2024 网络投票结果", "", ""], [], ["序号", "作品名称", "作品编号", "得票数"],
        ["1", "诚信菜市场", "xa-a0001", "1,286 票"], ["2", "《信用+》惠民", "", "0"], ["3", "守信", "XA-B0001", "17"],
        ["", "", "", ""], ["合计", "合计", "", "1303"],
    ]  # fmt: skip
    assert read_votes(table, WORKS) == Sheet({1: 1286, 2: 0, 3: 17}, (), ("XA-B0002",))


def test_a_platforms_own_numbers_do_not_matter_where_titles_tell() -> None:
    table = [["编号", "名称", "票数"], ["17", "诚信菜市场", "3"]]
    assert read_votes(table, WORKS) == Sheet({1: 3}, (), ("XA-A0002", "XA-B0001", "XA-B0002"))


def test_every_fault_is_told_at_once_with_its_row() -> None:
    table = [
        ["作品编号", "作品名称", "票数"], ["XA-A0001", "", "3.5"], ["XA-A0009", "", "4"], ["", "守信", "5"],
        ["XA-A0002", "诚信菜市场", "6"], ["XA-B0001", "", "-7"], ["XA-B0001", "守信", "7"], ["XA-B0002", "", "９"],
    ]  # fmt: skip
    found = read_votes(table, WORKS)
    assert found.faults == (
        RowFault(2, "vote.sheet_votes", {"typed": "3.5"}),
        RowFault(3, "vote.sheet_unknown", {"told": "XA-A0009"}),
        RowFault(4, "vote.sheet_several", {"title": "守信", "numbers": ["XA-B0001", "XA-B0002"]}),
        RowFault(5, "vote.sheet_differs", {"number": "XA-A0002", "title": "诚信菜市场"}),
        RowFault(6, "vote.sheet_votes", {"typed": "-7"}),
        RowFault(7, "vote.sheet_twice", {"number": "XA-B0001", "first": 6}),
        RowFault(8, "vote.sheet_votes", {"typed": "９"}),
    )


def test_a_table_without_titles_or_rows_says_so() -> None:
    assert [each.key for each in read_votes([["XA-A0001", "3"]], WORKS).faults] == ["vote.sheet_untitled"]
    assert [each.key for each in read_votes([["编号", "票数"]], WORKS).faults] == ["vote.sheet_empty"]
    assert [each.key for each in read_votes([], WORKS).faults] == ["vote.sheet_untitled"]
