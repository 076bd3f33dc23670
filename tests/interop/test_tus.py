"""Our uploads against senders that nobody here wrote: tuspy and npm's tus-js-client, whole and interrupted.

`npm ci --prefix tests/interop` brings the latter; without it, or without Node, its tests are skipped.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from bot.links import Links
from tests.uploads.cutting import Bad
from tests.uploads.server import KEY

HERE = Path(__file__).parent
SIZE = 3 * 2**20 + 17


@dataclass
class Served:
    """The program on a port, and a film to send."""

    bad: Bad
    film: Path
    digest: str

    def endpoint(self, owner: str = "telegram:1") -> str:
        """Where somebody's uploads are begun."""
        url = f"http://127.0.0.1:{self.bad.port}"
        return f"{Links(url, KEY).upload(owner, datetime.now(UTC), '7/film')}/files"

    def arrived(self) -> bool:
        """Whether the film is in the store, byte for byte, within ten seconds."""
        path = self.bad.data / "program" / "files" / self.digest[:2] / self.digest
        for _ in range(200):
            if path.exists():
                return hashlib.sha256(path.read_bytes()).hexdigest() == self.digest
            time.sleep(0.05)
        return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    bad = Bad(tmp_path, 1, SIZE)
    data = random.Random(9).randbytes(SIZE)
    film = tmp_path / "film.mp4"
    film.write_bytes(data)
    bad.start()
    yield Served(bad, film, hashlib.sha256(data).hexdigest())
    bad.kill()


def peer(node: str, **job: Any) -> str:
    """What tus-js-client makes of a job: the address of its upload."""
    if not (HERE / "node_modules" / "tus-js-client").is_dir():
        pytest.skip("tus-js-client is not installed; run: npm ci --prefix tests/interop")
    ran = subprocess.run(
        [node, str(HERE / "tus_client.js")],
        input=json.dumps(job).encode(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout.decode()


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_sends_a_film_in_pieces(served: Served, checksum: bool) -> None:
    with served.film.open("rb") as film:
        TusClient(served.endpoint()).uploader(
            file_stream=film, chunk_size=700_000, metadata={"filename": "诚信菜市场.mp4"}, upload_checksum=checksum
        ).upload()
    assert served.arrived()


def test_tuspy_goes_on_where_another_of_it_stopped(served: Served) -> None:
    client = TusClient(served.endpoint())
    with served.film.open("rb") as film:
        first = client.uploader(file_stream=film, chunk_size=500_000)
        first.upload(stop_at=1_000_000)
        second = client.uploader(file_stream=film, chunk_size=500_000, url=first.url)
        assert (first.offset, second.offset) == (1_000_000, 1_000_000)
        second.upload()
    assert served.arrived()


def test_tuspy_is_told_that_anothers_upload_is_not_there(served: Served) -> None:
    with served.film.open("rb") as film:
        mine = TusClient(served.endpoint()).uploader(file_stream=film, chunk_size=500_000)
        mine.upload(stop_at=500_000)
        theirs = f"{served.endpoint('telegram:2')}/{str(mine.url).rpartition('/')[2]}"
        with pytest.raises((TusCommunicationError, TusUploadFailed)):
            TusClient(served.endpoint("telegram:2")).uploader(file_stream=film, chunk_size=500_000, url=theirs).upload()


@pytest.mark.parametrize("chunk", [0, 900_000])
def test_tus_js_client_sends_a_film(needs_node: str, served: Served, chunk: int) -> None:
    peer(needs_node, endpoint=served.endpoint(), path=str(served.film), chunk=chunk)
    assert served.arrived()


def test_tus_js_client_goes_on_where_another_of_it_was_stopped(needs_node: str, served: Served) -> None:
    job = {"endpoint": served.endpoint(), "path": str(served.film), "chunk": 400_000}
    url = peer(needs_node, **job, stop=1_000_000)
    assert peer(needs_node, **job, url=url) == url
    assert served.arrived()
