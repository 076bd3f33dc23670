"""A ring of red near a likely centre: an ellipse fitted to it, and whether what it encloses makes it a seal.

Photographs are taken at an angle, so a seal is an ellipse: its outline is five harmonics, the radius, how far the
centre lies off, and how much longer one axis is than the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.pixels import Doubles, Mask

#: Parts into which the circle is divided, and their middles.
_SECTORS = 72
_ANGLES = (np.arange(_SECTORS) + 0.5) * (2 * np.pi / _SECTORS)
#: How far red may lie off the outline in each round of fitting, in radii: narrowly, and once more starting wide.
_TOLERANCES = ((0.13, 0.09, 0.06), (0.22, 0.14, 0.09, 0.06))
#: Pixels to both sides of the ring's middle that are the ring.
_HALF_RING = 1.5
#: Parts of the circle in which the ring has to be seen; black letters and worn ink hide some of it.
_SEEN = 0.6
#: The flattest ellipse, shorter to longer axis, and the widest scatter of the ring in parts of its radius.
_FLATTEST, _SCATTER = 0.72, 0.0105
#: How much of the ring's own width is red at least, and in how much of the circle there may be red just beyond it.
_FIRM, _LONELY = 0.52, 0.4
#: A ring of which little is seen must be all the firmer: both parts together.
_PLAIN = 1.3
#: Red between the letters: at most this part of the inside, and letters in at least this part of the circle.
_FULL, _LETTERED = 0.55, 0.3


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of red: centre and radius in pixels, and what a seal is told by.

    `roundness`: shorter to longer axis; `seen`: the part of the circle in which it is red; `scatter`: how far red lies
    off the ellipse, in radii; `firm`: how much of its width is red; `full`: how much of its inside is; `lettered`,
    `beyond`: the parts of the circle with red inside and just outside of it.
    """

    x: float
    y: float
    radius: float
    roundness: float
    seen: float
    scatter: float
    firm: float
    full: float
    lettered: float
    beyond: float

    @property
    def is_seal(self) -> bool:
        """A thin, whole, even ring with letters along it and paper between them, and little that is red around it."""
        return (
            self.seen >= _SEEN
            and self.roundness >= _FLATTEST
            and self.scatter <= _SCATTER
            and self.firm >= _FIRM
            and self.seen + self.firm >= _PLAIN
            and self.full <= _FULL
            and self.lettered >= _LETTERED
            and self.beyond <= _LONELY
        )


def ring_near(points: NDArray[np.intp], x: float, y: float, radius: float) -> Ring | None:
    """The best ring near a circle: seen narrowly, so that what lies across it does not mislead, then more widely."""
    right, down = np.abs(points[:, 1] - x), np.abs(points[:, 0] - y)
    near = points[(right < 2 * radius) & (down < 2 * radius)]
    rings = [ring for tolerances in _TOLERANCES if (ring := _settled(near, x, y, radius, tolerances)) is not None]
    return min(rings, key=lambda ring: (not ring.is_seal, ring.scatter), default=None)


def _settled(points: NDArray[np.intp], x: float, y: float, radius: float, tolerances: tuple[float, ...]) -> Ring | None:
    """The ellipse of the outermost red near a circle, None where it does not settle."""
    shape = np.array([radius, 0.0, 0.0, 0.0, 0.0])
    for tolerance in tolerances:
        distance, sector = _polar(points, x, y)
        near = np.abs(distance - _outline(shape)[sector]) <= tolerance * shape[0]
        outer = (_outermost if tolerance > 0.1 else _middle)(distance[near], sector[near])
        held = outer > 0
        if held.sum() < _SEEN * _SECTORS * 0.8:
            return None
        shape = _least_squares(outer, held)
        # Once more without the sectors where something else that is red lies across the ring.
        off = np.abs(outer - _outline(shape))
        shape = _least_squares(outer, held & (off <= max(1.0, 2.5 * float(np.median(off[held])))))
        # The first harmonic is how far the centre lies off; moving there leaves an ellipse around itself.
        x, y, shape[1], shape[2] = x + shape[1], y + shape[2], 0.0, 0.0
        if not 0.5 * radius < shape[0] < 1.6 * radius:
            return None
    return _judged(points, x, y, shape)


def _judged(points: NDArray[np.intp], x: float, y: float, shape: Doubles) -> Ring:
    distance, sector = _polar(points, x, y)
    outline = _outline(shape)
    part = distance / outline[sector]
    near = np.abs(part - 1) <= 0.06
    outer = _middle(part[near], sector[near])
    held = outer > 0
    # The median lets a line or a letter that crosses the ring pass; a ring that is none scatters everywhere.
    scatter = 1.48 * float(np.median(np.abs(outer[held] - 1))) if held.any() else 1.0
    area, half = np.pi * float(np.mean(outline**2)), _HALF_RING / shape[0]
    ring = np.abs(part - 1) <= half
    inside, letters, beyond = part < 0.86, (part > 0.5) & (part < 0.88), (part > 1.1) & (part < 1.28)
    oval = float(np.hypot(shape[3], shape[4]) / shape[0])
    return Ring(
        x,
        y,
        float(shape[0]),
        (1 - oval) / (1 + oval),
        float(held.mean()),
        scatter,
        float(ring.sum()) / (4 * area * half),
        float(inside.sum()) / (area * 0.86**2),
        _spread_over(sector[letters]),
        _spread_over(sector[beyond]),
    )


def _outermost(distance: Doubles, sector: NDArray[np.intp]) -> Doubles:
    """How far red reaches in each sector, 0 where there is none."""
    outer = np.zeros(_SECTORS)
    np.maximum.at(outer, sector, distance)
    return outer


def _middle(distance: Doubles, sector: NDArray[np.intp]) -> Doubles:
    """Where the red of each sector lies on average, 0 where there is none: the middle of the ring."""
    count = np.bincount(sector, minlength=_SECTORS)
    total = np.bincount(sector, distance, minlength=_SECTORS)
    return np.where(count > 0, total / np.maximum(count, 1), 0.0)


def _spread_over(sectors: NDArray[np.intp]) -> float:
    """In what part of the circle there is any red to speak of."""
    return float((np.bincount(sectors, minlength=_SECTORS) >= 3).mean())


def _polar(points: NDArray[np.intp], x: float, y: float) -> tuple[Doubles, NDArray[np.intp]]:
    """Distance and sector of each point around a centre."""
    right, down = points[:, 1] + 0.5 - x, points[:, 0] + 0.5 - y
    angle = np.arctan2(down, right) % (2 * np.pi)
    return np.hypot(right, down), np.minimum((angle * (_SECTORS / (2 * np.pi))).astype(np.intp), _SECTORS - 1)


def _terms(angles: Doubles) -> Doubles:
    return np.stack([np.ones_like(angles), np.cos(angles), np.sin(angles), np.cos(2 * angles), np.sin(2 * angles)], 1)


def _outline(shape: Doubles) -> Doubles:
    """The radius in the middle of each sector, for the harmonics of an ellipse."""
    radii: Doubles = _terms(_ANGLES) @ shape
    return radii


def _least_squares(outer: Doubles, held: Mask) -> Doubles:
    solved: Doubles = np.linalg.lstsq(_terms(_ANGLES[held]), np.asarray(outer[held], float), rcond=None)[0]
    return solved
