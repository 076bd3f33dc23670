"""Findings that a test writes into a file, with sentences of their own; see `rehearsal/standins.py`."""

from __future__ import annotations

from functools import cache

from bot.wording import Wording, house_wording
from rehearsal.standins import Checks, film, scan

#: What stands in for the sentences of real findings.
SENTENCES = {
    "tried.landscape": "**画面是横屏 1920×1080**，要求竖屏 9:16（《通知》二（二））。在剪映里：比例选 9:16。",
    "tried.short": "**时长 1 分 47 秒**，要求 2–5 分钟，还差 13 秒（《通知》二（二））。",
    "tried.black": "3:10–3:16 画面全黑，请看看是不是有意的。",
    "tried.portrait": "**画面是竖屏 1080×1920**，通知没有写明收不收竖屏（五3），由组委会决定。",
    "tried.blurred": "**有些模糊**（清晰度 41，建议 60 以上）。请对准后重新拍。",
    "tried.other": "盖章的是**旧版本**，之后内容改过。请打印当前版本重新盖章。",
    "tried.unreadable": "**打不开**：文件设了密码。请去掉密码后重新导出。",
}

LANDSCAPE, SHORT = ("refuse", "tried.landscape"), ("refuse", "tried.short")
BLACK, PORTRAIT = ("warn", "tried.black"), ("hold", "tried.portrait")
BLURRED, UNREADABLE = ("warn", "tried.blurred"), ("refuse", "tried.unreadable")


@cache
def wording() -> Wording:
    """The house's sentences and those above."""
    said = house_wording()
    for key, text in SENTENCES.items():
        said = said.with_sentence(key, text)
    return said


__all__ = ["BLACK", "BLURRED", "LANDSCAPE", "PORTRAIT", "SHORT", "UNREADABLE", "Checks", "film", "scan", "wording"]
