"""Every file from outside is scanned whole before it is kept; what is infected comes to nobody."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.clamd import Clamd
from storage.files import FileStore
from storage.store import FileInfected, NotScanned
from tests.storage.fake_clamd import NAME, VIRUS, clamd

BAD = b"PK" * 200_000 + VIRUS + b"PK" * 10


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 50_000):
        yield data[start : start + 50_000]


def lying(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


async def test_a_clean_file_is_scanned_to_its_last_byte_and_kept(tmp_path: Path) -> None:
    data = b"x" * 1_000_001
    async with clamd() as daemon:
        kept = await FileStore(tmp_path, scan=Clamd(daemon.address).scan).keep("a", pieces(data), 10**7)
        assert (daemon.seen, kept.size) == ([hashlib.sha256(data).hexdigest()], len(data))


async def test_an_infected_file_lies_in_quarantine_where_nobody_gets_it(tmp_path: Path) -> None:
    digest = hashlib.sha256(BAD).hexdigest()
    async with clamd() as daemon:
        store = FileStore(tmp_path, scan=Clamd(daemon.address).scan)
        with pytest.raises(FileInfected, match=NAME):
            await store.keep("坏.docx", pieces(BAD), 10**7)
        part = tmp_path / "whole"
        part.write_bytes(BAD)
        with pytest.raises(FileInfected, match=NAME):
            await store.put(part, "坏.mp4", scan=True)
    assert (lying(tmp_path), await store.has(digest)) == ([f".infected/{digest}"], False)
    assert stat.S_IMODE((tmp_path / ".infected" / digest).stat().st_mode) == 0o400


async def test_files_of_our_own_making_are_not_scanned(tmp_path: Path) -> None:
    made = tmp_path / "sheet.jpg"
    made.write_bytes(b"jpeg")
    async with clamd() as daemon:
        await FileStore(tmp_path / "files", scan=Clamd(daemon.address).scan).put(made, "sheet.jpg")
        assert daemon.seen == []


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize(
    "more", [{"says": "INSTREAM size limit exceeded. ERROR"}, {"most": 10}, {"says": ""}, {"says": "stream: FOUND OK?"}]
)
async def test_without_a_verdict_the_settings_decide(tmp_path: Path, accept: bool, more: dict[str, object]) -> None:
    async with clamd(**more) as daemon:
        address = daemon.address if more != {"says": ""} else "127.0.0.1:1"  # nobody there
        store = FileStore(tmp_path, scan=Clamd(address, accept=accept).scan)
        if accept:
            assert (await store.keep("a", pieces(b"x" * 100), 1000)).size == 100
            return
        with pytest.raises(NotScanned):
            await store.keep("a", pieces(b"x" * 100), 1000)
        assert lying(tmp_path) == []


async def test_a_daemon_behind_a_unix_socket_says_its_version(tmp_path: Path) -> None:
    import asyncio

    from tests.storage.fake_clamd import Daemon

    daemon = Daemon()
    server = await asyncio.start_unix_server(daemon.serve, tmp_path / "c.sock")
    async with server:
        assert (await Clamd(f"unix:{tmp_path / 'c.sock'}").version()).startswith("ClamAV 1.4.1")
