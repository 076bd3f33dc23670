"""Requests that nobody meant, sent to the door of uploads: `python -m tests.web.tus_fuzz [COUNT [SEED]]`.

Any headers, any numbers, any paths; 10 000 with seed 1 unless said otherwise. None may be a fault of ours, and no byte
may lie outside its folder.
Prints the statuses that were given, seed, time.
"""

from __future__ import annotations

import asyncio
import base64
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.web.fakes import settings
from tests.web.receiving import BOUND, OTHERS, Desk, receiving
from tests.web.test_signed import READER

NUMBERS = [
    *["0", "1", "5", "10", "5000"] * 5,
    "-1",
    "+3",
    "1e3",
    "",
    " ",
    "9" * 15,
    "9" * 16,
    "9" * 400,
    "0x5",
    "５",
    "nan",
    "1,2",
]
NAMES = ["../../x", "a\x00b", "/etc/passwd", "con.mp4", "\u202egnp.exe", "长" * 300, "", ".", "..", "a/b\\c", "片.mp4"]
VERSIONS = ["1.0.0"] * 9 + ["1.0", "", "2.0.0"]
KINDS = ["application/offset+octet-stream"] * 6 + ["", "text/plain", "multipart/form-data; boundary=x", "x" * 3000]
SUMS = ["sha1 AAAA", "sha256 " + "A" * 44, "md5 x", "", "sha1", " ", "sha1 " + "=" * 90]
USUAL = ("upload-length", "upload-offset", "content-type", "upload-metadata")
SELDOM = ("upload-checksum", "x-http-method-override")


def header(dice: random.Random, name: str) -> bytes:
    """One header's value: mostly what belongs there, at times anything at all."""
    if dice.random() < 0.05:
        return dice.randbytes(dice.randint(0, 40)).replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    made = {
        "tus-resumable": dice.choice(VERSIONS),
        "upload-length": dice.choice(NUMBERS),
        "upload-offset": dice.choice(NUMBERS),
        "upload-checksum": dice.choice(SUMS),
        "content-type": dice.choice(KINDS),
        "x-http-method-override": dice.choice(["PATCH", "DELETE", "HEAD", "BREW", "", "patch"]),
        "upload-metadata": f"filename {base64.b64encode(dice.choice(NAMES).encode()).decode()},mark MQ==",
    }
    return made[name].encode()


async def once(desk: Desk, dice: random.Random, known: list[str]) -> int:
    """One request; its status."""
    headers = [(b"tus-resumable", header(dice, "tus-resumable"))]
    headers += [(name.encode(), header(dice, name)) for name in USUAL if dice.random() < 0.8]
    headers += [(name.encode(), header(dice, name)) for name in SELDOM if dice.random() < 0.15]
    link = dice.choice([BOUND] * 8 + [OTHERS, f"{BOUND}x", "/u/.."])
    number = dice.choice([*known[-5:] * 4, "..", "%2e%2e%2fx", "x" * 500, "%00", "a" * 22])
    to = f"{link}/files" if dice.random() < 0.4 else f"{link}/files/{number}"
    methods = ["POST"] * 6 if to.endswith("/files") else ["PATCH"] * 6 + ["HEAD", "DELETE", "POST"]
    method = dice.choice([*methods, "OPTIONS", "GET", "PUT"])
    body = dice.randbytes(dice.choice([0, 1, 5, 10, 5000])) if method in ("POST", "PATCH") else b""
    answer = await desk.http.request(method, to, content=body, headers=headers)
    if answer.status_code == 201:
        known.append(answer.headers["location"].rpartition("/")[2])
    return answer.status_code


async def fuzz(room: Path, count: int, seed: int) -> Counter[int]:
    """The statuses of `count` requests to a server in the folder `in` of an empty room; raises for a fault of ours."""
    dice, known, seen = random.Random(seed), list[str](), Counter[int]()
    inside = room / "in"
    inside.mkdir()
    calm = settings(send_burst=10**7, door_burst=10**7)
    async with receiving(inside, config=calm, largest=10_000) as desk:
        known += [(await desk.begin(length)).rpartition("/")[2] for length in (10, 5000, 9000)]
        for number in range(count):
            status = await once(desk, dice, known)
            assert status < 500 or status == 507, f"request {number} of seed {seed}: {status}"
            seen[status] += 1
        await desk.finish()
        people = [READER, "telegram:12345678"]
        lengths = {upload.id: upload.length for person in people for upload in await desk.uploads.of(person)}
        for path in (inside / "uploads").iterdir():
            assert path.stat().st_size <= lengths[path.name]
    return seen


def strays(room: Path) -> list[str]:
    """What lies in the room, or in the server's folder, besides what belongs there."""
    own = {"uploads", "files", "xinshi"}
    return [name for name in names(room) if name != "in"] + [
        name for name in names(room / "in") if name.partition(".")[0] not in own
    ]


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def main(count: int = 10_000, seed: int = 1) -> None:
    """Run it and print what came of it."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xinshi-tus-") as made:
        seen, left = asyncio.run(fuzz(Path(made), count, seed)), strays(Path(made))
    for status, number in sorted(seen.items()):
        sys.stdout.write(f"{number:7} {status}\n")
    seconds = time.monotonic() - started
    sys.stdout.write(f"seed {seed}, {seen.total()} requests, {seconds:.0f} s, left behind: {left or 'nothing'}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
