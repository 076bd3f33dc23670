"""The closing dossier (结项档案): one folder, and the same packed, that says what there is and what there is not.

It is written beside its place under a temporary name and put there whole. What a run that was cut short has written is
used by the next one; a dossier that is there already is replaced only by a whole new one.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.wording import Wording
from documents.sheets import Sheet, workbook
from documents.tables import table_document
from rules.duties import Duties
from rules.erasing import erasable_from, last_instant, spelt
from rules.filenames import safe_name
from rules.masking_forms import masked_answers, masked_value
from rules.notice import Notice
from rules.results import final_of
from rules.screening import chains_of
from scheduler.certifying import Check, register
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.dossier_sheets import Tables, persons_of, recounted, shown_units
from scheduler.export_folder import MARK, SUMS, Folder, NotOurs
from scheduler.export_plan import Plan, Stored
from scheduler.export_sheets import tables_of
from scheduler.exporting import pack, put
from scheduler.made import Made
from storage.database import Database
from storage.dossier import RECORDS, Papers, papers
from storage.exports import Snapshot, snapshot
from storage.store import FileGone

INDEX, TABLES, PUBLIC = "00 目录.docx", "01 总表.xlsx", "04 获奖名单.docx"
_WIDTHS = (1.2, 3.4, 5.2, 7.4)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Closed:
    """A dossier that is there: its folder, its packed file, how many files it holds, stored files that were gone."""

    folder: Path
    packed: Path | None
    files: int
    gone: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One dossier under way: what it is made from, where, and what came of it so far."""

    notice: Notice
    shot: Snapshot
    papers: Papers
    full: bool
    made: datetime
    folder: Folder
    about: str
    lying: dict[str, str]
    gone: list[str]
    forms: int = 0


class Archivist:
    """Makes the dossiers of the campaigns it knows. `root` is where the paths of blank annexes start."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], duties: Mapping[str, Duties],
        wording: Wording, *, root: Path, clock: SystemClock | SimulatedClock, check: Callable[[str], Check],
    ) -> None:  # fmt: skip
        self._database, self._made, self._notices, self._duties = database, made, notices, duties
        self._wording, self._root, self._clock, self._check = wording, root, clock, check

    async def close(
        self, campaign: str, out: Path, *, full: bool, about: str, packed: bool = True,
        progress: Progress = lambda done, total: None,
    ) -> Closed:  # fmt: skip
        """Make a campaign's dossier in the folder `out`. `about`: the notice in plain words.

        `full`: with names, numbers and files as they are. Raises `scheduler.export_folder.NotOurs`, OSError.
        """
        notice = self._notices[campaign]
        final = out / safe_name(f"{notice.short_title} 结项档案{'（完整）' if full else ''}")
        part = out / f".未完成-{campaign}-{'full' if full else 'masked'}"
        await asyncio.to_thread(_check_ours, final, campaign)
        shot = await snapshot(self._database, campaign, chains_of(notice))
        found = await papers(self._database, campaign)
        folder = await asyncio.to_thread(Folder, part, campaign)
        made = self._clock.now().astimezone(ZoneInfo(notice.zone))
        run = _Run(notice, shot, found, full, made, folder, about, {}, [])
        await self._works(run, progress)
        await asyncio.to_thread(self._rest, run)
        files = await asyncio.to_thread(_finished, folder)
        zipped = final.with_name(f"{final.name}.zip") if packed else None
        await asyncio.to_thread(_put_there, part, final, zipped)
        return Closed(final, zipped, files, tuple(run.gone))

    async def _works(self, run: _Run, progress: Progress) -> None:
        """The forms of all works and tasks; scans, films and pictures in a full dossier only."""
        shot = run.shot if run.full else _masked(run.notice, run.shot)
        duties = self._duties.get(run.notice.id)
        plan = Plan(run.notice, duties, shot, self._root, self._wording, stored=run.full)
        planned = [each for each in await asyncio.to_thread(lambda: list(plan.files())) if "/" in each.path]
        for done, each in enumerate(planned, start=1):
            path = f"02 {each.path}" if each.path.startswith("报送作品/") else f"03 {each.path}"
            if isinstance(each.source, Stored):
                try:
                    kept = await self._made.store.local(each.source.sha256)
                    await asyncio.to_thread(run.folder.copy, path, kept, each.source.sha256)
                    run.lying[each.source.sha256] = path
                except (FileGone, FileNotFoundError):
                    run.gone.append(path)
            else:
                await asyncio.to_thread(put, run.folder, path, each.source)
                run.forms += 1
            progress(done, len(planned))

    def _rest(self, run: _Run) -> None:
        """Tables, bundles, the list for the public, and last the index, which knows of everything."""
        tables, title = Tables(run.notice, run.shot, run.papers, masked=not run.full), run.notice.short_title
        run.folder.put("05 通知/通知要点.txt", run.about.replace("\n", "\r\n").encode("utf-8-sig"))
        for each in run.papers.ballots:
            if each.bundle:
                run.folder.put(f"06 评审/{safe_name(each.round)} {each.key}.json", each.bundle.encode())
        sheets = [tables.statistics(), *tables_of(run.notice, self._duties.get(run.notice.id), run.shot)]
        sheets += [tables.files(run.lying), *self._records(run, tables), tables.ballots(), tables.votes()]
        sheets += [tables.honours(), register(run.notice, run.papers.certificates, self._check)]
        sheets += [tables.publication(), tables.acts()]
        run.folder.put(TABLES, workbook([tables.shown(each) for each in sheets], title=f"{title} 结项档案"))
        if final := final_of(run.papers.honours):
            note = self._wording.text("dossier.public_note")
            columns, names = ("序号", "奖项", "作品", "单位"), shown_units(run.notice, run.shot)
            persons = persons_of(run.notice, run.shot)
            rows = [(place, each.label, masked_value(each.title, persons), names.get(each.unit, ""))
                    for place, each in enumerate(final, start=1)]  # fmt: skip
            word = table_document(f"{title} 获奖名单", columns, rows, (1.4, 4.2, 7, 4.8), note=note)
            run.folder.put(PUBLIC, word)
        run.folder.put(INDEX, self._index(run))

    def _records(self, run: _Run, tables: Tables) -> Iterator[Sheet]:
        for name, record in run.papers.records.items():
            if record.rows:
                yield tables.record(self._wording.text(f"dossier.called.{name}"), record)

    def _index(self, run: _Run) -> bytes:
        """What lies where, and of what is not there, that it is not."""
        say = self._wording.text
        facts = _facts(run)
        rows = [
            (place, say(f"dossier.part.{name}"), say(f"dossier.where.{name}"), say(f"dossier.has.{name}", **facts))
            for place, name in enumerate(_PARTS, start=1)
        ]
        note = say("dossier.summary", **facts)
        columns = ("序号", "内容", "在哪里", "情况")
        return table_document(f"{run.notice.short_title} 结项档案", columns, rows, _WIDTHS, note=note)


_PARTS = (
    "notice", "statistics", "works", "files", "tasks", "screening", "returns", "ballots", "votes", "awards",
    "objections", "public", "certificates", "publication", "audit", "retention",
)  # fmt: skip


def _facts(run: _Run) -> dict[str, Any]:
    """What the sentences of the index are made from."""
    papers, shot, notice = run.papers, run.shot, run.notice
    states = [work.state for work in shot.works]
    kept = dict.fromkeys(RECORDS, 0) | {name: len(record.rows) for name, record in papers.records.items()}
    verdicts = [recounted(each) for each in papers.ballots if each.bundle]
    honours = [each.state for each in papers.honours]
    return {
        "title": notice.title, "reference": notice.reference, "issued": notice.issued, "contact": notice.contact,
        "made": f"{spelt(run.made)} {run.made:%H:%M}", "full": run.full, "units": len(shot.units),
        "works": len(states), "withdrawn": states.count("withdrawn"), "forms": run.forms,
        "files": sum(len(work.materials) for work in shot.works), "here": len(run.lying), "gone": len(run.gone),
        "tasks": len(notice.tasks), "handed": sum(len(unit.handed) for unit in shot.board), "kept": kept,
        "rounds": len(papers.ballots), "published": len(verdicts),
        "sound": sum(verdict[0] == "一致" and verdict[1] == "验过" for verdict in verdicts),
        "votes": len(papers.votes) + sum('"votes":{}' not in each.bundle for each in papers.ballots if each.bundle),
        "final": honours.count("final"), "listed": honours.count("listed"), "taken": honours.count("withdrawn"),
        "certificates": len(papers.certificates), "bad": sum(not each.good for each in papers.certificates),
        "told": len(papers.told), "outlets": len(papers.outlets), "shown": sum(each.done for each in papers.outlets),
        "acts": len(papers.acts), "broken": papers.verdict.broken, "chain": papers.verdict.rows,
        "seal": papers.verdict.hash, "months": notice.retention.months, "clause": notice.retention.clause,
        "ended": spelt(last_instant(notice) - timedelta(seconds=1)), "until": spelt(erasable_from(notice)),
        "id": notice.id,
    }  # fmt: skip


def _masked(notice: Notice, shot: Snapshot) -> Snapshot:
    """The works with what may be shown of their forms; what tasks handed in is full of names, and left out."""
    works, persons = [], persons_of(notice, shot)
    for work in shot.works:
        form = notice.track(work.track).form
        answers = masked_answers(form, work.answers, persons) if form is not None else {}
        works.append(replace(work, title=masked_value(work.title, persons), answers=answers))
    names = shown_units(notice, shot)
    units = tuple(replace(unit, name=names[unit.id]) for unit in shot.units)
    return replace(shot, units=units, works=tuple(works), board=())


def _check_ours(final: Path, campaign: str) -> None:
    """Refuse to replace what is no dossier of this campaign. Raises `NotOurs`."""
    mark = final / MARK
    if final.exists() and not (mark.is_file() and mark.read_text("utf-8").strip() == campaign):
        raise NotOurs(f"“{final}”已经有了，而且不是“{campaign}”的结项档案，没有动它。请换一个目录，或先把它移开。")


def _finished(folder: Folder) -> int:
    """List the files, and take away what an earlier run has left that belongs to none; gives how many there are."""
    folder.finish()
    belongs = {folder.root / path for path in (*folder.sums, MARK, SUMS)}
    for path in sorted(folder.root.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in belongs:
            path.unlink()
    return len(folder.sums)


def _put_there(part: Path, final: Path, zipped: Path | None) -> None:
    """Have the finished folder, and its packed file, at their places; whole, or as they were."""
    if zipped is not None:
        making = part.with_name(f"{part.name}.zip")
        pack(part, making)
        with making.open("rb") as file:
            os.fsync(file.fileno())
        making.replace(zipped)
    before = final.with_name(f".替换-{final.name}")
    if before.exists():
        shutil.rmtree(before)
    if final.exists():
        final.rename(before)
    part.rename(final)
    if before.exists():
        shutil.rmtree(before)
