"""Where a unit's own entries stand in screening, as its liaison sees it; and a refusal that the host takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.flows.screening_card import opinions_of
from bot.flows.steering import ADMIN, reason, say_declined
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined, Heard
from rules.deeds_screening import ReopenEntry
from rules.looks import Entry
from rules.looks_screening import Case, CasesOf
from rules.screening import REJECTED, RETURNED, SUBMITTED, chains_of

#: Refused entries that are offered at once.
MOST_LISTED = 40


async def standings(talk: Talk) -> Mapping[int, Case]:
    """The entries of the unit that talks, by id, where others screen them; nothing where nobody does."""
    chains = chains_of(talk.notice)
    if not chains.asks("recommender", "lead", "host"):
        return {}
    found: Sequence[Case] = await talk.look(CasesOf(talk.notice.id, chains, unit=talk.unit.id))
    return {case.entry.id: case for case in found}


def state_of(entry: Entry, case: Case | None) -> str:
    """An entry's state in a few words."""
    if entry.state == RETURNED:
        return "已退回，待修改"
    if entry.state == REJECTED:
        return "没有通过审核"
    if entry.state != SUBMITTED:
        return "已撤回"
    if case is None or not case.stand.steps:
        return "已报送"
    level = case.stand.level
    return f"已报送，等待{level.label}" if level is not None else "已报送，审核通过"


def screening_facts(talk: Talk, case: Case | None) -> dict[str, Any]:
    """Opinions given, who has it now, and for a refused one why; {} where nobody screens."""
    if case is None or not case.stand.steps:
        return {}
    level, last = case.stand.level, case.stand.decisions[-1] if case.stand.decisions else None
    refused = last if case.stand.state == "rejected" else None
    return {
        "opinions": opinions_of(talk, case), "level": level.label if level is not None else "",
        "desk": case.desk.name if case.desk is not None else "", "through": case.stand.state == "through",
        "place": case.stand.place, "steps": case.stand.steps,
        "refused": {"clause": refused.clause, "reason": refused.opinion} if refused is not None else {},
    }  # fmt: skip


async def reopen(talk: Talk) -> Ending:
    """恢复审核: which refused entry, why it is taken up again, and only then it waits again."""
    found: Sequence[Case] = await talk.look(CasesOf(talk.notice.id, chains_of(talk.notice)))
    refused = {str(case.entry.id): case for case in found if case.stand.state == "rejected"}
    if not refused:
        talk.say("screen.none_refused")
        talk.offer("审核", "菜单")
        return None
    options = tuple(
        Option(key, f"{case.entry.number} {case.entry.title}") for key, case in list(refused.items())[:MOST_LISTED]
    )
    picked = await talk.ask("which", OneOf(text=line("screen.reopen_which"), options=options))
    if picked not in refused:
        talk.say("screen.not_rejected")
        return Again(("which",))
    case = refused[picked]
    last = case.stand.decisions[-1]
    facts = {
        "number": case.entry.number, "title": case.entry.title, "unit": case.unit.name, "clause": last.clause,
        "reason": last.opinion,
    }  # fmt: skip
    why = await talk.ask(f"why/{picked}", reason(line("screen.reopen_why", **facts)))
    sure = YesNo(text=line("screen.reopen_sure", **facts, why=why), yes="确认恢复", no="不恢复")
    if not await talk.ask(f"sure/{picked}", sure):
        talk.say("screen.reopen_not")
        talk.offer("审核", "菜单")
        return None
    heard = Heard("screen.reopened", {**facts, "why": why}, ("我的报送",))
    deed = ReopenEntry(talk.notice.id, case.entry.id, case.entry.version, why, talk.person.id, heard)
    done = await talk.do(f"reopened/{picked}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("screen.reopen_done", **facts)
    talk.offer("审核", "菜单")
    return None


REOPEN = Flow("reopen", reopen, words=("恢复审核", "reopen"), roles=ADMIN)
