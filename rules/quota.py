"""How many works a unit must or may report in a track, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from rules.schema import Written


@dataclass(frozen=True, slots=True)
class Quota:
    """A floor and a cap for some classes of units in one track; both bounds are inclusive.

    `soft`: the floor warns and never blocks (原则上). `counts`: the works that the unit entered itself ("own"), those
    of the unit and of every unit under it ("below"), or those that it recommended upwards ("recommended"). `moves`:
    whether the cap may move for one unit by the organiser's recorded consent.
    """

    classes: Annotated[tuple[str, ...], Written(refers="class")]
    clause: str
    floor: Annotated[int, Written(at_least=0)] = 0
    cap: Annotated[int | None, Written(at_least=1)] = None
    soft: bool = False
    counts: Literal["own", "below", "recommended"] = "own"
    moves: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.cap is not None and self.cap < self.floor:
            yield "cap", f"上限 {self.cap} 小于下限 {self.floor}。"
        if not self.floor and self.cap is None:
            yield "floor", "既没有下限也没有上限，这条数量规则没有内容。"
        if self.moves and self.cap is None:
            yield "moves", "没有上限，也就没有可调整的数量。"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands: works still owed, works that may still come (None: any number), works above the cap."""

    reported: int
    owes: int
    left: int | None
    over: int
    quota: Quota
    #: The cap in force, None for none.
    cap: int | None = None

    @property
    def met(self) -> bool:
        return not self.owes and not self.over

    @property
    def blocks(self) -> bool:
        """Whether one more work must be refused."""
        return self.left == 0


#: What holds for a class that no quota names: nothing is owed and any number may come.
FREE = Quota(classes=(), clause="")


def standing(quota: Quota, reported: int, *, cap: int | None = None) -> Standing:
    """How `reported` works stand against a quota. `cap` is the number consented to for this unit, when it moved."""
    bound = cap if cap is not None and quota.moves else quota.cap
    return Standing(
        reported=reported,
        owes=max(0, quota.floor - reported),
        left=None if bound is None else max(0, bound - reported),
        over=0 if bound is None else max(0, reported - bound),
        quota=quota,
        cap=bound,
    )


def counted(quota: Quota, own: int, with_below: int, recommended: int = 0) -> int:
    """How many works count: a unit's own, those of every unit under it, too, or those of others that it passed on.

    A work of a unit under it counts as recommended from the moment it is passed on, not from when it was entered.
    """
    match quota.counts:
        case "below":
            return with_below
        case "recommended":
            return own + recommended
    return own
