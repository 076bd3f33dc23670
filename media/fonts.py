"""A font with Chinese characters on this machine, for whatever draws text: charts, certificates, pictures."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path

#: Where fonts lie when nothing can be asked: Linux, macOS, Windows.
FOLDERS = tuple(
    Path(folder).expanduser()
    for folder in (
        "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
        "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
    )
)  # fmt: skip
#: File names of fonts with Simplified Chinese, best first; of one family the regular weight.
PREFERRED = (
    "NotoSansSC-Regular.*", "NotoSansSC*.?tf", "NotoSansCJKsc-Regular.*", "SourceHanSansSC-Regular.*",
    "SourceHanSansCN-Regular.*", "NotoSansCJK-Regular.*", "SourceHanSans-Regular.*", "SourceHanSans.ttc",
    "wqy-microhei.*", "wqy-zenhei.*", "NotoSerifSC-Regular.*", "NotoSerifCJKsc-Regular.*", "NotoSerifCJK-Regular.*",
    "DroidSansFallback*.*", "PingFang.ttc", "STHeiti Light.ttc", "msyh.tt?", "simhei.ttf", "simsun.tt?",
)  # fmt: skip
#: The same with a serif (宋体) before the others, for what is printed and framed.
SERIF = (
    "NotoSerifSC-Regular.*", "NotoSerifSC*.?tf", "NotoSerifCJKsc-Regular.*", "SourceHanSerifSC-Regular.*",
    "SourceHanSerifCN-Regular.*", "NotoSerifCJK-Regular.*", "SourceHanSerif-Regular.*", "STSong*.*", "simsun.tt?",
    *PREFERRED,
)  # fmt: skip
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
#: Seconds for fontconfig to answer; the first call after an installation builds its cache.
_PATIENCE = 20.0


class NoFont(LookupError):
    """No font with Chinese characters can be used; the message is one sentence for whoever runs the program."""


def cjk_font(configured: str = "", *, folders: Sequence[Path] = FOLDERS, preferred: Sequence[str] = PREFERRED) -> Path:
    """The file of a font with Simplified Chinese: the configured one, else the best that is installed.

    `preferred` names files, best first. A collection (.ttc) is returned as the whole file. Raises `NoFont`.
    """
    if configured:
        return _configured(Path(configured).expanduser())
    listed = [path for path in _listed() if path.is_file()]
    if (best := _best(listed, preferred) or _best(_lying(folders), preferred)) is not None:
        return best
    regular = [path for path in listed if "bold" not in path.name.lower()]
    if listed:
        return min(regular or listed)
    raise NoFont(
        "这台机器上没有找到中文字体，无法写出汉字。请安装一种，例如 Debian、Ubuntu：apt-get install fonts-noto-cjk；"
        "或在配置里写明字体文件（.ttf、.otf、.ttc）的路径。"
    )


def _configured(path: Path) -> Path:
    if path.suffix.lower() not in _SUFFIXES:
        raise NoFont(f"配置的字体“{path}”不是 .ttf、.otf 或 .ttc 文件。请改成字体文件的路径。")
    if not path.is_file():
        raise NoFont(f"配置的字体“{path}”不存在或读不到。请核对路径；不写这一项，就用系统里的中文字体。")
    return path


def _listed() -> list[Path]:
    """What fontconfig knows to hold Simplified Chinese; nothing where there is no fontconfig."""
    try:
        said = subprocess.run(
            ["fc-list", ":lang=zh-cn", "--format", "%{file}\\n"], capture_output=True, timeout=_PATIENCE, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted({Path(name) for name in said.decode("utf-8", "surrogateescape").split("\n") if name})


def _lying(folders: Iterable[Path]) -> list[Path]:
    found = (path for folder in folders if folder.is_dir() for path in folder.rglob("*"))
    return sorted(path for path in found if path.suffix.lower() in _SUFFIXES and path.is_file())


def _best(fonts: Sequence[Path], preferred: Sequence[str]) -> Path | None:
    """The font whose name stands first in the order of preference."""
    usable = [path for path in fonts if path.suffix.lower() in _SUFFIXES]
    return next((path for wanted in preferred for path in usable if fnmatch(path.name, wanted)), None)
