"""`./xinshi scan check` says what is right and wrong with a stamped scan, and exits by it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.commands.program import call
from tests.scans.paper import has_font, page, stamped
from tests.scans.spoiling import at_dpi

pytestmark = pytest.mark.skipif(not has_font(), reason="no font with Chinese characters on this machine")
CODE = "7K3F9QZ2MX"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "1.jpg"
    stamped(page(CODE, dice=Random(7)), Random(7)).save(path)
    return path


def test_a_good_scan_is_said_to_be_usable_and_its_pdf_is_saved(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.pdf"
    result = call("scan", "check", good, "--campaign", "weifang-2023", "--form", "text", "--code", CODE, "--out", out)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "1 页，识别到红色印章 1 枚，版本码 7K3F9-QZ2MX"
    assert (lines[1][:2], lines[-1]) == ("· ", "✓ 可以用。")
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_page_too_small_to_read_is_refused_with_what_it_measures(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    at_dpi(page(CODE), 60).save(path)
    result = call("scan", "check", path)
    assert result.exit_code == 1
    assert "✗ 图片太小：长边只有 702 像素" in result.stdout


def test_json_holds_findings_with_their_sentences(good: Path) -> None:
    result = call("scan", "check", good, "--json", "--code", "0000000001")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [(each["verdict"], each["key"]) for each in told["findings"]] == [
        ("warn", "scan.another_code"),
        ("note", "scan.made_pdf"),
    ]
    assert told["findings"][0]["says"].startswith("页脚的版本码是 7K3F9-QZ2MX")


def test_what_is_no_scan_ends_with_code_2_and_one_sentence(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "扫描.pdf"
    path.write_bytes(b"PK\x03\x04....photo.jpg")
    result = call("scan", "check", good, path)
    assert result.exit_code == 2
    assert [line for line in result.stdout.splitlines() if line.startswith("✗")] == [
        "✗ “扫描.pdf”是压缩包，我不会替您解开。请解压后，把里面的扫描件（PDF、JPG 或 PNG）直接发来。"
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--form", "case"), "写了 --form，还要用 --campaign"),
        (("--campaign", "nowhere", "--form", "case"), "没有“nowhere”这个活动"),
        (("--campaign", "xian-2024"), "请用 --form 写明是哪张表"),
        (("--code", "123"), "版本码“123”不对"),
    ],
)
def test_a_wrong_argument_is_one_sentence(good: Path, words: tuple[str, ...], said: str) -> None:
    result = call("scan", "check", good, *words)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = call("scan", "check", tmp_path / "none.pdf")
    assert (result.exit_code, "打不开" in result.stderr) == (2, True)
