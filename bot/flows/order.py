"""An admin's own sentence, where no question waits for it: read by rule, and led to the conversation it means.

Nothing is done by a sentence alone: each of these conversations ends in its own last look with a button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.steering import read_until
from bot.talk.choosing import plain
from bot.talk.fields import OneOf, Outcome, Refused, Took
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Then
from rules.faults import Value
from rules.notice import Notice
from rules.orders import Extend, Inquire, Order, Return, Send, Word, nearest, read_order

#: Flows by the words that orders name.
_FLOWS = {
    "报送情况": "standing", "群发": "broadcast", "催报": "urge", "联系不上": "unreachable", "准许补报": "leave",
    "退回": "return", "名额": "quota", "暂停报送": "pause", "恢复报送": "unpause", "停止群发": "stop",
    "审批群发": "agree", "发邀请": "invite", "我是谁": "whoami",
}  # fmt: skip
_GREETINGS = frozenset(("你好", "您好", "在吗", "hi", "hello", "早上好", "下午好"))


def order_in(text: str, notice: Notice) -> Order | None:
    """The order in a sentence, by the words of this notice."""
    classes = {klass.label: klass.key for klass in notice.classes}
    tracks = {name: track.key for track in notice.entered for name in (track.label, track.noun)}
    return read_order(text, classes=classes, tracks=tracks)


def led_by(talk: Talk, order: Order) -> Then:
    """The conversation that an order begins, with the answers that it gives already."""
    match order:
        case Word(word):
            return Then(_FLOWS[word])
        case Inquire(name):
            return Then("unit", {}, {"unit/name": name})
        case Return(number):
            return Then("return", {}, {"which": number})
        case Extend("", until):
            return Then("leave", {}, {"whom": "all", **_until(talk, until)})
        case Extend(name, until):
            return Then("leave", {}, {"whom": "one", "unit/name": name, **_until(talk, until)})
        case Send():
            return Then("broadcast", {}, _sent(order))


def _until(talk: Talk, typed: str) -> dict[str, str]:
    """The end that was named, where it can be read; else it is asked."""
    read = read_until(talk, typed, "")
    return {"until": read.value} if isinstance(read, Value) else {}


def _sent(order: Send) -> dict[str, object]:
    if order.names:
        return {"audience": "units", "units": {"names": list(order.names)}, "text": order.text}
    if order.state:
        classes = list(order.classes) or "*"
        return {
            "audience": "state", "state": order.state, "track": order.track or "*", "class": classes,
            "text": order.text,
        }  # fmt: skip
    if order.classes:
        return {"audience": "class", "class": list(order.classes), "text": order.text}
    return {"audience": "all", "text": order.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken(OneOf):
    """A choice that also takes a sentence: {"heard": text}."""

    def load(self, kept: Any) -> Any:
        return kept if isinstance(kept, dict) else OneOf.load(self, kept)

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        outcome = OneOf.hear(self, pieces, incoming)
        if isinstance(outcome, Refused) and incoming.press is None and incoming.text.strip():
            return Took({"heard": incoming.text.strip()})
        return outcome


def obeyed(talk: Talk, said: Mapping[str, str], key: str) -> Then | Again:
    """Where a sentence leads that was the answer to `key`; one that is not understood lets it be asked again."""
    if (order := order_in(said["heard"], talk.notice)) is not None:
        return led_by(talk, order)
    not_understood(talk, said["heard"])
    return Again((key,))


def not_understood(talk: Talk, text: str) -> None:
    """Say that a sentence was not understood, with the commands that come nearest; a greeting needs none."""
    if plain(text) in _GREETINGS:
        return
    near = nearest(text)
    if near:
        talk.say("order.nearest", text=text[:30], near=list(near))
    else:
        talk.say("order.unknown", text=text[:30])
