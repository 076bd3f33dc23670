"""What happens to a page on its way: scanned askew, copied in grey, photographed, dim, blurred, compressed."""

from __future__ import annotations

import io
from random import Random

import numpy as np
from PIL import Image, ImageFilter

Corners = list[tuple[float, float]]


def skewed(image: Image.Image, degrees: float, *, fill: str | tuple[int, int, int] = "white") -> Image.Image:
    """Turned clockwise by a few degrees, as a scanner draws paper in."""
    return image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=fill)


def at_dpi(image: Image.Image, dpi: float, drawn: float = 200) -> Image.Image:
    """Scanned at another resolution."""
    return image.resize((round(image.width * dpi / drawn), round(image.height * dpi / drawn)), Image.Resampling.LANCZOS)


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def noisy(image: Image.Image, strength: float, dice: Random) -> Image.Image:
    """With a sensor's noise of this standard deviation."""
    numbers = np.random.default_rng(dice.randrange(1 << 30))
    pixels = np.asarray(image, np.float32)
    return Image.fromarray(np.clip(pixels + numbers.normal(0, strength, pixels.shape), 0, 255).astype(np.uint8))


def compressed(image: Image.Image, quality: int) -> Image.Image:
    """Through JPEG once."""
    return Image.open(io.BytesIO(jpeg(image, quality))).convert("RGB")


def jpeg(image: Image.Image, quality: int = 80, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **more)
    return buffer.getvalue()


def grey(image: Image.Image) -> Image.Image:
    """A grey copy, in the three channels that scanners save it in."""
    return image.convert("L").convert("RGB")


def shaded(image: Image.Image, dice: Random, *, depth: float = 0.5) -> Image.Image:
    """Under a lamp: warm or cold light, and a shadow across the page that takes away `depth` of it."""
    numbers = np.random.default_rng(dice.randrange(1 << 30))
    lamp = np.array(dice.choice(((1, 1, 1), (1, 0.93, 0.8), (0.9, 0.95, 1), (0.95, 0.86, 0.7))), np.float32)
    coarse = Image.fromarray((255 * (1 - depth * numbers.random((4, 3)))).astype(np.uint8))
    light = np.asarray(coarse.resize(image.size, Image.Resampling.BICUBIC), np.float32)[..., None] / 255
    return Image.fromarray(np.clip(np.asarray(image, np.float32) * light * lamp, 0, 255).astype(np.uint8))


def photographed(
    image: Image.Image, dice: Random, *, tilt: float = 0.06, desk: tuple[int, int, int] | None = None
) -> Image.Image:
    """Lying on a desk, seen at an angle; `tilt` is how far a corner may move, in parts of the picture."""
    desk = desk or dice.choice(((96, 70, 48), (60, 60, 66), (190, 180, 170), (150, 30, 34), (30, 60, 50)))
    width, height = round(image.width * 1.16), round(image.height * 1.12)
    left, top = (width - image.width) / 2, (height - image.height) / 2
    wanted: Corners = [
        (
            left + x * image.width + dice.uniform(-tilt, tilt) * width,
            top + y * image.height + dice.uniform(-tilt, tilt) * height,
        )
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    whole: Corners = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
    data = _perspective(wanted, whole)
    paper = image.transform((width, height), Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    covered = Image.new("L", image.size, 255).transform((width, height), Image.Transform.PERSPECTIVE, data)
    return Image.composite(paper, Image.new("RGB", (width, height), desk), covered)


def _perspective(seen: Corners, paper: Corners) -> list[float]:
    """The eight numbers by which Pillow finds the paper's point for a point of the picture."""
    rows, right = [], []
    for (x, y), (u, v) in zip(seen, paper, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(right)).tolist()
    return solved
