"""Letting time pass in a play: whatever is planned happens at its instant, and the program does what is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from rehearsal.agenda import Agenda
from rehearsal.stage import Stage

#: Time that may pass before what went out in answers is marked.
_LEAP = timedelta(seconds=1)


class Hearing(Protocol):
    """Somebody who reacts to what the program says by itself."""

    def hear(self) -> None:
        """React to what was said since the last time."""
        ...


async def passed(
    play: Stage, agenda: Agenda, people: Sequence[Hearing], end: datetime, step: Callable[[datetime], timedelta]
) -> None:
    """From now until `end`, with a look at what is due after every `step`."""
    at = play.clock.now()
    while at <= end:
        while (due := agenda.due(at)) is not None:
            when, deed, tick = due
            when = max(when, play.clock.now())
            if when - play.clock.now() > _LEAP:
                await play.handed()
            if tick:
                await play.move(when)
            else:
                play.clock.move(when)
            await deed()
            if tick:
                await play.drained()
        await play.move(at)
        for each in people:
            each.hear()
        at += step(at)
