"""A font with Chinese characters is found where it lies, and its absence is one clear sentence."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from media import fonts
from media.fonts import NoFont, cjk_font


def lay(folder: Path, *names: str) -> list[Path]:
    """Files of these names, in folders below."""
    paths = [folder / f"{number}" / name for number, name in enumerate(names)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"font")
    return paths


@pytest.fixture
def fontconfig(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What fontconfig answers: lines that a test puts in; at first there is no fontconfig."""
    lines: list[str] = []

    def run(*_: Any, **__: Any) -> subprocess.CompletedProcess[bytes]:
        if not lines:
            raise FileNotFoundError("fc-list")
        return subprocess.CompletedProcess([], 0, "".join(f"{line}\n" for line in lines).encode())

    monkeypatch.setattr(fonts.subprocess, "run", run)  # type: ignore[attr-defined]
    return lines


def test_the_configured_font_is_taken_even_if_better_ones_are_installed(tmp_path: Path, fontconfig: list[str]) -> None:
    mine, _ = lay(tmp_path, "fangsong.ttf", "NotoSansSC-Regular.otf")
    assert cjk_font(str(mine), folders=[tmp_path]) == mine


@pytest.mark.parametrize(
    ("name", "said"), [("missing.ttf", "不存在或读不到"), ("font.woff2", "不是 .ttf、.otf 或 .ttc")]
)
def test_a_configured_font_that_cannot_be_used_is_refused_and_not_replaced(
    tmp_path: Path, fontconfig: list[str], name: str, said: str
) -> None:
    lay(tmp_path, "NotoSansSC-Regular.otf")
    with pytest.raises(NoFont, match=said):
        cjk_font(str(tmp_path / name), folders=[tmp_path])


def test_the_best_installed_font_is_taken_without_fontconfig(tmp_path: Path, fontconfig: list[str]) -> None:
    _, _, regular, _ = lay(tmp_path, "wqy-zenhei.ttc", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "Arial.ttf")
    assert cjk_font(folders=[tmp_path]) == regular


def test_what_fontconfig_lists_comes_before_what_merely_lies_about(tmp_path: Path, fontconfig: list[str]) -> None:
    zenhei, _ = lay(tmp_path, "wqy-zenhei.ttc", "NotoSansSC-Regular.otf")
    fontconfig += [str(tmp_path / "gone.ttc"), str(zenhei)]
    assert cjk_font(folders=[tmp_path]) == zenhei


def test_an_unknown_font_that_fontconfig_says_is_chinese_will_do(tmp_path: Path, fontconfig: list[str]) -> None:
    bold, regular = lay(tmp_path, "Fang-Bold.ttf", "Fang.ttf")
    fontconfig += [str(bold), str(regular)]
    assert cjk_font(folders=[]) == regular


def test_no_font_at_all_is_a_sentence_that_says_how_to_mend_it(tmp_path: Path, fontconfig: list[str]) -> None:
    lay(tmp_path, "Arial.ttf")
    with pytest.raises(NoFont, match=r"没有找到中文字体.*apt-get install fonts-noto-cjk"):
        cjk_font(folders=[tmp_path])
