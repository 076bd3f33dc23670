"""群发: an admin writes to many at once, sees beforehand to whom and what, now or at an instant, alone or by two.

The program counts and shows names before anything goes; whom no channel reaches is listed to be phoned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.flows.audience import Group, asked_group
from bot.flows.embargo import told_breach
from bot.flows.enclosure import Enclosure, enclosed_file
from bot.flows.preview import preview_facts, write_question
from bot.flows.steering import ADMIN, say_declined
from bot.talk.fields import OneOf, Option, Typed
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined, Heard
from rules.deeds_broadcast import Broadcast, Enclosed
from rules.embargo import Breach, breaches, hidden
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import UnreadableInstant, micros, opening, spoken
from rules.looks_steering import Admins
from rules.upcoming import written

#: Questions that are asked anew when the list is to be another one.
_LIST = ("audience", "state", "track", "class", "units")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent so far: to whom, what, with which file, and when (None: at once)."""

    group: Group
    text: str
    enclosed: Enclosed | None = None
    opaque: bool = False
    due: datetime | None = None


async def broadcast(talk: Talk) -> Ending:
    """Whom, what, a preview with names and numbers, and only then the sending."""
    group = await asked_group(talk)
    if isinstance(group, Again):
        return group
    if not group.people:
        talk.say("broadcast.nobody")
        talk.offer("群发", "发邀请", "菜单")
        return None
    draft = Draft(group, await talk.ask("text", write_question(talk)))
    mark = ""
    while True:
        broken = _broken(talk, draft)
        for breach in broken:
            await told_breach(talk, breach, "broadcast", _key(draft), opaque=draft.opaque)
        choice = await talk.ask(f"do{mark}", await _preview(talk, draft, broken))
        if choice == "later":
            at = await talk.ask(f"at{mark}", _at(talk))
            draft = replace(draft, due=opening(at, talk.notice.zone))
            mark += f"/{micros(draft.due or talk.now)}"
        elif choice == "enclose":
            given = await talk.ask(f"enclosure{mark}", Enclosure(text=line("broadcast.enclose")))
            if given.get("error"):
                talk.say(given["error"]["key"], **given["error"]["facts"])
                return Again((f"enclosure{mark}",))
            draft = replace(draft, enclosed=_enclosed(talk, given), opaque=given.get("opaque", False))
            mark += f"/{given.get('sha256', '')[:12] or 'none'}"
        elif choice == "list":
            return Again((*_LIST, f"do{mark}"))
        elif choice == "text":
            return Again(("text", f"do{mark}"))
        else:
            return await _send(talk, draft, mark, sure=choice == "send")


def _enclosed(talk: Talk, given: dict[str, Any]) -> Enclosed | None:
    """The file to go with it; what nobody can look into might break every embargo."""
    if not given.get("sha256"):
        return None
    every = tuple(each.key for each in talk.notice.embargoes)
    return Enclosed(given["name"], given["sha256"], every if given["opaque"] else tuple(given["broken"]))


def _broken(talk: Talk, draft: Draft) -> tuple[Breach, ...]:
    """What this message would give away at the instant it is to go."""
    at = max(talk.now, draft.due or talk.now)
    held = [each for each in talk.notice.embargoes if at < each.until]
    name = draft.enclosed.name if draft.enclosed else ""
    files = [Breach(each) for each in held if draft.enclosed and each.key in draft.enclosed.breaks]
    found = (*breaches(draft.text, held, at), *breaches(name, held, at), *files)
    return tuple({breach.embargo.key: breach for breach in found}.values())


async def _preview(talk: Talk, draft: Draft, broken: Sequence[Breach]) -> OneOf:
    """The message as it will be read, to whom it goes, and what can be done with it."""
    facts = await preview_facts(talk, draft.group)
    shown = hidden(draft.text, talk.notice.embargoes, talk.now)
    due = spoken(draft.due, today=talk.now.astimezone(draft.due.tzinfo).date()) if draft.due else ""
    file = hidden(draft.enclosed.name, talk.notice.embargoes, talk.now) if draft.enclosed else ""
    held = max((breach.embargo.until for breach in broken), default=None)
    until = spoken(held) if held else ""
    asks = _asks(talk, draft)
    text = line("broadcast.preview", text=shown, due=due, file=file, held=until, asks=asks, **facts)
    send = "提交审批" if asks else "定时发送" if draft.due else "发送"
    options = [Option("send", send)] if not broken else []
    options += [
        Option("later", "改时间" if draft.due else "定时"),
        Option("enclose", "换附件" if file else "附图片或文件"),
    ]
    options += [Option("list", "改名单"), Option("text", "改内容"), Option("no", "不发了")]
    return OneOf(text=text, options=tuple(options), yes="send", no="no")


def _asks(talk: Talk, draft: Draft) -> bool:
    above = talk.scene.approve_above
    return bool(above) and len(draft.group.people) > above


def _at(talk: Talk) -> Typed:
    """A question for the instant of sending: in the future, with its clock."""
    zone = talk.notice.stages[0].opens.tzinfo
    today = talk.now.astimezone(zone).date()

    def read(typed: str) -> Read:
        plain = written(typed, today)
        try:
            at = opening(plain, talk.notice.zone)
        except UnreadableInstant:
            return Faulty((Fault("broadcast.at_unreadable", {"typed": typed.strip()[:40]}),))
        if at <= talk.now:
            return Faulty((Fault("broadcast.at_past", {"at": spoken(at, today=today)}),))
        return Value(plain)

    return Typed(text=line("broadcast.at"), read=read)


async def _send(talk: Talk, draft: Draft, mark: str, *, sure: bool) -> Ending:
    if not sure:
        talk.say("broadcast.kept")
        talk.offer("群发", "菜单")
        return None
    asks = _asks(talk, draft)
    if asks and await talk.look(Admins(talk.notice.id)) < 2:
        talk.say("broadcast.nobody_to_agree", above=talk.scene.approve_above)
        talk.offer("发邀请", "菜单")
        return None
    begun = await talk.do(f"sent{mark}", _deed(talk, draft, asks=asks))
    if isinstance(begun, Declined):
        say_declined(talk, begun)
        return None
    due = spoken(draft.due) if draft.due else ""
    talk.say("broadcast.begun", total=begun.total, state=begun.state, due=due)
    talk.offer(*(("停止群发",) if begun.state != "waiting" else ()), "菜单")
    return None


def _deed(talk: Talk, draft: Draft, *, asks: bool) -> Broadcast:
    people = tuple(dict.fromkeys(each.person for each in draft.group.people))
    shown = hidden(draft.text, talk.notice.embargoes, talk.now)
    heard = Heard(
        "broadcast.please_agree", {"who": talk.person.name, "people": len(people), "text": shown}, ("审批群发",)
    )
    return Broadcast(
        talk.notice.id, talk.notice.short_title, draft.text, people, by=talk.person.id,
        due=micros(draft.due) if draft.due else 0, audience=draft.group.audience, enclosed=draft.enclosed, asks=asks,
        heard=heard if asks else None,
    )  # fmt: skip


def _key(draft: Draft) -> str:
    """The name of what is to be sent among the keys of a conversation."""
    named = f"{draft.enclosed.sha256 if draft.enclosed else ''}\n{draft.text}"
    return hashlib.sha256(named.encode()).hexdigest()[:12]


BROADCAST = Flow("broadcast", broadcast, words=("群发", "broadcast"), roles=ADMIN, on_file=enclosed_file)
