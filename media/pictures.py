"""A photograph or a scanned picture as upright pages in plain RGB, never larger than can be worked on."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from media.sniffing import PICTURES

#: Pixels that a picture may have at most: a JPEG is read at a fraction of its size, others are held whole.
LARGEST, LARGEST_JPEG = 64_000_000, 220_000_000
#: Longer side in pixels at which pages are looked at: A4 at 300 dpi.
LONGEST = 3508
#: What broken pictures raise while they are read, apart from running out of memory.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
)
_BROKEN_TOO = (UnidentifiedImageError, AttributeError, ArithmeticError, NotImplementedError)


class Unopened(Exception):
    """A file that is no page to look at; `why` is the reason by one word, `width` and `height` what was too large."""

    def __init__(self, why: str, width: int = 0, height: int = 0) -> None:
        super().__init__(f"expected a picture or a PDF that can be opened, found {why} ({width}×{height})")
        self.why, self.width, self.height = why, width, height


def pictures_in(path: Path, kind: str, most: int) -> tuple[int, Iterator[tuple[Image.Image, tuple[int, int]]]]:
    """How many pages a picture has, and at most `most` of them with the size each had at first. Raises `Unopened`.

    Only a TIFF has several: what else moves is looked at where it begins.
    """
    # Nothing is guessed from a name: the format is the one that was sniffed.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        image = Image.open(path, formats=PICTURES[kind])
        count = int(getattr(image, "n_frames", 1)) if kind == "tiff" else 1
    except (*_BROKEN, *_BROKEN_TOO):
        raise Unopened("broken") from None
    return count, _pages(image, kind, min(count, most))


def _pages(image: Image.Image, kind: str, most: int) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    frames = ImageSequence.Iterator(image) if kind == "tiff" else iter((image,))
    try:
        for number, frame in enumerate(frames):
            if number == most:
                return
            yield _upright(frame, kind)
    except (*_BROKEN, *_BROKEN_TOO):
        raise Unopened("broken") from None


def _upright(image: Image.Image, kind: str) -> tuple[Image.Image, tuple[int, int]]:
    width, height = image.size
    if min(width, height) < 1:
        raise Unopened("broken")
    if width * height > (LARGEST_JPEG if kind == "jpeg" else LARGEST):
        raise Unopened("huge", width, height)
    if kind == "jpeg":
        image.draft("RGB" if image.mode != "L" else "L", (LONGEST, LONGEST))
    image.load()
    turned = ImageOps.exif_transpose(_plain(image))
    size = (width, height) if (turned.width >= turned.height) == (width >= height) else (height, width)
    return _bounded(turned), size


def _plain(image: Image.Image) -> Image.Image:
    """In RGB on white, with its EXIF kept for being turned upright."""
    exif = image.info.get("exif")
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float64)
        top = 65535.0 if image.mode.startswith("I;16") or values.max(initial=0) > 255 else 255.0
        plain = Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)).convert("RGB")
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        above = image.convert("RGBA")
        plain = Image.new("RGB", above.size, "white")
        plain.paste(above, mask=above.getchannel("A"))
    else:
        plain = image.convert("RGB")
    if exif and plain is not image:
        plain.info["exif"] = exif
    return plain


def _bounded(image: Image.Image) -> Image.Image:
    scale = LONGEST / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
