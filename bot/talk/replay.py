"""Running a flow against its log: from the first line to the first question that has no answer.

A `Run` steps the flow's coroutine by hand, so nothing but the verbs of `Talk` can be awaited. It stops at an open
question (`Open`), at a wish that only storage can fulfil (`Look`, `Do`), or at the end (`Finished`). Given what it
waits for, it goes on from where it stands, which by the rules of replay is the same as starting over.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.talk.errors import KeyUsedTwice, StrayAwait
from bot.talk.fields import Question, Unfit
from bot.talk.lines import Line
from bot.talk.log import Kept, Log
from bot.talk.messages import Attachment
from bot.talk.scene import Ending, Scene
from rules.deeds import Declined, Deed
from rules.instants import from_micros
from rules.looks import Look
from rules.notice import Notice
from rules.people import Person, Seat, Unit


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Open:
    """The run stands at a question without an answer; `why` says why a kept answer no longer fits."""

    key: str
    question: Question
    why: Line | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """The run wants a deed performed; its result is kept under `key`."""

    key: str
    deed: Deed


Stop = Open | Look | Do | Ending


class _Ready:
    """Awaiting this gives its value at once."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.value
        yield


class _Asked:
    """Awaiting this stops the run and hands the wish to whoever steps it."""

    __slots__ = ("wish",)

    def __init__(self, wish: Open | Look | Do) -> None:
        self.wish = wish

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self.wish)


class Talk:
    """What a flow holds: the scene, the time, and the verbs ask, say, look and do."""

    __slots__ = ("_asked", "_latest", "_log", "_newest", "_offers", "_path", "_said", "_used", "scene", "title")

    def __init__(self, scene: Scene, log: Log) -> None:
        self.scene = scene
        self._latest = 0
        #: What a list of drafts calls this conversation.
        self.title = ""
        self._log = log
        self._newest = 0
        self._path: list[str] = []
        self._asked: dict[str, Question] = {}
        self._said: list[Line] = []
        self._offers: tuple[str, ...] = ()
        self._used: set[str] = set()

    @property
    def now(self) -> datetime:
        """The arrival of the newest answer used so far, or the start of the conversation; never the wall clock."""
        latest = from_micros(self._latest)
        return max(self.scene.started, latest)

    @property
    def person(self) -> Person:
        """Who talks."""
        return self.scene.person

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the conversation was begun with."""
        return self.scene.facts

    @property
    def notice(self) -> Notice:
        """The campaign's notice."""
        if self.scene.notice is None:
            raise LookupError("expected a conversation inside a campaign, found one outside; check how it was begun")
        return self.scene.notice

    @property
    def seat(self) -> Seat:
        """The seat the person talks from."""
        if self.scene.seat is None:
            raise LookupError("expected a person with a seat, found one without; check how the flow was begun")
        return self.scene.seat

    @property
    def unit(self) -> Unit:
        """The unit the person speaks for."""
        if self.seat.unit is None:
            raise LookupError(f"expected a seat with a unit, found the seat of an {self.seat.role}")
        return self.seat.unit

    def ask(self, key: str, question: Question) -> Any:
        """Await the answer kept under `key`, or stop here until there is one."""
        self._use(key)
        why: Line | None = None
        if (kept := self._log.kept.get(key)) is not None:
            value = self._load(key, kept, question)
            if not isinstance(value, Unfit):
                self._consume(key, kept, question)
                return _Ready(value)
            why = value.why
        return _Asked(Open(key, question, why))

    def look(self, look: Look) -> Any:
        """Await what the world says now; it is read afresh in every run and never kept."""
        return _Asked(look)

    def do(self, key: str, deed: Deed) -> Any:
        """Await the result of a deed, performed once in the message's transaction; `Declined` is not kept."""
        self._use(key)
        if key in self._log.deeds:
            self._did(deed)
            return _Ready(deed.load(self._log.deeds[key]))
        return _Asked(Do(key, deed))

    def say(self, key: str, /, **facts: Any) -> None:
        """Say a line of wording with its facts."""
        self._said.append(Line(key, facts))

    def give(self, attachment: Attachment, key: str, /, **facts: Any) -> None:
        """Hand over a file with a line of wording."""
        self._said.append(Line(key, facts, attachment))

    def offer(self, *words: str) -> None:
        """Show command words as buttons under the last thing said; they may be pressed at any time."""
        self._offers = words

    def kept(self, beginning: str) -> bool:
        """Whether there is an answer under a key that begins so, reached in this run or not: is there work to lose?"""
        return any(key.startswith(beginning) for key in (*self._log.kept, *self._log.pieces))

    def chance(self, key: str) -> random.Random:
        """A source of chance that gives the same in every run of this conversation."""
        return random.Random(f"{self.scene.session}/{key}")  # noqa: S311  seeded on purpose: every run must agree

    def _load(self, key: str, kept: Kept, question: Question) -> Any:
        """The answer as the question gives it; the same question has to load it only once."""
        fit = self._log.fits.get(key)
        if fit is not None and fit[0] is question:
            return fit[1]
        value = question.load(kept.value)
        if not isinstance(value, Unfit):
            self._log.fits[key] = (question, value)
        return value

    def _use(self, key: str) -> None:
        if key in self._used:
            raise KeyUsedTwice(key)
        self._used.add(key)

    def _consume(self, key: str, kept: Kept, question: Question) -> None:
        if kept.seq > self._newest:
            self._newest = kept.seq
            self._said.clear()
            self._offers = ()
        if kept.at > self._latest:
            self._latest = kept.at
        self._path.append(key)
        self._asked[key] = question

    def _did(self, deed: Deed) -> None:
        if deed.final:
            self._path.clear()


class Run:
    """One flow being stepped. `step()` first, then `answer`, `give` or `did` with what the last stop waits for."""

    __slots__ = ("_coroutine", "_log", "_talk", "stop")

    def __init__(self, flow: Callable[[Talk], Coroutine[Any, Any, Ending]], scene: Scene, log: Log) -> None:
        self._talk = Talk(scene, log)
        self._log = log
        self._coroutine = flow(self._talk)
        self.stop: Stop = None

    @property
    def said(self) -> tuple[Line, ...]:
        """The lines said after the newest answer."""
        return tuple(self._talk._said)

    @property
    def offers(self) -> tuple[str, ...]:
        """The command words offered with them."""
        return self._talk._offers

    @property
    def title(self) -> str:
        """What the flow calls this conversation, "" where it gave no name."""
        return self._talk.title

    @property
    def path(self) -> list[str]:
        """The keys answered so far, in the order in which the flow asked them, since the last final deed."""
        return self._talk._path

    @property
    def labels(self) -> dict[str, str]:
        """Names of the answered questions that a person may pick for an edit."""
        asked = self._talk._asked
        return {key: asked[key].label for key in self._talk._path if asked[key].label}

    @property
    def questions(self) -> dict[str, Question]:
        """The answered questions by key."""
        return self._talk._asked

    def step(self, value: Any = None) -> Stop:
        """Go on to the next stop."""
        try:
            wish = self._coroutine.send(value)
        except StopIteration as end:
            self.stop = end.value
        else:
            if not isinstance(wish, Open | Look | Do):
                self._coroutine.close()
                raise StrayAwait(wish)
            self.stop = wish
        return self.stop

    def answer(self, kept: Kept) -> Stop:
        """Go on from the open question with an answer that was just added to the log."""
        stop = self.stop
        assert isinstance(stop, Open), "only an open question can be answered"
        value = self._talk._load(stop.key, kept, stop.question)
        if isinstance(value, Unfit):
            raise TypeError(f"question {stop.key!r} accepted an answer that it cannot load: {kept.value!r}")
        self._talk._consume(stop.key, kept, stop.question)
        return self.step(value)

    def did(self, result: Any) -> Stop:
        """Go on with the result of the deed that was asked for."""
        stop = self.stop
        assert isinstance(stop, Do), "only a deed can be done"
        if not isinstance(result, Declined):
            self._talk._did(stop.deed)
        return self.step(result)

    def close(self) -> None:
        """Let go of the coroutine."""
        self._coroutine.close()
