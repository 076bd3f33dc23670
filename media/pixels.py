"""A page as numbers, freed of its light: what a lamp, a shadow or yellowed paper does to colours is divided out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Doubles = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
#: Cells along the longer side for which the colour of the paper is measured.
_CELLS = 36
#: A cell whose brightness is below this part of the page's paper is no paper: a desk, a hand, the dark beyond.
_PAPER = 0.35
#: Paper in shadow is at least so bright, and what is written on it at most so bright, in parts of the paper.
_DARKEST, _WRITTEN = 0.08, 0.6
#: Added to the paper's brightness before dividing, so that the dark is not blown up into colours.
_FLOOR = 24.0


@dataclass(frozen=True, slots=True)
class Light:
    """A page with its light divided out, and what the light was like.

    `level`: height × width × 3, 255 where paper is. `paper`: whether a pixel lies on paper. `white`: the brightness of
    the paper, 0 to 1. `shade`: the darkest part of the paper against its brightest, 0 to 1.
    """

    level: Floats
    paper: Mask
    white: float
    shade: float

    @property
    def grey(self) -> Floats:
        """Brightness, height × width, 0 to 255."""
        weighted: Floats = self.level @ np.array([0.299, 0.587, 0.114], np.float32)
        return weighted


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """The picture with its longer side at most so many pixels."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def lit(image: Image.Image) -> Light:
    """Divide the light out of an RGB picture."""
    pixels = np.asarray(image, np.float32)
    cell = max(4, -(-max(image.size) // _CELLS))
    base, darkest = _paper_of(pixels, cell)
    brightness = base.max(axis=2)
    white = float(np.percentile(brightness, 75))
    on_paper = brightness >= max(_PAPER * white, 16.0)
    # Only where something is written is it certain that a dark place is paper and not the desk.
    written = (brightness >= _DARKEST * white) & (darkest < _WRITTEN * brightness)
    shade = float(np.percentile(brightness[written], 3)) / max(white, 1.0) if written.any() else 1.0
    spread = np.asarray(_spread(base, image.size), np.float32)
    level = np.minimum((pixels + _FLOOR) * (255.0 / (spread + _FLOOR)), 255.0).astype(np.float32)
    covered = np.asarray(
        Image.fromarray((on_paper * 255).astype(np.uint8)).resize(image.size, Image.Resampling.NEAREST)
    )
    return Light(level, covered > 0, min(white / 255.0, 1.0), min(shade, 1.0))


def _paper_of(pixels: Floats, cell: int) -> tuple[Floats, Floats]:
    """The colour of the paper in each cell, of its bright pixels and of those around it; and its darkest brightness."""
    height, width = pixels.shape[:2]
    rows, columns = -(-height // cell), -(-width // cell)
    padded = np.pad(pixels, ((0, rows * cell - height), (0, columns * cell - width), (0, 0)), mode="edge")
    cells = padded.reshape(rows, cell, columns, cell, 3).transpose(0, 2, 1, 3, 4).reshape(rows, columns, -1, 3)
    base: Floats = np.partition(cells, int(cells.shape[2] * 0.85), axis=2)[:, :, int(cells.shape[2] * 0.85)]
    around = np.pad(base, ((1, 1), (1, 1), (0, 0)), mode="edge")
    near: list[Any] = [around[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    # A cell full of ink takes the colour of its neighbours; one of paper keeps about its own.
    best: Floats = np.sort(np.stack(near), axis=0)[6]
    return np.maximum(base, best).astype(np.float32), cells.max(axis=3).min(axis=2)


def _spread(base: Floats, size: tuple[int, int]) -> Floats:
    image = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8), "RGB")
    spread: Floats = np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32)
    return spread
