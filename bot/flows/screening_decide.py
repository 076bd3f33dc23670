"""What a screener decides about one entry: pass with an opinion, send back, refuse under a clause, hand over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.printing import annex
from bot.flows.returning import ask_reasons, told_of
from bot.flows.steering import ends_at, late, read_reason, until
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.deeds import Declined, Heard
from rules.deeds_screening import HandOver, PassEntry, RejectEntry, ScreeningDeed, Seen, SendBack
from rules.instants import spoken
from rules.looks import EntriesOf
from rules.looks_screening import Case, Colleague, Colleagues, RecommendedBy
from rules.looks_steering import CapOf, SheetOf
from rules.people import Role
from rules.quota import Quota
from rules.screening import HOST, again_after, chains_of
from rules.tracks import Level, Track

TAKING = ("submitted", "returned")
#: The options for a clause of one's own, what the review committee found, the form, and the film.
OTHER, EXCLUDED, FORM, FILM = "!other", "!excluded", "!form", "!film"
MOST_COLLEAGUES = 30


async def let_pass(talk: Talk, case: Case, key: str, *, straight: bool) -> Ending:
    """The opinion, what becomes of it, and only then it goes on."""
    track, level = talk.notice.track(case.entry.track), _level(case)
    cap = await _cap(talk, case, track)
    if cap and cap["taken"] >= cap["cap"]:
        talk.say("screen.cap_reached", **_names(case), **cap)
        talk.offer("申请名额", "审核", "菜单")
        return None
    usual = "同意推荐。" if level.by != "host" else "同意。"
    text = line("screen.opinion", **_names(case), level=level.label, cell=_cell(talk, case))
    typed = await talk.ask(f"opinion/{key}", Typed(text=text, read=read_reason, skip=f"就写“{usual}”"))
    opinion = typed or usual
    then = None if straight else case.stand.then
    facts = {
        **_names(case), "level": level.label, "opinion": opinion, "cell": _cell(talk, case), "cap": cap,
        "then": then.label if then is not None else "", "straight": _straight(track) if straight else "",
    }  # fmt: skip
    sure = YesNo(text=line("screen.pass_sure", **facts), yes="确认通过", no="再想想")
    if not await talk.ask(f"pass/{key}", sure):
        return _not_done(talk, case)
    quota = _quota(case, track)
    deed = PassEntry(
        talk.notice.id, _seen(case), opinion, talk.person.id, field=level.field or "", day=_today(talk),
        straight=straight, track=track.key, cap=quota.cap if quota is not None else None,
        moves=quota is not None and quota.moves,
        heard=Heard("screen.passed", {**facts, "contact": talk.notice.contact}, ("我的报送",)),
        next=case.stand.then_desk if then is not None else None,
        arrived=Heard("screen.arrived", {**facts, "unit": case.unit.name}, ("审核",)),
    )  # fmt: skip
    return await _done(talk, case, f"passed/{key}", deed, "screen.pass_done", facts, stamp=bool(facts["cell"]))


def _today(talk: Talk) -> str:
    """The date that stands below an opinion."""
    return talk.now.astimezone(ZoneInfo(talk.notice.zone)).date().isoformat()


def _straight(track: Track) -> str:
    return track.straight.clause if track.straight is not None else ""


def _cell(talk: Talk, case: Case) -> dict[str, str]:
    """The cell of the annex that takes the opinion, and who stamps there; {} where the form has none."""
    form, level = talk.notice.track(case.entry.track).form, _level(case)
    if form is None or level.field is None:
        return {}
    field = form.field(level.field)
    return {"label": field.label, "signs": field.signs}


def _quota(case: Case, track: Track) -> Quota | None:
    """The cap on what the unit may recommend whose level it is."""
    quota = track.quota(case.desk.klass) if case.desk is not None else None
    return quota if quota is not None and quota.counts == "recommended" and quota.cap is not None else None


async def _cap(talk: Talk, case: Case, track: Track) -> dict[str, Any]:
    """How many works the unit has recommended and may recommend; {} where no cap is set."""
    quota = _quota(case, track)
    if quota is None or case.desk is None:
        return {}
    where = (talk.notice.id, track.key, case.desk.id)
    own = await talk.look(EntriesOf(talk.notice.id, case.desk.id))
    mine = sum(each.track == track.key and each.state in TAKING for each in own)
    moved = await talk.look(CapOf(*where)) if quota.moves else None
    taken = mine + await talk.look(RecommendedBy(*where))
    return {
        "taken": taken, "cap": quota.cap if moved is None else moved, "clause": quota.clause, "moves": quota.moves,
        "whose": case.desk.name if talk.seat.role is Role.ADMIN else "",
    }  # fmt: skip


async def return_it(talk: Talk, case: Case, key: str) -> Ending:
    """Which fields and why, until when; the liaison is asked for those alone."""
    sheet = await talk.look(SheetOf(talk.notice.id, entry=case.entry.id))
    assert sheet is not None, "an entry that waits is there"
    form, track = talk.notice.form(sheet.form), talk.notice.track(case.entry.track)
    reasons = await ask_reasons(talk, form, sheet)
    if not reasons:
        return _not_done(talk, case)
    example = f"{(max(track.closes, talk.now) + timedelta(days=3)).astimezone(track.closes.tzinfo).date()} 24:00"
    question = until(line("return.until", example=example), talk, example)
    ends = ends_at(talk, await talk.ask(f"until/{key}", question))
    facts = {**_names(case), "unit": case.unit.name, "reasons": told_of(form, reasons), "until": spoken(ends)}
    sure = YesNo(text=line("return.sure", **facts), yes="退回并通知", no="不退回")
    if not await talk.ask(f"back/{key}", sure):
        return _not_done(talk, case)
    heard = Heard("return.announced", {**facts, "contact": talk.notice.contact}, ("修改退回", "我的报送"))
    again = again_after(chains_of(talk.notice).of(track.key), _level(case))
    deed = SendBack(talk.notice.id, _seen(case), reasons, late(ends), talk.person.id, again, heard)
    return await _done(talk, case, f"returned/{key}", deed, "return.done", facts)


async def refuse(talk: Talk, case: Case, key: str) -> Ending:
    """Under which clause and why; a committee's finding is recorded as such."""
    track = talk.notice.track(case.entry.track)
    picked = await talk.ask(
        f"clause/{key}", OneOf(text=line("screen.clause", **_names(case)), options=_clauses(case, track))
    )
    clause = _clauses_of(track).get(picked, "")
    if picked == OTHER:
        clause = await talk.ask(f"clause/{key}/other", Typed(text=line("screen.clause_other"), read=read_reason))
    finding = picked == EXCLUDED
    asked = line("screen.finding" if finding else "screen.why", **_names(case), clause=clause)
    reason = await talk.ask(f"why/{key}", Typed(text=asked, read=read_reason))
    facts = {**_names(case), "unit": case.unit.name, "clause": clause, "reason": reason, "finding": finding}
    sure = YesNo(text=line("screen.reject_sure", **facts), yes="确认不通过", no="再想想")
    if not await talk.ask(f"reject/{key}", sure):
        return _not_done(talk, case)
    heard = Heard("screen.rejected", {**facts, "contact": talk.notice.contact}, ("我的报送",))
    deed = RejectEntry(talk.notice.id, _seen(case), reason, clause, talk.person.id, heard)
    return await _done(talk, case, f"rejected/{key}", deed, "screen.reject_done", facts)


def _clauses(case: Case, track: Track) -> tuple[Option, ...]:
    """What an entry may fail by: the rules that no machine knows, what the committee may exclude, any other clause."""
    checks = [Option(each.key, f"{each.text[:24]}{'…' if len(each.text) > 24 else ''}") for each in track.checks]
    by_host = case.desk is None and track.excluded is not None
    excluded = [Option(EXCLUDED, "评委组认定应予排除（如广告、营销）")] if by_host else []
    form = [Option(FORM, "申报表内容不合要求")] if track.form is not None else []
    film = [Option(FILM, "视频不合要求")] if track.film is not None else []
    return (*excluded, *form, *film, *checks, Option(OTHER, "其他条款"))


def _clauses_of(track: Track) -> dict[str, str]:
    """The clause behind each of these."""
    known = {each.key: each.clause for each in track.checks}
    if track.excluded is not None:
        known[EXCLUDED] = track.excluded.clause
    if track.form is not None:
        known[FORM] = track.form.clause
    return known | ({FILM: track.film.durations[0].clause} if track.film is not None else {})


async def hand(talk: Talk, case: Case, key: str) -> Ending:
    """To a colleague of the same level, or from a unit to the host."""
    desk = max(case.stand.desk, HOST)
    others: Sequence[Colleague] = await talk.look(Colleagues(talk.notice.id, desk, talk.person.id))
    options = [Option(str(each.person), each.name or "没有留名的同事") for each in others[:MOST_COLLEAGUES]]
    if desk != HOST and case.stand.handed != HOST:
        options.append(Option(str(HOST), "请主办方决定"))
    if not options:
        talk.say("screen.nobody", **_names(case))
        return _again(talk, case)
    text = line("screen.hand", **_names(case))
    to = await talk.ask(f"hand/{key}", OneOf(text=text, options=(*options, Option("no", "不转交"))))
    if to == "no":
        return _not_done(talk, case)
    note = await talk.ask(f"note/{key}", Typed(text=line("screen.note"), read=read_reason, skip="不写"))
    name = next((each.name for each in others if str(each.person) == to), "")
    facts = {**_names(case), "to": name, "note": note, "level": _level(case).label}
    heard = Heard("screen.handed", {**facts, "unit": case.unit.name}, ("审核",))
    deed = HandOver(talk.notice.id, _seen(case), int(to), note, talk.person.id, heard)
    return await _done(talk, case, f"handed/{key}", deed, "screen.hand_done", facts)


async def _done(
    talk: Talk, case: Case, key: str, deed: ScreeningDeed, said: str, facts: dict[str, Any], *, stamp: bool = False
) -> Ending:
    """Have it done, say so, and go on with the next entry; where the deed is declined, say why and go on, too."""
    done = await talk.do(key, deed)
    if isinstance(done, Declined):
        talk.say(done.why, **{**_names(case), **done.facts})
        return _again(talk, case) if done.why == "screen.cap_reached" else _on(talk)
    talk.say(said, **facts)
    form = talk.notice.track(case.entry.track).form
    if stamp and form is not None:
        talk.give(annex(form, case.entry.code, case.entry.title), "screen.stamp", **facts)
    return _on(talk)


def _not_done(talk: Talk, case: Case) -> Then:
    talk.say("screen.not_done", number=case.entry.number)
    return _again(talk, case)


def _again(talk: Talk, case: Case) -> Then:
    """The same card anew."""
    return Then("screening", {**talk.facts, "entry": case.entry.id})


def _on(talk: Talk) -> Then:
    return Then("screen", {"skipped": talk.facts.get("skipped", ())})


def _level(case: Case) -> Level:
    assert case.stand.level is not None, "what waits, waits at a level"
    return case.stand.level


def _seen(case: Case) -> Seen:
    entry = case.entry
    return Seen(entry.id, entry.number, entry.version, _level(case).key, max(case.stand.desk, HOST))


def _names(case: Case) -> dict[str, str]:
    return {"number": case.entry.number, "title": case.entry.title}
