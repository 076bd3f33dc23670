"""Requests that nobody meant: any headers, any numbers, any paths. No fault of ours, and no byte outside its folder."""

from __future__ import annotations

import base64
import random
from pathlib import Path

from tests.web.fakes import settings
from tests.web.receiving import BOUND, OTHERS, Desk, receiving
from tests.web.test_signed import READER

SEED, ROUNDS = 20241128, 700
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


async def test_nothing_that_is_asked_breaks_the_server_or_leaves_its_folder(tmp_path: Path) -> None:
    dice, known, seen = random.Random(SEED), list[str](), set[int]()
    inside = tmp_path / "in"
    inside.mkdir()
    async with receiving(inside, config=settings(send_burst=10**6, door_burst=10**6), largest=10_000) as desk:
        known += [(await desk.begin(length)).rpartition("/")[2] for length in (10, 5000, 9000)]
        for _ in range(ROUNDS):
            status = await once(desk, dice, known)
            assert status < 500 or status == 507
            seen.add(status)
        await desk.finish()
        people = [READER, "telegram:12345678"]
        lengths = {upload.id: upload.length for person in people for upload in await desk.uploads.of(person)}
        for path in (inside / "uploads").iterdir():
            assert path.stat().st_size <= lengths[path.name]
    assert {201, 204, 400, 404, 409, 412, 413, 415} <= seen
    assert names(tmp_path) == ["in"]
    assert {name.partition(".")[0] for name in names(inside)} <= {"uploads", "files", "xinshi"}


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
