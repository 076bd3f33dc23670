"""A measured scan is judged by what is asked: all at once, the gravest first, and never more than is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.codes import shown
from rules.findings import Finding
from rules.scan_judge import ADVISED, COARSE, UNREADABLE, Asked, Printed, judge
from rules.scans import MOST_PAGES, Page, Scan, Seal, Source

CODE, OLD, STRANGE = "7K3F9QZ2MX", "0000000001", "0000000002"
PDF = Source("盖章.pdf", "pdf", 300_000, pages=1)
PHOTO = Source("IMG_1.jpg", "jpeg", 2_000_000, pages=1)
SEAL = Seal(0.7, 0.8, 42.0, 0.99)
GOOD = Page(
    file=0, width=210.0, height=297.0, pixels=2339, turn=0, lean=0.1, sharpness=0.8, white=0.95, shade=0.9,
    contrast=0.8, ink=0.06, coloured=0.003, seals=(SEAL,), symbols=(f"XS1:{CODE}",),
)  # fmt: skip
BLANK = replace(GOOD, ink=0.0, contrast=0.02, coloured=0.0, seals=(), symbols=(), sharpness=0.0, lean=None)
ASKED = Asked(label="申报表盖章扫描件", clause="四", formats=("pdf",), code=CODE)


def printed(code: str, **changed: Any) -> Printed:
    facts = {
        "campaign": "xian-2024", "form": "case", "form_title": "申报表", "unit": "碑林区", "title": "诚信菜市场",
        "at": "4月12日（周五）14:20", "number": "XA-A0001", "version": 2,
    }  # fmt: skip
    return Printed(code=code, **{**facts, **changed})


def found(*pages: Page, asked: Asked = ASKED, files: tuple[Source, ...] = (PDF,), remade: tuple[str, ...] = ()) -> Any:
    """(verdict, key) of each finding."""
    return [(each.verdict, each.key) for each in judge(Scan(files, pages, remade), asked)]


def only(*pages: Page, asked: Asked = ASKED, **more: Any) -> Finding:
    [finding] = judge(Scan(more.pop("files", (PDF,)), pages, more.pop("remade", ())), asked)
    return finding


def knowing(**prints: Printed) -> Asked:
    return replace(ASKED, prints={CODE: printed(CODE), **{each.code: each for each in prints.values()}})


def test_a_good_scan_of_the_version_in_force_has_no_findings() -> None:
    assert found(GOOD, replace(GOOD, seals=())) == []


@pytest.mark.parametrize("why", ["empty", "unknown", "film", "office", "packed", "heif", "ofd", "broken", "locked"])
def test_a_file_that_cannot_be_read_is_refused_by_its_own_sentence(why: str) -> None:
    assert found(files=(replace(PDF, why=why),)) == [("refuse", f"scan.file.{why}")]


def test_every_unreadable_file_is_named_and_nothing_is_concluded_from_the_rest() -> None:
    files = (PHOTO, replace(PHOTO, name="b.heic", why="heif"), replace(PHOTO, name="c.zip", why="packed"))
    findings = judge(Scan(files, (replace(GOOD, seals=(), symbols=()),), ("pictures", "several")), ASKED)
    assert [(each.key, each.facts["name"]) for each in findings] == [
        ("scan.file.heif", "b.heic"),
        ("scan.file.packed", "c.zip"),
    ]


def test_a_picture_that_is_too_large_says_how_large_it_is() -> None:
    finding = only(files=(replace(PHOTO, why="huge", width=30000, height=20000),))
    assert {key: finding.facts[key] for key in ("width", "height", "millions")} == {
        "width": 30000, "height": 20000, "millions": 600,
    }  # fmt: skip


def test_all_blank_is_refused_and_one_blank_page_is_only_pointed_out() -> None:
    assert found(BLANK, BLANK) == [("refuse", "scan.blank")]
    finding = only(GOOD, BLANK)
    assert (finding.verdict, finding.key, finding.facts["pages"]) == ("warn", "scan.blank_pages", [2])


def test_a_page_with_nothing_but_its_footer_is_not_blank() -> None:
    assert found(GOOD, replace(BLANK, symbols=(f"XS1:{CODE}",), sharpness=0.5, contrast=0.6)) == []


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (UNREADABLE - 1, [("refuse", "scan.too_small")]),
        (UNREADABLE, [("warn", "scan.small")]),
        (COARSE - 1, [("warn", "scan.small")]),
        (COARSE, []),
        (0, []),  # drawn, not scanned
    ],
)
def test_too_small_to_read_is_refused_and_coarse_is_pointed_out(pixels: int, said: list[Any]) -> None:
    assert found(replace(GOOD, pixels=pixels)) == said


def test_a_small_page_says_what_it_has_what_is_needed_and_which_page_it_is() -> None:
    finding = only(GOOD, replace(GOOD, pixels=600))
    assert {key: finding.facts[key] for key in ("pages", "pixels", "least", "advised", "count")} == {
        "pages": [2], "pixels": 600, "least": UNREADABLE, "advised": ADVISED, "count": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"sharpness": 0.119}, "scan.blurred"),
        ({"white": 0.29}, "scan.dim"),
        ({"shade": 0.29}, "scan.dim"),
        ({"contrast": 0.2, "ink": 0.0005}, "scan.pale"),
        ({"lean": -3.0}, "scan.leaning"),
        ({"turn": 180}, "scan.turned"),
    ],
)
def test_what_makes_a_page_hard_to_read_is_pointed_out(changed: dict[str, Any], key: str) -> None:
    assert found(GOOD, replace(GOOD, **changed)) == [("warn", key)]
    assert only(GOOD, replace(GOOD, **changed)).facts["pages"] == [2]


@pytest.mark.parametrize(
    "changed", [{"sharpness": 0.12}, {"white": 0.3, "shade": 0.3}, {"lean": 2.9}, {"lean": None}, {"turn": None}]
)
def test_just_within_is_said_nothing_of(changed: dict[str, Any]) -> None:
    assert found(replace(GOOD, **changed)) == []


def test_a_photograph_that_is_straightened_and_turned_on_its_way_into_the_pdf_is_not_complained_of() -> None:
    said = [("note", "scan.made_pdf")]
    assert found(replace(GOOD, lean=5.0, turn=90), files=(PHOTO,), remade=("pictures",)) == said
    assert found(replace(GOOD, lean=12.0), files=(PHOTO,), remade=("pictures",)) == [("warn", "scan.leaning"), *said]


def test_a_seal_that_is_not_recognised_is_a_hint_that_says_whether_the_copy_is_grey() -> None:
    colour, grey = replace(GOOD, seals=()), replace(GOOD, seals=(), coloured=0.0)
    assert [
        (each.verdict, each.key, each.facts["grey"]) for each in (only(colour), only(grey), only(grey, colour))
    ] == [
        ("warn", "scan.no_seal", False),
        ("warn", "scan.no_seal", True),
        ("warn", "scan.no_seal", False),
    ]


def test_who_signs_instead_of_stamping_is_asked_for_no_seal() -> None:
    assert found(replace(GOOD, seals=()), asked=replace(ASKED, seals=False)) == []


def test_one_seal_on_any_page_is_enough() -> None:
    assert found(replace(GOOD, seals=()), GOOD, replace(GOOD, seals=())) == []


def test_a_code_that_was_not_read_is_a_hint_with_the_one_expected() -> None:
    finding = only(replace(GOOD, symbols=("https://example.org",)))
    assert (finding.verdict, finding.key, finding.facts["expected"]) == ("warn", "scan.no_code", shown(CODE))
    assert found(replace(GOOD, symbols=()), asked=replace(ASKED, code="")) == []


def test_an_older_version_is_named_with_its_date_and_number() -> None:
    asked = knowing(old=printed(OLD, at="4月10日（周三）9:05", version=1))
    finding = only(replace(GOOD, symbols=(f"XS1:{OLD}",)), asked=asked)
    assert (finding.verdict, finding.key) == ("warn", "scan.other_version")
    told = {key: finding.facts[key] for key in ("code", "expected", "at", "version", "current_at")}
    assert told == {
        "code": shown(OLD), "expected": shown(CODE), "at": "4月10日（周三）9:05", "version": 1,
        "current_at": "4月12日（周五）14:20",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"form": "video"}, "scan.other_form"),
        ({"campaign": "weifang-2023"}, "scan.other_form"),
        ({"unit": "雁塔区"}, "scan.other_unit"),
        ({"number": "XA-A0009"}, "scan.other_work"),
        ({"number": "", "version": 0}, "scan.other_version"),
    ],
)
def test_what_was_stamped_instead_is_told_apart_and_a_notice_may_refuse_it(changed: dict[str, Any], key: str) -> None:
    asked = knowing(old=printed(OLD, **changed))
    page = replace(GOOD, symbols=(f"XS1:{OLD}",))
    assert found(page, asked=asked) == [("warn", key)]
    assert found(page, asked=replace(asked, restamp="refuse")) == [("refuse", key)]


def test_another_unit_is_not_named() -> None:
    asked = knowing(old=printed(OLD, unit="雁塔区", title="别人的作品"))
    facts = only(replace(GOOD, symbols=(f"XS1:{OLD}",)), asked=asked).facts
    assert "雁塔区" not in facts.values() and "别人的作品" not in facts.values()
    assert facts["own"] == "碑林区"


def test_a_code_that_nobody_was_given_and_one_that_cannot_be_looked_up_are_told_apart() -> None:
    page = replace(GOOD, symbols=(f"XS1:{STRANGE}",))
    assert found(page, asked=knowing()) == [("warn", "scan.unknown_code")]
    assert found(page, asked=replace(ASKED, prints=None)) == [("warn", "scan.another_code")]


def test_pages_of_several_versions_are_named() -> None:
    finding = only(GOOD, replace(GOOD, symbols=(f"XS1:{OLD}",)), asked=knowing(old=printed(OLD)))
    assert (finding.key, finding.facts["pages"], finding.facts["codes"]) == ("scan.several_versions", [2], [shown(OLD)])


@pytest.mark.parametrize("text", ["XS1:", "XS1:7K3F9", "XS1:" + "U" * 10, "xs1:7K3F9QZ2MX", "7K3F9QZ2MX"])
def test_a_code_that_is_not_ours_is_no_version_code(text: str) -> None:
    assert replace(GOOD, symbols=(text,)).codes == ()


def test_more_and_fewer_pages_than_the_form_has_are_pointed_out() -> None:
    facts = only(GOOD, asked=replace(ASKED, pages=3)).facts
    assert (facts["count"], facts["expected"]) == (1, 3)
    assert found(GOOD, GOOD, asked=replace(ASKED, pages=2)) == []


def test_more_pages_than_are_looked_at_are_refused() -> None:
    files = (replace(PDF, pages=MOST_PAGES + 1),)
    assert found(GOOD, files=files) == [("refuse", "scan.too_many_pages")]
    assert found(GOOD, files=(replace(PDF, pages=MOST_PAGES),)) == []


@pytest.mark.parametrize(
    ("remade", "key"),
    [(("pictures",), "scan.made_pdf"), (("several",), "scan.made_pdf"), (("odd", "heavy"), "scan.made_plain"),
     (("heavy",), "scan.made_smaller")],
)  # fmt: skip
def test_what_was_made_of_it_is_told(remade: tuple[str, ...], key: str) -> None:
    assert found(GOOD, remade=remade) == [("note", key)]


def test_all_is_told_at_once_the_gravest_first() -> None:
    page = replace(GOOD, pixels=500, sharpness=0.05, seals=(), symbols=())
    assert found(page, asked=replace(ASKED, pages=2), files=(PHOTO,), remade=("pictures",)) == [
        ("refuse", "scan.too_small"),
        ("warn", "scan.blurred"),
        ("warn", "scan.pages_differ"),
        ("warn", "scan.no_seal"),
        ("warn", "scan.no_code"),
    ]


def test_every_finding_carries_label_and_clause_and_a_clause_that_is_none_is_not_quoted() -> None:
    facts = only(BLANK).facts
    assert (facts["label"], facts["clause"], facts["formats"]) == ("申报表盖章扫描件", "四", ["pdf"])
    assert only(BLANK, asked=replace(ASKED, clause="通知未写，便于核对签章")).facts["clause"] == ""


def test_of_a_scan_that_is_refused_nothing_is_said_to_be_kept() -> None:
    assert found(GOOD, files=(PHOTO,), remade=("pictures",)) == [("note", "scan.made_pdf")]
    assert found(replace(GOOD, pixels=700), files=(PHOTO,), remade=("pictures",)) == [("refuse", "scan.too_small")]
