"""Understanding which option a person means when they type instead of pressing: "3", "③", "3.", the option's text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_TRAILING = " .．、。,，)）"


def plain(text: str) -> str:
    """Text as it is compared: width folded, case folded, without spaces and closing punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip(_TRAILING).strip("【】[]“”\"'")


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """The index of the option meant by `text`: its number from 1, its whole text, or words that only it has."""
    wanted = plain(text)
    if not wanted:
        return None
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 3:
        number = int(wanted)
        return number - 1 if 1 <= number <= len(labels) else None
    folded = [plain(label) for label in labels]
    if wanted in folded:
        return folded.index(wanted)
    begun = [index for index, label in enumerate(folded) if label.startswith(wanted)]
    inside = [index for index, label in enumerate(folded) if wanted in label] if len(wanted) > 1 else []
    return next((found[0] for found in (begun, inside) if len(found) == 1), None)
