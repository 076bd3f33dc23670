"""Which unit an admin means: by name, short name, alias or pinyin; where several fit, they pick one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talk.fields import OneOf, Option, Typed
from bot.talk.lines import line
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again
from rules.faults import Read, Value
from rules.looks import UnitsLike
from rules.people import Unit

#: Characters of a name that are looked for.
MOST_NAME = 60


async def one_unit(talk: Talk) -> Unit | Again:
    """One unit of the roster, by any of its names."""
    name = await talk.ask("unit/name", Typed(text=line("admin.which_unit"), read=read_name))
    return await unit_of(talk, name, "unit/name")


async def unit_of(
    talk: Talk, name: str, key: str, *, campaign: str = "", unknown: str = "admin.no_such_unit", none: str = ""
) -> Unit | Again:
    """The unit that is meant by a name, which was the answer to `key`; of the conversation's campaign unless named.

    `unknown` is said where there is none; `none` is the label of the option that none of several is meant.
    """
    units: tuple[Unit, ...] = await talk.look(UnitsLike(campaign or talk.notice.id, name))
    if not units:
        talk.say(unknown, name=name)
        return Again((key,))
    if len(units) == 1:
        return units[0]
    others = (Option("none", none),) if none else ()
    text = line("admin.which_of", name=name)
    picked = await talk.ask(f"unit/of/{name}", OneOf(text=text, options=(*_options(units), *others)))
    return next((unit for unit in units if str(unit.id) == picked), Again((key, f"unit/of/{name}")))


def _options(units: Sequence[Unit]) -> tuple[Option, ...]:
    return tuple(Option(str(unit.id), unit.name) for unit in units)


def read_name(typed: str) -> Read:
    """Whatever may be a unit's name."""
    return Value(" ".join(typed.split())[:MOST_NAME])


def name_after(incoming: Incoming) -> dict[str, str]:
    """The unit's name that a command was sent with: "/unit 碑林区"."""
    _, _, name = incoming.text.strip().partition(" ")
    return {"unit/name": " ".join(name.split())[:MOST_NAME]} if incoming.text.startswith("/") and name.strip() else {}
