"""名额: how many works are owed, may come and have come; a unit asks for another cap, an admin consents or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.flows.owing import owed_now
from bot.flows.steering import ADMIN, reason, say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.audience import Tally, by_unit, reported
from rules.deeds import Declined, Heard
from rules.deeds_steering import AskCap, DecideCap, DropAsk
from rules.faults import Fault, Faulty, Read, Unreadable, Value
from rules.looks import EntriesOf, UnitsOf
from rules.looks_screening import RecommendedBy
from rules.looks_steering import Ask, AsksIn, CapsIn, Moved, TalliesOf
from rules.numbers import read_number
from rules.people import Role, Unit
from rules.quota import FREE, standing
from rules.tracks import Track

MOST_CAP = 999


async def quota(talk: Talk) -> Ending:
    """Live counts by class and track against floors and caps, the caps that moved, and the requests that wait."""
    units: Sequence[Unit] = await talk.look(UnitsOf(talk.notice.id))
    tallies = by_unit(await talk.look(TalliesOf(talk.notice.id)))
    moved: Sequence[Moved] = await talk.look(CapsIn(talk.notice.id))
    asks: Sequence[Ask] = await talk.look(AsksIn(talk.notice.id))
    if not talk.notice.tracks:
        talk.say("quota.no_tracks")
    else:
        rows = [_track(talk, track, units, tallies, moved) for track in talk.notice.tracks]
        talk.say("quota.table", title=talk.notice.short_title, tracks=rows)
    if moved:
        told = [
            {"unit": each.unit.called, "cap": each.cap, "by": each.by, **_words(talk, each.track)} for each in moved
        ]
        talk.say("quota.moved", moved=told)
    talk.say("quota.waiting", count=len(asks))
    talk.offer(*(("审批名额",) if asks else ()), "报送情况", "菜单")
    return None


def _track(
    talk: Talk, track: Track, units: Sequence[Unit], tallies: Mapping[tuple[int, str], Tally], moved: Sequence[Moved]
) -> dict[str, Any]:
    caps = {each.unit.id: each.cap for each in moved if each.track == track.key}
    rows = []
    for klass in talk.notice.classes:
        ours = [unit for unit in units if unit.klass == klass.key]
        if not ours:
            continue
        rule = track.quota(klass.key)
        stands = [
            standing(rule, reported(rule, tallies.get((unit.id, track.key))), cap=caps.get(unit.id)) for unit in ours
        ]
        rows.append({
            "label": klass.label, "units": len(ours), "entries": sum(each.reported for each in stands),
            "floor": rule.floor, "soft": rule.soft, "cap": rule.cap, "clause": rule.clause, "free": rule is FREE,
            "short": sum(each.owes > 0 for each in stands), "full": sum(each.left == 0 for each in stands),
            "counts": rule.counts,
        })  # fmt: skip
    return {"label": track.label, "measure": track.measure, "classes": rows}


def _words(talk: Talk, key: str) -> dict[str, str]:
    track = talk.notice.track(key)
    return {"label": track.label, "noun": track.noun, "measure": track.measure}


async def decide(talk: Talk) -> Ending:
    """审批名额: one request at a time, with what stands for it; consent, another number, or no, with a reason."""
    asks: Sequence[Ask] = await talk.look(AsksIn(talk.notice.id))
    if not asks:
        talk.say("quota.nothing_waits")
        talk.offer("名额", "菜单")
        return None
    picked = asks[0].id
    if len(asks) > 1:
        options = tuple(Option(str(each.id), f"{each.unit.called}：{_short(talk, each)}") for each in asks[:30])
        picked = int(await talk.ask("which", OneOf(text=line("quota.which", count=len(asks)), options=options)))
    found = [each for each in asks if each.id == picked]
    if not found:
        talk.say("quota.decided_already")
        talk.offer("审批名额", "菜单")
        return None
    return await _decide(talk, found[0])


def _short(talk: Talk, ask: Ask) -> str:
    words = _words(talk, ask.track)
    return f"{words['noun']}改为 {ask.cap} {words['measure']}"


async def _decide(talk: Talk, ask: Ask) -> Ending:
    if talk.notice.track(ask.track).quota(ask.unit.klass).counts == "recommended":
        passed = await talk.look(RecommendedBy(talk.notice.id, ask.track, ask.unit.id))
        ask = replace(ask, reported=ask.reported + passed)
    facts = _facts(talk, ask)
    options = (Option("yes", "同意"), Option("other", "同意，但改数"), Option("no", "不同意"))
    choice = await talk.ask(
        f"decide/{ask.id}", OneOf(text=line("quota.ask", **facts), options=options, yes="yes", no="no")
    )
    cap: int | None = None if choice == "no" else ask.cap
    if choice == "other":
        read = _reader(ask.reported)
        cap = await talk.ask(f"cap/{ask.id}", Typed(text=line("quota.other", **facts), read=read))
    skip = "" if choice == "no" else "不写理由"
    answer = await talk.ask(f"answer/{ask.id}", reason(line("quota.answer", consents=choice != "no"), skip=skip))
    told = {**facts, "cap": cap, "asked": ask.cap, "answer": answer}
    sure = YesNo(text=line("quota.sure", **told), yes="确认", no="再想想")
    if not await talk.ask(f"sure/{ask.id}", sure):
        talk.say("quota.not_decided")
        talk.offer("审批名额", "菜单")
        return None
    natural = talk.notice.natural(ask.unit.klass)
    heard = Heard("quota.answered", {**told, "contact": talk.notice.contact, "natural": natural}, ("填报", "我的报送"))
    counts = talk.notice.track(ask.track).quota(ask.unit.klass).counts
    deed = DecideCap(talk.notice.id, ask.id, cap, answer, talk.person.id, heard, counts)
    done = await talk.do(f"decided/{ask.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("quota.decided", **told)
    talk.offer("审批名额", "名额", "菜单")
    return None


def _facts(talk: Talk, ask: Ask) -> dict[str, Any]:
    rule = talk.notice.track(ask.track).quota(ask.unit.klass)
    return {
        "unit": ask.unit.name, "person": ask.person, "wanted": ask.cap, "why": ask.reason, "clause": rule.clause,
        "now": rule.cap if ask.now is None else ask.now, "reported": ask.reported, **_words(talk, ask.track),
    }  # fmt: skip


def _reader(least: int) -> Any:
    """A rule that reads a new cap: a whole number, not below what is reported already."""

    def read(typed: str) -> Read:
        try:
            number = read_number(typed)
        except Unreadable:
            return Faulty((Fault("quota.unreadable", {"typed": typed.strip()[:20]}),))
        if number > MOST_CAP or number < max(1, least):
            return Faulty((Fault("quota.out_of_range", {"number": number, "least": max(1, least), "most": MOST_CAP}),))
        return Value(number)

    return read


async def ask_cap(talk: Talk) -> Ending:
    """申请名额: a liaison asks for another cap, with the reason that the admin reads."""
    movable = [track for track in talk.notice.entered if track.quota(talk.unit.klass).moves]
    if not movable:
        talk.say("quota.cannot_move", title=talk.notice.short_title)
        talk.offer("我的报送", "菜单")
        return None
    if mine := await talk.look(AsksIn(talk.notice.id, talk.unit.id)):
        return await _waiting(talk, mine[0])
    track = movable[0]
    if len(movable) > 1:
        options = tuple(Option(each.key, each.label) for each in movable)
        track = talk.notice.track(await talk.ask("track", OneOf(text=line("quota.track"), options=options)))
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    facts = await owed_now(talk, track, entries)
    taken = facts["reported"] + facts["returned"]
    wanted = await talk.ask("cap", Typed(text=line("quota.wanted", **facts), read=_reader(taken)))
    if wanted == facts["cap"]:
        talk.say("quota.same", **facts)
        return Again(("cap",))
    why = await talk.ask("reason", reason(line("quota.reason")))
    told = {**facts, "wanted": wanted, "why": why, "unit": talk.unit.name}
    if not await talk.ask("sure", YesNo(text=line("quota.ask_sure", **told), yes="提交申请", no="不申请")):
        talk.say("quota.not_asked")
        talk.offer("菜单")
        return None
    heard = Heard("quota.asked_for", {**told, "person": talk.person.name, "now": facts["cap"]}, ("审批名额",))
    deed = AskCap(talk.notice.id, track.key, talk.unit.id, talk.person.id, wanted, why, heard)
    done = await talk.do("asked", deed)
    talk.say(done.why if isinstance(done, Declined) else "quota.asked", **told)
    talk.offer("申请名额", "菜单")
    return None


async def _waiting(talk: Talk, ask: Ask) -> Ending:
    """A request that waits: say so, and let it be taken back."""
    options = (Option("/菜单", "等答复"), Option("drop", "撤回申请"))
    await talk.ask(f"waiting/{ask.id}", OneOf(text=line("quota.waits", **_facts(talk, ask)), options=options))
    done = await talk.do(f"dropped/{ask.id}", DropAsk(ask.id, talk.unit.id))
    talk.say(done.why if isinstance(done, Declined) else "quota.dropped")
    talk.offer("申请名额", "菜单")
    return None


QUOTA = Flow("quota", quota, words=("名额", "quota"), roles=ADMIN)
DECIDE_CAP = Flow("decide_cap", decide, words=("审批名额",), roles=ADMIN)
ASK_CAP = Flow("ask_cap", ask_cap, words=("申请名额", "more"), roles=frozenset({Role.LIAISON}))
