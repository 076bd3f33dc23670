"""Whom a message to many is for: all, those in a state, some classes, units named or listed in a file, other roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.enclosure import Listed
from bot.talk.fields import OneOf, Option
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again
from rules.audience import Audience, by_unit, fits
from rules.looks import UnitsLike, UnitsOf
from rules.looks_contact import Receiver, Receivers
from rules.looks_steering import Drafting, TalliesOf
from rules.people import Role, Unit

#: What a state is called.
STATES: Mapping[str, str] = {
    "none": "还没有报送", "draft": "有没填完的草稿", "returned": "被退回待修改", "below": "没有达到下限",
}  # fmt: skip
#: The option for every track, or every class.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Group:
    """An audience with what it is called and who belongs to it now."""

    audience: Audience
    label: str
    people: tuple[Receiver, ...]


async def asked_group(talk: Talk) -> Group | Again:
    """Ask whom a message is for."""
    picked = await talk.ask("audience", OneOf(text=line("broadcast.audience"), options=_audiences(talk)))
    if picked in (Role.EXPERT, Role.ADMIN):
        people = await talk.look(Receivers(talk.notice.id, picked))
        return Group(Audience(role=picked), _ROLES[picked], tuple(people))
    if picked == "units":
        units = await _units(talk)
        if isinstance(units, Again):
            return units
        called = "、".join(unit.called for unit in units[:20])
        label = f"{called}{' 等' if len(units) > 20 else ''}"
        return await _group(talk, Audience(units=tuple(unit.id for unit in units)), label)
    if picked == "state":
        return await _in_state(talk)
    if picked == "class":
        keys = await _classes(talk)
        return await _group(talk, Audience(classes=keys), _labels(talk, keys))
    return await _group(talk, Audience(), "全部联络员")


_ROLES = {Role.EXPERT.value: "全部专家", Role.ADMIN.value: "全部管理员"}


def _audiences(talk: Talk) -> tuple[Option, ...]:
    state = (Option("state", "按报送情况"),) if talk.notice.entered else ()
    classes = (Option("class", "按单位类别"),) if len(talk.notice.classes) > 1 else ()
    rest = (Option("units", "指定单位"), Option("expert", "专家"), Option("admin", "管理员"))
    return (Option("all", "全部联络员"), *state, *classes, *rest)


async def _in_state(talk: Talk) -> Group:
    options = tuple(Option(key, label) for key, label in STATES.items())
    state = await talk.ask("state", OneOf(text=line("broadcast.state"), options=options))
    track = ""
    if len(talk.notice.entered) > 1 and state != "draft":
        every = Option(ANY, "哪一类都算")
        tracks = tuple(Option(each.key, each.label) for each in talk.notice.entered)
        picked = await talk.ask("track", OneOf(text=line("broadcast.track", state=state), options=(every, *tracks)))
        track = "" if picked == ANY else picked
    keys = await _classes(talk, every=True) if len(talk.notice.classes) > 1 else ()
    label = STATES[state]
    label += f"（{talk.notice.track(track).label}）" if track else ""
    label += f"的{_labels(talk, keys)}" if keys else "的单位"
    return await _group(talk, Audience(classes=keys, state=state, track=track), label)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Classes(OneOf):
    """One class of units, or several where a sentence named them."""

    def load(self, kept: Any) -> Any:
        keys = {option.code for option in self.options}
        return kept if isinstance(kept, list) and kept and keys.issuperset(kept) else OneOf.load(self, kept)


async def _classes(talk: Talk, *, every: bool = False) -> tuple[str, ...]:
    options = tuple(Option(klass.key, klass.label) for klass in talk.notice.classes)
    first = (Option(ANY, "不分类别"),) if every else ()
    picked = await talk.ask("class", _Classes(text=line("broadcast.class"), options=(*first, *options)))
    if isinstance(picked, list):
        return tuple(picked)
    return () if picked == ANY else (picked,)


def _labels(talk: Talk, keys: Sequence[str]) -> str:
    return "、".join(talk.notice.unit_class(key).label for key in keys)


async def _group(talk: Talk, audience: Audience, label: str) -> Group:
    """Who belongs to an audience, as things stand."""
    everybody: Sequence[Receiver] = await talk.look(Receivers(talk.notice.id))
    tallies, drafting = {}, frozenset[int]()
    if audience.state:
        tallies = dict(by_unit(await talk.look(TalliesOf(talk.notice.id))))
        drafting = await talk.look(Drafting(talk.notice.id))
    world: dict[str, Any] = {"tracks": talk.notice.entered, "tallies": tallies, "drafting": drafting}
    return Group(audience, label, tuple(each for each in everybody if fits(audience, each.unit, each.klass, **world)))


async def _units(talk: Talk) -> list[Unit] | Again:
    """The units named in a text or a list; what is no unit's name is said, and asked again."""
    given = await talk.ask("units", Listed(text=line("broadcast.units")))
    every: Sequence[Unit] = await talk.look(UnitsOf(talk.notice.id))
    if isinstance(given, list):  # numbers, where the page of a unit led here
        return [unit for unit in every if unit.id in given]
    if given.get("error"):
        talk.say(given["error"]["key"], **given["error"]["facts"])
        return Again(("units",))
    found: dict[int, Unit] = {}
    unknown: list[str] = []
    several: list[dict[str, Any]] = []
    for name in given["names"]:
        like: Sequence[Unit] = await talk.look(UnitsLike(talk.notice.id, name))
        if len(like) == 1:
            found[like[0].id] = like[0]
        elif like:
            several.append({"name": name, "units": [unit.name for unit in like[:4]]})
        else:
            unknown.append(name)
    if unknown or several:
        talk.say("broadcast.unknown_units", unknown=unknown[:20], several=several[:10], found=len(found))
        return Again(("units",))
    return list(found.values())
