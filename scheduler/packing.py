"""The package of an entry for the organiser's mailbox: the files under their proper names in a zip, and the mail.

A mail holds the files where they fit into one, else a signed link to the zip; what is too large for either is said.
"""

from __future__ import annotations

import asyncio
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.wording import Wording
from documents.fill import Blank, fill
from documents.letter import Enclosure, written
from rules.filenames import Names, safe_name
from rules.instants import micros
from rules.naming import contact_of, mail_subject, work_name
from rules.notice import Notice
from rules.spans import spoken_size
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.made import Made
from storage.database import Database
from storage.parcels import Filed, filed
from storage.store import FileGone

#: Bytes of the files of a mail at most. Many servers take no mail above 20 MB, and base64 adds a third.
MOST_ENCLOSED = 14 * 2**20
#: What stands in the names of files beside the form.
_CALLED = {"film": "视频", "scan": "盖章扫描件", "pictures": "图片"}
_TIME = (2000, 1, 1, 0, 0, 0)
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a package: its name, its size in bytes, where it lies."""

    name: str
    size: int
    path: Path


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package that was made: `zip` and, where the files fit into one, `mail`, both in the folder that was given."""

    filed: Filed
    to: str
    subject: str
    pieces: tuple[Piece, ...]
    zip: Path
    mail: Path | None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(piece.size for piece in self.pieces)


class Incomplete(Exception):
    """An entry cannot be packed; `key` and `facts` say why."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(f"expected an entry with all its files, found one without: {key} {facts}")
        self.key, self.facts = key, facts


#: Where somebody at an address ("mail:a@b.c") gets a stored file (SHA-256, name): a signed address, "" nowhere.
Link = Callable[[str, str, str], str]


class Packer:
    """Packs entries of the campaigns it knows. `root` is where the paths of blank annexes start."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], wording: Wording, *, root: Path,
        clock: SystemClock | SimulatedClock, link: Link,
    ) -> None:  # fmt: skip
        self._database, self._made, self._notices, self._wording = database, made, notices, wording
        self._root, self._clock, self._link = root, clock, link

    async def pack(self, work: Filed, folder: Path) -> Parcel:
        """Make the package of an entry in a folder. Raises `Incomplete`."""
        notice = self._notices[work.campaign]
        self._check(notice, work)
        pieces = await self._pieces(notice, work, folder)
        stem = self._stem(notice, work)
        packed = folder / safe_name(stem, ending=".zip", most=100)
        await asyncio.to_thread(_zipped, pieces, packed)
        mail = None
        to, subject = notice.mail.to if notice.mail is not None else "", self._named(mail_subject, notice, work)
        if notice.mail is not None and sum(piece.size for piece in pieces) <= MOST_ENCLOSED:
            mail = folder / safe_name(stem, ending=".eml", most=100)
            await asyncio.to_thread(self._write_mail, mail, work, pieces, "")
        return Parcel(work, to, subject, tuple(pieces), packed, mail)

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The work of packing `entry`: the facts name the zip and the mail in the store; a refusal is `error`."""
        work = await filed(self._database, entry=payload["entry"])
        if work is None or work.campaign not in self._notices:
            return {"error": {"key": "package.gone", "facts": {}}}
        with tempfile.TemporaryDirectory(prefix="xinshi-package-") as made:
            try:
                parcel = await self.pack(work, Path(made))
            except Incomplete as lacks:
                return {"error": {"key": lacks.key, "facts": lacks.facts}}
            return await self._kept(parcel, Path(made))

    async def _kept(self, parcel: Parcel, folder: Path) -> Mapping[str, Any]:
        now = micros(self._clock.now())
        packed = await self._made.keep_file(parcel.zip.name, parcel.zip, at=now)
        mail, linked = parcel.mail, False
        if mail is None and parcel.to:
            link = self._link(f"mail:{parcel.to}", packed.sha256, packed.name)
            if link:
                mail, linked = folder / safe_name(parcel.zip.stem, ending=".eml", most=100), True
                await asyncio.to_thread(self._write_mail, mail, parcel.filed, parcel.pieces, link)
        letter = await self._made.keep_file(mail.name, mail, at=now) if mail is not None else None
        return {
            "to": parcel.to, "subject": parcel.subject, "size": spoken_size(parcel.size),
            "version": parcel.filed.version, "most": spoken_size(MOST_ENCLOSED), "linked": linked,
            "files": [{"name": piece.name, "size": spoken_size(piece.size)} for piece in parcel.pieces],
            "zip": {"sha256": packed.sha256, "name": packed.name},
            "mail": {"sha256": letter.sha256, "name": letter.name} if letter is not None else None,
        }  # fmt: skip

    def _check(self, notice: Notice, work: Filed) -> None:
        if work.state != SUBMITTED:
            raise Incomplete("package.gone")
        there = {each.key for each in work.materials} | {"form"}
        lacking = [item.label for item in notice.track(work.track).package if item.required and item.key not in there]
        if lacking:
            raise Incomplete("package.missing", number=work.number, title=work.title, items=lacking)

    async def _pieces(self, notice: Notice, work: Filed, folder: Path) -> list[Piece]:
        stem, names, pieces = self._stem(notice, work), Names(), []
        form = notice.track(work.track).form
        assert form is not None, "a work is entered on a form"
        word = folder / "form.docx"
        data = await asyncio.to_thread(self._fill, form.blank, notice, work)
        await asyncio.to_thread(word.write_bytes, data)
        pieces.append(Piece(names.free(f"{stem}.docx"), len(data), word))
        for material in work.materials:
            told = safe_name(f"{stem}（{_CALLED[material.key]}）", ending=_ending(material.name), most=110)
            try:
                path = await self._made.store.local(material.sha256)
                size = await asyncio.to_thread(_size, path)
            except (FileGone, FileNotFoundError):
                raise Incomplete("package.file_gone", number=work.number, name=material.name) from None
            pieces.append(Piece(names.free(told), size, path))
        return pieces

    def _fill(self, blank: str, notice: Notice, work: Filed) -> bytes:
        form = notice.track(work.track).form
        assert form is not None, "a work is entered on a form"
        return fill(Blank.open(self._root / blank), form, work.answers, code=work.code)

    def _stem(self, notice: Notice, work: Filed) -> str:
        return self._named(work_name, notice, work)

    def _named(self, how: Callable[..., str], notice: Notice, work: Filed) -> str:
        return how(
            notice, notice.track(work.track), unit=work.unit, parent=work.parent, title=work.title, number=work.number,
            answers=work.answers,
        )  # fmt: skip

    def _write_mail(self, into: Path, work: Filed, pieces: Sequence[Piece], link: str) -> None:
        notice = self._notices[work.campaign]
        track, mail = notice.track(work.track), notice.mail
        assert mail is not None and track.form is not None, "asked before"
        person, phone = contact_of(track.form, work.answers)
        facts = {
            "activity": notice.short_title, "title": work.title, "track": track.label,
            "number": work.number, "unit": work.unit, "person": person, "phone": phone, "link": link,
            "files": [{"name": piece.name, "size": spoken_size(piece.size)} for piece in pieces],
        }  # fmt: skip
        enclosed = [] if link else [Enclosure(piece.name, piece.path.read_bytes()) for piece in pieces]
        reply_to = next((str(work.answers[each.key]) for each in track.form.fields if each.kind == "email"
                         and work.answers.get(each.key)), "")  # fmt: skip
        text = self._wording.text("package.body", **facts)
        subject = self._named(mail_subject, notice, work)
        into.write_bytes(written(to=mail.to, subject=subject, text=text, files=enclosed, reply_to=reply_to))


def _size(path: Path) -> int:
    return path.stat().st_size


def _ending(name: str) -> str:
    """The ending of a file's name as somebody sent it, "" for what is none."""
    ending = name.rpartition(".")[2].lower()
    return f".{ending}" if "." in name and ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""


def _zipped(pieces: Sequence[Piece], into: Path) -> None:
    """The files as one .zip; what is compressed already is only stored."""
    with zipfile.ZipFile(into, "w") as archive:
        for piece in pieces:
            with (
                piece.path.open("rb") as source,
                archive.open(zipfile.ZipInfo(piece.name, _TIME), "w", force_zip64=True) as out,
            ):
                while data := source.read(1 << 20):
                    out.write(data)
