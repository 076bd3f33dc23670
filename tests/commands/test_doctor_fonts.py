"""doctor says what a machine lacks for drawing charts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.doctor import lettering
from bot.commands.doctor_finding import Level
from media.fonts import NoFont


def test_a_machine_without_a_chinese_font_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise NoFont("这台机器上没有找到中文字体。请安装一种。")

    monkeypatch.setattr("bot.commands.doctor.cjk_font", absent)
    told = lettering()
    assert (told.level, told.found) == (Level.NOTE, "没有找到，“报送情况”没有进度图，证书做不出 PDF")
    assert told.advice == "这台机器上没有找到中文字体。请安装一种"
