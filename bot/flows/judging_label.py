"""What a round is called, in conversations and on pages."""

from __future__ import annotations

from rules.ballot_plan import Purpose
from rules.judging import Judging, Round

#: What is added to the label of a round that follows another of the same name.
SUFFIXES = {"": "", "again": "（再投一轮）", "runoff": "（并列加投）"}


def called(round_: Round, purpose: Purpose | str = "") -> str:
    """What a round is called."""
    return f"{round_.label}{SUFFIXES[purpose]}"


def label_of(rules: Judging | None, key: str, purpose: str) -> str:
    """What a round is called, by its key in the notice."""
    label = next((each.label for each in rules.rounds if each.key == key), key) if rules is not None else key
    return f"{label}{SUFFIXES[purpose]}"
