"""Which way a message goes, and what becomes of it after a try: the dispatcher's judgements, without its machinery."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from bot.handlers.post import Later, Left, Letter, Outcome, Sender, Sent, Shut, Unsure, Wrong
from bot.talk.messages import Outgoing
from rules.contact import Due, Plan, Power, name_of, plan
from rules.delivery import BOUND, MOST_TRIES, Policy, pause, policy
from storage.contacts import Contacts
from storage.outbox import DEAD, DUE, HELD, PULLED, SENT, UNKNOWN, Claimed, Mark

#: Channels that deliver at any time, as long as nobody blocked them, and the name of that way.
FREE = {"telegram": "message", "mail": "mail"}
#: Channels whose readers fetch their messages; nobody is told there that there are any.
FETCHED = frozenset({"web", "console"})
#: UTF-8 bytes of a text that surely fit into one customer message of WeChat.
_PART = 1700


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Way:
    """How a message goes: the way's name ("" for none now), the address, which budget it uses up, the template."""

    letter: Letter
    name: str
    address: str
    budget: str = ""
    template: str = ""


async def way_of(
    letter: Claimed,
    contacts: Contacts,
    senders: Mapping[str, Sender],
    powers: Mapping[str, Power],
    absent: Container[str],
    *,
    now: int,
) -> tuple[Way, str]:
    """The way that is open, and where there is none, why."""
    channel, _, name = letter.address.partition(":")
    out = Letter(
        letter.id, name, letter.outgoing, done=letter.done, again=letter.again, edits=letter.edits,
        campaign=letter.campaign,
    )  # fmt: skip
    # A code shows that an address is somebody's: it goes there or nowhere.
    code = letter.outgoing.kind == "mail_code"
    if channel in FREE and channel in senders and (code or letter.address not in absent):
        return Way(out, FREE[channel], letter.address), ""
    if code:
        return Way(out, "", letter.address), "contact.nobody"
    planned = await planned_for(letter, contacts, powers, now=now)
    if planned.place is None or planned.place.channel not in senders:
        return Way(out, "", letter.address), planned.ladder[-1].why
    kind = letter.outgoing.kind
    template = powers[planned.place.channel].ids.get(kind, "") if planned.way in ("template", "subscribe") else ""
    return Way(out, planned.way, name_of(planned.place), planned.budget, template), ""


async def planned_for(letter: Claimed, contacts: Contacts, powers: Mapping[str, Power], *, now: int) -> Plan:
    """What the planner says of a message now."""
    home, places = await contacts.of(letter.person)
    kind = letter.outgoing.kind
    only = letter.address if kind in BOUND else ""
    parts = 1 + _size(letter.outgoing) // _PART
    if only and all(name_of(place) != only for place in places):
        places = [*places, *await contacts.at(only)]
    return plan(Due(kind, home, only, max(1, parts - letter.done)), places, powers, now=now)


def moved(letter: Claimed, way: Way, why: str, *, now: int) -> Mark:
    """A message that cannot go where it was to go: it waits at another address, or until its reader writes again."""
    channel = letter.address.partition(":")[0]
    if letter.outgoing.kind == "mail_code":
        return _ended(letter, DEAD, now, why)
    none = PULLED if channel in FETCHED else HELD
    # Another channel cuts a message into other parts, so there it begins anew.
    return Mark(
        letter.id, DUE if way.name else none, way.address, due=now, again=letter.again, tries=letter.tries, why=why,
        done=letter.done if way.address == letter.address else 0, claimed=letter.claimed,
    )  # fmt: skip


def back(letter: Claimed, *, now: int) -> Mark:
    """A message that was claimed and not tried: it is due as before."""
    return Mark(
        letter.id, DUE, letter.address, due=now, done=letter.done, again=letter.again, tries=letter.tries,
        claimed=letter.claimed,
    )  # fmt: skip


def _size(outgoing: Outgoing) -> int:
    """About how many UTF-8 bytes a message takes; one that is worded only later, as many as its facts."""
    text = outgoing.text or "".join(map(str, outgoing.said[1].values()) if outgoing.said is not None else ())
    return len(text.encode())


def mark_of(letter: Claimed, outcome: Outcome, *, now: int, way: str = "") -> Mark:
    """What becomes of a message after a try."""
    match outcome:
        case Sent(done, whole, remote):
            return Mark(
                letter.id, SENT if whole else DUE, letter.address, due=now, done=done, remote=remote,
                via=f"{letter.address} {way}", claimed=letter.claimed,
            )  # fmt: skip
        case Later(seconds, why):
            return _again(letter, now, max(seconds, pause(letter.tries + 1)), why=why, again=letter.again)
        case Shut(why):
            return _again(letter, now, 0.0, why=why, again=letter.again)
        case Left(why):
            # What is bound to the address that is gone ends here; anything else may go another way.
            if letter.outgoing.kind in BOUND:
                return _ended(letter, DEAD, now, why)
            return _again(letter, now, 0.0, why=why, again=letter.again)
        case Wrong(why):
            return _ended(letter, DEAD, now, why)
        case Unsure(why):
            wanted = policy(letter.outgoing.kind, edits=bool(letter.edits))
            if wanted is Policy.ONCE:
                return _ended(letter, UNKNOWN, now, why)
            pausing = pause(letter.tries + 1)
            return _again(letter, now, pausing, why=why, again=letter.again or wanted is Policy.MUST)


def _again(letter: Claimed, now: int, seconds: float, *, why: str, again: bool) -> Mark:
    """Another try after so many seconds, unless there were enough."""
    tries = letter.tries + 1
    if tries >= MOST_TRIES:
        return _ended(letter, DEAD, now, why)
    return Mark(
        letter.id, DUE, letter.address, due=now + int(seconds * 1_000_000), done=letter.done, again=again, tries=tries,
        why=why, claimed=letter.claimed,
    )  # fmt: skip


def _ended(letter: Claimed, state: str, now: int, why: str) -> Mark:
    return Mark(
        letter.id, state, letter.address, due=now, done=letter.done, tries=letter.tries + 1, why=why,
        claimed=letter.claimed,
    )  # fmt: skip
