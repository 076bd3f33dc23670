"""Several workers on one database: all serve, one that is killed starts again, none outlives whoever started it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.commands.program import Running, call, deployment, running

SECONDS = 30.0


@contextmanager
def serving(folder: Path, url: str, count: int) -> Iterator[tuple[Running, str]]:
    """A deployment with so many workers, and where it is reached."""
    config = deployment(folder, more=f'database = "{url.replace(":@", "@")}"\n[web]\nport = 0\n')
    with running("serve", "--config", str(config), "--workers", str(count)) as server:
        said = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None, f"{said!r}: {server.stderr.read()}"
        assert f"（{count} 个进程）" in said
        yield server, found[0]


def workers_of(process: int) -> set[int]:
    """The processes that a process started."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return {int(number) for number in listed.split()}


def until(done: object, wanted: object) -> None:
    """Wait until a look gives what is wanted."""
    assert callable(done)
    ends = time.monotonic() + SECONDS
    while (found := done()) != wanted:
        assert time.monotonic() < ends, f"expected {wanted}, found {found}"
        time.sleep(0.05)


def alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_workers_serve_together_and_one_that_is_killed_starts_again(tmp_path: Path, postgres_url: str) -> None:
    with serving(tmp_path, postgres_url, 2) as (server, url):
        first = workers_of(server.process.pid)
        assert len(first) == 2
        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        for _ in range(20):  # nobody is refused meanwhile: the other one answers
            assert httpx.get(url, timeout=SECONDS).status_code == 200
        until(lambda: len(workers_of(server.process.pid) - {killed}), 2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=SECONDS) == 0
        assert "a worker ended and is started again" in server.stderr.read()


def test_no_worker_outlives_whoever_started_it(tmp_path: Path, postgres_url: str) -> None:
    with serving(tmp_path, postgres_url, 2) as (server, _):
        workers = workers_of(server.process.pid)
        server.process.kill()
        until(lambda: [number for number in workers if alive(number)], [])


def test_several_workers_are_refused_on_sqlite(tmp_path: Path) -> None:
    result = call("serve", "--config", deployment(tmp_path), "--workers", "2")
    assert result.exit_code == 1
    assert "--workers 2 要用 PostgreSQL" in result.stderr


@pytest.mark.parametrize("count", ["0", "65", "many"])
def test_a_number_of_workers_that_is_none_is_refused(count: str) -> None:
    assert call("serve", "--workers", count).exit_code == 2
