"""What `./xinshi doctor` says of the programs that films are checked with, and of reading what is written in them."""

from __future__ import annotations

import asyncio
import re
import subprocess

from bot.commands.doctor_finding import Finding, fine, mend, note
from bot.settings import Media
from media.binaries import NoBinary, find
from media.reading import lacking

#: The oldest ffmpeg that knows every filter and option that is used (docs/films.md).
OLDEST = (5, 1)
#: Seconds for ffmpeg to say what it is.
_PATIENCE = 20
#: Releases are numbered, with or without an n; what was built between releases bears no such number and is new.
_VERSION = re.compile(r"ffmpeg version n?(\d+)\.(\d+)(\S*)")


async def media(named: Media) -> list[Finding]:
    """The programs, and the reading."""
    return [await asyncio.to_thread(programs, named), reading()]


def programs(named: Media) -> Finding:
    """Whether ffmpeg is there and can do what the check of a film needs, and what probes."""
    again = "请核对配置里 [media] 写的路径，或装上 ffmpeg；在这之前收到的视频只能先存着"
    try:
        binaries = find(named.ffmpeg, named.ffprobe)
        version, encoders = (_said(binaries.ffmpeg, asked) for asked in ("-version", "-encoders"))
    except NoBinary:
        return mend("视频检查", "找不到 ffmpeg 或 ffprobe", again)
    except (OSError, subprocess.SubprocessError):
        return mend("视频检查", f"{binaries.ffmpeg} 运行不了", again)
    release = _VERSION.match(version)
    told = f"ffmpeg {release[1]}.{release[2]}{release[3]}" if release else "ffmpeg"
    probe = f" {binaries.probe[0]}" if binaries.is_ffprobe else "自带的 PyAV"
    where = f"{told} 在 {binaries.ffmpeg}，读文件信息用{probe}"
    if release and (int(release[1]), int(release[2])) < OLDEST:
        return mend("视频检查", f"{where}，太旧", "请换 5.1 或更新的版本；卸掉它，就用随信使装上的那一个")
    if "libx264" not in encoders:
        return mend("视频检查", f"{where}，不带 libx264", "做不出预览小片，请换一个带 libx264 的 ffmpeg")
    return fine("视频检查", where)


def reading() -> Finding:
    """Whether what is written in the pictures can be read."""
    if absent := lacking():
        found = f"没有装（缺 {'、'.join(absent)}），字幕和片尾名单由人看"
        return note("画面识字", found, "要让程序先看一遍，请带上 XINSHI_EXTRAS=ocr 再运行一次")
    return fine("画面识字", "装好了", "它只给提示，字幕和片尾名单仍由人确认")


def _said(program: str, asked: str) -> str:
    done = subprocess.run([program, "-hide_banner", asked], capture_output=True, timeout=_PATIENCE, check=True)
    return done.stdout.decode("utf-8", "replace")
