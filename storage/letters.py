"""Messages as they are kept: what came in, and what went out, as JSON text and back."""

from __future__ import annotations

from typing import Any

import orjson

from bot.talk.messages import Attachment, Choice, Incoming, Outgoing
from rules.codes import without_code


def incoming_body(incoming: Incoming, pressed: str = "") -> str:
    """The kept form of what somebody sent: text without codes, press (with the label they saw), files."""
    body: dict[str, Any] = {}
    if incoming.text:
        body["t"] = without_code(incoming.text)
    if incoming.press is not None:
        body["p"] = [incoming.press.question, incoming.press.choice, pressed]
    if incoming.files:
        body["f"] = [[file.name, file.size, file.sha256] for file in incoming.files]
    if incoming.topic:
        body["i"] = incoming.topic
    if incoming.origin:
        body["o"] = incoming.origin
    if incoming.bound:
        body["b"] = incoming.bound
    if incoming.unread:
        body["u"] = incoming.unread
    return orjson.dumps(body).decode()


def outgoing_body(outgoing: Outgoing) -> str:
    """The kept form of a message to a person."""
    body: dict[str, Any] = {"t": outgoing.text}
    if outgoing.choices:
        body["c"] = [[choice.code, choice.label, int(choice.marked)] for choice in outgoing.choices]
    if outgoing.question:
        body["q"] = outgoing.question
    if outgoing.several:
        body["s"] = 1
    if not outgoing.numbered:
        body["w"] = 1
    if (attachment := outgoing.attachment) is not None:
        body["a"] = [attachment.kind, attachment.ref, attachment.name]
    if outgoing.kind != "reply":
        body["k"] = outgoing.kind
    if outgoing.card:
        body["d"] = outgoing.card
    if outgoing.protected:
        body["r"] = 1
    if outgoing.said is not None:
        body["l"] = outgoing.said
    return orjson.dumps(body).decode()


def outgoing_of(body: str, number: int = 0, at: int = 0) -> Outgoing:
    """A message to a person, from its kept form, its number in the outbox, and when it was written."""
    kept = orjson.loads(body)
    return Outgoing(
        text=kept["t"],
        choices=tuple(Choice(code, label, bool(marked)) for code, label, marked in kept.get("c", ())),
        question=kept.get("q", ""),
        several=bool(kept.get("s")),
        numbered=not kept.get("w"),
        attachment=Attachment(*kept["a"]) if "a" in kept else None,
        kind=kept.get("k", "reply"),
        card=kept.get("d", ""),
        protected=bool(kept.get("r")),
        id=number,
        at=at,
        said=(kept["l"][0], kept["l"][1]) if "l" in kept else None,
    )
