"""The films of the matrix: containers × codecs × rotations × sample aspects × lengths at the bounds × truncations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.films.making import run

#: Container and codecs -> ending of the file, and how ffmpeg makes it.
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p")
RECIPES: dict[str, tuple[str, ...]] = {
    "mp4 h264 aac": ("mp4", *_H264, "-c:a", "aac", "-movflags", "+faststart"),
    "mp4 hevc aac": ("mp4", *_HEVC, "-tag:v", "hvc1", "-c:a", "aac"),
    "mp4 mpeg4 mp3": ("mp4", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "mp4 h264 silent": ("mp4", *_H264, "-an"),
    "mp4 h264 fragments": ("mp4", *_H264, "-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"),
    "mov h264 aac": ("mov", *_H264, "-c:a", "aac"),
    "mov prores pcm": ("mov", "-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le"),
    "mov mjpeg pcm": ("mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"),
    "3gp h264 aac": ("3gp", *_H264, "-c:a", "aac"),
    "avi mpeg4 mp3": ("avi", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "avi h264 mp3": ("avi", *_H264, "-c:a", "libmp3lame"),
    "avi mjpeg pcm": ("avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"),
    "mpeg mpeg2video mp2": ("mpg", "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "vob"),
    "mpeg mpeg1video mp2": ("mpg", "-c:v", "mpeg1video", "-c:a", "mp2"),
    "ts h264 aac": ("ts", *_H264, "-c:a", "aac"),
    "ts mpeg2video mp2": ("ts", "-c:v", "mpeg2video", "-c:a", "mp2"),
    "mkv h264 aac": ("mkv", *_H264, "-c:a", "aac"),
    "mkv hevc opus": ("mkv", *_HEVC, "-c:a", "libopus"),
    "webm vp9 opus": ("webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "webm vp8 vorbis": ("webm", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "wmv wmv2 wmav2": ("wmv", "-c:v", "wmv2", "-c:a", "wmav2"),
    "flv h264 aac": ("flv", *_H264, "-c:a", "aac"),
    "flv flv1 mp3": ("flv", "-c:v", "flv1", "-c:a", "libmp3lame"),
}
#: Lengths in seconds that the notices bound films with.
BOUNDS = (60, 120, 180, 300, 480)
_TURNING = ("mp4 h264 aac", "mp4 hevc aac", "mp4 mpeg4 mp3", "mov h264 aac", "mov prores pcm", "mov mjpeg pcm")
_STRETCHING = ("mp4 h264 aac", "mp4 hevc aac", "mov h264 aac", "mov prores pcm", "mkv h264 aac", "mkv hevc opus")
_CUTTING = ("mp4 h264 aac", "mov h264 aac", "avi mpeg4 mp3", "mkv h264 aac", "wmv wmv2 wmav2")


@dataclass(frozen=True, slots=True)
class Case:
    """One film: what it is made as, and how it is spoiled. `kept` is the share of its bytes that are left."""

    recipe: str
    size: str = "320x180"
    rate: Fraction = Fraction(25)
    frames: int = 50
    sample_aspect: str = "1/1"
    rotation: int = 0
    kept: Fraction = Fraction(1)

    @property
    def name(self) -> str:
        """A file name that tells what it is, for reading a failure."""
        told = (self.recipe, self.size, self.rate, self.frames, self.sample_aspect, self.rotation, self.kept)
        ending = RECIPES[self.recipe][0]
        return "_".join(str(each).replace("/", "-").replace(" ", "-") for each in told) + f".{ending}"

    def made(self, folder: Path) -> Path:
        """The film, made at the first call."""
        path = folder / self.name
        if not path.exists():
            aside = folder / f"part-{self.name}"
            self._make(aside)
            whole = aside.read_bytes()
            aside.write_bytes(whole[: int(len(whole) * self.kept)])
            aside.replace(path)
        return path

    def _make(self, path: Path) -> None:
        seconds = float(self.frames / self.rate)
        picture = f"testsrc2=s={self.size}:r={self.rate},setsar={self.sample_aspect}"
        source = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=f=440:d={seconds}:r=48000")
        how = RECIPES[self.recipe][1:]
        if not self.rotation:
            run(*source, "-frames:v", str(self.frames), "-t", f"{seconds:.6f}", *how, path)
            return
        upright = path.with_name(f"upright-{path.name}")
        run(*source, "-frames:v", str(self.frames), "-t", f"{seconds:.6f}", *how, upright)
        run("-display_rotation", str(self.rotation), "-i", upright, "-c", "copy", path)
        upright.unlink()


def cases() -> Iterator[Case]:
    """Every film of the matrix."""
    for recipe in RECIPES:
        yield from (Case(recipe, size=size) for size in ("320x180", "180x320", "320x240"))
    for recipe in _TURNING:
        for rotation in (90, 180, 270):
            yield from (Case(recipe, size=size, rotation=rotation) for size in ("320x180", "180x320"))
    for recipe in _STRETCHING:
        yield from (Case(recipe, size="240x180", sample_aspect=ratio) for ratio in ("4/3", "16/11", "8/9"))
    for recipe in ("mp4 h264 aac", "mov h264 aac"):
        yield from (Case(recipe, size="240x180", sample_aspect="4/3", rotation=turn) for turn in (90, 180, 270))
    for recipe in ("mp4 h264 aac", "mkv h264 aac", "avi mpeg4 mp3"):
        for bound in BOUNDS:
            yield from (Case(recipe, size="64x36", frames=bound * 25 + frames) for frames in (-1, 0, 1))
    ntsc = Fraction(30000, 1001)
    for bound in BOUNDS:
        frames = int(bound * ntsc)
        yield from (Case("mov h264 aac", "64x36", rate=ntsc, frames=frames + more) for more in (0, 1))
    for recipe in _CUTTING:
        yield from (Case(recipe, kept=Fraction(percent, 100)) for percent in (99, 95, 60, 30))
    for size in ("1920x1080", "1080x1920", "3840x2160", "2560x1440"):
        yield from (Case(recipe, size=size, frames=5) for recipe in ("mp4 h264 aac", "mp4 hevc aac", "mkv h264 aac"))
