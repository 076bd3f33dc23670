"""Whom a message to many is for, as a plain value that can be kept and asked again when its instant comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from rules.quota import Quota, counted
from rules.tracks import Track

#: What may be known of a unit: nothing reported, a draft waits, an entry was returned, the floor is not reached.
State = Literal["", "none", "draft", "returned", "below"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Audience:
    """People of a role; of those who speak for units, the ones of some classes or units (none named: all) in a state.

    `track` narrows the state to one track, "" means any of them.
    """

    role: str = "liaison"
    classes: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    state: State = ""
    track: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Works of one unit in one track: reported, sent back, and reported with those of every unit under it.

    `recommended` are those of others that it passed on.
    """

    unit: int
    track: str
    reported: int = 0
    returned: int = 0
    with_below: int = 0
    recommended: int = 0


#: Tallies by unit and track.
Tallies = Mapping[tuple[int, str], Tally]


def by_unit(tallies: Collection[Tally]) -> Tallies:
    """Tallies to be looked up."""
    return {(each.unit, each.track): each for each in tallies}


def reported(quota: Quota, tally: Tally | None) -> int:
    """How many works count towards a quota."""
    return 0 if tally is None else counted(quota, tally.reported, tally.with_below, tally.recommended)


def fits(
    audience: Audience, unit: int, klass: str, *, tracks: Collection[Track], tallies: Tallies, drafting: Collection[int]
) -> bool:
    """Whether a unit belongs to an audience, as things stand. `drafting`: the units with an unfinished draft."""
    if audience.classes and klass not in audience.classes:
        return False
    if audience.units and unit not in audience.units:
        return False
    wanted = [track for track in tracks if audience.track in ("", track.key)]
    found = {track.key: tallies.get((unit, track.key)) for track in wanted}
    match audience.state:
        case "none":
            return not any(tally is not None and (tally.reported or tally.returned) for tally in found.values())
        case "draft":
            return unit in drafting
        case "returned":
            return any(tally is not None and tally.returned for tally in found.values())
        case "below":
            return any(reported(track.quota(klass), found[track.key]) < track.quota(klass).floor for track in wanted)
    return True


def read_audience(kept: Mapping[str, Any]) -> Audience:
    """An audience from its kept form (`dataclasses.asdict`, through JSON)."""
    lists = {name: tuple(kept[name]) for name in ("classes", "units")}
    return Audience(kept["role"], **lists, state=kept["state"], track=kept["track"])
