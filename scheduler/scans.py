"""The work of checking a stamped scan: measured in a confined process, judged by the notice, kept as one PDF."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from media.scan import measure
from rules.findings import plain_findings, refused
from rules.instants import from_micros, spoken
from rules.notice import Notice
from rules.scan_judge import Asked, Printed, judge
from rules.scans import Page, Scan
from rules.tracks import Item, Track
from storage.database import Database
from storage.stamped import Stamped, stamped
from storage.store import FileGone, Store

CHECK_SCAN = "check_scan"
#: What the PDF is called that was made of several files or pictures.
_MADE = "盖章扫描件.pdf"
_CHUNK = 1 << 18
_MOST = 80_000_000


class ScanChecker:
    """Checks scans for the campaigns it knows."""

    def __init__(self, store: Store, notices: Mapping[str, Notice], database: Database) -> None:
        self._store, self._notices, self._database = store, notices, database

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check the scan in the payload; facts are JSON-plain.

        payload: `files` ([{"sha256", "name"}] in the order in which they came), `campaign`, `form`, `code` (the version
        code expected, "" for none), and `pages` where it is known how many the form has. Facts: the file that is kept
        (`sha256` "" where there is none, `name`, `size`), `pages`, `findings`, `refused`, `code` (the one that was
        read, "" for none), `seals` (how many were recognised), `measured`. A file that is gone is the fact `error`.
        """
        files: list[tuple[Path, str]] = []
        for each in payload["files"]:
            try:
                files.append((await self._store.local(each["sha256"]), str(each["name"])))
            except FileGone:
                return {"error": {"key": "scan.gone", "facts": {"name": str(each["name"])}}}
        with tempfile.TemporaryDirectory(prefix="xinshi-scan-") as folder:
            scan, kept = await measure(files, Path(folder))
            asked = await self._asked(payload, scan)
            facts = {**scan_facts(scan, asked), "sha256": "", "name": "", "size": 0}
            if kept is not None and not facts["refused"]:
                facts |= await self._keep(scan, kept, files, payload["files"])
        return facts

    async def _keep(
        self, scan: Scan, kept: Path, files: Sequence[tuple[Path, str]], named: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """The file that is kept: the one that came, or the one that was made, put into the store."""
        if kept == files[0][0]:
            return {"sha256": named[0]["sha256"], "name": files[0][1], "size": scan.files[0].size}
        file = await self._store.keep(_name(files), _chunks(kept), _MOST)
        return {"sha256": file.sha256, "name": file.name, "size": file.size}

    async def _asked(self, payload: Mapping[str, Any], scan: Scan) -> Asked:
        notice = self._notices[payload["campaign"]]
        known = await stamped(self._database, [*scan.codes, *filter(None, [payload["code"]])])
        current = known.get(payload["code"])
        return asked_of(
            notice,
            str(payload["form"]),
            code=str(payload["code"]),
            pages=int(payload.get("pages", 0)),
            seals=_seals(notice, current),
            prints={code: _printed(each, self._notices) for code, each in known.items()},
        )


def scan_facts(scan: Scan, asked: Asked) -> dict[str, Any]:
    """What a scan is found to be, JSON-plain."""
    findings = judge(scan, asked)
    code = asked.code if asked.code in scan.codes else next(iter(scan.codes), "")
    return {
        "pages": len(scan.pages),
        "findings": plain_findings(findings),
        "refused": refused(findings),
        "code": code,
        "seals": scan.seals,
        "measured": [_measured(page) for page in scan.pages],
    }


def asked_of(
    notice: Notice, form: str, *, code: str, pages: int = 0, seals: bool = True, prints: Mapping[str, Printed] | None
) -> Asked:
    """What a notice asks of the scan of a form; without an item in the package only the house's own measure holds."""
    track = next((each for each in notice.tracks if each.form is not None and each.form.key == form), None)
    item = _item(track)
    if item is None:
        return Asked(seals=seals, code=code, pages=pages, prints=prints)
    return Asked(
        label=item.label, clause=item.clause, formats=item.formats, seals=seals, code=code, pages=pages,
        restamp=item.restamp, prints=prints,
    )  # fmt: skip


def _item(track: Track | None) -> Item | None:
    return next((item for item in track.package if item.key == "scan"), None) if track is not None else None


def _seals(notice: Notice, current: Stamped | None) -> bool:
    """Whether the unit stamps; of one whose class is unknown a seal is asked for, as a hint only."""
    klass = current.klass if current is not None else ""
    return next((each.seals for each in notice.classes if each.key == klass), True)


def _printed(known: Stamped, notices: Mapping[str, Notice]) -> Printed:
    notice = notices.get(known.campaign)
    form = next((each for each in notice.forms if each.key == known.form), None) if notice else None
    zone = ZoneInfo(notice.zone) if notice else UTC
    at = spoken(_minute(from_micros(known.at).astimezone(zone)))
    return Printed(
        code=known.code,
        campaign=known.campaign,
        form=known.form,
        form_title=form.title if form else "",
        unit=known.unit,
        title=str(known.answers.get("title", "")),
        at=at,
        number=known.number,
        version=known.version,
    )


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _measured(page: Page) -> dict[str, Any]:
    return {
        "width": page.width,
        "height": page.height,
        "pixels": page.pixels,
        "turn": page.turn,
        "lean": page.lean,
        "sharpness": page.sharpness,
        "grey": page.is_grey,
        "blank": page.is_blank,
        "seals": [{"x": seal.x, "y": seal.y, "diameter": seal.diameter} for seal in page.seals],
        "codes": list(page.codes),
    }


def _name(files: Sequence[tuple[Path, str]]) -> str:
    stem = Path(files[0][1]).stem
    return f"{stem}.pdf" if len(files) == 1 and stem else _MADE


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
