"""How large a rehearsal is, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rehearsal.stage import Stage

#: Told how far a play is: what goes on, and the share of its days that have passed.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a rehearsal is, and by which dice. `public` people vote, `players` play the quiz."""

    units: int
    players: int
    public: int
    seed: int
    small: bool = False


def shares(play: Stage, end: datetime, progress: Progress) -> Callable[[], None]:
    """Tells the share of the days of a play that have passed."""
    start = play.clock.now()
    whole = end - start

    def moved() -> None:
        now = play.clock.now()
        progress(f"{now:%m-%d %H:%M}", min(1.0, (now - start) / whole))

    return moved
