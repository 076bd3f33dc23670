"""What an admin sees of a message to many before it goes: to whom, by which channels, for whom a phone is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.flows.audience import Group
from bot.talk.fields import Typed
from bot.talk.lines import line
from bot.talk.replay import Talk
from rules.faults import Fault, Faulty, Read, Value
from rules.looks_contact import Unreached, UnreachedIn
from rules.people import CHANNELS
from rules.words import count

MOST_TEXT = 500
#: Names that a preview shows.
SAMPLE = 5


def write_question(talk: Talk) -> Typed:
    """What is to be said."""
    return Typed(text=line("broadcast.text"), read=_read_text)


async def preview_facts(talk: Talk, group: Group) -> dict[str, Any]:
    """What the preview says about the people of a group."""
    missing: Sequence[Unreached] = await talk.look(UnreachedIn(talk.notice.id))
    people = {each.person: each for each in group.people}
    channels = Counter(CHANNELS.get(each.channel, each.channel) for each in people.values())
    lost = [each for each in people.values() if each.state]
    held = {each.unit for each in missing if each.name}
    waiting = [each for each in people.values() if not each.state and each.unit_name in held]
    return {
        "people": len(people),
        "units": len({each.unit for each in group.people if each.unit}),
        "by_channel": [{"label": label, "count": count} for label, count in channels.most_common()],
        "sample": [f"{each.unit_name} {each.name}".strip() for each in list(people.values())[:SAMPLE]],
        "more": max(0, len(people) - SAMPLE),
        "unreachable": [{"unit": each.unit_name, "name": each.name} for each in (*lost, *waiting)],
        "empty": sum(not each.name for each in missing) if group.label == "全部联络员" else 0,
        "audience": group.label,
    }


def _read_text(typed: str) -> Read:
    words = count(typed)
    if words > MOST_TEXT:
        return Faulty((Fault("broadcast.too_long", {"count": words, "limit": MOST_TEXT}),))
    return Value(typed.strip())
