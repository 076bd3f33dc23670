"""Taking a campaign out of the program: into a folder, and from chat as one packed file.

The folder stays, so that a second export, or one that a crash has cut short, writes only what is missing or new.
"""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.wording import Wording
from documents.sheets import Sheet
from rules.duties import Duties
from rules.filenames import safe_name
from rules.instants import micros
from rules.notice import Notice
from rules.screening import chains_of
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.export_folder import SUMS, Folder, Written
from scheduler.export_plan import Plan, Stored
from scheduler.made import Made
from scheduler.quiz_checking import QuizChecker
from scheduler.quiz_sheets import quiz_sheets
from scheduler.quizzes import NO_BANKS, Banks, Quizzes
from storage.database import Database
from storage.exports import Snapshot, snapshot, tell_progress
from storage.moments import Moment
from storage.numbers import Numbers
from storage.store import FileGone

#: Seconds between two edits of a progress card.
EVERY = 2.0
#: Bytes of the packed file beyond which the folder's path is told instead.
LARGEST = 200 * 2**20
#: The list of files, for people; `SUMS` is the same for programs.
LIST = "清单.csv"
_TIME = (2000, 1, 1, 0, 0, 0)
#: Endings of what is packed already.
_PACKED = (".docx", ".xlsx", ".mp4", ".mov", ".jpg", ".jpeg", ".png", ".pdf", ".zip")


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export: how many files it holds, what the run did, and stored files that were not there."""

    files: int
    written: Written
    gone: tuple[str, ...]


class Exporter:
    """Exports the campaigns it knows. `root` is where the paths of blank annexes start."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], duties: Mapping[str, Duties],
        wording: Wording, *, root: Path, numbers: Numbers, clock: SystemClock | SimulatedClock,
        banks: Banks = NO_BANKS,
    ) -> None:  # fmt: skip
        self._database, self._made, self._notices, self._duties = database, made, notices, duties
        self._wording, self._root = wording, root
        self._numbers, self._clock, self._banks = numbers, clock, banks
        self._quizzes, self._checker = Quizzes(database, notices, banks), QuizChecker(database, notices, banks)

    async def export(
        self, campaign: str, into: Path, *, csv: bool = False, stored: bool = True,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Exported:  # fmt: skip
        """Export into a folder. Raises `scheduler.export_folder.NotOurs`, OSError."""
        duties, notice = self._duties.get(campaign), self._notices[campaign]
        shot = await snapshot(self._database, campaign, chains_of(notice))
        quiz, plays = await self._quiz(notice, shot)
        plan = Plan(notice, duties, shot, self._root, self._wording, csv=csv, stored=stored, quiz=quiz, plays=plays)
        return await self._write(plan, into, campaign, progress)

    async def _quiz(self, notice: Notice, shot: Snapshot) -> tuple[list[Sheet], dict[int, int]]:
        """The tables of the quiz, and how many people answered for each unit; nothing where there is none."""
        if notice.quiz is None:
            return [], {}
        seen = await self._quizzes.seen(notice.id, micros(self._clock.now()), every=True)
        checked = await self._checker.check(notice.id)
        sheets = quiz_sheets(notice, seen, checked, shot, self._banks.get(notice.id, {}))
        return sheets, {unit.id: play.people for unit, play in seen.units}

    async def _write(self, plan: Plan, into: Path, campaign: str, progress: Callable[[int, int], None]) -> Exported:
        folder, files = await asyncio.to_thread(lambda: (Folder(into, campaign), list(plan.files())))
        gone: list[str] = []
        for done, file in enumerate(files, start=1):
            if isinstance(file.source, Stored):
                try:
                    kept = await self._made.store.local(file.source.sha256)
                    await asyncio.to_thread(folder.copy, file.path, kept, file.source.sha256)
                except (FileGone, FileNotFoundError):
                    gone.append(file.path)
            else:
                await asyncio.to_thread(put, folder, file.path, file.source)
            progress(done, len(files))
        await asyncio.to_thread(lambda: folder.put(LIST, _listed(folder)))
        return Exported(len(folder.sums), await asyncio.to_thread(folder.finish), tuple(gone))

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The work of an export asked for in chat: the packed file, or where the folder is if that is too large."""
        campaign, person, stored = payload["campaign"], payload["person"], payload["stored"]
        into = self._made.folder / campaign
        watch = asyncio.ensure_future(self._watch(counted := _Counted(), payload))
        try:
            done = await self.export(campaign, into, stored=stored, csv=True, progress=counted)
        finally:
            watch.cancel()
        size = await asyncio.to_thread(_size, into)
        facts = {"files": done.files, "fresh": len(done.written.fresh), "gone": list(done.gone), "size": size}
        if size > LARGEST:
            return {**facts, "folder": str(into), "sha256": "", "name": ""}
        name = f"{safe_name(self._notices[campaign].short_title)} 导出.zip"
        packed = into.with_name(f".{campaign}-{person}.zip")
        await asyncio.to_thread(pack, into, packed)
        kept = await self._made.keep_file(name, packed, at=micros(self._clock.now()))
        await asyncio.to_thread(packed.unlink)
        return {**facts, "folder": "", "sha256": kept.sha256, "name": name}

    async def _watch(self, counted: _Counted, payload: Mapping[str, Any]) -> None:
        """Show the one who waits how far it is."""
        told = -1
        while True:
            await asyncio.sleep(EVERY)
            if counted.done == told:
                continue
            told = counted.done
            facts = {"done": counted.done, "total": counted.total}
            card = f"export/{payload['card']}"
            async with self._database.write() as connection:
                moment = Moment(connection, micros(self._clock.now()), self._numbers)
                await tell_progress(moment, payload["person"], card, payload["campaign"], facts)


class _Counted:
    """How far an export is; called from its thread."""

    def __init__(self) -> None:
        self.done = self.total = 0

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def _listed(folder: Folder) -> bytes:
    """Every file with its size and SHA-256, for people and their spreadsheets."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(("文件", "字节", "SHA-256"))
    for path, sha256 in sorted(folder.sums.items()):
        rows.writerow((path, (folder.root / path).stat().st_size if (folder.root / path).is_file() else 0, sha256))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def put(folder: Folder, path: str, source: Callable[[], bytes]) -> None:
    """Make a file and put it at its path. Blocking."""
    folder.put(path, source())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def pack(folder: Path, into: Path) -> None:
    """The folder's listed files as one .zip; the same files give the same bytes. Blocking."""
    listed = [line.partition("  ")[2] for line in (folder / SUMS).read_text("utf-8").splitlines()]
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*listed, SUMS]):
            info = zipfile.ZipInfo(path, _TIME)
            info.compress_type = zipfile.ZIP_STORED if path.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
            with (folder / path).open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
