"""What somebody hands in beside the form: what a file seems to be by its name, and what is kept of it with an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Guess = Literal["word", "film", "picture", "pdf", "other", "unnamed"]

_ENDINGS: dict[Guess, frozenset[str]] = {
    "word": frozenset("docx docm doc wps rtf dotx".split()),
    "film": frozenset("mp4 mov avi mpeg mpg m4v mkv wmv flv webm 3gp ts mts m2ts vob f4v rmvb rm asf ogv mxf".split()),
    "picture": frozenset("jpg jpeg png heic heif webp bmp tif tiff gif".split()),
    "pdf": frozenset(("pdf",)),
}


def guess(name: str) -> Guess:
    """What a file seems to be. Only a guess, which decides who looks into it; "unnamed" is a name without an ending."""
    stem, dot, ending = name.strip().casefold().rpartition(".")
    if not dot or not stem or not ending.isalnum() or len(ending) > 5:
        return "unnamed"
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), "other")


@dataclass(frozen=True, slots=True)
class Material:
    """One file of an entry: which item of the package it is, the stored file, and what was found out about it.

    `key` is the item's ("film", "scan", "pictures"), `size` is in bytes, `facts` are those of its check (JSON-plain).
    """

    key: str
    sha256: str
    name: str
    size: int
    facts: Mapping[str, Any] = field(default_factory=dict)
