"""What could not be read is listed without its bytes, and shown so that a terminal obeys none of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.commands.screen import safe, safe_bytes
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.spool import Quarantine
from tests.commands.program import call, deployment

#: 2024-03-01 10:00 in Asia/Shanghai.
AT = 1_709_258_400_000_000
MINUTE = 60_000_000


def _kept(folder: Path, *rows: tuple[str, bytes, str]) -> None:
    async def fill() -> None:
        database = Database.open(sqlite_url(folder))
        await migrate(database)
        for place, (number, body, why) in enumerate(rows):
            await Quarantine(database).put(number, body, why, AT + place * MINUTE)
        await database.close()

    folder.mkdir()
    asyncio.run(fill())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    _kept(
        tmp_path / "data", ("telegram:1/901", b'{"update_id": 901}', "KeyError"), ("wechat:\x1b[2Ja", b"\xff", "\x07")
    )
    return deployment(tmp_path)


def test_the_list_says_what_came_and_why_it_was_not_read(config: Path) -> None:
    result = call("quarantine", "list", "--config", config)
    assert (result.exit_code, result.stdout) == (
        0,
        "wechat:\\x1b[2Ja\t2024-03-01 10:01:00\t1 字节\t\\x07\n"
        "telegram:1/901\t2024-03-01 10:00:00\t18 字节\tKeyError\n",
    )
    assert call("quarantine", "list", "-n", "1", "--config", config).stdout.count("\n") == 1


def test_one_is_shown_as_it_came(config: Path) -> None:
    result = call("quarantine", "show", "telegram:1/901", "--config", config)
    assert (result.exit_code, result.stdout) == (0, '{"update_id": 901}\n')
    assert call("quarantine", "show", "wechat:\x1b[2Ja", "--config", config).stdout == "\\xff\n"


def test_one_that_is_not_there_is_said(config: Path) -> None:
    result = call("quarantine", "show", "telegram:\x1b7", "--config", config)
    said = "没有编号是“telegram:\\x1b7”的来件，请从 ./xinshi quarantine list 的结果里复制。\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)


def test_nothing_is_said_as_nothing_and_no_database_is_made(tmp_path: Path) -> None:
    config = deployment(tmp_path)
    result = call("quarantine", "list", "--config", config)
    said = f"“{tmp_path / 'data'}”里还没有数据库：请核对配置，或先启动一次 ./xinshi serve。\n"
    assert (result.exit_code, result.stderr, (tmp_path / "data").exists()) == (1, said, False)
    _kept(tmp_path / "data")
    result = call("quarantine", "list", "--config", config)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "没有读不出来的来件。\n")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<xml>\n<a>", "<xml>\n<a>"),
        ("案例　内容“信用”😀".encode(), "案例　内容“信用”😀"),
        (b"\x1b]0;title\x07\r\x00\t", "\\x1b]0;title\\x07\\r\\x00\\t"),
        (b"\xe4\xbd\xff\xe5\xa5\xbd", "\\xe4\\xbd\\xff好"),
        (rb"\x1b", "\\\\x1b"),
        ("a\u202egnp.exe\u2028\x9b1m".encode(), "a\\u202egnp.exe\\u2028\\x9b1m"),
        (b"", ""),
    ],
)
def test_bytes_are_printed_so_that_no_terminal_obeys_them(body: bytes, shown: str) -> None:
    assert safe_bytes(body) == shown


def test_a_line_stays_a_line() -> None:
    assert safe("a\nb") == "a\\nb"
