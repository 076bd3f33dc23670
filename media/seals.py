"""Red round seals on a page, found by their ring; red letterheads, lines, signatures and scribbles are none.

Every edge of something red votes for the centres of circles that it could belong to (a Hough transform by gradients).
What lies around the best centres is looked at in `media.rings`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.pixels import Floats, Light, Mask, fitted
from media.rings import Ring, ring_near

#: Longer side in pixels at which seals are looked for: a ring of 1.2 mm on A4 is then 3 to 4 pixels wide.
LOOKED_AT = 900
#: Radii in parts of the longer side: 38 mm on a sheet that fills 60 % of a photograph, up to a photograph of it alone.
SMALLEST, LARGEST, _STEP = 0.036, 0.21, 1.06
#: Millimetres of the longer side of A4, by which sizes are told where nothing else says how large a picture is.
A4 = 297.0
#: The widest stroke of a seal in pixels, odd: its star is the widest.
_WIDEST = 17
#: Edges that vote, centres that are tried, peaks of one radius, and pixels of a cell in which votes are counted.
_MOST_POINTS, _MOST_CENTRES, _PEAKS, _BIN = 16000, 40, 6, 4
#: Part of a whole circle that has to vote for a centre.
_VOTED = 0.3
#: Hues that red ink has, from a bluish to an orange red: (green - blue) / (red - least).
_BLUISH, _ORANGE = -0.62, 0.5
#: How much redder than any other colour the faintest ink is, of 255.
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
    rings: list[Ring] = []
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


def _rings(redness: Floats, longer: int) -> list[Ring]:
    red = redness > 0
    if red.sum() < 0.5 * 2 * np.pi * SMALLEST * longer:
        return []
    points = np.argwhere(red)
    return [
        ring
        for x, y, radius in _centres(redness, longer)
        if (ring := ring_near(points, x, y, radius)) is not None and SMALLEST * longer * 0.85 <= ring.radius
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
        if share < _VOTED:
            break
        best.append(((column + 0.5) * _BIN, (row + 0.5) * _BIN, radius, share))
        reach = max(2, int(radius / _BIN / 3))
        table[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0
    return best


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
