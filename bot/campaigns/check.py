"""All that can be wrong with a campaign's files, each with its place: the notice, its annexes, what lies beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.campaigns import beside, duties, questions, sheet
from documents.guard import open_word
from documents.kinds import Refused
from documents.match import best_match, survey
from documents.numbering import read_numbering
from documents.prose import settle
from rules.duties import Assignment, assign
from rules.forms import Form
from rules.notice import Notice, NoticeFaults, read_notice
from rules.places import Node, locate
from rules.roster import Roster, read_roster
from rules.workdays import is_known


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the file, the line (a CSV's row counts as its line), the path in it, and what is wrong."""

    file: Path
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + '：' if self.path else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `summary` is one line for a campaign without problems."""

    problems: tuple[Problem, ...]
    summary: str


def check(path: Path, *, root: Path) -> Checked:
    """Check one notice and its files; blank annexes lie below `root`. An annex not yet made is no problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Checked((Problem(path, 1, "", f"读不了这个文件：{error}。请核对路径，并存为 UTF-8 文本。"),), "")
    try:
        notice = read_notice(text, name=path.stem, questions=questions(path))
    except NoticeFaults as wrong:
        return Checked(_problems(path, wrong), "")
    roster = _roster(path, notice)
    assignment, wrong_duties = _duties(path, roster)
    problems = (*_annexes(path, text, notice, root), *_roster_problems(path, roster), *wrong_duties)
    return Checked(problems, "" if problems else _summary(notice, roster, assignment))


def _problems(path: Path, wrong: NoticeFaults) -> tuple[Problem, ...]:
    return tuple(Problem(path, fault.line, fault.path, fault.message) for fault in wrong.faults)


def _annexes(path: Path, text: str, notice: Notice, root: Path) -> Iterator[Problem]:
    for form in notice.forms:
        blank = root / form.blank
        node = locate(text).find(f"form.{form.key}")
        if not blank.exists() or node is None:
            continue
        try:
            absent = _absent(form, blank)
        except Refused as refused:
            yield Problem(path, node.line, f"form.{form.key}.blank", f"空白表 {form.blank} 打不开：{refused}。")
            continue
        for index in absent:
            place = _field_node(node, index)
            told = f"空白表 {form.blank} 里找不到“{form.fields[index].label}”这一格。请核对标签，或换上正确的空白表。"
            yield Problem(path, place.line, place.path, told)


def _absent(form: Form, blank: Path) -> list[int]:
    """The fields whose label the blank annex does not print, by position. Raises `Refused`."""
    package = open_word(blank.read_bytes(), name=blank.name)
    settle(package.document, read_numbering(package.numbering))
    match = best_match(form, survey(package.document))
    found = match.fields if match else {}
    return [index for index, field in enumerate(form.fields) if field.into is None and field.key not in found]


def _field_node(form: Node, index: int) -> Node:
    fields = form.value.get("field")
    listed = fields.value if fields is not None and isinstance(fields.value, list) else []
    return listed[index] if index < len(listed) else form


def _roster(path: Path, notice: Notice) -> Roster | None:
    file = beside(path, "roster.csv")
    return read_roster(sheet(file), {each.key: each.label for each in notice.classes}) if file.exists() else None


def _roster_problems(path: Path, roster: Roster | None) -> Iterator[Problem]:
    for fault in roster.faults if roster else ():
        yield Problem(beside(path, "roster.csv"), fault.row, "", fault.message)


def _duties(path: Path, roster: Roster | None) -> tuple[Assignment | None, tuple[Problem, ...]]:
    try:
        table = duties(path)
    except NoticeFaults as wrong:
        return None, _problems(beside(path, "duties.toml"), wrong)
    if table is None or roster is None:
        return None, ()
    names = {name: row.name for row in roster.rows for name in (row.name, row.short, *row.aliases) if name}
    return assign(table, names), ()


def _summary(notice: Notice, roster: Roster | None, assignment: Assignment | None) -> str:
    counts = [
        (len(notice.tracks), "类作品"),
        (len(notice.forms), "张表"),
        (sum(len(form.fields) for form in notice.forms), "项"),
        (len(notice.switches), "处不明确的条款"),
        (len(roster.rows) if roster else 0, "个单位"),
        (len({duty.row for duty in assignment.rows.values()}) if assignment else 0, "行任务"),
    ]
    told = "，".join(f"{count} {what}" for count, what in counts if count)
    if assignment and assignment.without:
        told += f"；没有分配任务的单位：{'、'.join(assignment.without)}"
    years = {day.year for door in notice.stages for day in (door.opens, door.closes)}
    if notice.reminders.workdays and (unknown := sorted(year for year in years if not is_known(year))):
        told += f"；{'、'.join(map(str, unknown))} 年的节假日安排还不知道，提醒只避开周末"
    return f"{notice.id}：没有问题。{told}。"
