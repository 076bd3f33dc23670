"""The check of a film beside plain ffmpeg: `python -m bench.films [--seconds N] [--rounds N] [--films N] [--film F]`.

- whole: the check with its decode, detectors, contact sheet, clip and fingerprint, beside `ffmpeg -f null` of the same
  film; they take turns. Wall clock, and the computing time of all processes, which a busy machine disturbs less;
- header: from the start of a check to its first verdict, beside ffprobe, or where there is none beside the same prober
  (PyAV) run plainly;
- twins: generated films, each entered again in ten changed ways, and all against all (`bench/films_twins.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from bench.films_twins import measure
from media.binaries import Binaries, find
from media.kinds import WHITELIST
from rules.notice import read_notice
from scheduler.films import check
from tests.films.making import film

ROOT = Path(__file__).resolve().parent.parent
HEADER_ROUNDS = 15
_HOW = (
    "-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-maxrate", "12M", "-bufsize", "16M", "-pix_fmt", "yuv420p",
    "-g", "50", "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart",
)  # fmt: skip


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of computing in this process and its children."""
    before, started = os.times(), time.perf_counter()
    what()
    after, passed = os.times(), time.perf_counter() - started
    return passed, sum(after[:4]) - sum(before[:4])


def plainly_decoded(path: Path, binaries: Binaries) -> None:
    """Decode everything and throw it away."""
    command = [binaries.ffmpeg, "-nostdin", "-loglevel", "error", "-i", str(path), "-f", "null", "-"]
    subprocess.run(command, check=True)


def plainly_probed(path: Path, binaries: Binaries) -> None:
    """Ask the prober for everything that the header says."""
    asked = (
        ("-v", "error", "-show_format", "-show_streams", "-of", "json")
        if binaries.is_ffprobe
        else ("-format_whitelist", WHITELIST)
    )
    subprocess.run([*binaries.probe, *asked, str(path)], check=True, capture_output=True)


def checked(path: Path, binaries: Binaries, *, header_only: bool = False) -> None:
    """Check it as the program does."""
    text = (ROOT / "campaigns" / "xinhua-2021.toml").read_text(encoding="utf-8")
    rule = read_notice(text, name="xinhua-2021.toml").track("video").film
    if rule is None:
        raise LookupError("expected a film rule in xinhua-2021, found none")

    async def run() -> float:
        started = time.perf_counter()
        async with aclosing(check(path, path.name, rule, binaries)) as reports:
            async for report in reports:
                if header_only or report.stage == "whole":
                    break
        return time.perf_counter() - started

    asyncio.run(run())


def whole(path: Path, binaries: Binaries, rounds: int) -> None:
    """Print how the check compares with a plain decode."""
    plain, ours = [], []
    for _ in range(rounds):
        plain.append(timed(lambda: plainly_decoded(path, binaries)))
        ours.append(timed(lambda: checked(path, binaries)))
    for place, name in enumerate(("wall clock", "computing")):
        one, other = (statistics.median(each[place] for each in found) for found in (ours, plain))
        print(f"  whole, {name}: check {one:6.2f} s, ffmpeg -f null {other:6.2f} s, ratio {one / other:.2f}")


def header(path: Path, binaries: Binaries) -> None:
    """Print how the header's verdict compares with a plain probe."""
    plain, ours = [], []
    for _ in range(HEADER_ROUNDS):
        plain.append(timed(lambda: plainly_probed(path, binaries))[0])
        ours.append(timed(lambda: checked(path, binaries, header_only=True))[0])
    name = "ffprobe" if binaries.is_ffprobe else "PyAV's prober (no ffprobe here)"
    one, other = statistics.median(ours) * 1000, statistics.median(plain) * 1000
    print(f"  header verdict {one:.0f} ms, {name} {other:.0f} ms, ratio {one / other:.2f}")


def twins(films: int) -> None:
    """Print how many twins are found and how many strangers are taken for twins."""
    found = measure(films)
    for name, (right, of) in found.twins.items():
        print(f"  found again, {name}: {right} of {of}")
    right, of = (sum(each[place] for each in found.twins.values()) for place in (0, 1))
    wrong, pairs = found.strangers
    print(f"  found again in all: {right} of {of} = {100 * right / of:.1f} %")
    print(f"  strangers taken for twins: {wrong} of {pairs} pairs; the closest two are {found.closest} % alike")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="the check of a film beside plain ffmpeg")
    parser.add_argument("--seconds", default="300", help="length of the generated 1920×1080 film")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--films", type=int, default=20, help="generated films of the twins")
    parser.add_argument("--film", type=Path, help="measure this film instead of a generated one")
    given, binaries = parser.parse_args(), find()
    print(f"ffmpeg {binaries.ffmpeg}\nprobe {' '.join(binaries.probe)}")
    print(f"processors {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="xinshi-bench-") as made:
        picture = "noise=alls=10:allf=t"
        path = given.film or film(
            Path(made) / "film.mp4", size="1920x1080", seconds=given.seconds, how=_HOW, filters=picture
        )
        print(f"film of {path.stat().st_size / 2**20:.0f} MB")
        header(path, binaries)
        whole(path, binaries, given.rounds)
    twins(given.films)


if __name__ == "__main__":
    main()
