"""What a check found, as facts for wording: the gravest first, each with its sign."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.talk.lines import Line, line

REFUSE, HOLD, WARN, NOTE = "refuse", "hold", "warn", "note"
_SIGNS = {REFUSE: "✗", HOLD: "◇", WARN: "△", NOTE: "·"}
#: What a person must have seen before a file is used: it is warned of, or held for the organiser's decision.
ATTENTION = (HOLD, WARN)
#: What is said when a film or a scan could not be checked, for whoever sets up the work (`scheduler.work.Skill`).
BROKEN = "material.broken"
_LENGTH = re.compile(r"(?:(\d+) 分)? ?(?:(\d+) 秒)?")


def told(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of a check with their sentences, the gravest first."""
    found = sorted(facts.get("findings", ()), key=lambda each: list(_SIGNS).index(each["verdict"]))
    return [
        {"verdict": each["verdict"], "sign": _SIGNS[each["verdict"]], "line": Line(each["key"], each["facts"])}
        for each in found
    ]


def has(findings: Collection[Mapping[str, Any]], *verdicts: str) -> bool:
    """Whether any finding has one of these verdicts."""
    return any(each["verdict"] in verdicts for each in findings)


def report(kind: str, facts: Mapping[str, Any], *, name: str) -> Line:
    """A check in one line: refused, to be looked at, or good. `kind` is "film" or "scan"."""
    findings = told(facts)
    counts = {verdict: sum(each["verdict"] == verdict for each in findings) for verdict in _SIGNS}
    what = "refused" if facts["refused"] else "attention" if has(findings, *ATTENTION) else "good"
    known = {"name": name, "size": spoken_size(facts["size"]), "length": facts.get("length", "")}
    return line(f"material.{kind}_{what}", **known, findings=findings, counts=counts)


def seconds_of(length: str) -> int:
    """Whole seconds of a length as a check tells it: 3 分 12 秒, 4 分, 45 秒."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"expected a length such as 3 分 12 秒 from the check of a film, found {length!r}")
    return int(found[1] or 0) * 60 + int(found[2] or 0)


def spoken_size(size: int) -> str:
    """Bytes as people say them: 486 MB, 1.4 GB, 12 KB."""
    for unit, bytes_ in (("GB", 2**30), ("MB", 2**20)):
        if size >= bytes_:
            amount = size / bytes_
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{max(1, round(size / 1024))} KB"
