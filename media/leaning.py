"""How far a page leans: lines of text and rules of a table are sharpest in profile when looked along."""

from __future__ import annotations

import numpy as np

from media.pixels import Doubles, Floats, Mask

#: Degrees to either side in which leaning is looked for, coarse steps, and how finely it is told.
WIDEST, _COARSE, FINE = 15.0, 0.5, 0.1
#: A page of few lines leans nowhere in particular: the best profile against the middle one.
_CLEAR = 1.25
_MOST_POINTS = 24000
#: How much darker than paper ink is, of 255.
_DARK = 96.0


def lean_of(grey: Floats) -> float | None:
    """Degrees by which a page is turned clockwise, None where nothing tells. `grey`: brightness, 255 is paper."""
    places = np.argwhere(_edges(grey))
    if len(places) < 400:
        return None
    ink: Doubles = places[:: max(1, len(places) // _MOST_POINTS)].astype(np.float64)
    coarse = np.arange(-WIDEST, WIDEST + 0.01, _COARSE)
    scores = np.array([_sharpness(ink, angle) for angle in coarse])
    best = float(coarse[int(np.argmax(scores))])
    if scores.max() < _CLEAR * float(np.median(scores)):
        return None
    fine = np.arange(best - _COARSE, best + _COARSE + 0.01, FINE)
    return round(float(fine[int(np.argmax([_sharpness(ink, angle) for angle in fine]))]), 1)


def _edges(grey: Floats) -> Mask:
    """Where ink begins from above: one point for each stroke, so that thick and thin count alike."""
    dark = grey < 255.0 - _DARK
    edges: Mask = dark[1:] & ~dark[:-1]
    return edges


def _sharpness(ink: Doubles, degrees: float) -> float:
    """The sum of squares of the profile along lines that fall by this angle: the greater, the sharper."""
    slope = np.deg2rad(degrees)
    rows = ink[:, 0] * np.cos(slope) - ink[:, 1] * np.sin(slope)
    counts = np.bincount(np.rint(rows - rows.min()).astype(np.intp)).astype(np.float64)
    return float((counts**2).sum())
