"""审核: what waits for a screener, one entry after the other, as a card with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flows.screening_card import card_facts, short, show_materials, show_sheet
from bot.flows.screening_decide import hand, let_pass, refuse, return_it
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.looks_screening import Case, CasesOf, Queue, Screens
from rules.people import Role
from rules.screening import HOST, chains_of

SCREENERS = frozenset({Role.ADMIN, Role.LIAISON})
#: Entries that a list shows at once.
MOST_LISTED = 40


async def screen(talk: Talk) -> Ending:
    """The entry that waits longest, of those that were not put off in this round."""
    queue = await waiting_for(talk)
    skipped = list(talk.facts.get("skipped", ()))
    left = [case for case in queue if case.entry.id not in skipped]
    if left:
        return Then("screening", {"entry": left[0].entry.id, "waiting": len(queue), "skipped": skipped})
    if queue:
        talk.say("screen.all_seen", count=len(queue))
        talk.offer("审核", "菜单")
    else:
        await _say_none(talk)
    return None


async def waiting_for(talk: Talk) -> Sequence[Case]:
    """The entries that wait for whoever talks."""
    found: Sequence[Case] = await talk.look(
        Queue(talk.notice.id, chains_of(talk.notice), desk_of(talk), talk.person.id)
    )
    return found


def desk_of(talk: Talk) -> int:
    """For whom somebody decides: their unit, or the host."""
    return HOST if talk.seat.role is Role.ADMIN else talk.unit.id


async def screens_others(talk: Talk) -> bool:
    """Whether somebody's unit may have to screen what others enter."""
    by_units = chains_of(talk.notice).asks("recommender", "lead")
    return by_units and bool(await talk.look(Screens(talk.notice.id, talk.unit.id)))


async def _say_none(talk: Talk) -> None:
    host = desk_of(talk) == HOST
    mine = chains_of(talk.notice).asks("host", "lead", "recommender") if host else await screens_others(talk)
    talk.say("screen.none" if mine else "screen.not_yours", title=talk.notice.short_title)
    talk.offer("菜单")


async def screening(talk: Talk) -> Ending:
    """One entry: its card, and what is decided about it."""
    chains = chains_of(talk.notice)
    found: Sequence[Case] = await talk.look(CasesOf(talk.notice.id, chains, entry=talk.facts["entry"]))
    case = next(iter(found), None)
    if case is None or not _decides(talk, case):
        _say_moved(talk, case)
        return _next(talk)
    level = case.stand.level
    assert level is not None, "what waits, waits at a level"
    key = f"{case.entry.id}/{case.entry.version}/{level.key}"
    facts = await card_facts(talk, case)
    show_sheet(talk, facts)
    text = line("screen.card", **facts["told"])
    picked = await talk.ask(f"decide/{key}", OneOf(text=text, options=_options(talk, case), step="审核"))
    match picked:
        case "pass" | "straight":
            return await let_pass(talk, case, key, straight=picked == "straight")
        case "back":
            return await return_it(talk, case, key)
        case "reject":
            return await refuse(talk, case, key)
        case "hand":
            return await hand(talk, case, key)
        case "look":
            show_materials(talk, case, facts)
            return Again((f"decide/{key}",))
        case "list":
            return await _pick(talk)
    return Then("screen", {"skipped": [*talk.facts.get("skipped", ()), case.entry.id]})


def _decides(talk: Talk, case: Case) -> bool:
    """Whether the entry waits where whoever talks may decide; an admin may do so for anybody."""
    return case.stand.state == "waiting" and desk_of(talk) in (HOST, case.stand.desk)


def _options(talk: Talk, case: Case) -> tuple[Option, ...]:
    level, more = case.stand.level, talk.facts.get("waiting", 1)
    straight = talk.notice.track(case.entry.track).straight is not None and level is not None and level.by == "lead"
    return (
        Option("look", "看材料"),
        Option("pass", "通过"),
        *((Option("straight", "评选结果直接纳入"),) if straight else ()),
        Option("back", "退回修改"),
        Option("reject", "不通过"),
        Option("hand", "转交"),
        *((Option("next", "下一件"), Option("list", "看全部")) if more > 1 else ()),
        Option("/菜单", "先不审"),
    )


async def _pick(talk: Talk) -> Ending:
    """One of all that wait, by its number and title."""
    queue = await waiting_for(talk)
    options = tuple(Option(str(case.entry.id), short(case)) for case in queue[:MOST_LISTED])
    text = line("screen.list", count=len(queue), shown=len(options))
    picked = await talk.ask("list", OneOf(text=text, options=(*options, Option("back", "返回"))))
    entry = talk.facts["entry"] if picked == "back" else int(picked)
    return Then("screening", {"entry": entry, "waiting": len(queue), "skipped": talk.facts.get("skipped", ())})


def _say_moved(talk: Talk, case: Case | None) -> None:
    """Somebody was faster, or the unit changed it."""
    last = case.stand.decisions[-1] if case is not None and case.stand.decisions else None
    talk.say(
        "screen.changed", number=case.entry.number if case is not None else "",
        by=last.by if last is not None else "", what=last.what if last is not None else "",
    )  # fmt: skip


def _next(talk: Talk) -> Then:
    return Then("screen", {"skipped": talk.facts.get("skipped", ())})


SCREEN = Flow("screen", screen, words=("审核", "初审", "screen"), roles=SCREENERS)
SCREENING = Flow("screening", screening, roles=SCREENERS)
