"""An admin writes to many liaisons at once, sees beforehand to whom, and whom to phone instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds_contact import Broadcast
from rules.faults import Fault, Faulty, Read, Value
from rules.looks import Standing
from rules.looks_contact import Receiver, Receivers, Unreached, UnreachedIn
from rules.people import CHANNELS, Role
from rules.words import count

MOST_TEXT = 500


async def broadcast(talk: Talk) -> Ending:
    """群发: whom, what, a preview with names and numbers, and only then the sending."""
    everybody: tuple[Receiver, ...] = await talk.look(Receivers(talk.notice.id))
    audience = await talk.ask("audience", OneOf(text=line("broadcast.audience"), options=_audiences(talk)))
    chosen = await _chosen(talk, audience, everybody)
    if not chosen:
        talk.say("broadcast.nobody")
        talk.offer("群发", "发邀请", "菜单")
        return None
    text = await talk.ask("text", Typed(text=line("broadcast.text"), read=_read_text))
    missing: tuple[Unreached, ...] = await talk.look(UnreachedIn(talk.notice.id))
    preview = line("broadcast.preview", text=text, **_facts(talk, chosen, missing, audience))
    if not await talk.ask("sure", YesNo(text=preview, yes="确认发送", no="不发了")):
        talk.say("broadcast.kept")
    else:
        people = tuple(dict.fromkeys(each.person for each in chosen))
        begun = await talk.do(
            "sent", Broadcast(talk.notice.id, talk.notice.short_title, text, people, by=talk.person.id)
        )
        talk.say("broadcast.begun", total=begun.total)
    talk.offer("菜单")
    return None


def _audiences(talk: Talk) -> tuple[Option, ...]:
    classes = tuple(Option(f"class:{klass.key}", klass.label) for klass in talk.notice.classes)
    some = classes if len(classes) > 1 else ()
    return (Option("all", "全部联络员"), Option("none", "还没有报送的单位"), *some)


async def _chosen(talk: Talk, audience: str, everybody: Sequence[Receiver]) -> list[Receiver]:
    if audience == "all":
        return list(everybody)
    if audience == "none":
        handed_in = {each.unit for each in await talk.look(Standing(talk.notice.id)) if each.entries}
        return [each for each in everybody if each.unit not in handed_in]
    return [each for each in everybody if f"class:{each.klass}" == audience]


def _facts(talk: Talk, chosen: Sequence[Receiver], missing: Sequence[Unreached], audience: str) -> dict[str, Any]:
    """What the preview says: to whom, how many of which units, by which channel, and for whom a phone is needed."""
    people = {each.person: each for each in chosen}
    channels = Counter(CHANNELS.get(each.channel, each.channel) for each in people.values())
    return {
        "people": len(people),
        "units": len({each.unit for each in chosen}),
        "by_channel": [{"label": label, "count": count} for label, count in channels.most_common()],
        "unreachable": [{"unit": each.unit, "name": each.name} for each in missing if each.name],
        "empty": sum(not each.name for each in missing) if audience == "all" else 0,
        "audience": next(each.label for each in _audiences(talk) if each.code == audience),
    }


def _read_text(typed: str) -> Read:
    words = count(typed)
    if words > MOST_TEXT:
        return Faulty((Fault("broadcast.too_long", {"count": words, "limit": MOST_TEXT}),))
    return Value(typed.strip())


async def unreachable(talk: Talk) -> Ending:
    """联系不上: whom to phone."""
    missing: tuple[Unreached, ...] = await talk.look(UnreachedIn(talk.notice.id))
    if not missing:
        talk.say("reach.everybody")
    else:
        talk.say(
            "reach.unreachable",
            people=[_named(each) for each in missing if each.name],
            empty=[_named(each) for each in missing if not each.name],
        )
    talk.offer("群发", "菜单")
    return None


def _named(each: Unreached) -> dict[str, str]:
    return {"unit": each.unit, "name": each.name, "contacts": each.contacts}


_ADMIN = frozenset({Role.ADMIN})
BROADCAST = Flow("broadcast", broadcast, words=("群发", "broadcast"), roles=_ADMIN)
UNREACHABLE = Flow("unreachable", unreachable, words=("联系不上", "unreachable"), roles=_ADMIN)
