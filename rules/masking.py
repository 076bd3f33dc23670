"""Phone numbers made unreadable for eyes that need not see them: enough is left to tell two of them apart."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})([- ]?)(\d{3,4})(\d{4})(?!\d)")


def masked_phones(text: str) -> str:
    """A text whose telephone numbers have lost their middles: 138****8000, 029-****0000."""
    text = _MOBILE.sub(lambda found: f"{found[1]}****{found[2]}", text)
    return _LANDLINE.sub(lambda found: f"{found[1]}{found[2]}{'*' * len(found[3])}{found[4]}", text)
