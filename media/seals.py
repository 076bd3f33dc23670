"""Red round seals on a page, found by their ring; red letterheads, lines, signatures and scribbles are none.

Every edge of something red votes for the centres of circles that it could belong to (a Hough transform by gradients).
Around the best centres an ellipse is fitted to the outermost red, because photographs are taken at an angle, and what
is inside it is looked at: a seal has a thin ring, letters along it, and paper between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.pixels import Doubles, Floats, Light, Mask, fitted

#: Longer side in pixels at which seals are looked for: a ring of 1.2 mm on A4 is then 3 to 4 pixels wide.
LOOKED_AT = 900
#: Radii in parts of the longer side: 38 mm on a sheet that fills 60 % of a photograph, up to a photograph of it alone.
SMALLEST, LARGEST, _STEP = 0.036, 0.21, 1.06
#: Millimetres of the longer side of A4, by which sizes are told where nothing else says how large a picture is.
A4 = 297.0
_SECTORS = 72
#: Pixels to both sides of the ring's middle that are the ring.
_HALF_RING = 1.5
#: The widest stroke of a seal in pixels, odd: its star is the widest.
_WIDEST = 17
_ANGLES = (np.arange(_SECTORS) + 0.5) * (2 * np.pi / _SECTORS)
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
_TOLERANCES = ((0.13, 0.09, 0.06), (0.22, 0.14, 0.09, 0.06))
_MOST_POINTS, _MOST_CENTRES, _PEAKS, _BIN = 16000, 40, 6, 4
#: Hues that red ink has, from a bluish to an orange red: (green - blue) / (red - least).
_BLUISH, _ORANGE = -0.62, 0.5
_FAINTEST = 26.0
_ENLARGED = Image.Resampling.BICUBIC


@dataclass(frozen=True, slots=True)
class Found:
    """A seal: its centre and radius in parts of the page's width, height and longer side; roundness is the shorter
    axis to the longer; `seen` is the part of the ring that is seen."""

    x: float
    y: float
    radius: float
    roundness: float
    seen: float


@dataclass(frozen=True, slots=True)
class _Ring:
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


def looked_at(image: Image.Image) -> Image.Image:
    """A page in the size in which seals are looked for, smaller ones enlarged."""
    if max(image.size) >= LOOKED_AT:
        return fitted(image, LOOKED_AT)
    scale = LOOKED_AT / max(image.size)
    return image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), _ENLARGED)


def seals_on(light: Light) -> tuple[Found, ...]:
    """The seals on a page, the plainest first."""
    height, width = light.paper.shape
    longer = max(height, width)
    redness = red_of(light)
    rings: list[_Ring] = []
    for ring in sorted(_rings(redness, longer), key=lambda ring: ring.scatter):
        if ring.is_seal and all(np.hypot(ring.x - one.x, ring.y - one.y) > 0.6 * one.radius for one in rings):
            rings.append(ring)
    return tuple(
        Found(
            round(float(ring.x / width), 4), round(float(ring.y / height), 4), round(ring.radius / longer, 4),
            round(ring.roundness, 3), round(ring.seen, 3),
        )
        for ring in rings
    )  # fmt: skip


def red_of(light: Light) -> Floats:
    """How red each pixel is, 0 for what is not red ink on paper."""
    red, green, blue = light.level[..., 0], light.level[..., 1], light.level[..., 2]
    most, least = np.maximum(green, blue), np.minimum(green, blue)
    over = red - most
    hue = (green - blue) / np.maximum(red - least, 1.0)
    is_red = (over > _FAINTEST) & (hue > _BLUISH) & (hue < _ORANGE) & light.paper
    # Noise is red here and there; ink is red all around.
    is_red &= _smoothed(is_red.astype(np.float32)) > 0.3
    # What is red over a wider stretch than any stroke of a seal is a desk, an emblem or a picture.
    is_red &= ~_boxed(_boxed(is_red, _WIDEST) == _WIDEST**2, _WIDEST).astype(np.bool_)
    redness: Floats = np.where(is_red, over, 0.0).astype(np.float32)
    return redness


def _rings(redness: Floats, longer: int) -> list[_Ring]:
    red = redness > 0
    if red.sum() < 0.5 * 2 * np.pi * SMALLEST * longer:
        return []
    points = np.argwhere(red)
    return [
        ring
        for x, y, radius in _centres(redness, longer)
        if (ring := _fitted(points, x, y, radius)) is not None and SMALLEST * longer * 0.85 <= ring.radius
    ]


def _centres(redness: Floats, longer: int) -> list[tuple[float, float, float]]:
    """Likely circles as (x, y, radius) in pixels, each about once."""
    down, right = (np.asarray(slope, np.float32) for slope in np.gradient(_smoothed(redness)))
    strength = np.hypot(down, right)
    edges = np.argwhere(strength > max(6.0, float(np.percentile(strength[strength > 0], 60))))
    stride = max(1, len(edges) // _MOST_POINTS)
    edges = edges[::stride]
    if not len(edges):
        return []
    at = (edges[:, 0], edges[:, 1])
    towards = (np.stack([down[at], right[at]], axis=1) / strength[at][:, None]).astype(np.float32)
    count = int(np.log(LARGEST / SMALLEST) / np.log(_STEP)) + 1
    found: list[tuple[float, float, float, float]] = []
    for power in range(count):
        found += _peaks(edges, towards, SMALLEST * longer * _STEP**power, redness.shape, stride)
    found.sort(key=lambda each: -each[3])
    kept: list[tuple[float, float, float]] = []
    for x, y, radius, _ in found:
        if all(np.hypot(x - a, y - b) > 0.25 * r or abs(radius - r) > 0.2 * r for a, b, r in kept):
            kept.append((x, y, radius))
        if len(kept) == _MOST_CENTRES:
            break
    return kept


def _peaks(
    edges: NDArray[np.intp], towards: Floats, radius: float, shape: tuple[int, ...], stride: int
) -> list[tuple[float, float, float, float]]:
    """The best centres for one radius, with the part of a whole circle that voted for each."""
    rows, columns = -(-shape[0] // _BIN), -(-shape[1] // _BIN)
    # The outer edge of a ring points inwards, its inner edge outwards; both know the centre.
    ends = np.concatenate([edges + towards * radius, edges - towards * radius])
    cells = np.floor(ends / _BIN).astype(np.intp)
    inside = (cells[:, 0] >= 0) & (cells[:, 0] < rows) & (cells[:, 1] >= 0) & (cells[:, 1] < columns)
    votes = np.bincount(cells[inside, 0] * columns + cells[inside, 1], minlength=rows * columns)
    table = _smoothed(votes.reshape(rows, columns).astype(np.float32)) * 9.0
    best: list[tuple[float, float, float, float]] = []
    for _ in range(_PEAKS):
        row, column = divmod(int(np.argmax(table)), columns)
        share = float(table[row, column]) * stride / (2 * np.pi * radius)
        if share < 0.3:
            break
        best.append(((column + 0.5) * _BIN, (row + 0.5) * _BIN, radius, share))
        reach = max(2, int(radius / _BIN / 3))
        table[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0
    return best


def _fitted(points: NDArray[np.intp], x: float, y: float, radius: float) -> _Ring | None:
    """The best ring near a circle: seen narrowly, so that what lies across it does not mislead, then more widely."""
    right, down = np.abs(points[:, 1] - x), np.abs(points[:, 0] - y)
    near = points[(right < 2 * radius) & (down < 2 * radius)]
    rings = [ring for tolerances in _TOLERANCES if (ring := _settled(near, x, y, radius, tolerances)) is not None]
    return min(rings, key=lambda ring: (not ring.is_seal, ring.scatter), default=None)


def _settled(
    points: NDArray[np.intp], x: float, y: float, radius: float, tolerances: tuple[float, ...]
) -> _Ring | None:
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


def _judged(points: NDArray[np.intp], x: float, y: float, shape: Doubles) -> _Ring:
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
    return _Ring(
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


def _boxed(mask: Mask, side: int) -> NDArray[np.int32]:
    """How many are set in the square of this odd side around each place; beyond the edge all is as at the edge."""
    half = side // 2
    summed = np.pad(np.pad(mask, half, mode="edge").astype(np.int32), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    counted: NDArray[np.int32] = (
        summed[side:, side:] - summed[:-side, side:] - summed[side:, :-side] + summed[:-side, :-side]
    )
    return counted


def _smoothed(table: Floats) -> Floats:
    """The mean of each cell and its eight neighbours."""
    padded = np.pad(table, 1)
    rows, columns = table.shape
    total = sum(padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3))
    mean: Floats = np.asarray(total, np.float32) / np.float32(9)
    return mean
