"""单位: all about one unit on a page, with buttons to act. 我是谁: what the program knows of whoever asks."""

from __future__ import annotations

from typing import Any

from bot.flows.order import Spoken, obeyed
from bot.flows.owing import owed_by
from bot.flows.steering import ADMIN
from bot.flows.units import name_after, one_unit
from bot.talk.fields import Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.instants import from_micros, spoken
from rules.looks import Seats
from rules.looks_contact import AddressesOf
from rules.looks_screening import Queue
from rules.looks_steering import AsksIn, Member, UnitFile, UnitFileOf
from rules.notice import enters_alone
from rules.people import CHANNELS, Role
from rules.phones import masked
from rules.screening import chains_of

_STATES = {
    "submitted": "已报送", "withdrawn": "已撤回", "returned": "已退回，待修改", "rejected": "没有通过审核",
}  # fmt: skip


async def unit(talk: Talk) -> Ending:
    """One unit by any of its names: entries, drafts, what it owes, its people, and what to do next."""
    found = await one_unit(talk)
    if isinstance(found, Again):
        return found
    file: UnitFile | None = await talk.look(UnitFileOf(talk.notice.id, found.id))
    if file is None:
        talk.say("admin.no_such_unit", name=found.name)
        return Again(("unit/name",))
    asks = await talk.look(AsksIn(talk.notice.id, found.id))
    tracks = [await owed_by(talk, file.unit, track, file.entries) for track in talk.notice.entered]
    screens = await _screens(talk, file.unit.id)
    text = line("unit.page", **_facts(talk, file), tracks=tracks, asks=len(asks), screens=screens)
    options = [Option("write", "发消息"), Option("invite", "邀请联络员")]
    options += [Option("reseat", "改联络员")] if file.members else []
    if talk.notice.entered:
        options.insert(1, Option("extend", "给它延期"))
    if any(entry.state == "submitted" for entry in file.entries):
        options.insert(2, Option("return", "退回作品"))
    options += [Option("/审批名额", "看名额申请")] if asks else []
    options += [Option("/单位", "看别的单位"), Option("/菜单", "菜单")]
    key = f"action/{found.id}"
    choice = await talk.ask(key, Spoken(text=text, options=tuple(options)))
    return obeyed(talk, choice, key) if isinstance(choice, dict) else _then(choice, file)


async def _screens(talk: Talk, unit: int) -> int:
    """How many works of others wait for a unit."""
    chains = chains_of(talk.notice)
    return len(await talk.look(Queue(talk.notice.id, chains, unit, 0))) if chains.asks("recommender", "lead") else 0


def _then(choice: str, file: UnitFile) -> Ending:
    name = file.unit.name
    match choice:
        case "write":
            return Then("broadcast", {}, {"audience": "units", "units": [file.unit.id]})
        case "extend":
            return Then("leave", {}, {"whom": "one", "unit/name": name})
        case "reseat":
            return Then("reseat", {}, {"unit/name": name})
        case "return":
            return Then("return", {}, {"which": name})
        case _:
            return Then("invite", {}, {"role": "liaison", "unit/name": name})


def _facts(talk: Talk, file: UnitFile) -> dict[str, Any]:
    members = [_member(talk, each) for each in file.members]
    return {
        "unit": file.unit.name,
        "klass": next((each.label for each in talk.notice.classes if each.key == file.unit.klass), ""),
        "members": members,
        "contacts": [f"{person} {masked(phone)}".strip() for person, phone in file.contacts],
        "entries": [
            {"number": each.number, "title": each.title, "state": _STATES.get(each.state, each.state)}
            for each in file.entries
        ],
        "drafts": [{"title": title, "step": step} for title, step in file.drafts],
    }


def _member(talk: Talk, one: Member) -> dict[str, Any]:
    zone = talk.notice.stages[0].opens.tzinfo
    at = from_micros(one.heard).astimezone(zone).replace(second=0, microsecond=0) if one.heard else None
    return {
        "name": one.name, "channel": CHANNELS.get(one.channel, one.channel), "lost": bool(one.state),
        "heard": spoken(at, today=talk.now.astimezone(zone).date()) if at else "",
    }  # fmt: skip


async def whoami(talk: Talk) -> Ending:
    """Name, roles and units, and the channels the person is reached on."""
    seats = await talk.look(Seats(talk.person.id))
    addresses = await talk.look(AddressesOf(talk.person.id))
    now = talk.scene.seat.id if talk.scene.seat is not None else 0
    titles = {name: notice.short_title for name, notice in talk.scene.notices.items()}
    told = [
        {
            "role": each.role.value,
            "unit": each.unit.name if each.unit else "",
            "natural": enters_alone(talk.scene.notices, each),
            "now": each.id == now,
            "title": titles.get(each.campaign, each.campaign),
        }
        for each in seats
    ]
    channels = [{"label": CHANNELS.get(each.channel, each.channel), "home": each.home} for each in addresses]
    talk.say("unit.whoami", name=talk.person.name, seats=told, channels=channels)
    talk.offer(*(("换单位",) if len(seats) > 1 else ()), "菜单")
    return None


UNIT = Flow("unit", unit, words=("单位", "unit"), roles=ADMIN, first=name_after)
WHOAMI = Flow("whoami", whoami, words=("我是谁", "whoami"), roles=frozenset(Role), anywhere=True)
