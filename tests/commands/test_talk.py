"""The console: whole conversations through a pipe, continued as often as one likes, and nothing ends in a traceback."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from tests.commands.program import call, run, running, spoken

HERE = ("--campaign", "weifang-2023", "--as", "liaison:奎文区", "--at", "2023-08-01 10:00")
ANSWERS = ["填报", "1", "信用潍坊", "王某某", "0536-8791234", "xy@example.org", "胜利东街1号", "1"]
TEXTS = ["一窗受理。", "完成", "办理时长由5天压缩到1天。", "惠及300户。", "完成"]
PRINT = ["没有配图", "逐条确认", "确认承诺", "1"]
LATER = "先存着，盖好再交"


def _talk(*arguments: str, lines: list[str]) -> str:
    """What a conversation says; it must end well."""
    code, out, err = spoken("talk", *arguments, said="\n".join(lines) + "\n")
    assert (code, err) == (0, "")
    return out


def test_an_entry_goes_through_a_pipe_up_to_its_stamp(tmp_path: Path) -> None:
    lines = ["王老师", *ANSWERS, *TEXTS, *PRINT, LATER]
    code, out, err = run("talk", *HERE, "--data", str(tmp_path), said="\n".join(lines) + "\n")
    assert (code, err) == (0, "")
    said = [paragraph.splitlines()[0] for paragraph in out.split("\n\n") if paragraph]
    assert said[0].startswith("您好，欢迎代表 奎文区 参加“")
    assert "谢谢您，王老师。" in said
    assert "申报表 PDF 盖章扫描版（《通知》四）" in said
    assert "已存好：“信用潍坊”，停在“申报表 PDF 盖章扫描版”。什么时候方便，发“继续”就从这里接着填。" in said
    word = tmp_path / "out" / "附件1 信用潍坊.docx"
    assert f"📎 {word}" in out
    assert "惠及300户。" in "".join(
        cell.text for table in Document(str(word)).tables for row in table.rows for cell in row.cells
    )
    with sqlite3.connect(tmp_path / "xinshi.db") as connection:
        drafts = connection.execute("SELECT flow, title, state, shown FROM sessions WHERE state = 'parked'").fetchall()
    connection.close()
    assert drafts == [("enter", "信用潍坊", "parked", "scan")]


def test_the_same_data_continues_the_same_conversation(tmp_path: Path) -> None:
    first = _talk(*HERE, "--data", str(tmp_path), lines=["王老师", *ANSWERS, TEXTS[0]])
    assert first.rstrip().endswith("【完成】 【撤回】 【重写】 【全文】")
    second = _talk(*HERE[:3], "liaison:奎文区信用主管部门", *HERE[4:], "--data", str(tmp_path), lines=TEXTS[1:])
    assert second.startswith("成果特色或亮点 已有 5 字。"), "by whatever name of the unit"
    assert "请看" not in second
    third = _talk(*HERE, "--data", str(tmp_path), lines=[*PRINT, LATER, "我的报送"])
    assert "已存好：“信用潍坊”" in third
    assert "1 草稿：信用潍坊（停在“申报表 PDF 盖章扫描版”）" in third


def test_each_campaign_and_each_seat_has_a_conversation_of_its_own(tmp_path: Path) -> None:
    _talk(*HERE, "--data", str(tmp_path), lines=["王老师"])
    other = _talk("--campaign", "xian-2024", "--as", "liaison:碑林区", "--data", str(tmp_path), lines=["李老师"])
    assert other.startswith("您好，欢迎代表 碑林区 参加")
    admin = _talk("--campaign", "xian-2024", "--as", "admin", "--data", str(tmp_path), lines=["管理员"])
    assert "您是“2024年度典型案例及优秀短视频征集”的管理员。" in admin


def test_the_clock_stands_where_it_is_set(tmp_path: Path) -> None:
    _talk(*HERE, "--data", str(tmp_path), lines=["王老师", *ANSWERS, *TEXTS, *PRINT])
    late = (*HERE[:5], "2023-08-31 00:00")
    out = _talk(*late, "--data", str(tmp_path), lines=["1"])
    assert "已收到" not in out
    assert "截止" in out
    with sqlite3.connect(tmp_path / "xinshi.db") as connection:
        kept = connection.execute("SELECT count(*) FROM entries").fetchone(), connection.execute(
            "SELECT state FROM sessions WHERE flow = 'enter'"
        ).fetchall()  # fmt: skip
    connection.close()
    assert kept == ((0,), [("parked",)]), "the draft stays"


def test_a_file_is_sent_by_its_path(tmp_path: Path) -> None:
    _talk(*HERE, "--data", str(tmp_path), lines=["王老师", *ANSWERS, *TEXTS, *PRINT])
    word = tmp_path / "out" / "附件1 信用潍坊.docx"
    out = _talk(*HERE, "--data", str(tmp_path / "second"), lines=["李老师", f"@{word}", *PRINT, LATER])
    assert f"收到“{word.name}”" in out
    assert "已存好：“信用潍坊”，停在“申报表 PDF 盖章扫描版”" in out


def test_what_cannot_be_sent_is_said_and_the_conversation_goes_on(tmp_path: Path) -> None:
    large, picture = tmp_path / "large.docx", tmp_path / "红旗.png"
    with large.open("wb") as file:
        file.truncate((25 << 20) + 1)
    picture.write_bytes(b"\x89PNG")
    began = time.monotonic()
    out = _talk(*HERE, lines=["王老师", "@/nowhere/x.docx", f"@{tmp_path}", f"@{large}", f"@{picture}", "填报"])
    assert time.monotonic() - began < 120, "a file that nobody works on is not waited for"
    said = [paragraph.splitlines()[0] for paragraph in out.split("\n\n") if paragraph.strip()]
    assert "找不到文件“/nowhere/x.docx”。请核对路径；要发以 @ 开头的文字，请在前面加一个空格。" in said
    assert f"找不到文件“{tmp_path}”。请核对路径；要发以 @ 开头的文字，请在前面加一个空格。" in said
    assert "“large.docx”超过 25 MB，没有发出。请压缩后再发。" in said
    assert "要报送哪一类？" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--campaign", "nope", "--as", "admin"), "里没有“nope”这个活动；有："),
        (("--campaign", "xian-2024", "--as", "liaison:无此单位"), "名单里没有“无此单位”。"),
        (("--campaign", "xian-2024", "--as", "liaison"), "--as 应为 liaison:单位名称 或 admin，写的是“liaison”。"),
        (("--campaign", "xian-2024", "--as", "admin:碑林区"), "--as 应为 "),
        (("--campaign", "xian-2024", "--as", "expert:x"), "--as 应为 "),
        (("--campaign", "xian-2024", "--as", "admin", "--at", "昨天"), "--at："),
        (("--campaign", "xian-2024", "--as", "admin", "--data", "/dev/null/x"), "“/dev/null/x”用不了（"),
    ],
)
def test_what_is_wrong_in_the_command_ends_in_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    result = call("talk", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert said in result.stderr


@pytest.mark.parametrize("said", [b"", "王老师".encode(), b"\n\n \r\n", b"\xff\xfe\n", "王老师\r\n填报\r\n".encode()])
def test_input_may_end_anywhere_and_hold_anything(said: bytes) -> None:
    code, out, err = run("talk", *HERE, said=said)
    assert (code, err) == (0, "")
    assert out.startswith("您好，欢迎代表 奎文区")


def test_a_reader_who_leaves_ends_the_conversation_quietly() -> None:
    with running("talk", *HERE, stdin=subprocess.PIPE) as one:
        assert one.process.stdin is not None
        one.stdout.readline()
        one.stdout.close()
        # That nobody reads any more is noticed at the next reply.
        one.process.stdin.write("王老师\n填报\n")
        one.process.stdin.flush()
        assert one.process.wait(timeout=60) == 1
        assert one.stderr.read() == ""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever runs the tests in the background of a shell does not hear Ctrl-C, and neither would the program."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_it_at_once_although_nothing_was_typed() -> None:
    read, write = os.pipe()
    with running("talk", *HERE, stdin=read) as one:
        assert one.stdout.readline().startswith("您好")
        time.sleep(0.3)
        one.process.send_signal(signal.SIGINT)
        assert one.process.wait(timeout=60) == 130
        assert "Traceback" not in one.stderr.read()
    os.close(read)
    os.close(write)
