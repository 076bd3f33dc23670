"""Judges a measured scan by what the package asks: everything at once, what cannot be known only as a hint.

A red seal that is not recognised is never called missing: a grey copy hides it. Only what nobody could read is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.codes import shown
from rules.findings import Finding, Weighing, refused, sorted_findings
from rules.scans import MOST_PAGES, STRAIGHTENED, Page, Scan

#: Pixels of the longer side of A4: at 70 dpi five-point-size print cannot be read, at 95 it can with good will.
UNREADABLE, COARSE, ADVISED = 820, 1110, 1650
#: `Look.sharpness` below which letters run together, contrast below which print is pale.
BLURRED, PALE = 0.12, 0.35
#: Brightness of paper and of its darkest part against its brightest, below which a picture is dim or in shadow.
DIM, SHADED = 0.3, 0.3
LEANING = 3.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A filled form that was given out, by its version code.

    `at` is when, as people say it; `number` and `version` are those of the entry it was reported as, "" and 0 if it
    never was. `title` is the work's name, `form` the key of the form and `form_title` its heading.
    """

    code: str
    campaign: str
    form: str
    form_title: str
    unit: str
    title: str
    at: str
    number: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scan has to be: the package's item, and the version of the form that is in force.

    `seals`: the unit stamps; individuals sign. `code` is the version code expected, "" for none; `pages` how many
    pages that version has, 0 where nobody knows. `prints` are the forms that were given out, by version code; None
    where there is no place to look them up.
    """

    label: str = "盖章扫描件"
    clause: str = ""
    formats: tuple[str, ...] = ("pdf", "jpg", "png")
    seals: bool = True
    code: str = ""
    pages: int = 0
    restamp: Literal["warn", "refuse"] = "warn"
    prints: Mapping[str, Printed] | None = field(default_factory=dict)


def judge(scan: Scan, asked: Asked) -> tuple[Finding, ...]:
    """Every finding, the gravest first. Each has the facts `clause` and `label` besides its own."""
    found = [*_files(scan)]
    if scan.pages:
        found += _pages(scan, asked)
    if not all(page.is_blank for page in scan.pages) and not any(file.why for file in scan.files):
        # Otherwise a seal or a code may be on the very page that could not be read.
        found += [*_seals(scan, asked), *_codes(scan, asked)]
        if not refused(found):
            found += _made(scan)  # of what is not taken, nothing is kept
    # A clause such as 通知未写… says that it is none.
    clause = "" if asked.clause.startswith("通知") else asked.clause
    common = {"clause": clause, "label": asked.label, "formats": list(asked.formats), "seals": asked.seals}
    return sorted_findings(Finding(each.verdict, each.key, {**common, **each.facts}) for each in found)


def _files(scan: Scan) -> Iterator[Finding]:
    """Files that cannot be read at all, each with its own reason."""
    for file in scan.files:
        facts: dict[str, Any] = {"name": file.name}
        if file.why == "huge":
            facts |= {"width": file.width, "height": file.height, "millions": file.width * file.height // 1_000_000}
        if file.why:
            yield Finding("refuse", f"scan.file.{file.why}", facts)
    if (count := sum(file.pages for file in scan.files)) > MOST_PAGES:
        yield Finding("refuse", "scan.too_many_pages", {"count": count, "most": MOST_PAGES})


def _pages(scan: Scan, asked: Asked) -> Iterator[Finding]:
    """What the pages look like."""
    blank = _numbers(scan, lambda page: page.is_blank)
    if len(blank) == len(scan.pages):
        yield Finding("refuse", "scan.blank", {"count": len(blank)})
        return
    if blank:
        yield Finding("warn", "scan.blank_pages", {"pages": blank})
    yield from _resolution(scan)
    written = [(number, page) for number, page in enumerate(scan.pages, 1) if not page.is_blank]
    for key, of in _LOOKS.items():
        if pages := [number for number, page in written if of(page)]:
            yield Finding("warn", key, {"pages": pages, "count": len(scan.pages)})
    leaning = [(number, abs(page.lean or 0)) for number, page in written if _leans(scan, page)]
    if leaning:
        facts = {"pages": [number for number, _ in leaning], "degrees": round(max(angle for _, angle in leaning))}
        yield Finding("warn", "scan.leaning", {**facts, "count": len(scan.pages)})
    if not scan.remade and (turned := [number for number, page in written if page.turn]):
        yield Finding("warn", "scan.turned", {"pages": turned, "count": len(scan.pages)})
    if asked.pages and len(scan.pages) != asked.pages:
        yield Finding("warn", "scan.pages_differ", {"count": len(scan.pages), "expected": asked.pages})


def _resolution(scan: Scan) -> Iterator[Finding]:
    sizes = {number: page.pixels for number, page in enumerate(scan.pages, 1) if page.pixels and not page.is_blank}
    cases: tuple[tuple[Weighing, str, int, int], ...] = (
        ("refuse", "scan.too_small", 0, UNREADABLE),
        ("warn", "scan.small", UNREADABLE, COARSE),
    )
    for verdict, key, least, below in cases:
        if small := {number: pixels for number, pixels in sizes.items() if least <= pixels < below}:
            facts = {"pages": list(small), "pixels": min(small.values()), "least": UNREADABLE, "advised": ADVISED}
            yield Finding(verdict, key, {**facts, "count": len(scan.pages)})


#: What makes a page hard to read, by the key of its sentence.
_LOOKS: Mapping[str, Any] = {
    "scan.blurred": lambda page: 0 < page.sharpness < BLURRED,
    "scan.dim": lambda page: page.white < DIM or page.shade < SHADED,
    "scan.pale": lambda page: page.contrast < PALE and page.ink < 0.001,
}


def _leans(scan: Scan, page: Page) -> bool:
    """Whether a page leans; one that was straightened on the way into the PDF no longer does."""
    angle = abs(page.lean or 0)
    return angle >= LEANING and not (is_straightened(page) and "pictures" in scan.remade)


def is_straightened(page: Page) -> bool:
    """Whether a picture of this page is straightened when it is bound into a PDF."""
    return page.lean is not None and STRAIGHTENED[0] <= abs(page.lean) <= STRAIGHTENED[1]


def _seals(scan: Scan, asked: Asked) -> Iterator[Finding]:
    if not asked.seals or scan.seals:
        return
    yield Finding("warn", "scan.no_seal", {"grey": all(page.is_grey for page in scan.pages)})


def _codes(scan: Scan, asked: Asked) -> Iterator[Finding]:
    """Whether what was stamped is what is in force; only the code at the foot tells."""
    if not asked.code:
        return
    others = [code for code in scan.codes if code != asked.code]
    if not scan.codes:
        yield Finding("warn", "scan.no_code", {"expected": shown(asked.code)})
    elif others and asked.code in scan.codes:
        pages = _numbers(scan, lambda page: bool(set(page.codes) & set(others)))
        facts = {"pages": pages, "expected": shown(asked.code), "codes": [shown(code) for code in others]}
        yield Finding(asked.restamp, "scan.several_versions", facts)
    for code in others if asked.code not in scan.codes else ():
        yield _other(code, asked)


def _other(code: str, asked: Asked) -> Finding:
    """Another version than the one in force: named, as far as it is known."""
    facts: dict[str, Any] = {"code": shown(code), "expected": shown(asked.code)}
    if asked.prints is None:
        return Finding(asked.restamp, "scan.another_code", facts)
    stamped, current = asked.prints.get(code), asked.prints.get(asked.code)
    if stamped is None:
        return Finding("warn", "scan.unknown_code", facts)
    facts |= {"at": stamped.at, "number": stamped.number, "version": stamped.version, "title": stamped.title}
    facts |= {"form_title": stamped.form_title, "unit": stamped.unit, "current_at": current.at if current else ""}
    if current is not None and (stamped.campaign, stamped.form) != (current.campaign, current.form):
        return Finding(asked.restamp, "scan.other_form", {**facts, "asked_title": current.form_title})
    if current is not None and stamped.unit != current.unit:
        # Another unit's name is not told: only that it is not this one's.
        return Finding(asked.restamp, "scan.other_unit", {**facts, "own": current.unit, "unit": "", "title": ""})
    if current is not None and stamped.number and current.number and stamped.number != current.number:
        return Finding(asked.restamp, "scan.other_work", {**facts, "own": current.title})
    return Finding(asked.restamp, "scan.other_version", facts)


def _made(scan: Scan) -> Iterator[Finding]:
    """What was done to make the one PDF that is kept."""
    facts = {"count": len(scan.pages), "files": len(scan.files)}
    if {"pictures", "several"} & set(scan.remade):
        yield Finding("note", "scan.made_pdf", facts)
    elif "odd" in scan.remade:
        yield Finding("note", "scan.made_plain", facts)
    elif "heavy" in scan.remade:
        yield Finding("note", "scan.made_smaller", {**facts, "mb": round(scan.files[0].size / 1_000_000, 1)})


def _numbers(scan: Scan, of: Any) -> Sequence[int]:
    """The numbers, from 1, of the pages of which something holds."""
    return [number for number, page in enumerate(scan.pages, 1) if of(page)]
