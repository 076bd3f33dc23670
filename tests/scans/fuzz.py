"""Scans spoiled at random and looked at: `python -m tests.scans.fuzz [COUNT [SEED [MINUTES]]]`.

2 000 with seed 1 unless said otherwise; with MINUTES it ends after the batch in which they are over. Every file must
end in pages or in one word why not; nothing may be written outside the folder of its check, and no process may use
more memory than its limit. Prints counts, the highest memory of a process, what was left behind, time.
"""

from __future__ import annotations

import asyncio
import io
import resource
import sys
import tempfile
import time
from collections import Counter
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import pypdf
from PIL import Image

from media.scan import measure
from tests.scans.spoiling import jpeg

#: Files that share one process, as those that one person sends together do.
_TOGETHER = 8


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    """A picture as a file of this kind."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def originals() -> list[bytes]:
    """Whole files of every kind that is taken."""
    image = Image.effect_noise((240, 320), 60).convert("RGB")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    buffer = io.BytesIO()
    writer.write(buffer)
    kinds = ("PNG", "TIFF", "WEBP", "BMP", "GIF", "PDF")
    return [jpeg(image), *(saved(image, kind) for kind in kinds), buffer.getvalue()]


def spoilt(whole: list[bytes], dice: Random) -> bytes:
    """A file with up to twelve bytes changed, cut off in four of ten cases."""
    data = bytearray(dice.choice(whole))
    for _ in range(dice.randint(1, 12)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    if dice.random() < 0.4:
        del data[dice.randrange(len(data)) :]
    return bytes(data)


async def fuzz(count: int, seed: int, room: Path, seconds: float = inf) -> Counter[str]:
    """Look at `count` spoiled files below `room`; how each ended. After `seconds` no further process begins."""
    whole, found, end = originals(), Counter[str](), time.monotonic() + seconds
    for start in range(0, count, _TOGETHER):
        if time.monotonic() >= end:
            break
        numbers = range(start, min(count, start + _TOGETHER))
        paths = [room / f"spoilt-{number}" for number in numbers]
        for number, path in zip(numbers, paths, strict=True):
            path.write_bytes(spoilt(whole, Random(f"{seed}/{number}")))
        with tempfile.TemporaryDirectory(dir=room) as work:
            scan, _ = await measure([(path, path.name) for path in paths], Path(work))
        assert len(scan.files) == len(paths), f"files {start} and following of seed {seed} were not all told of"
        for file in scan.files:
            assert file.why or file.pages, f"{file.name} of seed {seed} has neither pages nor a reason"
            found[file.why or "pages"] += 1
        for path in paths:
            path.unlink()
    return found


def main(count: int = 2000, seed: int = 1, minutes: float = inf) -> None:
    """Run it and print what came of it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xinshi-scans-") as made:
        found = asyncio.run(fuzz(count, seed, Path(made), minutes * 60))
        left = sorted(path.name for path in Path(made).iterdir())
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    for name, number in found.most_common():
        sys.stdout.write(f"{number:7} {name}\n")
    sys.stdout.write(
        f"seed {seed}, {found.total()} files, {time.monotonic() - began:.0f} s, at most {memory} MB in a process, "
        f"left behind: {left or 'nothing'}\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
