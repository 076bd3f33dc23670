"""What will hurt in a notice, as plain text for whoever is about to publish it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.wording import cited
from rules.hurts.hurt import CALLED, ORDER, UNCLEAR, Hurt


def describe_hurts(hurts: Sequence[Hurt]) -> str:
    """A few lines for each, the gravest first; clauses that are only unclear at the end, a line each."""
    return "\n".join(_lines(hurts)) + "\n"


def counted_hurts(hurts: Sequence[Hurt]) -> str:
    """How many there are of each kind, in one sentence."""
    mine = [each for each in hurts if each.key != UNCLEAR]
    told = [f"{CALLED[one]} {n} 处" for one in ORDER if (n := sum(each.severity == one for each in mine))]
    if unclear := len(hurts) - len(mine):
        told.append(f"没有写明的条款 {unclear} 处")
    return "，".join(told) + "。" if told else "没有发现会让人吃苦头的地方。"


def _lines(hurts: Sequence[Hurt]) -> Iterator[str]:
    for severity in ORDER:
        mine = [each for each in hurts if each.severity == severity and each.key != UNCLEAR]
        if mine:
            yield f"{CALLED[severity]}（{len(mine)} 处）"
        for number, each in enumerate(mine, 1):
            yield f"  {number}. {each.what}{cited(each.clause)}"
            yield f"     依据：{each.rests}"
            yield f"     怎么办：{each.mend}" + (f"（{each.place}）" if each.place else "")
    if unclear := [each for each in hurts if each.key == UNCLEAR]:
        yield f"没有写明的条款（{len(unclear)} 处，现在的读法要请主办方确认）"
        for each in unclear:
            yield f"  · {each.what}{cited(each.clause)}（{each.place}）"
    yield counted_hurts(hurts)
