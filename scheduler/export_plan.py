"""What an export holds and where each file of it lies: a tidy tree, named by the notice's convention."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from bot.wording import Wording
from documents.fill import Blank, fill
from documents.sheets import Sheet, csv_bytes, workbook
from documents.tables import table_document
from rules.duties import Duties
from rules.filenames import Names, safe_name
from rules.forms import Form
from rules.looks_duty import Handed, UnitDuty
from rules.naming import work_name
from rules.notice import Notice
from scheduler.export_sheets import contacts, moment, public, tables_of
from scheduler.report_sheets import report_sheet, report_widths
from storage.exports import Listed, Snapshot, Work

#: What stands in the names of files that were handed in with a work.
_MATERIALS = {"film": "视频", "scan": "盖章扫描件", "pictures": "图片"}

NOBODY: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the store."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One file of the export: its path ("a/b.docx"), and how its bytes are made or where they lie."""

    path: str
    source: Callable[[], bytes] | Stored


class Plan:
    """The files of one campaign's export. `root` is the folder that the blank annexes' paths start from."""

    def __init__(
        self, notice: Notice, duties: Duties | None, shot: Snapshot, root: Path, wording: Wording, *,
        csv: bool = False, stored: bool = True, quiz: Sequence[Sheet] = (), plays: Mapping[int, int] = NOBODY,
    ) -> None:  # fmt: skip
        """`csv`: the tables as CSV, too. `stored`: with films, scans and pictures.

        `quiz`: the figures of a quiz, `plays`: by unit, how many people answered it.
        """
        self._quiz, self._plays = quiz, plays
        self._notice, self._duties, self._shot, self._root, self._wording = notice, duties, shot, root, wording
        self._csv, self._stored = csv, stored
        self._units: Mapping[int, Listed] = {unit.id: unit for unit in shot.units}
        self._names: dict[str, Names] = {}

    def files(self) -> Iterator[Planned]:
        """All files, the small and important first."""
        yield from self._tables()
        yield from self._documents()
        yield from self._reports()
        for work in self._shot.works:
            if work.state != "withdrawn":
                yield from self._work(work)
        for unit in self._shot.board:
            for given in unit.handed:
                yield from self._handed(unit, given)

    def _place(self, folder: str, name: str) -> str:
        names = self._names.setdefault(folder, Names())
        return f"{folder}/{names.free(name)}" if folder else names.free(name)

    def _tables(self) -> Iterator[Planned]:
        sheets = tables_of(self._notice, self._duties, self._shot)
        yield Planned("00 说明.txt", self._readme)
        yield Planned("01 总表.xlsx", partial(workbook, sheets, title=self._notice.title))
        if self._quiz:
            title = f"{self._notice.short_title} 答题统计"
            yield Planned("04 答题统计.xlsx", partial(workbook, self._quiz, title=title))
        if self._csv:
            yield from (Planned(f"CSV/{safe_name(sheet.name)}.csv", partial(csv_bytes, sheet)) for sheet in sheets)

    def _readme(self) -> bytes:
        said = self._wording.text("export.readme", title=self._notice.title, stored=self._stored)
        return f"{said}\n".replace("\n", "\r\n").encode("utf-8-sig")

    def _documents(self) -> Iterator[Planned]:
        """Who is responsible, for printing; and the list for the public, which is masked."""
        people, shown = contacts(self._notice, self._shot), public(self._notice, self._shot)
        title = self._notice.short_title
        note = self._wording.text("export.contacts_note")
        yield Planned("02 联系人.docx", partial(_word, f"{title} 联系人", people, (5.2, 3, 3, 2.6, 3.6), note))
        if self._notice.entered:
            note = self._wording.text("export.public_note", clause=self._notice.retention.clause)
            widths = (1.4, 2.6, 6, 4.2, 1.6, 1.6)
            trimmed = Sheet(shown.name, shown.columns[:4], tuple(row[:4] for row in shown.rows))
            yield Planned("03 公示名单.docx", partial(_word, f"{title} 公示名单", trimmed, widths[:4], note))
            yield Planned("03 公示名单.xlsx", partial(workbook, [shown], title=f"{title} 公示名单"))

    def _reports(self) -> Iterator[Planned]:
        """What every unit reports, of all of them together: its text and figures."""
        for task in self._notice.tasks:
            if task.kind == "report":
                sheet = report_sheet(task, self._shot.board, self._plays, moment(self._notice))
                name, title = f"05 {safe_name(task.label)}（汇总）", f"{self._notice.short_title} {task.label}"
                note = self._wording.text("export.report_note", clause=task.clause, counted=task.from_quiz)
                shown = Sheet(sheet.name, sheet.columns[:-2], tuple(row[:-2] for row in sheet.rows))
                yield Planned(f"{name}.docx", partial(_word, title, shown, report_widths(task), note))
                yield Planned(f"{name}.xlsx", partial(workbook, [sheet], title=title))

    def _work(self, work: Work) -> Iterator[Planned]:
        track, unit = self._notice.track(work.track), self._units.get(work.unit)
        if track.form is None or unit is None:
            return
        name = work_name(
            self._notice, track, unit=unit.name, parent=unit.parent, title=work.title, number=work.number,
            answers=work.answers,
        )  # fmt: skip
        folder = f"报送作品/{safe_name(track.label)}/{safe_name(unit.name)}"
        if work.answers:
            yield Planned(
                self._place(folder, f"{name}.docx"), partial(self._annex, track.form, work.answers, work.code)
            )
        for material in work.materials if self._stored else ():
            label = _MATERIALS.get(material.key, material.key)
            path = self._place(folder, f"{name}（{label}）{_ending(material.name)}")
            yield Planned(path, Stored(material.sha256))

    def _handed(self, unit: UnitDuty, given: Handed) -> Iterator[Planned]:
        task = next((task for task in self._notice.tasks if task.key == given.task), None)
        if task is None:
            return
        folder = f"任务/{safe_name(task.label)}/{safe_name(unit.name)}"
        if task.form is not None and given.answers:
            form = self._notice.form(task.form)
            name = f"{safe_name(f'{form.annex} {form.title}')}.docx"
            yield Planned(self._place(folder, name), partial(self._annex, form, given.answers, given.code))
        if given.words:
            told = [*([f"日期：{given.held}"] if given.held else []),
                    *(f"{'参加人数' if key == 'people' else key}：{value}" for key, value in given.counts.items()),
                    given.words]  # fmt: skip
            name = f"{safe_name(f'情况 {given.held}')}.txt"
            yield Planned(self._place(folder, name), partial("\r\n".join(told).encode, "utf-8-sig"))
        for told_name, _, sha256 in given.files if self._stored else ():
            stem = told_name.removesuffix(_ending(told_name))
            yield Planned(self._place(folder, safe_name(stem, ending=_ending(told_name))), Stored(sha256))

    def _annex(self, form: Form, answers: Mapping[str, object], code: str) -> bytes:
        return fill(Blank.open(self._root / form.blank), form, answers, code=code)


def _word(title: str, sheet: Sheet, widths: tuple[float, ...], note: str) -> bytes:
    return table_document(title, sheet.columns, sheet.rows, widths, note=note)


def _ending(name: str) -> str:
    """A file's ending with its dot, "" where it has none that is fit to be one."""
    ending = name.rpartition(".")[2]
    return f".{ending.lower()}" if "." in name and ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""
