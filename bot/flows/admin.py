"""What an admin does from chat: see where the campaign stands, and invite."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.public_totals import say_votes
from bot.flows.publication import left_to_show
from bot.flows.quiz_figures import say_figures
from bot.flows.steering import ADMIN, say_declined
from bot.flows.units import name_after, one_unit
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment, Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.audience import Tallies, by_unit, reported
from rules.codes import shown
from rules.deeds import Declined, Invite
from rules.instants import from_micros, micros, spoken
from rules.looks import UnitsOf
from rules.looks_screening import Progress, ProgressOf
from rules.looks_steering import PausesIn, QuestionsIn, TalliesOf
from rules.people import Unit
from rules.quota import standing as standing_of
from rules.screening import chains_of
from rules.tracks import Track

#: What the charts are called.
_CHARTS = {"status": "报送情况", "quiz": "答题情况"}


async def standing(talk: Talk) -> Ending:
    """报送情况: by class and track, and who still owes."""
    _chart(talk)
    units = await talk.look(UnitsOf(talk.notice.id))
    tallies = by_unit(await talk.look(TalliesOf(talk.notice.id)))
    paused = await talk.look(PausesIn(talk.notice.id))
    screened = await _screening(talk)
    rows = [
        {**_track_standing(talk, track, units, tallies, paused), "screening": screened.get(track.key, {})}
        for track in talk.notice.tracks
    ]
    if rows or talk.notice.quiz is None:
        talk.say("admin.standing", title=talk.notice.short_title, tracks=rows)
    played = await say_figures(talk, most=5)
    if left := await left_to_show(talk):
        talk.say("publication.status", left=left)
    voted = await say_votes(talk)
    entered = ("审核",) if talk.notice.entered else ()
    quota = ("名额",) if talk.notice.entered else ()
    asked = ("大家在问",) if await talk.look(QuestionsIn(talk.notice.id)) else ()
    more = (*(("投票管理",) if voted else ()), *(("答题情况",) if played else ()))
    talk.offer("看板", *entered, "催报", "群发", *more, *quota, "单位", *asked, "菜单")
    return None


async def _screening(talk: Talk) -> dict[str, dict[str, Any]]:
    """How far the entries of each track are in screening; nothing where nobody screens."""
    chains = chains_of(talk.notice)
    if not chains.asks("recommender", "lead", "host"):
        return {}
    found: Mapping[str, Progress] = await talk.look(ProgressOf(talk.notice.id, chains))
    return {
        track: {
            "waiting": [
                {"label": level.label, "entries": each.waiting[level.key]}
                for level in chains.of(track) if each.waiting.get(level.key)
            ],
            "through": each.through, "rejected": each.rejected,
        }
        for track, each in found.items()
    }  # fmt: skip


def _chart(talk: Talk) -> None:
    """The same as a picture, where there is something to draw and a font to letter it with."""
    kinds = [*(("status",) if talk.notice.tracks else ()), *(("quiz",) if talk.notice.quiz is not None else ())]
    if kinds and not talk.scene.charts:
        talk.say("admin.no_chart")
        return
    for kind in kinds:
        ref, name = f"{talk.notice.id}/{kind}/{micros(talk.now)}", _CHARTS[kind]
        talk.give(Attachment("chart", ref, f"{name}.png"), "admin.chart", title=talk.notice.short_title, name=name)


def _track_standing(
    talk: Talk, track: Track, units: Sequence[Unit], tallies: Tallies, paused: Collection[str]
) -> dict[str, Any]:
    stands = [
        (
            unit,
            standing_of(track.quota(unit.klass), reported(track.quota(unit.klass), tallies.get((unit.id, track.key)))),
        )
        for unit in units
    ]
    classes = [
        {
            "label": klass.label,
            "units": sum(unit.klass == klass.key for unit, _ in stands),
            "entries": sum(_own(tallies, unit, track) for unit, _ in stands if unit.klass == klass.key),
            "floor": track.quota(klass.key).floor,
            "owing": [
                {"unit": unit.called, "owes": stand.owes}
                for unit, stand in stands
                if unit.klass == klass.key and stand.owes
            ],
        }
        for klass in talk.notice.classes
    ]
    return {
        "label": track.label,
        "noun": track.noun,
        "measure": track.measure,
        "closes": track.closes_text,
        "total": sum(_own(tallies, unit, track) for unit in units),
        "returned": sum(each.returned for each in tallies.values() if each.track == track.key),
        "paused": "" in paused or track.key in paused,
        "classes": [klass for klass in classes if klass["units"]],
    }


def _own(tallies: Tallies, unit: Unit, track: Track) -> int:
    """A unit's own works: what counts for two units is one work in a sum."""
    tally = tallies.get((unit.id, track.key))
    return tally.reported if tally is not None else 0


async def invite(talk: Talk) -> Ending:
    """发邀请: a code for a liaison of one unit, or for another admin."""
    kinds = (Option("liaison", "单位联络员"), Option("admin", "管理员"))
    role = await talk.ask("role", OneOf(text=line("admin.invite_role"), options=kinds))
    unit: Unit | None = None
    if role == "liaison":
        found = await one_unit(talk)
        if isinstance(found, Again):
            return found
        unit = found
    deed = Invite(talk.notice.id, role, unit.id if unit else None, by=talk.person.id)
    made = await talk.do("invite", deed)
    if isinstance(made, Declined):
        say_declined(talk, made)
        return None
    expires = from_micros(made.expires).astimezone(ZoneInfo(talk.notice.zone))
    talk.say(
        "admin.invited",
        unit=unit.name if unit else "",
        code=shown(made.code),
        link=f"{talk.scene.public_url}/i/{made.code}" if talk.scene.public_url else "",
        telegram=f"https://t.me/{talk.scene.telegram}?start={made.code}" if talk.scene.telegram else "",
        expires=spoken(expires.replace(second=0, microsecond=0)),
    )
    talk.offer("发邀请", "菜单")
    return None


def _invited(incoming: Incoming) -> dict[str, str]:
    """The unit that the command was sent with: "/invite 碑林区"."""
    named = name_after(incoming)
    return {"role": "liaison", **named} if named else {}


INVITE = Flow("invite", invite, words=("发邀请", "invite"), roles=ADMIN, first=_invited)
STANDING = Flow("standing", standing, words=("报送情况", "status", "standing"), roles=ADMIN)
