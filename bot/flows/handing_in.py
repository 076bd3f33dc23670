"""Handing an entry in: the package as it is, the last question, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.flows.owing import owed_now
from bot.flows.package import listed, needed, to_follow
from bot.talk.fields import OneOf, Option
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Park
from rules.deeds import Declined, Received, SubmitEntry
from rules.handed import Material
from rules.instants import micros, spoken_span
from rules.looks import EntriesOf
from rules.tracks import Track


async def hand_in(
    talk: Talk,
    track: Track,
    answers: Mapping[str, Any],
    code: str,
    confirmed: Mapping[str, str],
    materials: Sequence[Material],
) -> Ending:
    """The package as it is now, and the entry with it."""
    facts = await owed_now(talk, track, ())
    if len(track.package) > 1:
        talk.say("material.package", items=listed(track, materials), follow=to_follow(track, materials))
    choice = await talk.ask(f"submit/{code}", _last_look(talk, facts))
    if choice == "later":
        talk.say("enter.kept_as_draft", title=talk.title)
        talk.offer("继续", "菜单")
        return Park((f"submit/{code}",))
    deed = _submission(talk, track, answers, code, confirmed, materials)
    outcome = await talk.do(f"submitted/{code}", deed)
    if isinstance(outcome, Declined):
        await _say_declined(talk, track, outcome)
        return Park((f"submit/{code}",))
    await _say_received(talk, track, outcome, to_follow(track, materials))
    return None


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


def _submission(
    talk: Talk,
    track: Track,
    answers: Mapping[str, Any],
    code: str,
    confirmed: Mapping[str, str],
    materials: Sequence[Material],
) -> SubmitEntry:
    assert track.form is not None, "tracks without a form are not offered"
    quota = track.quota(talk.unit.klass)
    letter = chr(ord("A") + [each.key for each in talk.notice.tracks].index(track.key))
    return SubmitEntry(
        campaign=talk.notice.id,
        track=track.key,
        unit=talk.unit.id,
        person=talk.person.id,
        form=track.form.key,
        code=code,
        title=talk.title,
        answers=answers,
        pledges=confirmed,
        opens=micros(track.opens),
        closes=micros(track.closes),
        cap=quota.cap,
        prefix=f"{talk.notice.code}-{letter}",
        entry=talk.facts.get("entry", 0),
        materials=tuple(materials),
        needs=needed(track),
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
    told: dict[str, Any] = {name: outcome.facts[name] for name in ("number", "reason") if name in outcome.facts}
    if "keys" in outcome.facts:
        told["items"] = [item.label for item in track.package if item.key in outcome.facts["keys"]]
    owed = await owed_now(talk, track, entries)
    talk.say(outcome.why, **{**owed, **spans, **told, "draft": True})
    more = ("申请名额",) if outcome.why == "enter.cap_reached" and owed["moves"] else ()
    talk.offer(*more, "我的报送", "菜单")


async def _say_received(talk: Talk, track: Track, outcome: Received, follow: Sequence[str]) -> None:
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    talk.say(
        "enter.received",
        number=outcome.number,
        version=outcome.version,
        title=talk.title,
        margin=spoken_span(timedelta(microseconds=outcome.margin)),
        follow=follow,
        **await owed_now(talk, track, entries),
    )
    talk.offer("再报一个", "我的报送", "菜单")
