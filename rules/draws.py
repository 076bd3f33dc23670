"""A draw among the tied counted again: the seed is the one that was fixed, and the order follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rules.ballots import digest
from rules.recount import Difference
from rules.standings import drawn, sealed


def recount_draw(draw: Mapping[str, Any], bundle: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Everything in which a draw contradicts itself or its round; empty for a sound one. Raises nothing."""
    try:
        return tuple(_differences(draw, bundle))
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        return (Difference("draw", "a draw in its published form", f"{type(wrong).__name__}: {wrong}"),)


def _differences(draw: Mapping[str, Any], bundle: Mapping[str, Any]) -> Iterator[Difference]:
    seed = bytes.fromhex(draw["seed"])
    told = {key: value for key, value in draw.items() if key not in ("result", "signature")}
    shared = Counter((name, row[1]) for name, rows in bundle["places"].items() for row in rows)
    alike = {row[0] for name, rows in bundle["places"].items() for row in rows if shared[name, row[1]] > 1}
    compared: tuple[tuple[str, object, object], ...] = (
        ("draw: result", digest("draw", told), draw["result"]),
        ("draw: round", bundle["opening"]["paper"]["round"], draw["round"]),
        ("draw: commitment", bundle["commitment"], draw["opening"]),
        ("draw: hash of the seed", bundle["opening"]["rule"].get("draw"), sealed(seed)),
        ("draw: order", list(drawn(seed, draw["said"], draw["tied"])), draw["order"]),
        ("draw: entries, each once", sorted(set(draw["tied"])), draw["tied"]),
        ("draw: entries that shared no place", [], sorted(set(draw["tied"]) - alike)),
    )
    for part, expected, found in compared:
        if expected != found:
            yield Difference(part, str(expected)[:80], str(found)[:80])
