"""Latin letters that people type for Chinese words: the initials of the syllables, or the syllables themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

_RUNS = re.compile(r"([a-z0-9]+)|[^\W_a-z0-9]+")
#: Texts whose spelling is remembered.
REMEMBERED = 4096


@lru_cache(maxsize=REMEMBERED)
def spelt(text: str) -> tuple[str, str]:
    """A text as (initials, syllables) in small letters, ü as v: 信用建设 -> ("xyjs", "xinyongjianshe").

    A Latin word or a number inside counts as one syllable; everything else is left out.
    """
    syllables: list[str] = []
    for run in _RUNS.finditer(text.casefold()):
        syllables += [run[1]] if run[1] else lazy_pinyin(run[0], errors="ignore")
    return "".join(syllable[0] for syllable in syllables), "".join(syllables)
