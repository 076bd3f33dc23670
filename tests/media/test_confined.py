"""Work on hostile files is ended by its limits, tells why, sees no secret, and leaves nothing running."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

import media
from media.confined import Fell, Limits, Outlasted, Unfinished, confined

SMALL = Limits(memory=512, seconds=20, processor=10, output=1)
WORK = "media.confined_work"


async def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, limits: Limits = SMALL, **request: Any) -> Any:
    """Do work whose body is `code`, in a module that stands where the process looks for the package."""
    package = tmp_path / "root"
    ours = Path(media.__file__).parent
    (package / "media").mkdir(parents=True)
    (package / "media" / "__init__.py").write_text(f"__path__.append({str(ours)!r})\n", encoding="utf-8")
    body = "\n".join(f"    {line}" for line in code.splitlines())
    (package / "media" / "confined_work.py").write_text(f"def work(request, note):\n{body}\n", encoding="utf-8")
    monkeypatch.setattr("media.confined.ROOT", package)
    folder = tmp_path / "work"
    folder.mkdir()
    return await confined(f"{WORK}:work", request, folder, limits)


async def test_a_result_comes_back_whatever_libraries_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = 'import os\nprint(\'["result", 1]\')\nos.system("echo noise")\nreturn {"twice": request["number"] * 2}'
    assert await do(tmp_path, monkeypatch, code, number=21) == {"twice": 42}


async def test_it_works_in_its_folder_and_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINSHI_SECRET", "0123456789abcdef0123456789abcdef")
    code = 'import os\nreturn [os.getcwd(), sorted(name for name in os.environ if "XINSHI" in name)]'
    assert await do(tmp_path, monkeypatch, code) == [str(tmp_path / "work"), []]


@pytest.mark.parametrize(
    ("code", "raised", "why"),
    [
        ("note(3)\nreturn len(bytes(900 * 1024 * 1024))", Outlasted, "MemoryError"),
        ('note(3)\nopen("big", "wb").write(bytes(3_000_000))', Outlasted, "OSError: File too large"),
        ("note(3)\nraise KeyError(request)", Fell, "KeyError"),
        ("note(3)\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", Fell, "SIGSEGV"),
        ("note(3)\nimport os\nos._exit(7)", Fell, "exit code 7"),
    ],
)
async def test_whatever_ends_it_is_told_with_the_last_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, raised: type[Unfinished], why: str
) -> None:
    with pytest.raises(raised) as caught:
        await do(tmp_path, monkeypatch, code)
    assert (caught.value.note, caught.value.why) == (3, why)


async def test_work_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = 'import subprocess, time\nchild = subprocess.Popen(["sleep", "600"])\nnote(child.pid)\ntime.sleep(600)'
    with pytest.raises(Outlasted) as caught:
        await do(tmp_path, monkeypatch, code, Limits(memory=512, seconds=3, processor=10, output=1))
    assert await has_ended(caught.value.note)


async def test_work_that_is_no_longer_wanted_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = 'import os, time\nopen("pid", "w").write(str(os.getpid()))\ntime.sleep(600)'
    task = asyncio.create_task(do(tmp_path, monkeypatch, code))
    pid = tmp_path / "work" / "pid"
    for _ in range(1000):
        if pid.exists() and pid.read_text():
            break
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await has_ended(int(pid.read_text()))


async def test_endless_talk_is_heard_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unfinished) as caught:
        await do(tmp_path, monkeypatch, "while True:\n    note('x' * 1000)")
    assert isinstance(caught.value, Fell | Outlasted)
    assert caught.value.note == "x" * 1000


async def test_nothing_outside_the_package_is_called(tmp_path: Path) -> None:
    with pytest.raises(Fell) as caught:
        await confined("os:system", {}, tmp_path, SMALL)
    assert caught.value.why == "ValueError"


async def has_ended(pid: int) -> bool:
    """Whether a process that was killed is gone; on a busy machine that takes a moment."""
    for _ in range(250):
        if not is_running(pid):
            return True
        await asyncio.sleep(0.02)
    return False


def is_running(pid: int) -> bool:
    """Whether a process lives; one that ended and waits to be noticed does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
