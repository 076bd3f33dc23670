"""Rosters come in from whatever Excel writes, wrong rows are named, and invitations go out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from rules.codes import read_code
from tests.commands.program import call, deployment

TITLES: list[object] = ["单位名称", "简称", "别名", "类别", "上级", "联系人", "联系电话"]
GOOD: list[list[object]] = [
    ["西安市教育局", "市教育局", "教育局", "市级部门", "", "王某", 13800000000],
    ["碑林区", "", "", "区县", "", "李某", "029-12345678"],
]
WRONG: list[list[object]] = [["莲湖区", "", "", "乡镇", "", "", ""], ["", "", "", "区县", "", "", ""]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return deployment(tmp_path)


def _xlsx(path: Path, rows: list[list[object]], *, above: int = 0) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        for number, row in enumerate(rows, start=above):
            sheet.write_row(number, 0, row)
    return path


def _csv(encoding: str, newline: str = "\r\n") -> Callable[[Path, list[list[object]]], Path]:
    def write(path: Path, rows: list[list[object]]) -> Path:
        path = path.with_suffix(".csv")
        text = newline.join(",".join(map(str, row)) for row in rows)
        path.write_bytes(text.encode(encoding))
        return path

    return write


def _kept(config: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(config.parent / "data" / "xinshi.db") as connection:
        rows = connection.execute("SELECT name, short, aliases, klass, contacts FROM units ORDER BY id").fetchall()
    connection.close()
    return rows


KEPT = [
    ("西安市教育局", "市教育局", '["教育局"]', "department", '[["王某","13800000000"]]'),
    ("碑林区", "", "[]", "district", '[["李某","029-12345678"]]'),
]


@pytest.mark.parametrize(
    "write",
    [_xlsx, _csv("utf-8"), _csv("utf-8-sig"), _csv("gb18030"), _csv("utf-8", "\r"), _csv("utf-8", "\n")],
    ids=["xlsx", "utf-8", "utf-8 with BOM", "GB18030", "old Mac", "Unix"],
)
def test_a_roster_comes_in_from_any_file(
    config: Path, tmp_path: Path, write: Callable[[Path, list[list[object]]], Path]
) -> None:
    file = write(tmp_path / "名单.xlsx", [TITLES, *GOOD])
    result = call("roster", "import", "xian-2024", file, "--config", config)
    assert (result.exit_code, result.stdout) == (0, "导入 2 个单位：新增 2，更新 0；有问题的 0 行。\n")
    assert _kept(config) == KEPT


def test_wrong_rows_are_named_and_the_others_come_in(config: Path, tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "名单.xlsx", [TITLES, GOOD[0], WRONG[0], GOOD[1], WRONG[1]])
    result = call("roster", "import", "xian-2024", file, "--config", config)
    assert result.exit_code == 1
    assert result.stderr == (
        "第 3 行：“莲湖区”的类别“乡镇”不在通知的单位类别里；可用：市级部门、区县、西咸新区、开发区。\n"
        "第 5 行：没有单位名称。\n"
    )
    assert result.stdout == "导入 2 个单位：新增 2，更新 0；有问题的 2 行。\n"
    assert _kept(config) == KEPT


def test_rows_are_counted_as_the_sheet_shows_them(config: Path, tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "名单.xlsx", [TITLES, WRONG[0]], above=3)
    result = call("roster", "import", "xian-2024", file, "--config", config)
    assert result.stderr.startswith("第 5 行：")


def test_a_second_import_brings_up_to_date(config: Path, tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "名单.xlsx", [TITLES, *GOOD])
    call("roster", "import", "xian-2024", file, "--config", config)
    result = call("roster", "import", "xian-2024", file, "--config", config)
    assert result.stdout == "导入 2 个单位：新增 0，更新 2；有问题的 0 行。\n"
    assert _kept(config) == KEPT


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名单.docx", b"x", "名单.docx：请用 .xlsx 或 .csv 文件（写的是“.docx”）。"),
        ("名单", b"x", "名单：请用 .xlsx 或 .csv 文件（写的是“无后缀”）。"),
        ("名单.xlsx", b"PK\x03\x04 half", "名单.xlsx：打不开，不是完整的 Excel 文件，或者设了密码（"),
        ("名单.xlsx", b"", "名单.xlsx：打不开，不是完整的 Excel 文件，或者设了密码（"),
        ("名单.csv", b"\xff\xfe\x55\x53", "名单.csv：文字编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”后再试。"),
        ("名单.csv", b'a,"' + b"x" * 140_000, "名单.csv：不是完整的 CSV 文件（"),
    ],
)
def test_a_file_that_is_no_sheet_ends_in_a_sentence(
    config: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = call("roster", "import", "xian-2024", tmp_path / name, "--config", config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_a_file_without_the_columns_says_which(config: Path, tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "名单.xlsx", [["单位", "电话"], ["碑林区", 1]])
    result = call("roster", "import", "xian-2024", file, "--config", config)
    assert (result.exit_code, result.stderr) == (1, "第 1 行：缺少列：类别。这一行读到的列名是：单位、电话。\n")


def test_what_is_not_there_is_named(config: Path, tmp_path: Path) -> None:
    result = call("roster", "import", "xian-2024", tmp_path / "没有.csv", "--config", config)
    assert (result.exit_code, result.stderr) == (1, f"找不到文件“{tmp_path / '没有.csv'}”，请核对路径。\n")
    (tmp_path / "名单.csv").write_text("单位名称,类别\n")
    result = call("roster", "import", "nope", tmp_path / "名单.csv", "--config", config)
    assert (result.exit_code, result.stderr) == (1, "配置里没有活动“nope”；有：xian-2024。\n")


@pytest.fixture
def listed(config: Path, tmp_path: Path) -> Path:
    """A deployment with its roster."""
    file = _xlsx(tmp_path / "名单.xlsx", [TITLES, *GOOD])
    assert call("roster", "import", "xian-2024", file, "--config", config).exit_code == 0
    return config


def _invitations(stdout: str) -> list[tuple[str, str]]:
    """Whom each line invites, with the code it shows."""
    found = []
    for line in stdout.splitlines():
        name, code, until = line.split("\t")[:3]
        assert read_code(code) == code.replace("-", "")
        assert until.endswith("前有效")
        found.append((name, code))
    return found


@pytest.mark.parametrize("name", ["碑林区", "市教育局", "教育局", "admin"])
def test_one_is_invited_by_any_exact_name(listed: Path, name: str) -> None:
    result = call("invite", "xian-2024", name, "--config", listed)
    invited = [each for each, _ in _invitations(result.stdout)]
    assert (result.exit_code, invited) == (0, [{"碑林区": "碑林区", "admin": "管理员"}.get(name, "西安市教育局")])


def test_all_are_invited_each_with_a_code_of_their_own(listed: Path) -> None:
    result = call("invite", "xian-2024", "all", "--days", "3", "--config", listed)
    invited = _invitations(result.stdout)
    assert [name for name, _ in invited] == ["西安市教育局", "碑林区"]
    assert len({code for _, code in invited}) == 2
    data = b"".join(path.read_bytes() for path in (listed.parent / "data").iterdir() if path.is_file())
    assert [code for _, code in invited if code.replace("-", "").encode() in data] == []


def test_an_invitation_carries_its_link_where_there_is_an_address(tmp_path: Path) -> None:
    config = deployment(tmp_path, more='[web]\npublic_url = "https://xinshi.example.gov.cn/"\n')
    (line,) = call("invite", "xian-2024", "admin", "--config", config).stdout.splitlines()
    _, code, _, link = line.split("\t")
    assert link == f"https://xinshi.example.gov.cn/i/{code.replace('-', '')}"


def test_an_expert_is_invited_beside_every_unit(config: Path) -> None:
    result = call("invite", "xian-2024", "expert", "--config", config)
    assert (result.exit_code, [name for name, _ in _invitations(result.stdout)]) == (0, ["专家"])
    with sqlite3.connect(config.parent / "data" / "xinshi.db") as connection:
        rows = connection.execute("SELECT role, unit, uses FROM invites").fetchall()
    connection.close()
    assert rows == [("expert", 0, 1)]


def test_nobody_is_invited_by_likeness(listed: Path) -> None:
    result = call("invite", "xian-2024", "碑林", "--config", listed)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "名单里没有“碑林”；相近的有：碑林区。名单用 ./xinshi roster import 导入。\n"


def test_without_a_roster_all_are_nobody(config: Path) -> None:
    result = call("invite", "xian-2024", "all", "--config", config)
    said = "“xian-2024”还没有单位名单，请先导入：./xinshi roster import xian-2024 名单.xlsx\n"
    assert (result.exit_code, result.stderr) == (1, said)
    result = call("invite", "xian-2024", "碑林区", "--config", config)
    said = "名单里没有“碑林区”。名单用 ./xinshi roster import 导入。\n"
    assert (result.exit_code, result.stderr) == (1, said)
