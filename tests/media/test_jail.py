"""What runs in the jail is bounded in memory, time, output and files, has no network, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from media.jail import Ended, Limits, TooMuch, run

LIMITS = Limits(seconds=30, cpu=20, memory=1 << 30, written=1 << 20, output=1 << 20)


async def python(folder: Path, code: str, limits: Limits = LIMITS) -> Ended:
    return await run((sys.executable, "-I", "-c", code), folder=folder, limits=limits)


async def test_a_program_runs_in_its_folder_with_no_input_and_nothing_of_our_environment(folder: Path) -> None:
    os.environ["XINSHI_TELEGRAM_TOKEN"] = "a secret"
    code = "import os, sys; print(os.getcwd(), len(sys.stdin.read()), sorted(os.environ))"
    try:
        ended = await python(folder, code)
    finally:
        del os.environ["XINSHI_TELEGRAM_TOKEN"]
    assert ended == Ended(0, f"{folder} 0 ['HOME', 'LANG', 'TMPDIR']\n".encode(), ())


async def test_memory_is_bounded(folder: Path) -> None:
    ended = await python(folder, "held = bytearray(2 << 30)")
    assert (ended.code, ended.said[-1]) == (1, "MemoryError")
    assert (await python(folder, "held = bytearray(100 << 20)")).code == 0


async def test_computing_time_is_bounded(folder: Path) -> None:
    ended = await python(folder, "while True: pass", replace(LIMITS, cpu=1))
    assert ended.code in (-signal.SIGKILL, -signal.SIGXCPU)


async def test_what_is_written_is_bounded(folder: Path) -> None:
    ended = await python(folder, "open('x', 'wb').write(bytes(2 << 20))")
    assert ended.code != 0
    assert (folder / "x").stat().st_size <= 1 << 20


async def test_a_program_that_sleeps_is_killed_with_its_children(folder: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid)); time.sleep(600)"
    )
    with pytest.raises(TooMuch, match="within 3 seconds"):
        await python(folder, code, replace(LIMITS, seconds=3))
    assert await _gone(int((folder / "child").read_text()))


async def test_a_cancelled_measurement_leaves_no_process(folder: Path) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    code = "import os, sys, time; sys.stderr.write(f'{os.getpid()}\\n'); sys.stderr.flush(); time.sleep(600)"
    command = (sys.executable, "-I", "-c", code)
    task = asyncio.create_task(run(command, folder=folder, limits=LIMITS, hear=heard.put_nowait))
    process = int(await heard.get())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _gone(process)


async def test_endless_output_ends_the_program(folder: Path) -> None:
    with pytest.raises(TooMuch, match="bytes of output"):
        await python(folder, "import sys\nwhile True: sys.stdout.write('x' * 65536)")


async def test_a_full_pipe_that_nobody_reads_any_more_does_not_hold_the_check_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """asyncio tells of an exit once every pipe has ended, and it stops reading one whose reader has gone away."""

    async def gives_up(_stream: asyncio.StreamReader, _most: int) -> bytes:
        await asyncio.sleep(1)
        raise TooMuch("gone away")

    monkeypatch.setattr("media.jail._collect", gives_up)
    async with asyncio.timeout(20):
        with pytest.raises(TooMuch, match="gone away"):
            await python(folder, "import sys\nwhile True: sys.stdout.write('x' * 65536)")


async def test_endless_talk_is_heard_in_bounded_memory(folder: Path) -> None:
    heard: list[int] = []
    code = "import sys\nsys.stderr.write('x' * (8 << 20)); sys.stderr.write('\\nlast\\n')"
    ended = await run(
        (sys.executable, "-c", code), folder=folder, limits=LIMITS, hear=lambda line: heard.append(len(line))
    )
    assert (max(heard) <= 4096, ended.said[-1]) == (True, "last")


@pytest.mark.skipif(not shutil.which("unshare"), reason="the kernel's ways are asked by a program that is not here")
async def test_there_is_no_network_where_the_kernel_grants_that(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        granted = await asyncio.create_subprocess_exec(
            "unshare", "-rn", "true", stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
        ended = await python(folder, code)
        assert ended.code == (0 if await granted.wait() else 1)


async def _gone(process: int) -> bool:
    """Whether a process has ended, waiting a moment for the kernel."""
    for _ in range(200):
        try:
            state = await asyncio.to_thread(Path(f"/proc/{process}/stat").read_text)
        except FileNotFoundError:
            return True
        if state.rpartition(")")[2].split()[0] == "Z":
            return True
        await asyncio.sleep(0.02)
    return False
