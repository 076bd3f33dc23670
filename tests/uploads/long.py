"""A large upload with many cuts: `python -m tests.uploads.long [MEGABYTES [CUTS [KILLS [SEED]]]]`, by default 2 GiB."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.uploads.cutting import run


def main(megabytes: int = 2048, cuts: int = 50, kills: int = 5, seed: int = 1) -> int:
    """Run it, print what came of it; 0 when the file arrived equal and was told once."""
    with tempfile.TemporaryDirectory(prefix="xinshi-uploads-") as folder:
        made = run(Path(folder), seed=seed, size=megabytes * 2**20, cuts=cuts, kills=kills)
    peaks = "/".join(f"{peak:.0f}" for peak in made.peaks)
    sys.stdout.write(
        f"seed {seed}: {made.size / 2**20:.0f} MB, {made.cuts} cuts, {made.kills} of them kills; "
        f"sent {made.sent / 2**20:.0f} MB in {made.seconds:.1f} s; server's peak memory {peaks} MB; "
        f"equal by SHA-256: {made.equal}; messages: {made.messages}\n"
    )
    return 0 if made.equal and made.messages == 1 else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
