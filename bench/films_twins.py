"""Re-encoded films found again, and strangers left alone: the pairs of `bench.films`."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from media.binaries import find
from media.decoding import decode
from media.header import read_header
from media.prints import prints
from rules.twins import alike, similarity
from tests.films.making import film_of, run, scenes

Change = tuple[str, tuple[str, ...]]
_FAST = ("-c:v", "libx264", "-preset", "ultrafast")
_TITLE = (
    "drawbox=x=0:y=ih*0.86:w=iw:h=ih*0.10:color=black@0.5:t=fill,"
    "drawbox=x=iw*0.2:y=ih*0.89:w=iw*0.6:h=ih*0.04:color=white:t=fill"
)
#: What people do to a film that they enter twice: name -> ffmpeg's filters and options.
CHANGES: Mapping[str, Change] = {
    "re-encoded badly": ("null", (*_FAST, "-crf", "38")),
    "half the size": ("scale=160:90", (*_FAST, "-crf", "30")),
    "larger, other codec": ("scale=640:360", ("-c:v", "mpeg4", "-q:v", "8")),
    "cropped by 4 % on each side": ("crop=iw*0.92:ih*0.92,scale=320:180", (*_FAST, "-crf", "28")),
    "subtitles burnt in": (_TITLE, (*_FAST, "-crf", "28")),
    "letterboxed into 4:3": ("pad=320:240:0:30", (*_FAST, "-crf", "28")),
    "brighter, other contrast": ("eq=brightness=0.08:contrast=1.15", (*_FAST, "-crf", "28")),
    "opening titles of 3 s put before": ("tpad=start_duration=3:color=navy", (*_FAST, "-crf", "28")),
    "first 4 s cut off": ("trim=start=4,setpts=PTS-STARTPTS", (*_FAST, "-crf", "28")),
    "15 pictures a second": ("fps=15", (*_FAST, "-crf", "28")),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Twins found per change, of how many; strangers taken for twins, of how many pairs."""

    twins: dict[str, tuple[int, int]]
    strangers: tuple[int, int]
    closest: int


async def printed(path: Path) -> str:
    """The fingerprint of a film."""
    with tempfile.TemporaryDirectory() as made:
        folder, binaries = Path(made), find()
        header = await read_header(path, folder, binaries)
        found = await decode(path, folder, header, binaries)
        return prints(found.squares, found.rate)


def measure(films: int, seed: int = 1, changes: Mapping[str, Change] = CHANGES) -> Found:
    """Make `films` films and every change of each, and compare: originals with their changes, and with one another."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        originals = [film_of(folder / f"{number}.mp4", scenes(seed * 1000 + number)) for number in range(films)]
        known = [asyncio.run(printed(path)) for path in originals]
        twins = {
            name: (sum(alike(*pair) for pair in _pairs(name, originals, known, folder)), films) for name in changes
        }
        pairs = [similarity(one, other) for one, other in itertools.combinations(known, 2)]
        wrong = sum(alike(one, other) for one, other in itertools.combinations(known, 2))
        return Found(twins, (wrong, len(pairs)), max(pairs, default=0))


def _pairs(name: str, originals: list[Path], known: list[str], folder: Path) -> Iterator[tuple[str, str]]:
    filters, options = CHANGES[name]
    for path, mine in zip(originals, known, strict=True):
        changed = folder / "changed.mp4"
        run("-i", path, "-vf", filters, *options, "-pix_fmt", "yuv420p", "-an", changed)
        yield mine, asyncio.run(printed(changed))
