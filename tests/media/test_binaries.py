"""ffmpeg is the one in the settings, else on PATH, else in the wheel; without ffprobe PyAV probes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from media.binaries import NoBinary, find


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_settings_come_first_then_path_then_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path, "my-ffmpeg")
    (tmp_path / "bin").mkdir()
    on_path, probe = program(tmp_path / "bin", "ffmpeg"), program(tmp_path / "bin", "ffprobe")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert [find(named).ffmpeg, find().ffmpeg] == [named, on_path]
    assert (find().probe, find().is_ffprobe) == ((probe,), True)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "imageio_ffmpeg" in find().ffmpeg
    assert (find().probe[0], Path(find().probe[-1]).name, find().is_ffprobe) == (sys.executable, "probing.py", False)


@pytest.mark.parametrize("settings", [{"ffmpeg": "/nowhere/ffmpeg"}, {"ffprobe": "/nowhere/ffprobe"}])
def test_a_path_in_the_settings_that_leads_nowhere_is_said_and_not_passed_over(settings: dict[str, str]) -> None:
    with pytest.raises(NoBinary, match="/nowhere/"):
        find(**settings)
