"""Planning a round: how experts vote, what counts how much, until when, who holds the shares; then a last look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.flows.judging_label import called, label_of
from bot.flows.steering import ends_at, late, say_declined, spoken_late, until
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.ballot_plan import SCRUTINEERS, THRESHOLD, Plan, Purpose, fits_of, open_shares, shares_of
from rules.ballots import Kind
from rules.deeds import Declined, Heard
from rules.deeds_judging import PlanRound
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import from_micros
from rules.judging import Round
from rules.looks_judging import Judge, JudgesOf
from rules.looks_public import VoteTerms
from rules.looks_screening import Progress, ProgressOf
from rules.points import Normalise
from rules.public_vote import Kept, public_rounds
from rules.reaching import before, candidates
from rules.screening import chains_of

KINDS = {
    "scores": "评分（1–10 分）",
    "grades": "等级（优良中差）",
    "approve": "同意若干项",
    "yesno": "逐项同意或不同意",
    "rank": "排名次（各类分开排）",
}
NORMALISED = {"top100": "票数最高的得 100 分，其余按比例", "share": "占全部票数的百分比", "percentile": "百分位名次"}
#: People offered as scrutineers at once; a keyboard holds no more.
MOST_OFFERED = 40


@dataclass(frozen=True, slots=True)
class Following:
    """What a round follows: the key of the published one, what for, and the entries it is about (() for all)."""

    after: str = ""
    purpose: Purpose = ""
    only: tuple[int, ...] = ()


#: A round of its own.
ALONE = Following()


async def plan_round(talk: Talk, round_: Round, following: Following = ALONE) -> Ending:
    """Ask for what the notice leaves open, show all of it, and prepare."""
    judges: tuple[Judge, ...] = await talk.look(JudgesOf(talk.notice.id))
    if len(judges) < SCRUTINEERS:
        talk.say("judging.few_people", found=len(judges), needed=SCRUTINEERS)
        talk.offer("发邀请", "菜单")
        return None
    of, kind = before(talk.notice, round_.key)
    if kind == "expert" and not await talk.look(candidates(talk.notice, round_.key)):
        talk.say("judging.nothing_reached", label=round_.label, before=label_of(talk.notice.judging, of, ""))
        talk.offer("评审", "菜单")
        return None
    along = await _unscreened_too(talk, round_, following)
    plan = await _plan(talk, round_, following, along)
    holders = await _holders(talk, judges)
    sure = YesNo(text=line("judging.plan_sure", **_shown(talk, round_, plan, holders)), yes="准备这一轮", no="不准备")
    if not await talk.ask("plan_sure", sure):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    label = called(round_, plan.purpose)
    heard = Heard("judging.share_ready", {"title": talk.notice.short_title, "label": label}, ("监票",))
    persons = tuple(each.person for each in holders)
    deed = PlanRound(talk.notice.id, round_.key, persons, THRESHOLD, plan.plain(), talk.person.id, heard)
    done = await talk.do("planned", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("judging.planned", label=label, holders=[each.name for each in holders])
    talk.offer("评审", "菜单")
    return None


async def unscreened(talk: Talk, round_: Round) -> int:
    """How many entries the screening before a round has still to decide."""
    if before(talk.notice, round_.key)[1] != "screening":
        return 0
    found: Mapping[str, Progress] = await talk.look(ProgressOf(talk.notice.id, chains_of(talk.notice)))
    return sum(each.pending for each in found.values())


async def _unscreened_too(talk: Talk, round_: Round, following: Following) -> bool:
    """Whether an admin lets those go along that still wait; asked only while some do.

    Where the entries are those of a round that was published, that was decided then.
    """
    pending = await unscreened(talk, round_)
    if following.only or not pending:
        return bool(following.only)
    passed = await talk.look(candidates(talk.notice, round_.key))
    options = (
        Option("passed", "只评审核通过的"), Option("along", "没审完的也一起评"), Option("/审核", "先去审核"),
    )  # fmt: skip
    text = line("judging.unscreened", pending=pending, passed=len(passed))
    return bool(await talk.ask("unscreened", OneOf(text=text, options=options)) == "along")


async def _plan(talk: Talk, round_: Round, following: Following, along: bool) -> Plan:
    label = called(round_, following.purpose)
    usual = "approve" if round_.method == "approve" else "scores"
    kinds = sorted(KINDS, key=lambda kind: kind != usual)
    options = tuple(Option(kind, f"{KINDS[kind]}{'（通知的办法）' if kind == usual else ''}") for kind in kinds)
    kind = cast("Kind", await talk.ask("kind", OneOf(text=line("judging.kind", label=label), options=options)))
    most = await _most(talk, round_, kind, along) if kind in ("approve", "rank") else None
    public, expert, normalise = await _shares(talk, round_, following)
    trimmed = False
    if kind == "scores":
        text = line("judging.trimmed")
        trimmed = await talk.ask("trimmed", YesNo(text=text, yes="去掉最高最低", no="全部计入"))
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    example = f"{local.date()} 24:00"
    ends = ends_at(talk, await talk.ask("closes", until(line("judging.closes", example=example), talk, example)))
    quorum = await talk.ask("quorum", Typed(text=line("judging.quorum"), read=_read_quorum, skip="过半数"))
    ties = talk.notice.judging.ties if talk.notice.judging is not None else "rule"
    return Plan(
        kind, late(ends), public, expert, normalise, ties, int(quorum or 0), trimmed, most, along, following.only,
        following.after, following.purpose,
    )  # fmt: skip


async def _most(talk: Talk, round_: Round, kind: Kind, along: bool) -> int | None:
    if kind == "rank":
        ask = Typed(text=line("judging.places"), read=lambda said: _read_whole(said, 2000), skip="全部")
        return int(await talk.ask("places", ask) or 0) or None
    entries = await talk.look(candidates(talk.notice, round_.key, unscreened=along))
    text = line("judging.most", entries=len(entries))
    typed = await talk.ask("most", Typed(text=text, read=lambda said: _read_whole(said, 2000), skip="不限"))
    return int(typed) if typed else None


async def _shares(talk: Talk, round_: Round, following: Following) -> tuple[str, str, Normalise]:
    """The shares of public vote and experts, and how votes become points; asked only where the notice is silent.

    A run-off is the experts' alone: the public vote has parted what it could.
    """
    if following.purpose == "runoff":
        return "0", "1", "top100"
    rules = talk.notice.judging
    assert rules is not None, "a round belongs to the judging of a notice"
    public, _ = shares_of(rules, round_)
    kept = await _settled(talk) if open_shares(rules) else Kept()
    if kept.public:
        return kept.public, str(1 - Fraction(kept.public)), cast("Normalise", kept.normalise or "top100")
    if open_shares(rules):
        text = line("judging.public_share", clause=rules.clause)
        public = Fraction(await talk.ask("public", Typed(text=text, read=lambda said: _read_whole(said, 100)))) / 100
    normalise: Normalise = "top100" if rules.normalise == "unset" else rules.normalise
    if public and rules.normalise == "unset":
        options = tuple(Option(key, label) for key, label in NORMALISED.items())
        asked = await talk.ask("normalise", OneOf(text=line("judging.normalise"), options=options))
        normalise = cast("Normalise", asked)
    return str(public), str(1 - public), normalise


async def _settled(talk: Talk) -> Kept:
    """What an admin settled before the public voted; that is what counts, and it is not asked again."""
    for each in public_rounds(talk.notice):
        kept: Kept = await talk.look(VoteTerms(talk.notice.id, each.key))
        if kept.public:
            return kept
    return Kept()


async def _holders(talk: Talk, judges: tuple[Judge, ...]) -> list[Judge]:
    """Three different people, one after the other."""
    holders: list[Judge] = []
    while len(holders) < SCRUTINEERS:
        left = [each for each in judges if each not in holders][:MOST_OFFERED]
        options = tuple(Option(str(each.person), _called(each)) for each in left)
        facts = {"n": len(holders) + 1, "of": SCRUTINEERS, "threshold": THRESHOLD}
        key = f"holder/{'/'.join(str(each.person) for each in holders)}"
        picked = await talk.ask(key, OneOf(text=line("judging.holder", **facts), options=options))
        holders.append(next(each for each in left if str(each.person) == picked))
    return holders


def _called(judge: Judge) -> str:
    return f"{judge.name or '没有留名'}（{'专家' if judge.expert else '管理员'}）"


def _shown(talk: Talk, round_: Round, plan: Plan, holders: list[Judge]) -> dict[str, Any]:
    rules = talk.notice.judging
    assert rules is not None, "a round belongs to the judging of a notice"
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    first_late = from_micros(plan.closes).astimezone(local.tzinfo)
    asked, public = plan.kind in ("scores", "grades"), Fraction(plan.public)
    criteria = [
        {"label": each.label, "share": _percent(rules.criterion_weight(each.key))} for each in rules.criteria if asked
    ]
    return {
        "label": called(round_, plan.purpose), "only": len(plan.only), "kind": KINDS[plan.kind],
        "ranks": plan.kind == "rank", "most": plan.most or 0,
        "fits": [prize.label for prize in fits_of(rules, talk.notice.awards, plan)],
        "criteria": criteria, "public": _percent(public) if public else "",
        "expert": _percent(Fraction(plan.expert)), "voted": bool(public_rounds(talk.notice)),
        "normalise": NORMALISED[plan.normalise] if public else "", "trimmed": plan.trimmed,
        "quorum": plan.quorum, "closes": spoken_late(first_late, local), "ties": plan.ties,
        "holders": [each.name for each in holders], "threshold": THRESHOLD,
    }  # fmt: skip


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g} %"


def _read_whole(typed: str, most: int) -> Read:
    plain = typed.strip().removesuffix("%").removesuffix("％").strip()
    if not plain.isdecimal() or not 0 <= int(plain) <= most:
        return Faulty((Fault("judging.not_a_number", {"typed": typed.strip()[:20], "most": most}),))
    return Value(str(int(plain)))


def _read_quorum(typed: str) -> Read:
    return _read_whole(typed, 1000)
