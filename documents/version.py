"""The version code at the foot of a page that this program filled, as `documents.marks` prints it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from documents.ooxml import Element
from documents.prose import text_of
from rules.codes import read_code

_PRINTED = re.compile(r"版本码[ :：]*([!-~]{1,41}(?: [!-~]+)*)")


def code_of(footers: Iterable[Element]) -> str:
    """The code that any of these footers prints, without its separators; "" for none."""
    for footer in footers:
        if hit := _PRINTED.search(text_of(footer)):
            return read_code(hit[1]) or hit[1]
    return ""
