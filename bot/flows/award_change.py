"""Prizes that change after they were listed: one is taken back with its reason; who moves up, the committee decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.award_bench import Bench, bench_with
from bot.flows.award_decide import Pick
from bot.flows.steering import ADMIN, reason, say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.award_field import Given, contenders_of
from rules.award_moves import free_places, moves_up, next_up
from rules.deeds import Declined, Heard
from rules.deeds_awards import Move, RefillHonour, WithdrawHonour
from rules.faults import Fault, Faulty, Read, Value
from rules.looks import UnitsOf
from rules.looks_awards import Change, ChangesIn, DecidedIn, Honour, HonoursOf, Listing, ListingOf, RankedIn

#: Works that are named as those who could be given a free place.
MOST_NAMED = 10


async def change(talk: Talk) -> Ending:
    """Which prize is taken back, or about which free place it is."""
    listing: Listing | None = await talk.look(ListingOf(talk.notice.id))
    honours: tuple[Honour, ...] = await talk.look(HonoursOf(talk.notice.id))
    if talk.notice.awards is None or listing is None or listing.state == "waiting":
        return Then("awards")
    standing = [each for each in honours if each.state != "withdrawn"]
    if not talk.facts.get("refill"):
        return await _withdraw(talk, listing, standing)
    changes: tuple[Change, ...] = await talk.look(ChangesIn(talk.notice.id))
    free = free_places(honours, changes)
    if not free:
        return Then("awards")
    made = await talk.look(DecidedIn(talk.notice.id))
    ranked = await talk.look(RankedIn(talk.notice.id))
    units = await talk.look(UnitsOf(talk.notice.id))
    return await _refill(talk, free, honours, bench_with(talk, talk.notice.awards, made, ranked, units))


async def _withdraw(talk: Talk, listing: Listing, standing: Sequence[Honour]) -> Ending:
    chosen = next((each for each in standing if each.id == talk.facts.get("honour")), None)
    if chosen is None:
        typed = await talk.ask("which", Typed(text=line("award.withdraw_which"), read=_Which(standing)))
        found = [each for each in standing if typed in (each.number, each.unit_name if not each.entry else "")]
        if not found:
            talk.say("award.gone")
            return Then("awards")
        chosen = found[0]
        if len(found) > 1:
            options = tuple(Option(f"{each.id}", each.label) for each in found)
            text = line("award.withdraw_prize", number=typed)
            picked = await talk.ask(f"prize/{typed}", OneOf(text=text, options=options))
            chosen = next(each for each in found if f"{each.id}" == picked)
    facts = _told(chosen) | {"final": listing.state == "final", "title": talk.notice.short_title}
    why = await talk.ask(f"why/{chosen.id}", reason(line("award.withdraw_why", **facts)))
    sure = YesNo(text=line("award.withdraw_sure", reason=why, **facts), yes="撤销", no="不撤销")
    if not await talk.ask(f"withdraw/{chosen.id}", sure):
        talk.say("award.not_decided")
        return Then("awards")
    klass = next((each.klass for each in await talk.look(UnitsOf(talk.notice.id)) if each.id == chosen.unit), "")
    told = {**facts, "reason": why, "contact": talk.notice.contact, "natural": talk.notice.natural(klass)}
    heard = Heard("award.withdrawn_told", told, ("获奖名单",))
    objection = int(talk.facts.get("objection", 0))
    deed = WithdrawHonour(talk.notice.id, chosen.id, why, objection, talk.person.id, heard)
    done = await talk.do(f"withdrawn/{chosen.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return Then("awards")
    talk.say("award.withdrawn", **facts)
    return Then("award_change", {"refill": True})


def _told(honour: Honour) -> dict[str, Any]:
    return {"label": honour.label, "number": honour.number, "work": honour.title, "unit": honour.unit_name}


class _Which:
    """Reads which prize is meant: by the number of its entry, or the name of the unit that has it."""

    def __init__(self, standing: Sequence[Honour]) -> None:
        self._known = {(each.number if each.entry else each.unit_name).upper(): each for each in standing}

    def __call__(self, typed: str) -> Read:
        plain = "".join(typed.split())
        found = self._known.get(plain.upper())
        if found is None:
            return Faulty((Fault("award.which_wrong", {"typed": plain[:40]}),))
        return Value(found.number if found.entry else found.unit_name)


async def _refill(talk: Talk, free: Sequence[Honour], honours: Sequence[Honour], bench: Bench) -> Ending:
    """The committee's decision about free places: all in turn by the ranking, or one by name, or nobody."""
    one = free[0]
    in_turn = _in_turn(talk, free, honours, bench)
    prize = next((each for each in bench.rules.prizes if each.key == one.prize), None)
    field = contenders_of(talk.notice, bench.ranked, bench.made)
    upcoming = [bench.work(entry) for entry in (next_up(one, prize, honours, field) if prize is not None else ())]
    named = [{"number": each.number, "title": each.title, "unit": each.unit_name, "rank": each.rank}
             for each in upcoming[:MOST_NAMED]]  # fmt: skip
    options = [Option("turn", "按名次依次递补")] if in_turn else []
    options += [Option("one", "指定一项作品")] if upcoming else []
    options += [Option("nobody", "不递补，名额空出"), Option("/菜单", "以后再定")]
    facts = {**_told(one), "moves": _told_moves(in_turn, honours, bench), "named": named, "entry": bool(one.entry),
             "others": [_told(each) for each in free[1:]]}  # fmt: skip
    picked = await talk.ask(f"refill/{one.id}", OneOf(text=line("award.refill", **facts), options=tuple(options)))
    if picked == "turn":
        return await _moved(talk, tuple(free), in_turn, _told_moves(in_turn, honours, bench))
    if picked == "nobody":
        return await _moved(talk, (one,), (), [])
    pick = Pick({each.number: each.entry for each in upcoming}, 1)
    [entry] = await talk.ask(f"one/{one.id}", Typed(text=line("award.refill_one", **facts), read=pick))
    work = bench.work(entry)
    given = Given(one.prize, one.within, one.label, work.entry, work.unit, work.track, one.gift)
    moves = (Move(0, one.id, given),)
    return await _moved(talk, (one,), moves, _told_moves(moves, honours, bench))


async def _moved(talk: Talk, places: Sequence[Honour], moves: tuple[Move, ...], told: list[dict[str, str]]) -> Ending:
    one = places[0]
    why = await talk.ask(f"basis/{one.id}", reason(line("award.refill_basis")))
    facts = {"places": [_told(each) for each in places], "moves": told, "reason": why}
    if not await talk.ask(f"sure/{one.id}", YesNo(text=line("award.refill_sure", **facts), yes="确定", no="先不定")):
        talk.say("award.not_decided")
        return Then("awards")
    heard = Heard("award.refilled_told", {"title": talk.notice.short_title, "moves": told}, ("获奖名单",))
    deed = RefillHonour(talk.notice.id, tuple(each.id for each in places), moves, why, talk.person.id, heard)
    done = await talk.do(f"refilled/{one.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return Then("awards")
    talk.say("award.refilled", **facts)
    return Then("awards")


def _in_turn(talk: Talk, free: Sequence[Honour], honours: Sequence[Honour], bench: Bench) -> tuple[Move, ...]:
    """The chain of moving up, as if the withdrawn works had never run; () where that asks for a decision."""
    assert talk.notice.awards is not None, "a prize belongs to the awards of a notice"
    out = {each.entry for each in honours if each.state == "withdrawn"}
    left = tuple(each for each in bench.ranked if each.entry not in out)
    again = bench_with(talk, talk.notice.awards, bench.made, left, bench.units)
    return moves_up(free, honours, again.given) if again.settlement.settled else ()


def _told_moves(moves: Sequence[Move], honours: Sequence[Honour], bench: Bench) -> list[dict[str, str]]:
    before = {each.id: each.label for each in honours}
    works = {each.entry: each for each in bench.ranked}
    return [
        {"number": works[move.given.entry].number, "title": works[move.given.entry].title,
         "before": before.get(move.honour, ""), "after": move.given.label}
        for move in moves
    ]  # fmt: skip


CHANGE = Flow("award_change", change, roles=ADMIN)
