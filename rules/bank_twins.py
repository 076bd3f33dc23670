"""Questions of a bank that are the same as an earlier one, or nearly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

#: Of 100: from here on two texts are nearly the same. Between, a single word may make another question.
ALIKE = 86
#: Share of the options that nearly equal questions have in common.
_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Twin:
    """What to say of a question that was there before; `exact`: text and options are the same."""

    exact: bool
    told: str


@dataclass(slots=True)
class Twins:
    """The questions so far, as their bare texts and options."""

    _places: list[str] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _options: list[frozenset[str]] = field(default_factory=list)

    def take(self, place: str, text: str, options: Sequence[str]) -> Twin | None:
        """Remember one question, and tell which earlier one it repeats. All texts bare."""
        given = frozenset(filter(None, options))
        found = self._found(text, given)
        self._places.append(place)
        self._texts.append(text)
        self._options.append(given)
        return found

    def _found(self, text: str, options: frozenset[str]) -> Twin | None:
        alike = process.extract(text, self._texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        for _, _, number in alike:
            if self._texts[number] == text and self._options[number] == options:
                return Twin(True, f"和{self._places[number]}重复。请删去一题。")
        for _, score, number in alike:
            fewer = min(len(options), len(self._options[number]))
            shared = len(options & self._options[number])
            if self._texts[number] == text:
                return Twin(False, f"题目和{self._places[number]}一样，只是选项不同。请核对是否同一题。")
            if fewer and shared / fewer >= _SHARED:
                told = f"和{self._places[number]}几乎一样（相似 {score:.0f} %，选项有 {shared} 个相同）。"
                return Twin(False, f"{told}请核对是否同一题。")
        return None
