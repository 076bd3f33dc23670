"""An upload over a bad network: connections cut in the middle, the server killed with -9, and what arrives in the end.

From a seed; every cut happens after a number of bytes that the dice say, with or without a word to the other side.
"""

from __future__ import annotations

import hashlib
import random
import socket
import sqlite3
import struct
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.links import Links
from tests.channels.town import free_port
from tests.uploads.program import Program
from tests.uploads.server import KEY

OWNER = "telegram:100200300"
_BLOCK = 256 * 1024
#: Seconds to finish a whole file.
_FINISH = 300


@dataclass(slots=True)
class Outcome:
    """What came of an upload. Bytes sent count what was sent twice; `peak` is the server's largest memory in MB."""

    size: int
    cuts: int = 0
    kills: int = 0
    sent: int = 0
    seconds: float = 0.0
    peaks: list[float] = field(default_factory=list)
    equal: bool = False
    messages: int = 0


@dataclass
class Bad:
    """A server and the bad network before it."""

    data: Path
    seed: int
    size: int

    def __post_init__(self) -> None:
        self.dice, self.port = random.Random(self.seed), free_port()
        self.made = Outcome(self.size)
        self.film = self.data / "film.mp4"
        self.program = Program(self.data / "program", self.port, peaks=self.made.peaks)

    @property
    def code(self) -> str:
        """An invitation of the program's newest life."""
        return self.program.code

    def write_film(self) -> str:
        """A film of the wanted size; gives its SHA-256."""
        digest, block = hashlib.sha256(), self.dice.randbytes(2**20)
        with self.film.open("wb") as file:
            for number in range(-(-self.size // 2**20)):
                piece = (struct.pack("!Q", number) + block[8:])[: self.size - number * 2**20]
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()

    def start(self) -> None:
        """Start the server, and wait until it takes connections."""
        self.program.start()

    def kill(self) -> None:
        """Kill the server as a power cut would, and note how much memory it had taken."""
        self.program.kill()

    def upload(self, *, cuts: int, kills: int) -> None:
        """Send the film with so many cuts, among them kills of the server, and the rest in one go."""
        began = time.monotonic()
        url = f"http://127.0.0.1:{self.port}"
        token = Links(url, KEY).upload(OWNER, datetime.now(UTC))
        with httpx.Client(headers={"tus-resumable": "1.0.0"}, timeout=30) as http:
            answer = http.post(f"{token}/files", headers={"upload-length": str(self.size)})
            assert answer.status_code == 201, answer.text
            to = f"{url}{answer.headers['location']}"
            killing = set(self.dice.sample(range(cuts), kills))
            for number in range(cuts):
                offset = int(http.head(to).headers["upload-offset"])
                self._send(to, offset, self.dice.randint(1, max(2, 2 * self.size // (cuts + 2))))
                if number in killing:
                    self.kill()
                    self.made.kills += 1
                    self.start()
                self.made.cuts += 1
            while (offset := int(http.head(to).headers["upload-offset"])) < self.size:
                self._send(to, offset, None)
        self.made.seconds = time.monotonic() - began

    def _send(self, to: str, offset: int, most: int | None) -> None:
        """Send from an offset on; with `most` the connection is cut after so many bytes."""
        parts = urlsplit(to)
        head = (
            f"PATCH {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nTus-Resumable: 1.0.0\r\n"
            f"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n"
            f"Content-Length: {self.size - offset}\r\n\r\n"
        )
        left = self.size - offset if most is None else min(most, self.size - offset)
        with closing(socket.create_connection(("127.0.0.1", self.port), 30)) as line, self.film.open("rb") as film:
            film.seek(offset)
            try:
                line.sendall(head.encode("ascii"))
                while left > 0 and (block := film.read(min(_BLOCK, left))):
                    line.sendall(block)
                    left -= len(block)
                    self.made.sent += len(block)
                if most is None:
                    line.recv(4096)
            except OSError:
                return
            if self.dice.random() < 0.5:  # no goodbye: what is still on its way is lost
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def judge(self, digest: str) -> Outcome:
        """Wait until the file is handed in, and compare."""
        end = time.monotonic() + _FINISH
        database = self.data / "program" / "xinshi.db"
        while time.monotonic() < end:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as asked:
                state = asked.execute("SELECT state, sha256 FROM uploads").fetchall()
                said = asked.execute("SELECT count(*) FROM inbox WHERE id LIKE 'telegram:%/upload/%'").fetchone()
            if state and state[0][0] == "told":
                break
            time.sleep(0.05)
        self.made.messages = int(said[0])
        kept = self.data / "program" / "files" / digest[:2] / digest
        if kept.exists():
            with kept.open("rb") as file:
                self.made.equal = hashlib.file_digest(file, "sha256").hexdigest() == digest == state[0][1]
        return self.made


def run(data: Path, *, seed: int, size: int, cuts: int, kills: int) -> Outcome:
    """One upload of `size` bytes with so many cuts, of which some are kills."""
    bad = Bad(data, seed, size)
    digest = bad.write_film()
    bad.start()
    try:
        bad.upload(cuts=cuts, kills=kills)
        return bad.judge(digest)
    finally:
        bad.kill()
