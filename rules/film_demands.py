"""What a notice asks of a film, as the facts of the sentence that says it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from rules.film import FilmRule
from rules.instants import spoken_span


def demands(rule: FilmRule) -> dict[str, Any]:
    """Lengths by category, shapes, sizes and formats."""
    picture = rule.picture
    return {
        "lengths": [
            {"from": _spoken(each.shortest), "to": _spoken(each.longest), "categories": list(each.categories)}
            for each in rule.durations
        ],
        "aspects": [str(each) for each in rule.shape.aspects] if rule.shape else [],
        "sizes": [str(each) for each in picture.sizes] if picture else [],
        "at_least": str(picture.at_least) if picture and picture.at_least else "",
        "short_side": picture.short_side if picture and picture.short_side else 0,
        "formats": [each.upper() for each in rule.containers.formats] if rule.containers else [],
        "lenient": rule.containers is not None and rule.containers.others != "refuse",
    }


def _spoken(seconds: Fraction) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes and rest else spoken_span(timedelta(seconds=int(seconds)))
