"""doctor tells which ffmpeg films are checked with and whether it is fit for it, and whether pictures can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.doctor_media import programs, reading
from bot.settings import Media
from media.binaries import find


def ffmpeg(folder: Path, version: str, encoders: str = " V....D libx264") -> Media:
    """A program that says it is this ffmpeg."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\ncase $2 in -version) echo '{version}' ;; *) echo '{encoders}' ;; esac\n", "utf-8")
    path.chmod(0o755)
    return Media.model_validate({"ffmpeg": str(path), "ffprobe": str(path)})


def test_the_ffmpeg_that_would_be_used_is_named() -> None:
    told = programs(Media.model_validate({}))
    assert (told.level.value, told.subject, find().ffmpeg in told.found) == ("fine", "视频检查", True)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("ffmpeg version 5.1.6-0+deb12u1 Copyright (c)", "ffmpeg 5.1.6-0+deb12u1"),
        ("ffmpeg version n7.0.2 Copyright (c)", "ffmpeg 7.0.2"),
        ("ffmpeg version N-113000-gabc Copyright (c)", "ffmpeg"),
    ],
)
def test_a_fit_one_is_fine_whatever_its_version_looks_like(version: str, said: str, tmp_path: Path) -> None:
    told = programs(ffmpeg(tmp_path, version))
    path = tmp_path / "ffmpeg"
    assert (told.level.value, told.found) == ("fine", f"{said} 在 {path}，读文件信息用 {path}")


@pytest.mark.parametrize(
    ("version", "encoders", "ending"),
    [
        ("ffmpeg version 5.0.3 Copyright (c)", " V....D libx264", "，太旧"),
        ("ffmpeg version 4.4.2-0ubuntu0.22.04.1", " V....D libx264", "，太旧"),
        ("ffmpeg version 6.1 Copyright (c)", " V....D libx265", "，不带 libx264"),
    ],
)
def test_an_old_one_or_one_without_the_encoder_must_be_mended(
    version: str, encoders: str, ending: str, tmp_path: Path
) -> None:
    told = programs(ffmpeg(tmp_path, version, encoders))
    assert (told.level.value, told.found.endswith(ending)) == ("mend", True)


def test_a_path_that_leads_nowhere_and_a_program_that_fails_must_be_mended(tmp_path: Path) -> None:
    broken = ffmpeg(tmp_path, "")
    Path(broken.ffmpeg).write_text("#!/bin/sh\nexit 1\n", "utf-8")
    told = [programs(Media.model_validate({"ffmpeg": "/nowhere/ffmpeg"})), programs(broken)]
    assert [(each.level.value, each.found) for each in told] == [
        ("mend", "找不到 ffmpeg 或 ffprobe"),
        ("mend", f"{broken.ffmpeg} 运行不了"),
    ]


def test_reading_that_is_not_installed_is_a_note_on_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.reading.PACKAGES", ("numpy", "no_such_reader"))
    told = reading()
    assert (told.level.value, told.found) == ("note", "没有装（缺 no_such_reader），字幕和片尾名单由人看")
    monkeypatch.setattr("media.reading.PACKAGES", ())
    assert (reading().level.value, reading().found) == ("fine", "装好了")
