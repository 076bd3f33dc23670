"""异议: anybody with a seat objects to a listed prize, with what shows it; an admin answers each, on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.award_propose import period_facts
from bot.flows.steering import ADMIN, say_declined
from bot.talk.evidence import Evidence
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.award_list import Shown, shown_list
from rules.deeds import Declined, Heard
from rules.deeds_awards import AnswerObjection, RaiseObjection
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import from_micros, micros, spoken, spoken_span
from rules.looks import UnitsOf
from rules.looks_awards import Honour, HonoursOf, Listing, ListingOf, Objection, ObjectionsIn
from rules.people import Role

#: Characters of an answer, and of an objection in a list.
MOST_ANSWER, MOST_TOLD = 500, 20
OUTCOMES = {"upheld": "异议成立", "partly": "部分成立", "rejected": "异议不成立"}


async def object_to(talk: Talk) -> Ending:
    """提异议: against which prize, why, with which files; then a number."""
    listing: Listing | None = await talk.look(ListingOf(talk.notice.id))
    own: tuple[Objection, ...] = await talk.look(ObjectionsIn(talk.notice.id, talk.person.id))
    now = micros(talk.now)
    if listing is None or listing.state != "listed" or not listing.opens <= now < listing.closes:
        closes = period_facts(talk, listing.opens, listing.closes)["closes"] if listing and listing.closes else ""
        talk.say("objection.not_now", closes=closes, contact=talk.notice.contact, own=_own(talk, own))
        talk.offer("获奖名单", "菜单")
        return None
    honours: tuple[Honour, ...] = await talk.look(HonoursOf(talk.notice.id))
    rows = shown_list(talk.notice, honours, await talk.look(UnitsOf(talk.notice.id)))
    period = period_facts(talk, listing.opens, listing.closes)
    text = line("objection.which", title=talk.notice.short_title, own=_own(talk, own), **period)
    named = await talk.ask("which", Typed(text=text, label="针对的奖项", read=_Which(rows), skip="不针对某一项"))
    about = next((row for row in rows if named in (row.number, row.unit if not row.number else "")), None)
    facts: dict[str, Any] = {"about": _about(about), "contact": talk.notice.contact}
    shown = await talk.ask(
        "evidence", Evidence(text=line("objection.evidence", **facts), label="异议内容", needs=(), pictures=False)
    )
    facts |= {"words": shown["words"], "files": [file[0] for file in shown["files"]]}
    sure = YesNo(text=line("objection.sure", **facts), yes="提交异议", no="不提了")
    if not await talk.ask("sure", sure):
        talk.say("objection.not_raised")
        talk.offer("获奖名单", "菜单")
        return None
    heard = Heard("objection.raised_told", {"title": talk.notice.short_title, **facts}, ("处理异议",))
    unit = talk.seat.unit.id if talk.seat.unit is not None else 0
    honour = about.honour if about is not None else 0
    deed = RaiseObjection(talk.notice.id, talk.person.id, unit, honour, shown["words"], shown["files"], heard)
    done = await talk.do("raised", deed)
    if isinstance(done, Declined):
        late = spoken_span(from_micros(done.facts.get("late", 0) + 1) - from_micros(0))
        say_declined(talk, Declined(done.why, {"late": late, "contact": talk.notice.contact}))
        return None
    talk.say("objection.received", number=number(talk, done.number), **facts)
    talk.offer("获奖名单", "菜单")
    return None


def number(talk: Talk, place: int) -> str:
    """The number of an objection: WF-YY003."""
    return f"{talk.notice.code}-YY{place:03d}"


def _about(row: Shown | None) -> str:
    return f"{row.label} {f'{row.number} {row.title}' if row.number else row.unit}" if row is not None else ""


def _own(talk: Talk, own: Sequence[Objection]) -> list[dict[str, Any]]:
    """One's own objections so far."""
    return [
        {"number": number(talk, each.number), "words": _short(each.words), "answered": each.state == "answered",
         "outcome": OUTCOMES.get(each.outcome, ""), "answer": each.answer}
        for each in own
    ]  # fmt: skip


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= MOST_TOLD else f"{plain[:MOST_TOLD]}……"


class _Which:
    """Reads which prize an objection is about: by the number of its entry, or the name of the unit that has it."""

    def __init__(self, rows: Sequence[Shown]) -> None:
        self._known = {(row.number or row.unit).upper(): row.number or row.unit for row in rows}

    def __call__(self, typed: str) -> Read:
        found = self._known.get("".join(typed.split()).upper())
        return Value(found) if found else Faulty((Fault("objection.which_wrong", {"typed": typed.strip()[:40]}),))


async def answer(talk: Talk) -> Ending:
    """处理异议: the oldest that waits first; what it says, its files, the outcome and the answer."""
    every: tuple[Objection, ...] = await talk.look(ObjectionsIn(talk.notice.id))
    waiting = [each for each in every if each.state == "open"]
    if not waiting:
        talk.say("objection.nothing", answered=len(every))
        talk.offer("评奖", "菜单")
        return None
    one = waiting[0]
    if len(waiting) > 1:
        options = tuple(Option(f"{each.id}", f"{number(talk, each.number)} {_short(each.words)}") for each in waiting)
        picked = await talk.ask("which", OneOf(text=line("objection.queue", count=len(waiting)), options=options))
        one = next((each for each in waiting if f"{each.id}" == picked), one)
    facts = await _objection(talk, one)
    options = tuple(Option(code, label) for code, label in OUTCOMES.items())
    if one.files and talk.facts.get("seen") != one.id:
        options = (Option("files", f"看材料（{len(one.files)}）"), *options)
    text = line("objection.one", **facts)
    picked = await talk.ask(f"outcome/{one.id}", OneOf(text=text, options=(*options, Option("/菜单", "先不答复"))))
    if picked == "files":
        for name, _, sha256 in one.files:
            talk.give(Attachment("file", sha256, name), "objection.file", number=facts["number"], name=name)
        return Then("objections", {"seen": one.id}, {"which": f"{one.id}"})
    return await _answered(talk, one, picked, facts)


async def _answered(talk: Talk, one: Objection, outcome: str, facts: dict[str, Any]) -> Ending:
    facts = {**facts, "outcome": OUTCOMES[outcome]}
    said = await talk.ask(f"answer/{one.id}", Typed(text=line("objection.answer", **facts), read=_read_answer))
    facts["answer"] = said
    sure = YesNo(text=line("objection.answer_sure", **facts), yes="答复", no="先不答复")
    if not await talk.ask(f"sure/{one.id}", sure):
        talk.say("award.not_decided")
        talk.offer("处理异议", "菜单")
        return None
    told = {name: facts[name] for name in ("number", "outcome", "answer")}
    heard = Heard("objection.answered_told", {"title": talk.notice.short_title, **told, "contact": talk.notice.contact})
    deed = AnswerObjection(talk.notice.id, one.id, outcome, said, talk.person.id, heard)
    done = await talk.do(f"answered/{one.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("objection.answered", **told)
    if outcome != "rejected" and one.honour:
        talk.say("objection.then_withdraw", about=facts["about"])
        return Then("award_change", {"honour": one.honour, "objection": one.id})
    talk.offer("处理异议", "评奖", "菜单")
    return None


def _read_answer(typed: str) -> Read:
    words = typed.strip()
    if len(words) > MOST_ANSWER:
        return Faulty((Fault("objection.answer_long", {"count": len(words), "limit": MOST_ANSWER}),))
    return Value(words)


async def _objection(talk: Talk, one: Objection) -> dict[str, Any]:
    honours: tuple[Honour, ...] = await talk.look(HonoursOf(talk.notice.id))
    found = next((each for each in honours if each.id == one.honour), None)
    about = f"{found.label} {f'{found.number} {found.title}'.strip() or found.unit_name}" if found else ""
    at = from_micros(one.at).astimezone(talk.notice.stages[0].opens.tzinfo)
    return {
        "number": number(talk, one.number), "about": about, "words": one.words, "who": one.who, "unit": one.unit,
        "files": [name for name, _, _ in one.files], "at": spoken(at),
    }  # fmt: skip


OBJECT = Flow("object", object_to, words=("提异议", "异议", "object"), roles=frozenset(Role), keeps=True)
OBJECTIONS = Flow("objections", answer, words=("处理异议", "objections"), roles=ADMIN)
