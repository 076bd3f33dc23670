"""The work of checking a film: what its header says at once, then what a decode of all of it found.

The film is opened in a jail (`media/jail.py`); the loop only waits. Every report holds everything that is known so far.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from media.binaries import Binaries, NoBinary, find
from media.decoding import Decoded, Unchecked, decode
from media.header import Header, NotAFilm, read_header
from media.prints import prints
from media.sheet import contact_sheet
from rules.film import FilmRule
from rules.film_defects import unreadable
from rules.film_judge import judge, length_of
from rules.findings import Finding, plain_findings, refused
from rules.measured import Measured, plain
from rules.notice import Notice
from rules.spans import spoken_length
from storage.store import FileGone, Store

#: Bytes of a contact sheet or a preview that are kept at most.
_MOST_KEPT = 16 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a film after one stage.

    `measured` is None for what is no film. `sheet` is a JPEG, `preview` an MP4, `prints` the fingerprint; they are
    empty until the whole film was decoded.
    """

    stage: Literal["header", "whole"]
    findings: tuple[Finding, ...]
    measured: Measured | None = None
    sheet: bytes = b""
    preview: bytes = b""
    prints: str = ""

    @property
    def is_readable(self) -> bool:
        return self.measured is not None


async def check(
    path: Path, name: str, rule: FilmRule, binaries: Binaries, category: str | None = None
) -> AsyncGenerator[Report, None]:
    """One report from the header, one from the whole film; for what is no film a single one, of the stage "whole".

    `name` is the file's as its owner calls it. Raises `OSError` for a file that cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="xinshi-film-") as made:
        folder = Path(made)
        try:
            header = await read_header(path, folder, binaries)
            first = Report("header", judge(rule, header.measured, category, name), header.measured)
            yield first
            yield await _decoded(
                path, folder, header, first, binaries, lambda found: judge(rule, found, category, name)
            )
        except NotAFilm as reason:
            yield Report("whole", (unreadable(reason.reason, reason.facts),))


async def _decoded(path: Path, folder: Path, header: Header, first: Report, binaries: Binaries, judged: Any) -> Report:
    try:
        decoded = await decode(path, folder, header, binaries)
    except Unchecked:
        return replace(
            first, stage="whole", findings=(*first.findings, Finding("hold", "film.unchecked", {"clause": ""}))
        )
    measured = replace(header.measured, whole=decoded.whole)
    sheet, preview, told = await asyncio.to_thread(_made, decoded)
    return Report("whole", judged(measured), measured, sheet, preview, told)


def _made(decoded: Decoded) -> tuple[bytes, bytes, str]:
    sheet = contact_sheet(decoded.pictures, decoded.times) if len(decoded.pictures) else b""
    preview = decoded.clip.read_bytes() if decoded.clip else b""
    return sheet, preview, prints(decoded.squares, decoded.rate)


class FilmChecker:
    """Checks films of the campaigns it knows. `ffmpeg` and `ffprobe` are paths from the settings, "" to look around."""

    def __init__(self, store: Store, notices: Mapping[str, Notice], ffmpeg: str = "", ffprobe: str = "") -> None:
        self._store, self._notices, self._named = store, notices, (ffmpeg, ffprobe)

    async def perform(self, payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any], None]:
        """Check the film named in the payload: `sha256`, `name`, `campaign`, `track`, `category` ("" when unknown).

        Yields JSON-plain facts: one item of progress from the header, then the result; or one item `error`.
        """
        rule = self._notices[payload["campaign"]].track(payload["track"]).film
        if rule is None:
            raise LookupError(f"expected a film rule in the track {payload['track']}, found none: see the notice")
        try:
            path = await self._store.local(payload["sha256"])
            category = payload.get("category") or None
            async with aclosing(check(path, payload["name"], rule, find(*self._named), category)) as reports:
                async for report in reports:
                    yield await self._facts(report, payload)
        except (FileGone, FileNotFoundError):
            yield {"error": {"key": "film.gone", "facts": {}}}
        except NoBinary:
            yield {"error": {"key": "film.no_program", "facts": {}}}

    async def _facts(self, report: Report, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        told = facts(report)
        if report.stage == "header":
            return told | {"name": payload["name"], "sha256": payload["sha256"], "progress": True}
        kept = {
            "sheet": await self._keep("contact-sheet.jpg", report.sheet),
            "preview": await self._keep("preview.mp4", report.preview),
        }
        return told | kept | {"name": payload["name"], "sha256": payload["sha256"], "progress": False}

    async def _keep(self, name: str, data: bytes) -> str:
        return (await self._store.keep(name, _once(data), _MOST_KEPT)).sha256 if data else ""


def facts(report: Report) -> dict[str, Any]:
    """A report as JSON holds it, without the files that were made."""
    measured = report.measured
    return {
        "stage": report.stage,
        "size": measured.size if measured else 0,
        "measured": plain(measured) if measured else {},
        "findings": plain_findings(report.findings),
        "refused": refused(report.findings),
        "unreadable": not report.is_readable,
        "length": spoken_length(length_of(measured)) if measured else "",
        "sheet": "",
        "preview": "",
        "prints": report.prints,
    }


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
