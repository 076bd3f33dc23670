"""Until when works are due: every statement of it, the closing in force, and a switch where statements contradict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.drafting.clauses import Sentence
from rules.drafting.dates import Span
from rules.drafting.kinds import Kind
from rules.drafting.sheet import Switches
from rules.drafting.text import bare

EXTENDED = re.compile(r"顺延|延长|延期|放宽")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One statement of when works are due."""

    kinds: tuple[Kind, ...]
    span: Span
    source: Sentence
    #: Until when others recommend what they received, which is later than until when works come in.
    recommends: bool = False

    @property
    def conditional(self) -> bool:
        return bool(
            EXTENDED.search(self.source.text[: self.span.end + 6].rsplit("，", 1)[-1])
            or EXTENDED.search(self.source.text[max(0, self.span.start - 12) : self.span.start])
        )


def settled(kind: Kind, own: Sequence[Deadline], switches: Switches) -> tuple[object, Sentence, str]:
    """The closing in force: one day with its clearest clock, or a switch between the readings."""
    choices = _choices(own) or list(own)
    last = max((each for each in choices if not each.conditional), key=_closing, default=choices[-1])
    if len(choices) == 1:
        point = last.span.closes
        assert point is not None
        if last.span.before:
            return _before_switch(kind, last, switches), last.source, ""
        ask = "“下班前”是几点？暂按 18:00（close_of_work）。" if point.clock == "下班前" else ""
        return point.closing, last.source, ask
    ordered = [last, *(each for each in choices if each is not last)]
    alternatives = [
        (f"by_{n}", f"{each.source.clause}：{each.span.text}", _closing(each)) for n, each in enumerate(ordered, 1)
    ]
    told = "；".join(
        f"{each.source.clause}“{bare(each.span.text)}”" + ("（顺延）" if each.conditional else "") for each in choices
    )
    question = f"{kind.noun}的截止时间通知里不一致：{told}。以哪一个为准？"
    why = "暂取最晚的一个，免得把按时的作品当成迟到；请主办单位确认。"
    return switches.add(f"deadline_{kind.key}", last.source, question, why, alternatives), last.source, ""


def _closing(deadline: Deadline) -> str:
    return deadline.span.closes.closing if deadline.span.closes else ""


def _choices(own: Sequence[Deadline]) -> list[Deadline]:
    """One statement for each instant; a day without a clock gives way to the same day with one, 前 to none."""
    clocked = {each.span.closes.day for each in own if each.span.closes and each.span.closes.clock}
    by_instant: dict[str, Deadline] = {}
    for each in sorted(own, key=lambda deadline: deadline.span.before):
        if each.span.closes and (each.span.closes.clock or each.span.closes.day not in clocked):
            by_instant.setdefault(_closing(each), each)
    return sorted(by_instant.values(), key=own.index)


def _before_switch(kind: Kind, deadline: Deadline, switches: Switches) -> object:
    return before_switch(f"before_{kind.key}", deadline.span, deadline.source, switches)


def before_switch(key: str, span: Span, source: Sentence, switches: Switches) -> object:
    """X日前: whether the day itself still counts."""
    point = span.closes
    assert point is not None
    eve = date.fromordinal(point.day.toordinal() - 1)
    question = f"“{bare(span.text)}”包括 {point.day.month}月{point.day.day}日 当天吗？"
    alternatives = [
        ("inclusive", f"包括，{point.day} 24:00 止", point.closing),
        ("exclusive", f"不包括，{eve} 24:00 止", f"{eve} 24:00"),
    ]
    return switches.add(key, source, question, "通常理解为当天仍可报送；请主办单位确认。", alternatives)
