"""What an admin does from chat: see where the campaign stands, invite, and let one unit in after the deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.owing import owed
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.codes import shown
from rules.deeds import GrantLeave, Invite
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import UnreadableInstant, closing, from_micros, micros, spoken
from rules.looks import Entry, Standing, UnitsLike, UnitsOf
from rules.people import Role, Unit

MOST_REASON = 100


async def standing(talk: Talk) -> Ending:
    """报送情况: by class and track, and who still owes."""
    _chart(talk)
    units = await talk.look(UnitsOf(talk.notice.id))
    counts = {(each.unit, each.track): each.entries for each in await talk.look(Standing(talk.notice.id))}
    talk.say("admin.standing", title=talk.notice.short_title, tracks=[
        _track_standing(talk, key, units, counts) for key in (track.key for track in talk.notice.tracks)
    ])  # fmt: skip
    talk.offer("看板", "发邀请", "准许补报", "菜单")
    return None


def _chart(talk: Talk) -> None:
    """The same as a picture, where there is something to draw and a font to letter it with."""
    if not talk.notice.tracks:
        return
    if not talk.scene.charts:
        talk.say("admin.no_chart")
        return
    ref = f"{talk.notice.id}/status/{micros(talk.now)}"
    talk.give(Attachment("chart", ref, "报送情况.png"), "admin.chart", title=talk.notice.short_title)


def _track_standing(talk: Talk, key: str, units: Sequence[Unit], counts: dict[tuple[int, str], int]) -> dict[str, Any]:
    track = talk.notice.track(key)
    rows = [(unit, owed(track, unit, _handed_in(key, counts.get((unit.id, key), 0)), talk.now)) for unit in units]
    classes = [
        {
            "label": klass.label,
            "units": sum(unit.klass == klass.key for unit, _ in rows),
            "entries": sum(facts["reported"] for unit, facts in rows if unit.klass == klass.key),
            "floor": track.quota(klass.key).floor,
            "owing": [
                {"unit": unit.called, "owes": facts["owes"]}
                for unit, facts in rows
                if unit.klass == klass.key and facts["owes"]
            ],
        }
        for klass in talk.notice.classes
    ]
    total = sum(facts["reported"] for _, facts in rows)
    return {
        "label": track.label,
        "noun": track.noun,
        "measure": track.measure,
        "closes": track.closes_text,
        "total": total,
        "classes": [klass for klass in classes if klass["units"]],
    }


def _handed_in(track: str, count: int) -> tuple[Entry, ...]:
    entry = Entry(0, "", track, "", "submitted", 1, "", 0, 0)
    return (entry,) * count


async def invite(talk: Talk) -> Ending:
    """发邀请: a code for a liaison of one unit, or for another admin."""
    kinds = (Option("liaison", "单位联络员"), Option("admin", "管理员"))
    role = await talk.ask("role", OneOf(text=line("admin.invite_role"), options=kinds))
    unit: Unit | None = None
    if role == "liaison":
        found = await _unit(talk)
        if isinstance(found, Again):
            return found
        unit = found
    deed = Invite(talk.notice.id, role, unit.id if unit else None, by=talk.person.id)
    made = await talk.do("invite", deed)
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


async def _unit(talk: Talk) -> Unit | Again:
    """One unit of the roster, by any of its names."""
    name = await talk.ask("unit/name", Typed(text=line("admin.which_unit"), read=_any))
    units: tuple[Unit, ...] = await talk.look(UnitsLike(talk.notice.id, name))
    if not units:
        talk.say("admin.no_such_unit", name=name)
        return Again(("unit/name",))
    if len(units) == 1:
        return units[0]
    options = tuple(Option(str(unit.id), unit.name) for unit in units)
    picked = await talk.ask(f"unit/of/{name}", OneOf(text=line("admin.which_of", name=name), options=options))
    return next(unit for unit in units if str(unit.id) == picked)


async def leave(talk: Talk) -> Ending:
    """准许补报: one unit may hand in until a later instant; who allowed it, and why, is on record."""
    tracks = tuple(Option(track.key, track.label) for track in talk.notice.tracks)
    key = tracks[0].code if len(tracks) == 1 else await talk.ask(
        "track", OneOf(text=line("admin.which_track"), options=tracks)
    )  # fmt: skip
    track = talk.notice.track(key)
    unit = await _unit(talk)
    if isinstance(unit, Again):
        return unit
    example = f"{(track.closes + timedelta(days=1)).date()} 24:00"
    text = line("admin.leave_until", unit=unit.name, closes=track.closes_text, example=example)
    until = await talk.ask("until", Typed(text=text, read=lambda typed: _until(talk, typed, example)))
    reason = await talk.ask("reason", Typed(text=line("admin.leave_reason"), read=_reason))
    ends = closing(until, talk.notice.zone)
    facts = {"unit": unit.name, "label": track.label, "until": spoken(ends), "reason": reason}
    sure = YesNo(text=line("admin.leave_sure", **facts), yes="准许", no="不准许")
    if not await talk.ask("sure", sure):
        talk.say("admin.leave_not_granted")
    else:
        deed = GrantLeave(talk.notice.id, key, unit.id, until=micros(ends.first_late), reason=reason, by=talk.person.id)
        await talk.do("leave", deed)
        talk.say("admin.leave_granted", **facts)
    talk.offer("菜单")
    return None


def _until(talk: Talk, typed: str, example: str) -> Read:
    try:
        ends = closing(typed, talk.notice.zone)
    except UnreadableInstant:
        return Faulty((Fault("admin.until_unreadable", {"typed": typed.strip()[:40], "example": example}),))
    if ends.first_late <= talk.now + timedelta(minutes=1):
        return Faulty((Fault("admin.until_past", {"until": spoken(ends)}),))
    return Value(typed.strip())


def _reason(typed: str) -> Read:
    reason = " ".join(typed.split())
    if len(reason) > MOST_REASON:
        return Faulty((Fault("admin.reason_long", {"count": len(reason), "limit": MOST_REASON}),))
    return Value(reason)


def _any(typed: str) -> Read:
    return Value(" ".join(typed.split())[:60])


_ADMIN = frozenset({Role.ADMIN})
STANDING = Flow("standing", standing, words=("报送情况", "standing"), roles=_ADMIN)
INVITE = Flow("invite", invite, words=("发邀请", "invite"), roles=_ADMIN)
LEAVE = Flow("leave", leave, words=("准许补报", "leave"), roles=_ADMIN)
