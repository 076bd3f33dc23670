"""What a page looks like: sharp or blurred, bright or dim, empty or written on, in colour or grey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from media.pixels import Floats, Light, fitted

#: Longer side in pixels at which sharpness is measured: A4 at 150 dpi.
SHARP_AT = 1754
#: The edge of the page that is not looked at for ink: a scanner's shadow, a punched hole.
_MARGIN = 0.03
#: Brightness below which a pixel is ink, of 255 for paper, and the difference of channels above which it is coloured.
_INK, _COLOURED = 165.0, 60.0
#: The 99.96th percentile of normally distributed noise against its median: 3.54 / 0.6745.
_RARE = 5.2


@dataclass(frozen=True, slots=True)
class Look:
    """`sharpness`: 1 for a crisp page, about 0.2 where letters run together. `white`, `shade`: of `media.pixels.Light`.
    `contrast`: ink against paper, 0 to 1. `ink`, `coloured`: parts of the page, 0 to 1.
    """

    sharpness: float
    white: float
    shade: float
    contrast: float
    ink: float
    coloured: float


def look_of(image: Image.Image, light: Light) -> Look:
    """Measure an RGB page. `light`: the same page, in any size, with its light divided out."""
    grey = light.grey
    middle = tuple(slice(int(side * _MARGIN), side - int(side * _MARGIN)) for side in grey.shape)
    level, paper, inside = light.level[middle], light.paper[middle], grey[middle]
    ink = (inside < _INK) & paper
    spread = level.max(axis=2) - level.min(axis=2)
    return Look(
        sharpness=round(_sharpness(np.asarray(fitted(image, SHARP_AT).convert("L"), np.float32)), 3),
        white=round(light.white, 3),
        shade=round(light.shade, 3),
        contrast=round(float(np.clip((255.0 - np.percentile(inside, 0.5)) / 255.0, 0, 1)), 3),
        ink=round(float(ink.mean()), 5),
        coloured=round(float(((spread > _COLOURED) & paper).mean()), 5),
    )


def _sharpness(grey: Floats) -> float:
    """The steepest bends of brightness (Laplacian) against the contrast that there is; 0 where there is none.

    The variance of the Laplacian over a whole page tells how much is written on it; its steepest few tell how sharply.
    """
    if min(grey.shape) < 3:
        return 0.0
    bend = np.abs(
        grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4.0 * grey[1:-1, 1:-1]
    )  # fmt: skip
    contrast = float(np.percentile(grey, 99) - np.percentile(grey, 0.02))
    # What noise alone would bend so rarely; where most of the page is even, that is nothing.
    noise = _RARE * float(np.median(bend))
    return max(0.0, float(np.percentile(bend, 99.96)) - noise) / contrast / 2.0 if contrast > 20 else 0.0
