"""Whatever comes, is put off, taken and put back: nobody's messages change their order, and none is forgotten."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any, cast

import pytest

from bot.waiting import Queue, Waiting

#: Four people with two addresses each.
SIBLINGS = {address: pair for pair in ("ab", "cd", "ef", "gh") for address in pair}


class Play:
    """A queue, beside what each person wrote and has no answer to."""

    def __init__(self, seed: int) -> None:
        self.queue, self.dice, self.now, self.count = Queue(), Random(seed), 0.0, 0
        self.open = defaultdict[str, list[str]](list)

    def write(self) -> None:
        """Somebody writes."""
        address, self.count = self.dice.choice("abcdefgh"), self.count + 1
        key, passive = f"{self.count}", self.dice.random() < 0.8
        self.queue.put(Waiting(cast("Any", None), cast("Any", None), key, address, self.now, passive))
        self.open[SIBLINGS[address]].append(key)

    def put_off(self) -> None:
        """Whoever waits too long is put off."""
        late = [each for each, ahead in self.queue.overdue(self.now, self.dice.choice((1, 2, 4)), 0.3) if ahead >= 0]
        for each in late:
            each.passive = False
        self.queue.postpone(late, {each.address: [*SIBLINGS[each.address]] for each in late})

    def settle(self) -> None:
        """A batch is settled, as the desk does: one message of each person, the others are put back; or it fails."""
        batch, met, back = self.queue.take(), set[str](), []
        if self.dice.random() < 0.2:
            self.queue.put_back(batch)
            return
        for each in batch:
            person = SIBLINGS[each.address]
            if person in met:
                back.append(each)
                continue
            met.add(person)
            assert each.key == self.open[person].pop(0), "somebody's messages changed their order"
        self.queue.put_back(back)


@pytest.mark.parametrize("most", [1, 2, 3, 8])
def test_everybodys_messages_are_taken_once_and_in_order(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("bot.waiting.MOST_AT_ONCE", most)
    for seed in range(60):
        play = Play(seed)
        for _ in range(200):
            play.now += play.dice.random()
            play.dice.choices((play.write, play.put_off, play.settle), (5, 2, 3))[0]()
        for _ in range(10_000):
            if not play.queue:
                break
            play.settle()
        assert not any(play.open.values())
        assert not any(play.queue.of(address) for address in SIBLINGS)
