"""What the committee has before it: the ranking, the decisions so far, what they settle, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.talk.replay import Talk
from rules.award_field import Given, awards_of, contenders_of, decisions_of, given_of, in_force, label_of, slips
from rules.judging import Awards, Prize
from rules.looks import UnitsOf
from rules.looks_awards import Decided, DecidedIn, Honour, Ranked, RankedIn
from rules.people import Unit
from rules.prizes import Question, Scope, Settlement, settle


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that prizes follow from, and what follows."""

    rules: Awards
    made: tuple[Decided, ...]
    ranked: tuple[Ranked, ...]
    units: tuple[Unit, ...]
    settlement: Settlement
    given: tuple[Given, ...]

    @property
    def asked(self) -> tuple[Question, ...]:
        """What people must decide now, each thing once; what waits for another answer comes later."""
        found: dict[Any, Question] = {}
        for each in self.settlement.questions:
            key = {"slots": ("slots", each.scope.prize), "exclusive": "exclusive", "unsaid": "unsaid"}
            if each.why != "waits":
                found.setdefault(key.get(each.why, (each.why, each.scope)), each)
        return tuple(found.values())

    @property
    def upto(self) -> int:
        """The newest decision, 0 for none."""
        return max((each.id for each in self.made), default=0)

    def prize(self, key: str) -> Prize:
        """A prize by its key."""
        return next(prize for prize in self.rules.prizes if prize.key == key)

    def work(self, entry: int) -> Ranked:
        """A ranked work by its entry."""
        return next(each for each in self.ranked if each.entry == entry)

    @property
    def foremost(self) -> str:
        """The names of the first group's prizes, whose winners may be kept from the others."""
        prizes = self.rules.prizes
        return "、".join(prize.label for prize in prizes if prize.group == prizes[0].group)

    def label(self, talk: Talk, scope: Scope) -> str:
        """What the prize is called in its place."""
        return label_of(talk.notice, self.prize(scope.prize), scope.within)


async def bench_of(talk: Talk, rules: Awards) -> Bench:
    """The bench as it is now."""
    made: tuple[Decided, ...] = await talk.look(DecidedIn(talk.notice.id))
    ranked: tuple[Ranked, ...] = await talk.look(RankedIn(talk.notice.id))
    units: tuple[Unit, ...] = await talk.look(UnitsOf(talk.notice.id))
    return bench_with(talk, rules, made, ranked, units)


def bench_with(
    talk: Talk, rules: Awards, made: tuple[Decided, ...], ranked: tuple[Ranked, ...], units: tuple[Unit, ...]
) -> Bench:
    """The bench of this ranking and these decisions."""
    rules = awards_of(rules, made)
    settlement = settle(rules, contenders_of(talk.notice, ranked, made), decisions_of(made))
    return Bench(rules, made, ranked, units, settlement, given_of(talk.notice, rules, settlement, ranked, units))


def whole_facts(talk: Talk, bench: Bench) -> dict[str, Any]:
    """All prizes by track and prize, what the gifts come to, and where that differs from what the notice states."""
    works = {each.entry: each for each in bench.ranked}
    units = {unit.id: unit.name for unit in bench.units}
    tracks = [*((track.key, track.label) for track in talk.notice.tracks), ("", "单位奖项")]
    parts = [
        {"label": label, "prizes": _prizes(found, works, units), "winners": len(found),
         "cost": sum(each.gift for each in found)}
        for key, label in tracks if (found := [each for each in bench.given if each.track == key])
    ]  # fmt: skip
    return {
        "title": talk.notice.short_title, "parts": parts, "winners": sum(bool(each.entry) for each in bench.given),
        "units": sum(not each.entry for each in bench.given), "left": len(bench.asked),
        **stock_facts(talk, bench.rules, bench.given),
    }  # fmt: skip


def _prizes(given: Sequence[Given], works: dict[int, Ranked], units: dict[int, str]) -> list[dict[str, Any]]:
    found = []
    for label, some in groupby(given, key=lambda each: each.label):
        rows = [
            {"number": works[each.entry].number, "title": works[each.entry].title, "rank": works[each.entry].rank,
             "unit": works[each.entry].unit_name}
            if each.entry else {"number": "", "title": "", "rank": 0, "unit": units.get(each.unit, "")}
            for each in some
        ]  # fmt: skip
        found.append({"label": label, "rows": rows})
    return found


def stock_facts(talk: Talk, rules: Awards, given: Sequence[Given | Honour]) -> dict[str, Any]:
    """Gifts by value with their number, what they come to, and every difference from the notice's own totals."""
    gifts = sorted({each.gift for each in given if each.gift}, reverse=True)
    wrong = [
        {"what": slip.what, "stated": slip.stated, "found": slip.found,
         "track": talk.notice.track(slip.track).label if slip.track else ""}
        for slip in slips(rules, given)
    ]  # fmt: skip
    return {
        "gifts": [{"gift": gift, "count": sum(each.gift == gift for each in given)} for gift in gifts],
        "cost": sum(each.gift for each in given), "slips": wrong, "stated": rules.totals is not None,
        "clause": rules.clause,
    }  # fmt: skip


def decided_facts(talk: Talk, bench: Bench) -> list[dict[str, Any]]:
    """The decisions in force, as a list reads them."""
    return [
        {"what": told_decision(talk, bench, each), "reason": each.reason, "who": each.who}
        for each in in_force(bench.made).values()
    ]


def told_decision(talk: Talk, bench: Bench, one: Decided) -> str:
    """One decision in a few words."""
    known = {prize.key for prize in bench.rules.prizes}
    label = bench.label(talk, Scope(one.prize, one.within)) if one.prize in known else one.value.get("label", "")
    numbers = {each.entry: each.number for each in bench.ranked} | {unit.id: unit.name for unit in bench.units}
    match one.kind:
        case "slots":
            each_theme = "每个主题 " if bench.prize(one.prize).each == "theme" else ""
            return f"{bench.prize(one.prize).label}：{each_theme}{one.value['slots']} 名"
        case "chosen":
            named = "、".join(numbers.get(int(each), f"{each}") for each in one.value["chosen"])
            return f"{label}：{named or '不评'}"
        case "exclusive":
            return f"得了{bench.foremost}的作品{'不再得' if one.value['exclusive'] else '可以兼得'}其他奖项"
        case "fit":
            return f"{label}：{len(one.value['fit'])} 项作品的契合度评分"
        case "theme":
            return f"{numbers.get(int(one.within), one.within)}：主题按“{one.value['theme']}”"
    return f"加设{label}"
