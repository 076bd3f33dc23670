"""What somebody may ask about their own data."""

from __future__ import annotations

from dataclasses import dataclass

from rules.deeds import Deed, Done


@dataclass(frozen=True, slots=True)
class AskErasure(Deed):
    """Ask to have one's data erased. `names` and `phones`: how the person stands in forms that they filled in."""

    result = Done
    person: int
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
