"""Certificates made after the message is settled: for one unit as a file to print, for the organiser all of them."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.wording import Wording
from documents.certificates import BadTemplate, Sheet, certificate_word, certificates_pdf
from documents.sheets import Sheet as Table
from documents.sheets import workbook
from media.fonts import SERIF, NoFont, cjk_font
from rules.certificates import Certificate, of_unit, shown_check
from rules.erasing import spelt
from rules.filenames import Names, safe_name
from rules.instants import from_micros, micros
from rules.looks_publication import CertificatesOf
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.export_folder import Folder, Written
from scheduler.exporting import pack
from scheduler.made import Made
from storage.certificates import certificates_of
from storage.database import Database

REGISTER = "证书登记表.xlsx"


@dataclass(frozen=True, slots=True)
class Check:
    """What shows that a certificate is genuine: its code, and the page where that is looked up ("" where none is)."""

    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Certified:
    """What was written: how many certificates, what the run did, and why there is no PDF ("" where there is)."""

    certificates: int
    written: Written
    no_font: str


class Certifier:
    """Makes the certificates of the campaigns it knows. `templates` is their folder; `check` gives a number's check."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], wording: Wording, *, templates: Path,
        clock: SystemClock | SimulatedClock, check: Callable[[str], Check],
    ) -> None:  # fmt: skip
        self._database, self._made, self._notices, self._wording = database, made, notices, wording
        self._templates, self._clock, self._check = templates, clock, check

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The work: certificates of `unit` (0: of all) as `how` "pdf" or "word"; a refusal is `error`."""
        campaign, unit, how = payload["campaign"], payload["unit"], payload["how"]
        found = of_unit(await self._issued(campaign), unit)
        if not found:
            return {"error": {"key": "certificate.none_now", "facts": {}}}
        try:
            if not unit:
                return await self._packed(campaign)
            return await self._for_unit(campaign, found, how)
        except NoFont:
            return {"error": {"key": "certificate.no_font", "facts": {}}}
        except BadTemplate as wrong:
            return {"error": {"key": "certificate.bad_template", "facts": {"why": str(wrong)}}}

    async def write(
        self, campaign: str, into: Path, *, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Certified:
        """All certificates as files, and their register, in a folder.

        Raises `BadTemplate`, `scheduler.export_folder.NotOurs`, OSError.
        """
        every = await self._issued(campaign)
        return await asyncio.to_thread(self._write, campaign, every, into, progress)

    async def _issued(self, campaign: str) -> tuple[Certificate, ...]:
        async with self._database.read() as connection:
            return await certificates_of(connection, CertificatesOf(campaign))

    async def _for_unit(self, campaign: str, found: Sequence[Certificate], how: str) -> Mapping[str, Any]:
        """One PDF with a page for each; Word files one by one, packed where there are several."""
        stem = safe_name(f"{found[0].unit_name} 获奖证书", most=80)
        notice = self._notices[campaign]
        if how == "pdf":
            data, name = await asyncio.to_thread(self._pdf, notice, found), f"{stem}.pdf"
        elif len(found) == 1:
            data, name = await asyncio.to_thread(self._word, notice, found[0]), f"{stem}.docx"
        else:
            files = await asyncio.to_thread(lambda: [(each, self._word(notice, each)) for each in found])
            names, data_of = Names(), {}
            for each, document in files:
                data_of[names.free(f"{safe_name(f'{each.number} {each.award}', most=80)}.docx")] = document
            data, name = await asyncio.to_thread(_zipped, data_of), f"{stem}.zip"
        kept = await self._made.keep_bytes(name, data, at=micros(self._clock.now()))
        return {"sha256": kept.sha256, "name": name, "number": len(found), "no_font": False}

    async def _packed(self, campaign: str) -> Mapping[str, Any]:
        into = self._made.folder / f"{campaign}-certificates"
        done = await self.write(campaign, into)
        name = f"{safe_name(self._notices[campaign].short_title)} 证书.zip"
        packed = into.with_name(f".{campaign}-certificates.zip")
        await asyncio.to_thread(pack, into, packed)
        kept = await self._made.keep_file(name, packed, at=micros(self._clock.now()))
        await asyncio.to_thread(packed.unlink)
        return {"sha256": kept.sha256, "name": name, "number": done.certificates, "no_font": bool(done.no_font)}

    def _write(
        self, campaign: str, every: Sequence[Certificate], into: Path, progress: Callable[[int, int], None]
    ) -> Certified:
        notice, folder, good = self._notices[campaign], Folder(into, campaign), of_unit(every, 0)
        names, no_font = Names(), ""
        for done, each in enumerate(good, start=1):
            stem = safe_name(f"{each.number} {each.unit_name} {each.award}", most=90)
            name = names.free(f"{stem}.docx").removesuffix(".docx")
            folder.put(f"Word/{name}.docx", self._word(notice, each))
            try:
                if not no_font:
                    folder.put(f"PDF/{name}.pdf", self._pdf(notice, [each]))
            except NoFont as lacks:
                no_font = str(lacks)
            progress(done, len(good))
        title = f"{notice.short_title} 证书登记表"
        folder.put(REGISTER, workbook([register(notice, every, self._check)], title=title))
        return Certified(len(good), folder.finish(), no_font)

    def _pdf(self, notice: Notice, found: Sequence[Certificate]) -> bytes:
        font = cjk_font(preferred=SERIF)
        return certificates_pdf([self._sheet(notice, each) for each in found], self._template(notice, ".typ"), font)

    def _word(self, notice: Notice, one: Certificate) -> bytes:
        return certificate_word(self._sheet(notice, one), self._template(notice, ".docx"))

    def _template(self, notice: Notice, ending: str) -> Path:
        """The campaign's own template, or the one that comes with the program."""
        own = self._templates / f"{notice.id}{ending}"
        return own if own.is_file() else self._templates / f"certificate{ending}"

    def _sheet(self, notice: Notice, one: Certificate) -> Sheet:
        check = self._check(one.number)
        facts = {"activity": one.activity, "title": one.title, "natural": notice.natural(one.klass)}
        return Sheet(
            one.number, shown_check(check.code), one.unit_name, one.title, one.award,
            self._wording.text("certificate.text", **facts), one.hosts, _day(notice, one), one.activity, check.link,
        )  # fmt: skip


def register(notice: Notice, every: Sequence[Certificate], check: Callable[[str], Check]) -> Table:
    """All certificates that were ever issued, the withdrawn ones marked."""
    columns = ("证书编号", "校验码", "单位", "作品", "奖项", "发证日期", "状态")
    rows = tuple(
        (
            each.number, shown_check(check(each.number).code), each.unit_name, each.title, each.award,
            _day(notice, each), "有效" if each.good else "已撤销",
        )
        for each in every
    )  # fmt: skip
    return Table("证书登记", columns, rows)


def _day(notice: Notice, one: Certificate) -> str:
    return spelt(from_micros(one.at).astimezone(ZoneInfo(notice.zone)))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as one .zip; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)
    return out.getvalue()
