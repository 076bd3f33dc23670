"""Entering a work: the form, the film, what is promised, the stamped scan, a last look, and in it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.documents import DOCUMENT, document_read
from bot.flows.film import (
    FILM,
    by_category,
    check_key,
    film_checked,
    film_progress,
    film_step,
    film_work,
    measured_cells,
)
from bot.flows.handing_in import hand_in
from bot.flows.offered import offered_file
from bot.flows.owing import owed_in, owed_now
from bot.flows.package import pictures_step
from bot.flows.printing import filled
from bot.flows.promises import promises
from bot.flows.returning import say_mend, say_mend_material
from bot.flows.scan import SCAN, scan_checked, scan_step
from bot.flows.sheet import registered, sheet_of, title_of
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Park
from rules.instants import micros, spoken_span
from rules.looks import EntriesOf
from rules.looks_steering import PausesIn
from rules.people import Role
from rules.tracks import Track


async def enter(talk: Talk) -> Ending:
    """A liaison enters one work in one track, or a new version of one that is already in."""
    track = await _track(talk)
    if track is None or track.form is None:
        return None
    if not await _door_open(talk, track):
        return Park() if talk.kept("form/") else None
    form, begun = track.form, await _begun(talk, track)
    answers = registered(form, talk.unit, talk.person)
    talk.title = talk.facts.get("title", "") or f"{track.label}（未命名）"
    for field, question in sheet_of(form).asked:
        say_mend(talk, field.key, field.label)
        answers[field.key] = await talk.ask(f"form/{field.key}", question)
        talk.title = title_of(form, answers) or talk.title
    if (number := talk.facts.get("number", "")) and "mend" not in talk.facts:
        talk.say("enter.replacing", number=number)
    say_mend_material(talk)
    film = await film_step(talk, track, answers, begun)
    if isinstance(film, Again):
        return film
    answers |= measured_cells(form, film)
    pictures = await pictures_step(talk, track)
    confirmed = await promises(talk, track)
    code = await filled(talk, track, form, answers)
    scan = await scan_step(talk, track, form, code, begun)
    if isinstance(scan, Again):
        return scan
    materials = (*(each for each in (film, scan) if each is not None), *pictures)
    return await hand_in(talk, track, answers, code, confirmed, materials)


async def _begun(talk: Talk, track: Track) -> frozenset[str]:
    """The checks of files that this conversation began with; that of a film that came first begins now, if it can."""
    checked = frozenset(talk.facts.get("checked", ()))
    file = talk.facts.get("film")
    if file is None or track.film is None or by_category(track.film):
        return checked
    key = check_key(track.film, file["sha256"], "")
    await talk.do(f"film/work/{key}", film_work(talk.scene, track, file, ""))
    return checked | {key}


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


ENTER = Flow(
    "enter",
    enter,
    words=("填报", "再报一个", "enter"),
    roles=frozenset({Role.LIAISON}),
    keeps=True,
    on_file=offered_file,
    on_inside={DOCUMENT: document_read, FILM: film_checked, SCAN: scan_checked},
    on_progress={FILM: film_progress},
)
