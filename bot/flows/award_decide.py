"""One question of the awards after another: what is to be decided, the answer, its reason, a last look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.flows.award_bench import Bench
from bot.flows.steering import reason, say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.award_basis import basis_of
from rules.deeds import Declined
from rules.deeds_awards import DecideAward, DecisionKind
from rules.faults import Fault, Faulty, Read, Value
from rules.judging import Prize
from rules.looks_awards import Ranked
from rules.looks_steering import TalliesOf
from rules.prizes import NOWHERE, Question, Scope

#: Works that a question offers as buttons; more are typed by their numbers.
MOST_BUTTONS = 10
#: Rows that a question lists at most.
MOST_LISTED = 60
#: Works that are named as those which most experts hold to fit a prize.
MOST_BEST = 5
MOST_SLOTS = 500
_PARTS = re.compile(r"[\s、,，;；]+")
_NONE = frozenset(("0", "无", "没有", "都不评", "不评"))


async def decide(talk: Talk, bench: Bench, asked: Question) -> Ending:
    """Ask one thing, and keep what was decided."""
    match asked.why:
        case "slots":
            return await _slots(talk, bench, asked)
        case "exclusive":
            return await _exclusive(talk, bench)
        case "fit":
            return await _fit(talk, bench, asked)
        case "unsaid":
            return await _theme(talk, bench, asked)
        case "counts":
            return await _units(talk, bench, asked)
    return await _works(talk, bench, asked)


async def keep(
    talk: Talk, bench: Bench, kind: DecisionKind, scope: Scope, value: Mapping[str, Any], told: str
) -> Ending:
    """The reason, or that of the decision before; a last look, and the decision stands in the record."""
    last = next((each.reason for each in reversed(bench.made) if each.kind != "undone"), "")
    typed = await talk.ask("reason", reason(line("award.reason", told=told, last=last), skip="同上" if last else ""))
    why = typed or last
    sure = YesNo(text=line("award.decide_sure", told=told, reason=why), yes="记下这个决定", no="先不定")
    if not await talk.ask("sure", sure):
        talk.say("award.not_decided")
        return Then("awards")
    deed = DecideAward(talk.notice.id, kind, scope.prize, scope.within, value, why, talk.person.id)
    done = await talk.do("decided", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return Then("awards")
    talk.say("award.decided", told=told)
    return Then("awards", {"go": True})


async def _slots(talk: Talk, bench: Bench, asked: Question) -> Ending:
    prize = bench.prize(asked.scope.prize)
    # Of a prize that is given once in all, no more can be given than there are works in the running for it.
    whole = prize.basis == "rank" and prize.each != "theme" and (prize.each != "track" or len(prize.tracks) == 1)
    most = len(asked.entries) if whole else len(_fitting(bench, prize)) if prize.basis == "fit" else MOST_SLOTS
    facts = {"label": prize.label, "clause": prize.clause, "each": prize.each, "works": len(asked.entries),
             "basis": prize.basis, "best": _best(bench, prize.key, asked.entries), "nobody": not most}  # fmt: skip
    number = await talk.ask("slots", Typed(text=line("award.slots", **facts), read=_Number(most)))
    told = f"{prize.label}：{'每个主题 ' if prize.each == 'theme' else ''}{number} 名"
    return await keep(talk, bench, "slots", Scope(prize.key), {"slots": number}, told)


def _fitting(bench: Bench, prize: Prize) -> list[Ranked]:
    """The works that may be said to fit a prize: those of its tracks that are ranked."""
    return [each for each in bench.ranked if not prize.tracks or each.track in prize.tracks]


def _best(bench: Bench, prize: str, entries: Sequence[int]) -> list[dict[str, Any]]:
    """The works that most experts hold to fit a prize."""
    ticked = [each for each in bench.ranked if each.entry in entries and prize in each.fit]
    return [
        {"number": each.number, "title": each.title, "share": f"{float(each.fit[prize]):.4g}", "rank": each.rank}
        for each in sorted(ticked, key=lambda each: (-each.fit[prize], each.rank))[:MOST_BEST]
    ]


async def _exclusive(talk: Talk, bench: Bench) -> Ending:
    facts = {"first": bench.foremost, "clause": bench.rules.clause}
    options = (Option("yes", "不能兼得"), Option("no", "可以兼得"))
    picked = await talk.ask("exclusive", OneOf(text=line("award.exclusive", **facts), options=options))
    told = f"得了{facts['first']}的作品{'不再得' if picked == 'yes' else '可以兼得'}其他奖项"
    return await keep(talk, bench, "exclusive", Scope(""), {"exclusive": picked == "yes"}, told)


async def _theme(talk: Talk, bench: Bench, asked: Question) -> Ending:
    """A work that names no theme: which one, or none."""
    work = bench.work(asked.entries[0])
    form = talk.notice.form(work.form)
    themes = next(field.options for field in form.fields if field.kind == "boxes" and "主题" in field.label)
    options = (*(Option(each, each) for each in themes), Option(NOWHERE, "不参评主题奖"))
    facts = {"number": work.number, "title": work.title, "left": len(asked.entries)}
    picked = await talk.ask(f"theme/{work.entry}", OneOf(text=line("award.theme", **facts), options=options))
    told = f"{work.number}：{'不参评主题奖' if picked == NOWHERE else f'主题按“{picked}”'}"
    return await keep(talk, bench, "theme", Scope("", str(work.entry)), {"theme": picked}, told)


async def _fit(talk: Talk, bench: Bench, asked: Question) -> Ending:
    """The experts' scores of how well works fit a prize, for those that were named for it."""
    prize = bench.prize(asked.scope.prize)
    works = {each.number: each.entry for each in _fitting(bench, prize)}
    facts = {"label": prize.label, "clause": prize.clause, "open": asked.open, "works": len(works),
             "example": next(iter(works), "")}  # fmt: skip
    given = await talk.ask(f"fit/{prize.key}", Typed(text=line("award.fit", **facts), read=_Scores(works)))
    best = sorted(given.items(), key=lambda pair: (-Decimal(pair[1]), pair[0]))
    told = f"{prize.label}的契合度：{'、'.join(f'{number} {score}' for number, score in best[:5])}"
    value = {"fit": {str(works[number]): score for number, score in given.items()}}
    return await keep(talk, bench, "fit", Scope(prize.key), value, f"{told}{' 等' if len(best) > 5 else ''}")


async def _works(talk: Talk, bench: Bench, asked: Question) -> Ending:
    """Which works: of those that tie at the cut, or of all that are in the running for a prize of the committee."""
    label = bench.label(talk, asked.scope)
    listed = [bench.work(entry) for entry in asked.entries]
    facts = {
        "label": label, "why": asked.why, "open": asked.open, "clause": bench.prize(asked.scope.prize).clause,
        "rows": [{"number": each.number, "title": each.title, "unit": each.unit_name, "rank": each.rank}
                 for each in listed[:MOST_LISTED]], "more": max(0, len(listed) - MOST_LISTED),
    }  # fmt: skip
    text = line("award.works", **facts)
    key = f"works/{asked.scope.prize}/{asked.scope.within}"
    if asked.why == "tie" and asked.open == 1 and len(listed) <= MOST_BUTTONS:
        options = tuple(Option(f"{each.entry}", f"{each.number} {each.title}") for each in listed)
        picked = [int(await talk.ask(key, OneOf(text=text, options=options)))]
    else:
        pick = Pick({each.number: each.entry for each in listed}, asked.open if asked.why == "tie" else 0)
        picked = list(await talk.ask(key, Typed(text=text, read=pick)))
    named = "、".join(bench.work(entry).number for entry in picked)
    told = f"{label}：{named or '不评'}"
    return await keep(talk, bench, "chosen", asked.scope, {"chosen": picked}, told)


async def _units(talk: Talk, bench: Bench, asked: Question) -> Ending:
    """Which units, by what they reported."""
    tallies = await talk.look(TalliesOf(talk.notice.id))
    rows = basis_of(talk.notice, bench.units, tallies, bench.ranked, bench.given)
    label, prize = bench.label(talk, asked.scope), bench.prize(asked.scope.prize)
    facts = {
        "label": label, "clause": prize.clause, "open": asked.open,
        "tracks": [track.label for track in talk.notice.entered],
        "rows": [{"unit": each.unit.name, "counts": list(each.reported), "total": each.total, "judged": each.judged,
                  "won": each.won, "floors": each.floors, "owes": list(each.owes)} for each in rows[:MOST_LISTED]],
        "more": max(0, len(rows) - MOST_LISTED),
    }  # fmt: skip
    pick = Pick({each.unit.name: each.unit.id for each in rows} | _short(rows), 0)
    picked = list(await talk.ask(f"units/{prize.key}", Typed(text=line("award.units", **facts), read=pick)))
    names = {each.unit.id: each.unit.name for each in rows}
    told = f"{label}：{'、'.join(names[unit] for unit in picked) or '不评'}"
    return await keep(talk, bench, "chosen", asked.scope, {"chosen": picked}, told)


def _short(rows: Sequence[Any]) -> dict[str, int]:
    """The short names that only one of the units has, after the full ones: places in the list stay as they are."""
    return {each.unit.short: each.unit.id for each in rows if each.unit.short}


@dataclass(frozen=True, slots=True)
class _Number:
    """Reads a whole number from 0."""

    most: int

    def __call__(self, typed: str) -> Read:
        plain = typed.strip().removesuffix("名").removesuffix("个").strip()
        if plain.isascii() and plain.isdecimal() and int(plain) <= self.most:
            return Value(int(plain))
        return Faulty((Fault("award.not_a_number", {"typed": typed.strip()[:40], "most": self.most}),))


@dataclass(frozen=True, slots=True)
class Pick:
    """Reads some of the things listed, by name or by place in the list; just `count` of them, or (0) any number."""

    known: Mapping[str, int]
    count: int

    def __call__(self, typed: str) -> Read:
        parts = [part for part in _PARTS.split(typed.strip()) if part]
        if not self.count and typed.strip() in _NONE:
            return Value([])
        names, places = {name.upper(): each for name, each in self.known.items()}, list(self.known.values())
        found: list[int] = []
        wrong: list[str] = []
        for part in parts:
            place = int(part) if part.isascii() and part.isdecimal() else 0
            each = names.get(part.upper()) or (places[place - 1] if 0 < place <= len(places) else 0)
            found += [each] if each and each not in found else []
            wrong += [] if each else [part[:30]]
        if wrong or not found or (self.count and len(found) != self.count):
            facts = {"wrong": wrong[:10], "found": len(found), "count": self.count}
            return Faulty((Fault("award.pick_wrong", facts),))
        return Value(found)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Reads scores from 0 to 100, one work a line: its number and its score."""

    known: Mapping[str, int]

    def __call__(self, typed: str) -> Read:
        found: dict[str, str] = {}
        wrong: list[str] = []
        for row in filter(None, (each.strip() for each in typed.splitlines())):
            number, _, score = row.replace("：", " ").replace(":", " ").replace("，", " ").partition(" ")
            plain = score.strip().removesuffix("分").strip()
            if number.upper() in self.known and number.upper() not in found and _is_score(plain):
                found[number.upper()] = plain
            else:
                wrong.append(row[:40])
        if wrong or not found:
            return Faulty((Fault("award.fit_wrong", {"wrong": wrong[:10]}),))
        return Value(found)


def _is_score(plain: str) -> bool:
    try:
        return plain.isascii() and len(plain) <= 6 and 0 <= Decimal(plain) <= 100
    except InvalidOperation:
        return False
