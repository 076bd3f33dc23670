"""Where ffmpeg and ffprobe are: named in the settings, else on PATH, else in the wheel that comes with the program."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

_PROBING = Path(__file__).with_name("probing.py")


class NoBinary(LookupError):
    """A program for films is not where the settings say, or nowhere; the message names it."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """`ffmpeg` is a path; `probe` the command before its arguments: ffprobe, or our script that answers like it."""

    ffmpeg: str
    probe: tuple[str, ...]

    @property
    def is_ffprobe(self) -> bool:
        return len(self.probe) == 1


def find(ffmpeg: str = "", ffprobe: str = "") -> Binaries:
    """The programs to use; the arguments are paths from the settings, "" looks around. Raises `NoBinary`.

    The wheel holds no ffprobe, so PyAV probes instead, in a process of its own.
    """
    return Binaries(_named(ffmpeg) or shutil.which("ffmpeg") or _from_wheel(), _probe(ffprobe))


def _probe(named: str) -> tuple[str, ...]:
    if found := _named(named) or shutil.which("ffprobe"):
        return (found,)
    return sys.executable, "-I", str(_PROBING)


def _named(path: str) -> str:
    if path and not os.access(path, os.X_OK):
        raise NoBinary(f"expected a program at {path}, found none that can be run; check the settings under [media]")
    return str(Path(path).resolve()) if path else ""


def _from_wheel() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise NoBinary(
            "expected ffmpeg in the settings, on PATH or in the package imageio-ffmpeg, found it nowhere"
        ) from None
