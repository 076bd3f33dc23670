"""docs/notices.md documents every key that a notice may hold, no other, and says truly which ones must be there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from rules.duties import Duties
from rules.notice import NAMING_WORDS, Notice
from rules.schema import Spec, specs

TEXT = (Path(__file__).parents[2] / "docs" / "notices.md").read_text("utf-8")
TOP = "The top of the file"


def tables(cls: type[Any], place: str) -> Iterator[tuple[str, type[Any]]]:
    """Every table of the file with its class, each class where it stands first."""
    yield place, cls
    for spec in specs(cls):
        for kind in parts(spec.kind):
            stands_here = not spec.notes.via and not spec.notes.refers
            if stands_here and isinstance(kind, type) and dataclasses.is_dataclass(kind):
                yield from tables(kind, f"{place}.{spec.key}".removeprefix(f"{TOP}."))


def parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from parts(part)


def told(keys: list[Spec]) -> dict[str, str]:
    return {spec.key: "must" if spec.required and not spec.notes.inherits else "may" for spec in keys}


def documented(text: str) -> dict[str, dict[str, str]]:
    """Heading of each table of keys -> its keys with must or may."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip("`")
        elif row := re.fullmatch(r"\| `(\w+)` \| (must|may) \| .*\|", line):
            found.setdefault(heading, {})[row[1]] = row[2]
    return found


def expected() -> dict[str, dict[str, str]]:
    first: dict[type[Any], str] = {}
    for place, cls in [*tables(Notice, TOP), *tables(Duties, "")]:
        first.setdefault(cls, place.lstrip("."))
    return {place: told(list(specs(cls))) for cls, place in first.items() if cls is not Duties}


def test_every_key_is_documented_and_no_other() -> None:
    assert documented(TEXT) == expected()


def test_a_key_that_is_not_documented_would_be_noticed() -> None:
    assert documented(TEXT.replace("| `soft` |", "| `hard` |")) != expected()
    assert documented(TEXT.replace("| `floor` | may |", "| `floor` | must |")) != expected()


@pytest.mark.parametrize("word", NAMING_WORDS)
def test_every_word_of_a_naming_convention_is_documented(word: str) -> None:
    assert f"{{{word}}}" in TEXT
