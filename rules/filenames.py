"""Names of files and folders that every file system takes, Windows first, and that show what they are.

Source of what Windows refuses: Microsoft, "Naming Files, Paths, and Namespaces".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rules.cleaning import clean

#: Bytes of one name in UTF-8: what Linux takes (255), less room for a number and an ending.
LONGEST_NAME = 200
#: Characters of one name, so that a path of several stays below Windows' 260.
LONGEST_SHOWN = 60
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_DEVICES = frozenset(["con", "prn", "aux", "nul", "conin$", "conout$"]) | {
    f"{name}{number}" for name in ("com", "lpt") for number in "0123456789¹²³"
}
_PLACE = re.compile(r"\{([^{}]*)\}")
#: Looks like another character or hides one; `clean` takes the rest.
_HIDDEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_name(text: str, *, ending: str = "", most: int = LONGEST_SHOWN) -> str:
    """`text` as a file's name with its `ending` (".docx"); never empty, at most `most` characters before the ending."""
    plain = "".join(char for char in " ".join(clean(text).split()) if unicodedata.category(char) not in _HIDDEN)
    plain = " ".join(_REFUSED.sub("_", plain).split())
    # A name begins with no dot or minus: hidden, or taken for an option.
    plain = plain.lstrip(".-~ ").rstrip(". ")[:most].rstrip(". ")
    while len(f"{plain}{ending}".encode()) > LONGEST_NAME:
        plain = plain[:-1]
    if plain.partition(".")[0].strip().casefold() in _DEVICES:
        plain = f"_{plain}"
    return f"{plain or '未命名'}{ending}"


def by_convention(template: str, words: Mapping[str, str]) -> str:
    """A naming convention of a notice with its words filled in; a mark beside an empty word goes with it."""
    filled = _PLACE.sub(lambda place: words.get(place[1], "").replace("+", "＋").strip(), template)
    return re.sub(r"\++", "+", filled).strip("+ ")


class Names:
    """Gives every file of one folder a name of its own; upper and lower case are the same, as on Windows."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """`name`, or with a number before its ending where it is taken."""
        stem, dot, ending = name.rpartition(".")
        stem, tail = (stem, f"{dot}{ending}") if stem and len(ending) <= 5 else (name, "")
        found, number = name, 2
        while unicodedata.normalize("NFC", found).casefold() in self._taken:
            found, number = f"{stem} ({number}){tail}", number + 1
        self._taken.add(unicodedata.normalize("NFC", found).casefold())
        return found
