"""`film check` says in sentences what fits and what does not, and in exit codes whether it may be entered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.program import call, deployment
from tests.films.making import bytes_of, film


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of 1920×1080."""
    how = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p")
    return film(tmp_path_factory.mktemp("films") / "wide.mp4", size="1920x1080", seconds="60", rate="5", how=how)


def test_a_film_that_fits_is_said_to_fit(wide: Path) -> None:
    result = call("film", "check", "industry-2024", "video", wide)
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ["✓ 符合通知的要求。"])
    assert result.stdout.startswith("mp4，") and "1 分，画面 1920×1080，5 帧/秒，h264，aac，" in result.stdout


def test_every_fault_is_told_at_once_with_clause_and_mend(wide: Path) -> None:
    result = call("film", "check", "xian-2024", "video", wide)
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (
        1,
        [
            "✗ 时长 1 分，要求 2–5 分钟（《通知》二（二）），还差 1 分。请补足内容后重新导出。",
            "✗ 画面是横屏 1920×1080（16:9），要求竖屏 9:16、1080×1920（《通知》二（二））。"
            "在剪映里：比例选 9:16，导出分辨率选 1080P；请重新构图，不要直接拉伸画面。",
        ],
    )


def test_json_holds_every_fact_and_the_sentences(wide: Path, tmp_path: Path) -> None:
    sheet, preview = tmp_path / "sheet.jpg", tmp_path / "preview.mp4"
    result = call(
        "film", "check", "xian-2024", "video", wide, "--json", "--sheet", sheet, "--preview", preview
    )  # fmt: skip
    told = json.loads(result.stdout)
    assert (result.exit_code, told["refused"], told["length"], told["name"]) == (1, True, "1 分", "wide.mp4")
    assert [each["key"] for each in told["findings"]] == ["film.too_short", "film.shape"]
    assert told["findings"][0]["says"].startswith("时长 1 分，要求 2–5 分钟")
    assert (sheet.read_bytes()[:3], preview.read_bytes()[4:8]) == (b"\xff\xd8\xff", b"ftyp")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "✗ 这个文件是空的（0 字节），多半是上传中途断了。请重新上传一次。\n"),
        (b"\x89PNG\r\n\x1a\n", "✗ 这是一张图片，不是视频；改了后缀也还是图片。请上传视频文件。\n"),
    ],
)
def test_what_is_no_film_ends_with_two(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "作品.mp4"
    path.write_bytes(data)
    result = call("film", "check", "xian-2024", "video", path)
    assert (result.exit_code, result.stdout) == (2, says)


def test_a_film_without_its_second_half_is_not_readable_or_refused(wide: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(bytes_of(wide)[: wide.stat().st_size // 2])
    result = call("film", "check", "industry-2024", "video", half)
    assert result.exit_code == 2
    assert "文件不完整" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody-2024", "video", "a.mp4"), "nobody-2024"),
        (("xian-2024", "case", "a.mp4"), "收视频的有：video"),
        (("hongze-quiz-2020", "video", "a.mp4"), "这个活动不收视频"),
        (("xian-2024", "video", "不在这里.mp4"), "打不开“不在这里.mp4”"),
    ],
)
def test_a_wrong_argument_is_said_and_ends_with_two(arguments: tuple[str, ...], says: str) -> None:
    result = call("film", "check", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_wrong_path_of_ffmpeg_is_said(wide: Path, tmp_path: Path) -> None:
    config = deployment(tmp_path, more='[media]\nffmpeg = "/nowhere/ffmpeg"\n')
    result = call("film", "check", "xian-2024", "video", wide, "--config", config)
    assert (result.exit_code, "找不到 ffmpeg" in result.stderr) == (2, True)
