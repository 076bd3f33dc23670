"""How somebody may still be reached: for one message that is due, the cheapest way that is open, and why not another.

WeChat lets an account write first only for a while after the person did something: 5 customer messages within 48 hours
of a message of theirs, 3 within a minute of an event nobody typed (a menu click, following, scanning). Both windows
are half-open: at `since + window` exactly, it is too late. Whether the quotas add up the platform does not say (for
mini programs it says they do not), so a message counts in both windows, and what is left is the larger of the two.
The figures and their source stand in `rules/accounts.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rules.accounts import (
    CUSTOMER_AFTER_EVENT,
    CUSTOMER_AFTER_MESSAGE,
    CUSTOMER_EVENT_SECONDS,
    CUSTOMER_MESSAGE_SECONDS,
)
from rules.instants import spoken_span

#: By what opened a window: its microseconds, and the customer messages in it.
_WINDOWS = {
    "event": (CUSTOMER_EVENT_SECONDS * 1_000_000, CUSTOMER_AFTER_EVENT),
    "heard": (CUSTOMER_MESSAGE_SECONDS * 1_000_000, CUSTOMER_AFTER_MESSAGE),
}
#: Channels that deliver one message after the other without any window: the name of that way, and why it is taken.
_FREE = {"telegram": ("message", "contact.message"), "mail": ("mail", "contact.mail")}
#: Why a customer message goes through a window, and why it does not any more: too late, or nothing left.
_THROUGH = {"event": "contact.customer_event", "heard": "contact.customer_heard"}
_LATE = {"event": "contact.closed_event", "heard": "contact.closed_heard"}
_USED_UP = {"event": "contact.used_up_event", "heard": "contact.used_up_heard"}


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a person, and what happened there.

    `state` is "" in reach, "blocked" or "unfollowed". `heard` is the instant (UTC µs) of the person's last own
    message there, `event` that of the last event nobody typed, 0 for never; `after_heard` and `after_event` count the
    customer messages sent since then. `grants` holds the ids of the templates a subscription was granted for.
    """

    channel: str
    address: str
    state: str = ""
    heard: int = 0
    event: int = 0
    after_heard: int = 0
    after_event: int = 0
    grants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Power:
    """What a channel of this deployment can do.

    `customer` says whether the account may send customer messages. `templates` maps a kind of message to its way
    ("template" or "subscribe"), `ids` to its template's id; `once` holds the kinds whose grant one message uses up.
    """

    channel: str
    running: bool = True
    customer: bool = False
    templates: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    once: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due: its kind, the chat ("channel:address") its reader last wrote from, its parts to send.

    `only` is the chat it belongs to when it is a reply, else "".
    """

    kind: str
    home: str = ""
    only: str = ""
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One way that was thought of: `why` is the wording key that says why it is taken or not, with its facts."""

    channel: str
    address: str
    way: str
    taken: bool
    why: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. `place` is None where there is no way: a reply waits, anybody else is to be phoned.

    `way` is "message", "customer", "template", "subscribe", "mail" or ""; `budget` names the window a customer message
    goes through ("event" or "heard"). `until` is when a closed window could open by itself, 0 for never: no platform
    here has such a window, only the person opens one.
    """

    place: Place | None
    way: str
    budget: str
    ladder: tuple[Step, ...]
    until: int = 0


@dataclass(frozen=True, slots=True)
class _Rung:
    """A way at a place: open or not, and why. `partly` says that it is open for a part of the message only."""

    place: Place
    way: str
    open: bool
    why: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    budget: str = ""
    partly: bool = False

    def step(self, *, taken: bool) -> Step:
        return Step(self.place.channel, self.place.address, self.way, taken, self.why, self.facts)


def plan(due: Due, places: Sequence[Place], powers: Mapping[str, Power], *, now: int) -> Plan:
    """The cheapest open way for a message at the instant `now` (UTC µs).

    A reply goes to its own chat or waits. Anything else: the home chat by a free way, then by its template; the other
    messengers by a free way (the one last used first), then by a template; then e-mail; then a customer message that
    carries a part, the rest of which waits; then nobody.
    """
    ladder: list[Step] = []
    short: _Rung | None = None
    for rung in _rungs(due, places, powers, now):
        if rung.open:
            return Plan(rung.place, rung.way, rung.budget, (*ladder, rung.step(taken=True)))
        short = short or (rung if rung.partly else None)
        ladder.append(rung.step(taken=False))
    if short is not None:
        facts = {"room": short.facts["room"], "parts": due.parts}
        taken = Step(short.place.channel, short.place.address, short.way, True, "contact.partly", facts)
        return Plan(short.place, short.way, short.budget, (*ladder, taken))
    end = Step("", "", "", False, "contact.waits" if due.only else "contact.nobody", {})
    return Plan(None, "", "", (*ladder, end))


def explain(plan: Plan) -> list[tuple[str, Mapping[str, Any]]]:
    """Each way that was thought of as a wording key with its facts, in order; the last is what came of it."""
    return [(step.why, step.facts) for step in plan.ladder]


def name_of(place: Place) -> str:
    """ "channel:address"."""
    return f"{place.channel}:{place.address}"


def _rungs(due: Due, places: Sequence[Place], powers: Mapping[str, Power], now: int) -> Iterator[_Rung]:
    """All ways in the order in which they are to be tried."""
    templates: list[_Rung] = []
    for place in _in_order(due, places):
        if place.channel == "mail":
            yield from templates
            templates = []
        power = powers.get(place.channel)
        if barred := _barred(place, power):
            yield _Rung(place, "", open=False, why=barred, facts={"channel": place.channel})
        elif power is None or place.channel in _FREE:
            way, why = _FREE[place.channel]
            yield _Rung(place, way, open=True, why=why)
        else:
            yield _customer(due, place, power, now)
            if name_of(place) == due.home and not due.only:
                yield _template(due, place, power)
            elif not due.only:
                templates.append(_template(due, place, power))
    yield from templates


def _in_order(due: Due, places: Sequence[Place]) -> list[Place]:
    if due.only:
        return [place for place in places if name_of(place) == due.only]
    latest = sorted(places, key=lambda place: max(place.heard, place.event), reverse=True)
    return sorted(latest, key=lambda place: (place.channel == "mail", name_of(place) != due.home))


def _barred(place: Place, power: Power | None) -> str:
    """Why nothing at all can be sent to a place, or ""."""
    if place.channel == "web":
        return "contact.web"
    if power is None or not power.running:
        return "contact.not_running"
    if place.state:
        return "contact.unfollowed" if place.state == "unfollowed" else "contact.blocked"
    return ""


def _customer(due: Due, place: Place, power: Power, now: int) -> _Rung:
    """The free way of WeChat. The window of an event is used first, because it ends first."""
    if not power.customer:
        return _Rung(place, "customer", open=False, why="contact.no_customer")
    of_event = _left("event", place.event, place.after_event, now)
    of_heard = _left("heard", place.heard, place.after_heard, now)
    if not (room := max(of_event, of_heard)):
        return _closed(place, now)
    budget = "event" if of_event else "heard"
    facts = {"ago": _ago(place.event if of_event else place.heard, now), "room": room}
    if due.only or due.parts <= room:
        return _Rung(place, "customer", open=True, why=_THROUGH[budget], facts=facts, budget=budget)
    facts = {"parts": due.parts, "room": room}
    return _Rung(place, "customer", open=False, why="contact.short", facts=facts, budget=budget, partly=True)


def _left(which: str, since: int, used: int, now: int) -> int:
    """Customer messages left in a window that began at `since`. One that begins after `now` is open already."""
    window, most = _WINDOWS[which]
    return max(most - used, 0) if since and now < since + window else 0


def _closed(place: Place, now: int) -> _Rung:
    """Why no customer message is left: told about the person's last message, or else about the last event."""
    since = place.heard or place.event
    if not since:
        return _Rung(place, "customer", open=False, why="contact.never")
    which = "heard" if place.heard else "event"
    window, most = _WINDOWS[which]
    why = (_LATE if now >= since + window else _USED_UP)[which]
    return _Rung(place, "customer", open=False, why=why, facts={"ago": _ago(since, now), "most": most})


def _template(due: Due, place: Place, power: Power) -> _Rung:
    """The way of WeChat that needs no window: a template for this kind, where needed with the person's grant."""
    way, facts = power.templates.get(due.kind, ""), {"kind": due.kind}
    if not way:
        return _Rung(place, "template", open=False, why="contact.no_template", facts=facts)
    if way == "template":
        return _Rung(place, way, open=True, why="contact.template", facts=facts)
    if power.ids.get(due.kind, "") not in place.grants:
        return _Rung(place, way, open=False, why="contact.no_grant", facts=facts)
    return _Rung(place, way, open=True, why="contact.subscribe", facts=facts | {"once": due.kind in power.once})


def _ago(since: int, now: int) -> str:
    return spoken_span(timedelta(microseconds=max(now - since, 0)))
