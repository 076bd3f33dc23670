"""A finding: what a check has to say about a film or a scan, with how much it weighs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.encoding import Verdict

Weighing = Literal["refuse", "hold", "warn", "note"]
#: Verdicts, the gravest first.
ORDER: tuple[Weighing, ...] = ("refuse", "hold", "warn", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` is that of its sentence, `facts` the plain values it needs; `clause` is among them, "" for want of one."""

    verdict: Weighing
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def weighed(verdict: Verdict, key: str, facts: Mapping[str, Any]) -> Iterator[Finding]:
    """The finding with a verdict that a notice chooses; none where it lets pass."""
    if verdict != "pass":
        yield Finding(verdict, key, facts)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, otherwise in the order in which they were found."""
    return tuple(sorted(findings, key=lambda each: ORDER.index(each.verdict)))


def refused(findings: Iterable[Finding]) -> bool:
    """Whether any finding stands in the way."""
    return any(each.verdict == "refuse" for each in findings)


def plain_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON holds them."""
    return [{"verdict": each.verdict, "key": each.key, "facts": dict(each.facts)} for each in findings]
