"""A notice that is none of the five rehearses by the command, as far as it goes; what was assumed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import rehearse as command
from rehearsal.record import Record
from rehearsal.report import write
from tests.commands.program import call
from tests.drafting.words import drafted
from tests.rehearsal.own import EXPERTS, PRIZES, QUIZ, TASK, WORKS, put


@pytest.fixture
def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearsing:
    """Rehearses a notice of `tmp_path/own` by the command; gives the record that it wrote down."""
    return Rehearsing(tmp_path, monkeypatch)


class Rehearsing:
    """The command on a folder of notices, and what it reported."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.campaigns, self.report = folder / "own", folder / "report"
        self._found: list[Record] = []

        def keep(record: Record, place: Path) -> Path:
            self._found.append(record)
            return write(record, place)

        monkeypatch.setattr(command, "write", keep)

    def play(self, name: str = "own-2025", *said: str) -> Record:
        done = call("rehearse", name, "--campaigns", self.campaigns, "--small", "--report", self.report, *said)
        assert done.exit_code == 0, f"{done.stdout}{done.stderr}"
        return self._found[-1]


def steps(record: Record) -> list[str]:
    """What the time-line tells."""
    return [each.text for each in record.timeline]


def told(record: Record) -> str:
    """All that was assumed."""
    return "\n".join(each.what for each in record.assumed)


def test_a_collection_without_judging_ends_in_its_dossier(rehearsed: Rehearsing) -> None:
    put(rehearsed.campaigns, WORKS, TASK)
    record = rehearsed.play("own-2025", "--units", "4")
    assert record.faults == ()
    assert steps(record)[0] == "通知里没有这些，不演：视频、审核、网络投票、专家评审、奖项、证书、答题"
    assert "结项档案" in steps(record)
    assert not {"审核", "专家投票", "评奖", "发布结果"} & set(steps(record))
    assert {each.title for each in record.results} == set()
    works = [line.text for each in record.people for line in each.lines if line.text.startswith("已收到：ZJ-A")]
    assert len(works) >= 3
    assert any(line.text.startswith("已收到：报送工作总结") for each in record.people for line in each.lines)
    assert "空白表 templates/forms/own/case.docx 还没有放好" in told(record)
    assert "还没有名单，4 家单位是虚构的：东岭街道、东岭区直部门、西原街道、西原区直部门。" in told(record)
    assert any(name.endswith(".docx") for name in record.files)
    page = (rehearsed.report / "index.html").read_text("utf-8")
    assert "演的时候假定的" in page and "campaigns/own-2025.roster.csv" in page


def test_experts_alone_give_prizes_of_which_the_notice_left_the_number_open(rehearsed: Rehearsing) -> None:
    rows = ("甲街道,各街道,某人,13800000000", "乙街道,各街道,,", "丙局,区直部门,,", "丁局,区直部门,,")
    roster = "\n".join(("单位名称,类别,联系人,联系电话", *rows))
    put(rehearsed.campaigns, WORKS, EXPERTS, PRIZES, roster=roster)
    record = rehearsed.play()
    assert record.faults == ()
    assert record.units == 4
    assert "某人" not in "".join(line.text for each in record.people for line in each.lines)
    [prizes] = record.results
    assert "优秀案例（乙主题）" in [row[0] for row in prizes.rows]
    course = record.files["经过.txt"].read_text("utf-8")
    assert "已记下：优秀案例：每个主题 2 名。" in course
    assert "优秀案例（甲主题）：\n" in course, "works are entered in one theme after the other"
    assert "优秀组织单位" in [row[0] for row in prizes.rows], (
        "fewer units than the notice has prizes, and all of them are given one"
    )
    assert "没有写名额的：优秀案例 2 名" in told(record)
    assert "通知没有写明或时间已过" in told(record)
    assert "网络投票" not in steps(record) and "专家投票" in steps(record)
    assert "通知没有说发证书，没有做" in steps(record)


def test_what_the_drafter_made_of_a_notice_rehearses_once_a_person_has_finished_it(rehearsed: Rehearsing) -> None:
    rehearsed.campaigns.mkdir()
    text = drafted("danxia").text
    (rehearsed.campaigns / "danxia-2026.toml").write_text(text, "utf-8")
    record = rehearsed.play("danxia-2026", "--units", "3")
    assert record.faults == ()
    assert {"审核", "专家投票", "导入网络投票结果", "评奖", "结项档案"} <= set(steps(record))
    assert "票数是假的" in told(record)
    assert "审核下级报送的作品，一件不退" in told(record)
    prizes = next(each for each in record.results if each.title == "获奖名单")
    assert any(row[0].startswith("一等奖") for row in prizes.rows)


def test_a_quiz_of_a_day_is_played_with_the_sample_bank(rehearsed: Rehearsing) -> None:
    put(rehearsed.campaigns, QUIZ, TASK)
    record = rehearsed.play("own-2025", "--units", "3", "--players", "4")
    assert record.faults == ()
    rows = next(each.rows for each in record.results if each.title == "答题情况")
    assert next(int(number) for what, number in rows if what == "答题次数") > 5
    assert "还没有题库，用了随程序附带的 284 道信用知识题。" in told(record)
    assert any(line.text.startswith("已收到：报送工作总结") for each in record.people for line in each.lines)


def test_a_bank_that_is_too_small_is_told_with_the_place_that_helps(rehearsed: Rehearsing) -> None:
    put(rehearsed.campaigns, QUIZ.replace("draw = 3", "draw = 999"))
    done = call("rehearse", "own-2025", "--campaigns", rehearsed.campaigns, "--small", "--report", rehearsed.report)
    assert done.exit_code == 1
    assert "“own-2025”演不下去" in done.stderr and "quiz.draw" in done.stderr and "own-2025.bank.csv" in done.stderr
