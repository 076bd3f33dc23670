"""What a flow is to the engine: its function, the words that begin it, and its doors for what it did not ask."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.talk.errors import UnknownFlow
from bot.talk.lines import Line
from bot.talk.log import Log
from bot.talk.messages import File, Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Scene
from rules.deeds import Deed
from rules.people import Role


@dataclass(frozen=True, slots=True)
class Handed:
    """A file was taken in: the deed to perform with it, what to say meanwhile, and the answers that it is.

    A deed under a `key` counts as done when the flow comes to it.
    """

    deed: Deed | None
    lines: tuple[Line, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Answers that came all at once, by key (JSON-plain), what to say about them, and what to call the whole.

    `lines` are left out where the flow waits for one of the answers: it then says itself what it makes of it. `card` is
    the last word on the card that told how far the work was.
    """

    answers: Mapping[str, Any]
    lines: tuple[Line, ...]
    title: str = ""
    card: Line | None = None


def nothing_known(incoming: Incoming) -> Mapping[str, Any]:
    """The first answers of a flow that takes none from the message that began it."""
    return {}


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of conversation.

    `words` begin it from anywhere; `roles` may begin it (empty: everybody). `keeps` parks it with its answers when
    another conversation begins; otherwise it is simply over. `anywhere`: it needs no notice of a campaign. `first`
    takes answers from the message that began it. `for_code`: a code that is sent here alone is an invitation.
    `on_file` decides about a file that no question asked for, `on_inside` about a result the program sends in, and
    `on_progress` says how far such a result is (None: nothing worth saying). `gives`: what it waits for is made for
    its reader, not read from a file of theirs.
    """

    name: str
    run: Callable[[Talk], Coroutine[Any, Any, Ending]]
    words: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    keeps: bool = False
    anywhere: bool = False
    for_code: bool = False
    gives: bool = False
    first: Callable[[Incoming], Mapping[str, Any]] = nothing_known
    on_file: Callable[[Scene, Log, File], Handed] | None = None
    on_inside: Mapping[str, Callable[[Scene, Log, Mapping[str, Any]], Filled]] = field(default_factory=dict)
    on_progress: Mapping[str, Callable[[Scene, Log, Mapping[str, Any]], Line | None]] = field(default_factory=dict)


class Flows:
    """All flows of a deployment, found by name or by the words that begin them."""

    def __init__(self, flows: tuple[Flow, ...], *, stranger: str, home: str, file: str, drafts: str) -> None:
        """`stranger` is for people without a seat, `home` the menu, `file` for a file sent outside, `drafts` 继续."""
        self._flows = {flow.name: flow for flow in flows}
        self._words = {word: flow for flow in flows for word in flow.words}
        self.stranger, self.home = self.named(stranger), self.named(home)
        self.file, self.drafts = self.named(file), self.named(drafts)

    def named(self, name: str) -> Flow:
        """The flow with this name. Raises `UnknownFlow`."""
        try:
            return self._flows[name]
        except KeyError:
            raise UnknownFlow(name, sorted(self._flows)) from None

    def begun_by(self, word: str) -> Flow | None:
        """The flow that this word begins, if any."""
        return self._words.get(word)

    def __iter__(self) -> Any:
        return iter(self._flows.values())
