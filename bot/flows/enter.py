"""Entering a work: the form, the pledge, a last look, and in it goes.

The film and the stamped scan join this flow as questions of their own between the form and the pledge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.flows.documents import DOCUMENT, document_read, offered_file
from bot.flows.owing import owed_in, owed_now
from bot.flows.sheet import readable, registered, sheet_of, title_of
from bot.talk.fields import Accept, OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import Line, line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Park
from rules.codes import content_code
from rules.deeds import Declined, PrintForm, Received, SubmitEntry
from rules.forms import Form
from rules.instants import micros, spoken_span
from rules.looks import EntriesOf
from rules.looks_steering import PausesIn
from rules.people import Role
from rules.tracks import Track
from rules.words import count

#: Characters of one answer shown in the summary.
MOST_SHOWN = 60
#: Stands among the reasons of an entry that was sent back for what is no field of the form.
MATERIAL = "*"


async def enter(talk: Talk) -> Ending:
    """A liaison enters one work in one track, or a new version of one that is already in."""
    track = await _track(talk)
    if track is None or track.form is None:
        return None
    if not await _door_open(talk, track):
        return Park() if talk.kept("form/") else None
    form = track.form
    answers = registered(form, talk.unit, talk.person)
    talk.title = talk.facts.get("title", "") or f"{track.label}（未命名）"
    for field, question in sheet_of(form).asked:
        _say_mend(talk, field.key, field.label)
        answers[field.key] = await talk.ask(f"form/{field.key}", question)
        talk.title = title_of(form, answers) or talk.title
    if (number := talk.facts.get("number", "")) and "mend" not in talk.facts:
        talk.say("enter.replacing", number=number)
    pledges = await _pledged(talk, track)
    _say_mend(talk, MATERIAL, "")
    code = content_code(talk.notice.id, form.key, talk.unit.name, canonical(answers))
    await talk.ask(f"review/{code}", _review(form, answers))
    await talk.do(f"print/{code}", _print(talk, form, answers, code))
    talk.give(annex(form, code, talk.title), "enter.annex", title=form.title, code=code, seal=_seal(talk))
    facts = await owed_now(talk, track, ())
    choice = await talk.ask(f"submit/{code}", _last_look(talk, facts))
    if choice == "later":
        talk.say("enter.kept_as_draft", title=talk.title)
        talk.offer("继续", "菜单")
        return Park((f"submit/{code}",))
    outcome = await talk.do(f"submitted/{code}", _submission(talk, track, form, answers, code, pledges))
    if isinstance(outcome, Declined):
        await _say_declined(talk, track, outcome)
        return Park((f"submit/{code}",))
    await _say_received(talk, track, outcome)
    return None


async def _track(talk: Talk) -> Track | None:
    """The track, asked where there is a choice."""
    tracks = talk.notice.entered
    if not tracks:
        talk.say("enter.nothing_to_enter", title=talk.notice.short_title)
        return None
    if len(tracks) == 1:
        return tracks[0]
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    owed = await owed_in(talk, tracks, entries)
    options = tuple(Option(track.key, track.label) for track in tracks)
    key = await talk.ask("track", OneOf(text=line("enter.track", **owed), options=options, step="类别"))
    return talk.notice.track(key)


async def _door_open(talk: Talk, track: Track) -> bool:
    """Say what is ahead, or why there is no entering now.

    Judged as of the moment the work was begun: what came in or closed since is judged when it is handed in.
    """
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    facts = await owed_now(talk, track, [entry for entry in entries if entry.received < micros(talk.now)])
    paused = await talk.look(PausesIn(talk.notice.id))
    halts = [paused[key] for key in ("", track.key) if key in paused and paused[key].since <= micros(talk.now)]
    if halts:
        talk.say("enter.paused", draft=False, reason=halts[0].reason, **facts)
    elif facts["left"] == 0 and not talk.facts.get("entry", 0):
        talk.say("enter.cap_reached", **facts)
        talk.offer(*(("申请名额",) if facts["moves"] else ()), "我的报送", "菜单")
        return False
    elif not facts["begun"]:
        talk.say("enter.not_open", early=spoken_span(track.opens - talk.now), **facts)
    elif not facts["open"]:
        talk.say("enter.closed", draft=False, **facts)
    else:
        _say_begin(talk, track, facts)
        return True
    talk.offer("我的报送", "菜单")
    return False


def _say_begin(talk: Talk, track: Track, facts: Mapping[str, Any]) -> None:
    form = track.form
    assert form is not None, "tracks without a form are not offered"
    talk.say("enter.begin", form=form.title, count=len(sheet_of(form).asked), **facts)
    if form.provisional:
        talk.say("enter.provisional", note=form.note)


def _say_mend(talk: Talk, key: str, label: str) -> None:
    """Why a field, or the material, of an entry was sent back, before it is asked for again."""
    mend = talk.facts.get("mend", {})
    if key == MATERIAL and key in mend:
        talk.say("return.material", number=talk.facts["number"], reason=mend[key])
    elif key in mend:
        fields = [each for each in talk.notice.form(talk.facts["form"]).fields if each.key in mend]
        n = next(place for place, each in enumerate(fields, 1) if each.key == key)
        talk.say("return.field", number=talk.facts["number"], n=n, of=len(fields), label=label, reason=mend[key])


async def _pledged(talk: Talk, track: Track) -> dict[str, str]:
    """The track's own pledge, then all terms of the notice at once; each with the hash of the wording accepted."""
    own = (track.pledge,) if track.pledge is not None else ()
    for pledge in own:
        text = line("enter.pledge", text=pledge.text, clause=pledge.clause, unit=talk.unit.name, printed=pledge.printed)
        await talk.ask(f"pledge/{pledge.key}", _accept(text, pledge.text, "确认承诺"))
    if terms := talk.notice.disclaimers:
        text = line("enter.terms", terms=[{"text": each.text, "clause": each.clause} for each in terms])
        await talk.ask("pledge/terms", _accept(text, "\n".join(each.text for each in terms), "全部同意"))
    return {pledge.key: _hash(pledge.text) for pledge in (*own, *terms)}


def _accept(text: Line, wording: str, accept: str) -> Accept:
    return Accept(text=text, wording_hash=_hash(wording), accept=accept, step="承诺")


def _hash(wording: str) -> str:
    return hashlib.sha256(wording.encode()).hexdigest()


def _review(form: Form, answers: Mapping[str, Any]) -> OneOf:
    rows = [
        {"label": field.label, "value": _shortened(readable(field, answers.get(field.key)), answers.get(field.key))}
        for field in form.fields
        if field.key in answers
    ]
    options = (Option("ok", "没有问题，生成申报表"), Option("/修改", "修改一项"), Option("/暂停", "先存着"))
    return OneOf(text=line("enter.review", title=form.title, rows=rows), options=options, yes="ok", step="核对")


def _last_look(talk: Talk, facts: Mapping[str, Any]) -> OneOf:
    options = (Option("submit", "现在报送"), Option("/修改", "修改一项"), Option("later", "先存着，稍后再报"))
    replaces = talk.facts.get("number", "")
    return OneOf(
        text=line("enter.submit", closes=facts["closes"], open=facts["open"], number=replaces),
        options=options,
        yes="submit",
        no="later",
        step="报送",
    )


def _print(talk: Talk, form: Form, answers: Mapping[str, Any], code: str) -> PrintForm:
    return PrintForm(
        code=code,
        campaign=talk.notice.id,
        form=form.key,
        unit=talk.unit.id,
        person=talk.person.id,
        answers=answers,
    )


def _submission(
    talk: Talk, track: Track, form: Form, answers: Mapping[str, Any], code: str, pledges: Mapping[str, str]
) -> SubmitEntry:
    quota = track.quota(talk.unit.klass)
    letter = chr(ord("A") + [each.key for each in talk.notice.tracks].index(track.key))
    return SubmitEntry(
        campaign=talk.notice.id,
        track=track.key,
        unit=talk.unit.id,
        person=talk.person.id,
        form=form.key,
        code=code,
        title=talk.title,
        answers=answers,
        pledges=pledges,
        opens=micros(track.opens),
        closes=micros(track.closes),
        cap=quota.cap,
        prefix=f"{talk.notice.code}-{letter}",
        entry=talk.facts.get("entry", 0),
        moves=quota.moves,
        counts=quota.counts,
    )


async def _say_declined(talk: Talk, track: Track, outcome: Declined) -> None:
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    spans = {
        name: spoken_span(timedelta(microseconds=max(1, outcome.facts[name])))
        for name in ("late", "early")
        if name in outcome.facts
    }
    told = {name: outcome.facts[name] for name in ("number", "reason") if name in outcome.facts}
    owed = await owed_now(talk, track, entries)
    talk.say(outcome.why, **{**owed, **spans, **told, "draft": True})
    more = ("申请名额",) if outcome.why == "enter.cap_reached" and owed["moves"] else ()
    talk.offer(*more, "我的报送", "菜单")


async def _say_received(talk: Talk, track: Track, outcome: Received) -> None:
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    talk.say(
        "enter.received",
        number=outcome.number,
        version=outcome.version,
        title=talk.title,
        margin=spoken_span(timedelta(microseconds=outcome.margin)),
        mail=talk.notice.mail.to if talk.notice.mail else "",
        seal=_seal(talk),
        film=track.film is not None,
        **await owed_now(talk, track, entries),
    )
    talk.offer("再报一个", "我的报送", "菜单")


def _seal(talk: Talk) -> bool:
    """Whether the unit stamps its form; individuals sign instead."""
    return talk.notice.unit_class(talk.unit.klass).seals


def _shortened(text: str, value: Any) -> str:
    """The beginning of a long answer, with its 字数 as it was told while writing."""
    if len(text) <= MOST_SHOWN:
        return text
    words = sum(map(count, value)) if isinstance(value, list) else count(text)
    return f"{text[:MOST_SHOWN]}……（共 {words} 字）"


def annex(form: Form, code: str, title: str) -> Attachment:
    """The filled annex as a file; its name is safe in every file system."""
    plain = "".join(char for char in title if char not in '\\/:*?"<>|\n\t').strip()[:40]
    return Attachment("annex", code, f"{form.annex} {plain or form.title}.docx")


def canonical(answers: Mapping[str, Any]) -> str:
    """Answers as one text that is the same for the same content."""
    return json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


ENTER = Flow(
    "enter",
    enter,
    words=("填报", "再报一个", "enter"),
    roles=frozenset({Role.LIAISON}),
    keeps=True,
    on_file=offered_file,
    on_inside={DOCUMENT: document_read},
)
