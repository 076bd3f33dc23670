"""What came of a play, step by step, and everything that was not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Ledger:
    """Lines under headings, and what disagreed."""

    title: str
    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def step(self, heading: str) -> None:
        """A new heading."""
        self.lines.append(f"\n── {heading} ──")

    def say(self, text: str) -> None:
        """One line."""
        self.lines.append(text)

    def check(self, what: str, expected: Any, found: Any) -> None:
        """What must be so."""
        mark = "✓" if expected == found else "✗"
        self.lines.append(
            f"{mark} {what}：{found}" if expected == found else f"{mark} {what}：应为 {expected}，是 {found}"
        )
        if expected != found:
            self.wrong.append(self.lines[-1])

    @property
    def text(self) -> str:
        """All of it."""
        end = "没有不一致之处。" if not self.wrong else "不一致：\n" + "\n".join(self.wrong)
        return "\n".join([self.title, *self.lines, "", end])
