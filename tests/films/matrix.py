"""Our measurements beside MediaInfo's, film by film: `python -m tests.films.matrix [FOLDER]` runs all of it.

Two lengths agree within the notices' tolerance of a tenth of a second, two widths within a pixel (MediaInfo prints
sample aspects with three decimals), two frame rates within 2 ‰. What is known to differ, and why, stands in `known` and
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
from media.kinds import HEAD, kind_of
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
            container = kind_of(path.read_bytes()[:HEAD]).container
            return replace(NOTHING, container=container, is_cut=reason.reason == "incomplete")
    sound = "pcm" if measured.sound_codec.startswith("pcm_") else measured.sound_codec
    return Told(
        measured.container, measured.seconds, measured.shown, measured.video_codec, sound, measured.frame_rate,
        is_cut=measured.missing > 0,
    )  # fmt: skip


def differences(case: Case, path: Path) -> list[str]:
    """Where the two disagree without a known reason, each as "name: ours, theirs"."""
    mine, theirs = ours(path), oracle.told(path)
    wrong = [name for name in disagreeing(mine, theirs) if name not in known(case)]
    return [f"{name}: {getattr(mine, name)}, {getattr(theirs, name)}" for name in wrong]


def disagreeing(mine: Told, theirs: Told) -> list[str]:
    """The facts in which the two differ."""
    plain = ("container", "picture", "sound", "is_cut")
    wrong = [name for name in plain if getattr(mine, name) != getattr(theirs, name)]
    wrong += ["seconds"] if not _near(mine.seconds, theirs.seconds, TOLERANCE) else []
    if theirs.rate is not None:  # of transport streams MediaInfo often tells none
        wrong += ["rate"] if not _near(mine.rate, theirs.rate, theirs.rate * RATE_TOLERANCE) else []
    return wrong + (["shown"] if not _same_picture(mine.shown, theirs.shown) else [])


def _near(mine: Fraction | None, theirs: Fraction | None, most: Fraction | int) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine - theirs) <= most


def _same_picture(mine: Size | None, theirs: Size | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine.width - theirs.width) <= 1 and abs(mine.height - theirs.height) <= 1


def known(case: Case) -> frozenset[str]:
    """The facts in which the two are known to differ for this film; docs/films.md says why."""
    if case.kept == 1:
        return frozenset()
    return _KNOWN.get(case.recipe.split()[0], frozenset())


#: A film whose index is cut off is refused as incomplete and nothing more is said of it; MediaInfo tells what is left.
_UNOPENED = frozenset(("picture", "sound", "seconds", "rate", "shown"))
_KNOWN = {"avi": frozenset(("seconds",)), "mov": _UNOPENED, "wmv": _UNOPENED | {"is_cut"}}


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
