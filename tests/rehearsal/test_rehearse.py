"""Each of the five notices rehearses from its first day to its last, and what came of it is what people did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from bot.commands import rehearse as command
from rehearsal.record import OWN, REPLY, Record
from rehearsal.week_office import LINK, WORD
from scheduler.dossier import TABLES
from tests.commands.program import call
from tests.plans import noted, readers

#: What a campaign that was judged leaves in every record of its dossier, whichever notice it was.
KEPT = ("专家评审", "评奖结果", "报批和公示", "异议", "奖项变更", "发布", "操作记录")
#: Those of which two notices know nothing: they give no certificates.
CERTIFIED = {"weifang-2023": "证书登记", "industry-2024": "证书登记"}
#: Units of each notice, as few as its prizes need.
UNITS = {"xian-2024": 4, "weifang-2023": 4, "industry-2024": 4, "xinhua-2021": 5}

Rehearsing = Callable[..., Record]


@pytest.fixture
def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearsing:
    """Rehearses by the command into the folder `report`; gives the record that it wrote down.

    On the way nothing may read the whole of a table that grows with every message.
    """
    found: list[Record] = []

    def keep(record: Record, folder: Path) -> Path:
        found.append(record)
        return folder / "index.html"

    def run(*said: str, exit_code: int = 0) -> Record:
        with noted() as statements:
            done = call("rehearse", *said, "--small", "--report", tmp_path / "report")
        assert done.exit_code == exit_code, f"{done.stdout}{done.stderr}"
        assert list(readers(statements)) == []
        return found[-1]

    monkeypatch.setattr(command, "write", keep)
    return run


@pytest.mark.parametrize("name", UNITS)
def test_a_collecting_notice_rehearses_to_its_dossier(name: str, rehearsed: Rehearsing, tmp_path: Path) -> None:
    record = rehearsed(name, "--units", str(UNITS[name]))
    assert record.faults == ()
    assert [each.name for each in record.people if not each.lines and each.habit != "一直没有加入"] == []
    assert {"联络员", "管理员", "专家"} <= {each.role for each in record.people}
    came = [
        line.at for each in record.people for line in each.lines if (line.kind, line.way) == ("reminder", "message")
    ]
    hours = [at.astimezone(ZoneInfo(record.notice.zone)).time() for at in came]
    assert hours and time(8) <= min(hours) and max(hours) < time(21)
    prizes = next(table for table in record.results if table.title == "获奖名单")
    assert prizes.rows
    assert all(unit for *_, unit, _ in prizes.rows)
    assert any("替身" in moment.text for moment in record.timeline)
    closing = max(track.closes for track in record.notice.tracks)
    assert any(moment.at == closing for moment in record.timeline)
    floors = any(quota.floor for track in record.notice.tracks for quota in track.quotas)
    assert any(owing.at == closing for owing in record.owing) == floors
    [tables] = (tmp_path / "report" / "files" / "结项档案").glob(TABLES)
    book = CalamineWorkbook.from_path(str(tables))
    rows = {sheet: len(book.get_sheet_by_name(sheet).to_python()) - 1 for sheet in book.sheet_names}
    assert {sheet: rows[sheet] for sheet in (*KEPT, CERTIFIED.get(name, "操作记录")) if not rows[sheet]} == {}
    endings = {path.suffix for path in record.files.values()}
    assert endings >= {".docx", ".xlsx"} | ({".pdf", ".zip"} if name in CERTIFIED else set())
    assert all(path.is_file() for path in record.files.values())


def test_the_quiz_rehearses_and_its_link_is_kept_back(rehearsed: Rehearsing, tmp_path: Path) -> None:
    record = rehearsed("hongze-quiz-2020", "--units", "4", "--players", "5", "--seed", "3")
    assert record.faults == ()
    assert record.notice.quiz is not None
    opens = record.notice.quiz.stage.opens
    lines = [line for each in record.people for line in each.lines]
    assert not any(LINK in line.text or WORD in line.text for line in lines if line.at < opens and line.kind != OWN)
    assert {(line.at, line.kind) for line in lines if line.at >= opens and LINK in line.text} == {(opens, "broadcast")}
    [asked] = [line.at for line in lines if (line.kind, line.text) == (OWN, "联络表")]
    assert [line.at - asked < timedelta(minutes=1) for line in lines if "联络表汇总了" in line.text] == [True]
    assert any("参加答题人数已经替您统计好" in line.text for line in lines if line.kind == "reminder")
    rows = next(table.rows for table in record.results if table.title == "答题情况")
    assert next(int(number) for what, number in rows if what == "答题次数") > 12
    told = (tmp_path / "report" / "chats").glob("*.txt")
    assert sum(path.read_text("utf-8") != "" for path in told) == sum(bool(each.lines) for each in record.people)
    assert {line.kind for line in lines} >= {OWN, REPLY, "reminder", "broadcast"}
    letters = (tmp_path / "report" / "letters.txt").read_text("utf-8")
    heard = [each for each in record.people if any(line.by_itself for line in each.lines)]
    assert letters.count("════ ") == len(heard) < len(record.people)
    assert not any(Path(name).name.startswith(".") for name in record.files)
