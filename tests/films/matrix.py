"""Our measurements beside MediaInfo's, film by film: `python -m tests.films.matrix [FOLDER]` runs all of it.

Two lengths agree within the notices' tolerance of a tenth of a second, two widths within a pixel (MediaInfo prints
sample aspects with three decimals), two frame rates within 2 ‰. What is known to differ, and why, stands in `KNOWN` and
in docs/films.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from media.binaries import find
from media.header import NotAFilm, read_header
from rules.film import TOLERANCE, Size
from rules.film_encoding import RATE_TOLERANCE
from tests.films import oracle
from tests.films.cases import Case, cases
from tests.films.oracle import Told

NOTHING = Told("", None, None, "", "", None, is_cut=False)


def ours(path: Path) -> Told:
    """Our view of a film."""
    with tempfile.TemporaryDirectory() as made:
        try:
            measured = asyncio.run(read_header(path, Path(made), find())).measured
        except NotAFilm as reason:
            return replace(NOTHING, is_cut=reason.reason == "incomplete")
    sound = "pcm" if measured.sound_codec.startswith("pcm_") else measured.sound_codec
    return Told(
        measured.container, measured.seconds, measured.shown, measured.video_codec, sound, measured.frame_rate,
        is_cut=measured.missing > 0,
    )  # fmt: skip


def differences(case: Case, path: Path) -> list[str]:
    """Where the two disagree without a known reason, each as "name: ours, theirs"."""
    mine, theirs = ours(path), oracle.told(path)
    known = KNOWN(case)
    wrong = [
        name for name in ("container", "picture", "sound", "is_cut") if getattr(mine, name) != getattr(theirs, name)
    ]
    wrong += ["seconds"] if not _near(mine.seconds, theirs.seconds, TOLERANCE) else []
    wrong += ["rate"] if not _near(mine.rate, theirs.rate, (theirs.rate or 0) * RATE_TOLERANCE) else []
    wrong += ["shown"] if not _same_picture(mine.shown, theirs.shown) else []
    return [f"{name}: {getattr(mine, name)}, {getattr(theirs, name)}" for name in wrong if name not in known]


def _near(mine: Fraction | None, theirs: Fraction | None, most: Fraction | int) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine - theirs) <= most


def _same_picture(mine: Size | None, theirs: Size | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine.width - theirs.width) <= 1 and abs(mine.height - theirs.height) <= 1


def KNOWN(case: Case) -> frozenset[str]:  # noqa: N802  a table by rule
    """The facts in which the two are known to differ for this film."""
    return frozenset()


def main(folder: Path) -> int:
    """Run the whole matrix; the exit code is 1 when anything disagrees."""
    folder.mkdir(parents=True, exist_ok=True)
    started, films, wrong = time.monotonic(), 0, 0
    for case in cases():
        films += 1
        if found := differences(case, case.made(folder)):
            wrong += 1
            sys.stdout.write(f"{case.name}\n    {'; '.join(found)}\n")
    sys.stdout.write(f"{films} films, {films - wrong} agree, {wrong} do not; {time.monotonic() - started:.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "xinshi-matrix"))
