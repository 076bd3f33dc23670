"""入围名单: the first of each list or those with so many points, what to do with a tie at the cut, then a last look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bot.flows.steering import say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined
from rules.deeds_rounds import ShortList
from rules.faults import Fault, Faulty, Read, Value
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.looks_rounds import Outcome
from rules.points import FULL
from rules.standings import Cut, Standing, first, reaching

#: Works that the last look shows of each list.
SHOWN = 40


async def shorten(talk: Talk, round_: Round, outcome: Outcome, entries: Mapping[int, Candidate]) -> Ending:
    """Decide list by list; nothing goes on before all of it was looked at."""
    options = (Option("first", "每类前几名"), Option("points", "总分达到线的"))
    by = await talk.ask("by", OneOf(text=line("judging.short_by"), options=options))
    chosen: list[int] = []
    told: list[str] = []
    shown: list[dict[str, object]] = []
    for track, rows in outcome.lists.items():
        label = talk.notice.track(track).label
        cut, rule = await (_first(talk, track, label, rows) if by == "first" else _points(talk, track, label, rows))
        ids = [*cut.inside, *(cut.tied if await _tied_too(talk, track, label, cut, rows, entries) else ())]
        chosen += ids
        told.append(f"{label}{rule}")
        numbers = [f"{entries[entry].number} {entries[entry].title}" for entry in ids[:SHOWN]]
        shown.append({"label": label, "rule": rule, "works": numbers, "count": len(ids)})
    if not chosen:
        talk.say("judging.short_none")
        talk.offer("评审", "菜单")
        return None
    facts = {"label": round_.label, "lists": shown, "count": len(chosen)}
    if not await talk.ask("short_sure", YesNo(text=line("judging.short_sure", **facts), yes="定下名单", no="先不定")):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    return await _keep(talk, round_, outcome, tuple(sorted(chosen)), "；".join(told))


async def _keep(talk: Talk, round_: Round, outcome: Outcome, chosen: tuple[int, ...], rule: str) -> Ending:
    rules = talk.notice.judging
    assert rules is not None, "a round belongs to the judging of a notice"
    later = [each for each in rules.rounds if each.of == round_.key]
    keys = tuple(each.key for each in later)
    deed = ShortList(talk.notice.id, round_.key, outcome.key, chosen, rule, keys, talk.person.id)
    done = await talk.do("shortened", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("judging.short_done", count=len(chosen), later=[each.label for each in later])
    talk.offer("评审", "菜单")
    return None


async def _first(talk: Talk, track: str, label: str, rows: Sequence[Standing]) -> tuple[Cut, str]:
    def read(typed: str) -> Read:
        plain = typed.strip().removeprefix("前").removesuffix("名").removesuffix("项").strip()
        if not plain.isdecimal() or not 0 <= int(plain) <= len(rows):
            return Faulty((Fault("judging.short_count", {"typed": typed.strip()[:20], "most": len(rows)}),))
        return Value(int(plain))

    text = line("judging.short_first", label=label, entries=len(rows))
    count = int(await talk.ask(f"first/{track}", Typed(text=text, read=read)))
    return first(rows, count), f"前 {count} 名"


async def _points(talk: Talk, track: str, label: str, rows: Sequence[Standing]) -> tuple[Cut, str]:
    text = line("judging.short_points", label=label, hidden=sum(not each.points for each in rows))
    typed = str(await talk.ask(f"points/{track}", Typed(text=text, read=_read_points)))
    return reaching(rows, Fraction(typed)), f"总分 {typed} 分以上"


def _read_points(typed: str) -> Read:
    plain = typed.strip().removesuffix("分").strip()
    whole, _, rest = plain.partition(".")
    if not whole.isdecimal() or (rest and not rest.isdecimal()) or len(plain) > 6 or Fraction(plain) > FULL:
        return Faulty((Fault("judging.short_line", {"typed": typed.strip()[:20]}),))
    return Value(plain)


async def _tied_too(
    talk: Talk, track: str, label: str, cut: Cut, rows: Sequence[Standing], entries: Mapping[int, Candidate]
) -> bool:
    """Whether those who share the place at the cut go on, all of them or none."""
    if not cut.tied:
        return False
    rank = next(each.rank for each in rows if each.entry == cut.tied[0])
    numbers = [f"{entries[entry].number} {entries[entry].title}" for entry in cut.tied[:SHOWN]]
    text = line("judging.short_tied", label=label, rank=rank, works=numbers, inside=len(cut.inside))
    options = (Option("in", f"{len(cut.tied)} 项都入围"), Option("out", "都不入围"))
    return bool(await talk.ask(f"tied/{track}", OneOf(text=text, options=options)) == "in")
