"""How well works fit single prizes (奖项契合度), as the experts ticked on a published paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rules.ballots import FIT, YES


def fits_in(bundle: Mapping[str, Any]) -> dict[int, dict[str, Fraction]]:
    """Of each entry by prize how many of the experts who judged it ticked it, in percent; without those of nobody."""
    paper = bundle.get("opening", {}).get("paper", {})
    ticks = {place: key.removeprefix(FIT) for place, key in enumerate(paper.get("criteria", ())) if key.startswith(FIT)}
    if not ticks:
        return {}
    judged: Counter[int] = Counter()
    ticked: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for entry, _, levels in bundle["board"]:
        judged[entry] += 1
        ticked[entry].update(prize for place, prize in ticks.items() if levels[place] == YES)
    return {
        entry: {prize: Fraction(100 * count, judged[entry]) for prize, count in found.items()}
        for entry, found in ticked.items()
        if found
    }
