"""A mail is judged whole: every fault at once, each with what was found, what is wanted, and the clause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.letters import Attached, Letter, judge_letter, track_of
from rules.notice import Notice
from tests.campaigns.shipped import notice

WORK = "张三（寿光市）+诚信菜市场+13800138000"
WORD, SCAN, FILM = (
    Attached(f"{WORK}.docx", 9, "office"),
    Attached(f"{WORK}（盖章扫描件）.pdf", 9, "pdf"),
    Attached(f"{WORK}（视频）.mp4", 9, "film"),
)
GOOD = Letter("寿光市+张三+13800138000", ("wfxyxh@126.com",), (WORD, SCAN))


def weifang() -> Notice:
    return notice("weifang-2023")


def found(letter: Letter, track: str = "text", of: Notice | None = None) -> list[tuple[str, str]]:
    campaign = of or weifang()
    findings = judge_letter(campaign, campaign.track(track), letter)
    return [(each.verdict, each.key.removeprefix("package.")) for each in findings]


def test_a_mail_by_the_convention_has_no_fault() -> None:
    assert found(GOOD) == []
    assert found(replace(GOOD, files=(WORD, SCAN, FILM)), "video") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subject": ""}, [("refuse", "subject_empty")]),
        ({"subject": "申报材料"}, [("refuse", "subject_parts")]),
        ({"subject": "寿光市-张三-13800138000"}, [("refuse", "subject_marks")]),
        ({"subject": "寿光市+张三+见附件"}, [("refuse", "subject_phone")]),
        ({"subject": "寿光市＋张三＋13800138000"}, [("note", "subject_loose")]),
        ({"subject": "转发：寿光市+张三+13800138000"}, [("note", "subject_before")]),
        ({"to": ("other@126.com",)}, [("warn", "receiver")]),
        ({"to": ("WFXYXH@126.com",)}, []),
        ({"to": ()}, []),
        ({"files": (WORD,)}, [("refuse", "lacks")]),
        ({"files": (SCAN,)}, [("refuse", "lacks")]),
        ({"files": ()}, [("refuse", "lacks"), ("refuse", "lacks")]),
        ({"files": (WORD, replace(SCAN, size=0))}, [("refuse", "empty_file")]),
        ({"files": (replace(WORD, kind="program"), SCAN)}, [("refuse", "not_what_it_says")]),
        ({"files": (WORD, Attached(f"{WORK}.jpg", 9, "picture"))}, [("refuse", "format")]),
        ({"files": (replace(WORD, name="申报表.docx"), SCAN)}, [("refuse", "name_parts")]),
        ({"files": (replace(WORD, name=f"{WORK.replace('+', '＋')}.docx"), SCAN)}, [("note", "name_loose")]),
        ({"files": (replace(WORD, name=f"{WORK.replace('+', '-')}.docx"), SCAN)}, [("refuse", "name_marks")]),
        ({"closed": ("材料.rar",)}, [("warn", "archive")]),
    ],
)  # fmt: skip
def test_each_fault_is_found_by_itself(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found(replace(GOOD, **changes)) == expected  # type: ignore[arg-type]  # as the cases say


def test_all_faults_come_at_once_the_gravest_first() -> None:
    letter = Letter("转发：申报材料", ("other@126.com",), (Attached("新建文档.docx", 0, ""),))
    assert found(letter) == [
        ("refuse", "subject_parts"), ("refuse", "lacks"), ("refuse", "name_parts"), ("refuse", "empty_file"),
        ("warn", "receiver"), ("note", "subject_before"),
    ]  # fmt: skip


def test_a_film_may_come_as_a_link() -> None:
    linked = replace(GOOD, links=("https://pan.example.org/s/1",))
    assert found(linked, "video") == [("note", "film_linked")]
    assert found(GOOD, "video") == [("refuse", "lacks")]


def test_names_that_only_we_suggest_are_no_refusal() -> None:
    xian = notice("xian-2024")
    letter = Letter("报送材料", ("xiancredit@163.com",), (replace(WORD, name="表.docx"), replace(SCAN, name="章.pdf")))
    assert {verdict for verdict, _ in found(letter, "case", xian)} == {"warn"}


def test_a_form_may_be_a_sheet_or_a_pdf_where_the_notice_says_so() -> None:
    xinhua, industry = notice("xinhua-2021"), notice("industry-2024")
    sheet = Letter("x", (), (Attached("表.xlsx", 9, "office"), Attached("章.pdf", 9, "pdf")))
    assert ("refuse", "lacks") not in found(sheet, xinhua.entered[0].key, xinhua)
    assert found(sheet).count(("refuse", "lacks")) == 1
    film = Letter("x", (), (Attached("表.pdf", 9, "pdf"), Attached("片.mp4", 9, "film")))
    assert ("refuse", "lacks") not in found(film, industry.entered[0].key, industry)


def test_the_track_is_guessed_by_whether_there_is_a_film() -> None:
    assert [track_of(weifang(), replace(GOOD, files=files)).key for files in ((WORD,), (WORD, FILM))] == [
        "text", "video",
    ]  # fmt: skip
