"""Whether two forms say the same in their long texts: copied outright, or copied and touched up.

As with films, what this finds is for a human to look at, never for a refusal.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from rapidfuzz.fuzz import ratio

from rules.forms import Form

#: Characters, without blanks and marks, below which a text is too short to say anything.
LEAST_TEXT = 200
#: Percent of equal characters in the same order from which two texts are to be read side by side.
TEXT_ALIKE = 85


def long_text(form: Form, answers: Mapping[str, Any]) -> str:
    """The long texts of a form without blanks, marks and differences of width; "" below `LEAST_TEXT`."""
    said = [_said(answers.get(field.key)) for field in form.fields if field.kind in ("text", "sections")]
    plain = "\n".join(filter(None, map(_plain, said)))
    return plain if len(plain) >= LEAST_TEXT else ""


def theme_of(form: Form, answers: Mapping[str, Any]) -> str:
    """The theme that a work is entered in, the primary one of several; "" where the form has none."""
    for field in form.fields:
        value = answers.get(field.key)
        if field.kind == "boxes" and "主题" in field.label and isinstance(value, Mapping):
            return str(next(iter(value.get("picked", ())), value.get("other", "")))
    return ""


def digest(text: str) -> str:
    """What equal texts have in common: SHA-256 (hex), "" for ""."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def text_similarity(one: str, other: str) -> int:
    """Percent of characters that two texts of `long_text` have in common in the same order; 0 below `TEXT_ALIKE`."""
    if not one or not other:
        return 0
    # 100 is for equal texts alone: one letter in ten thousand is a difference.
    return 100 if one == other else min(99, int(ratio(one, other, score_cutoff=TEXT_ALIKE)))


def _said(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")
