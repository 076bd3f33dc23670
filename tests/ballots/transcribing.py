"""What an admin said and heard over several rounds, compared with a transcript whole."""

from __future__ import annotations

import re
from pathlib import Path

from bot.fakes import Person, bare
from tests.flows.conftest import TRANSCRIPTS, WRITING

#: What is random in every run: hashes, the key of a round in its address, and what a test calls out for a draw.
RANDOM = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<64 位>"),
    (re.compile(r"/rounds/[0-9A-Z]{10}"), "/rounds/<轮次>"),
    (re.compile(r"\b17([，  ])\d+"), r"17\1<数>"),
)


def matches(person: Person, name: str, since: int = 0) -> None:
    """Compare what was said since an exchange with the transcript of this name, or write it."""
    lines: list[str] = []
    for exchange in person.exchanges[since:]:
        lines.append(f"管理员> {exchange.said}")
        for reply in exchange.replies:
            buttons = "".join(f"【{each.label}】" for each in reply.choices)
            lines.append("\n".join(filter(None, (bare(reply.text), buttons))) + "\n")
    text = "\n".join(lines)
    for pattern, shown in RANDOM:
        text = pattern.sub(shown, text)
    path: Path = TRANSCRIPTS / f"{name}.txt"
    if WRITING:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
