"""Makes films: by ffmpeg's own sources, or scene by scene from numbers so that no two are alike."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy
from numpy.typing import NDArray

from media.binaries import find

#: Width, height and pictures a second of films made from numbers.
WIDTH, HEIGHT, RATE = 320, 180, 10


@cache
def ffmpeg() -> str:
    """The same program that the product uses."""
    return find().ffmpeg


def run(*arguments: str | Path, stdin: bytes | None = None) -> None:
    """Run ffmpeg; what it says is the failure."""
    done = subprocess.run(
        [ffmpeg(), "-hide_banner", "-loglevel", "error", "-y", *map(str, arguments)],
        input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def bytes_of(path: Path) -> bytes:
    """The bytes of a film, for tests that spoil them."""
    return path.read_bytes()


def film(
    path: Path, *, size: str = "320x180", seconds: str = "3", rate: str = "25", sound: bool = True,
    picture: str = "testsrc2", how: Sequence[str] = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    filters: str = "",
) -> Path:  # fmt: skip
    """One film of a test picture and a tone; `how` and the ending of `path` choose codec and container."""
    source = f"{picture}=s={size}:r={rate}:d={seconds}"
    tone = ("-f", "lavfi", "-i", f"sine=f=440:d={seconds}", "-shortest") if sound else ()
    look = ("-vf", filters) if filters else ()
    run("-f", "lavfi", "-i", source, *tone, *look, *how, path)
    return path


def scenes(seed: int, *, count: int = 8, seconds: int = 3) -> NDArray[numpy.uint8]:
    """Pictures (n, HEIGHT, WIDTH, 3) of a film with `count` scenes: blurred noise with shapes, slowly panned."""
    dice = numpy.random.default_rng(seed)
    return numpy.concatenate([_scene(dice, seconds * RATE) for _ in range(count)])


def _scene(dice: numpy.random.Generator, frames: int) -> NDArray[numpy.uint8]:
    wide = WIDTH + 2 * frames
    coarse = dice.uniform(0, 255, (dice.integers(3, 9), dice.integers(4, 14), 3))
    canvas = _enlarged(coarse, HEIGHT, wide)
    for _ in range(dice.integers(3, 10)):
        top, left = dice.integers(0, HEIGHT - 20), dice.integers(0, wide - 30)
        tall, broad = dice.integers(15, 90), dice.integers(20, 160)
        canvas[top : top + tall, left : left + broad] = dice.uniform(0, 255, 3)
    pace = dice.integers(0, 3)
    return numpy.stack([canvas[:, pace * at : pace * at + WIDTH] for at in range(frames)]).astype(numpy.uint8)


def _enlarged(coarse: NDArray[numpy.float64], height: int, width: int) -> NDArray[numpy.float64]:
    """Bilinear enlargement."""
    rows, columns = numpy.linspace(0, coarse.shape[0] - 1, height), numpy.linspace(0, coarse.shape[1] - 1, width)
    top, left = rows.astype(int).clip(0, coarse.shape[0] - 2), columns.astype(int).clip(0, coarse.shape[1] - 2)
    down, across = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper = coarse[top][:, left] * (1 - across) + coarse[top][:, left + 1] * across
    lower = coarse[top + 1][:, left] * (1 - across) + coarse[top + 1][:, left + 1] * across
    enlarged: NDArray[numpy.float64] = upper * (1 - down) + lower * down
    return enlarged


def film_of(path: Path, pictures: NDArray[numpy.uint8]) -> Path:
    """A film of these pictures, with a tone."""
    seconds = len(pictures) / RATE
    run(
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "pipe:0",
        "-f", "lavfi", "-i", f"sine=f=300:d={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18",
        "-pix_fmt", "yuv420p", path, stdin=pictures.tobytes(),
    )  # fmt: skip
    return path
