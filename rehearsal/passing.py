"""Letting time pass in a play: whatever is planned happens at its instant, and the program does what is due.

Whoever acts by themselves is waited for. A crowd, such as the players of a quiz, acts side by side for some seconds at
a time: each at an instant of their own, one thing after the other, as many as there are.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from rehearsal.agenda import Actor, Agenda, Deed
from rehearsal.stage import Stage

#: Time that may pass before what went out in answers is marked.
_LEAP = timedelta(seconds=1)
#: Time for which a crowd acts side by side: shorter than the program waits for an answer to be handed over.
TOGETHER = timedelta(seconds=12)
#: People of a crowd who wait for an answer at once; what is said in vain for 4 s is put off.
MOST = 100


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
        await _until(play, agenda, at)
        await play.move(at)
        for each in people:
            each.hear()
        at += step(at)


async def _until(play: Stage, agenda: Agenda, at: datetime) -> None:
    """Everything that is planned until then."""
    while True:
        alone, crowd = agenda.next, agenda.next_in_crowd
        if crowd is not None and crowd <= at and (alone is None or crowd < alone):
            until = min(crowd + TOGETHER, at, alone or at)
            await play.handed()
            play.clock.move(max(until, play.clock.now()))
            await _side_by_side(agenda, until)
            play.on_moved()
        elif (due := agenda.due(at)) is not None:
            when, deed = due
            when = max(when, play.clock.now())
            if when - play.clock.now() > _LEAP:
                await play.handed()
            await play.move(when)
            await deed()
            await play.drained()
        else:
            return


async def _side_by_side(agenda: Agenda, until: datetime) -> None:
    """What a crowd does until then, and what comes of it until then."""
    lanes = defaultdict[Actor, deque[tuple[datetime, Deed]]](deque)
    few = asyncio.Semaphore(MOST)

    def begin() -> None:
        while (due := agenda.due_in_crowd(until)) is not None:
            at, deed, who = due
            lanes[who].append((at, deed))
            if len(lanes[who]) == 1:
                group.create_task(act(who))

    async def act(who: Actor) -> None:
        lane = lanes[who]
        while lane:
            at, deed = lane[0]
            async with few:
                who.acts_at = at if who.acts_at is None else max(at, who.acts_at)
                await deed()
            begin()  # before their lane may be empty, so that nobody acts twice at once
            lane.popleft()
        who.acts_at = None

    async with asyncio.TaskGroup() as group:
        begin()
