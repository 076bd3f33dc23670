"""`./xinshi film read`: what is written in a film's pictures, as hints on subtitles, makers and sources."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.film import HERE, binaries_of, film_group
from bot.commands.verdicts import Unusable, refuse, said
from media.binaries import Binaries
from media.header import NotAFilm, read_header
from media.reading import Unread, lacking, read
from rules.film_defects import unreadable
from rules.film_reading import SOURCES, SUBTITLES, TITLES, Reading, notes, plain_reading
from rules.findings import plain_findings
from rules.tracks import Check

#: What is looked for where no notice asks for anything.
_EVERYTHING = tuple(Check(key, "", "") for key in (SUBTITLES, TITLES, SOURCES))


def register(app: typer.Typer) -> None:
    """Mount the command as `film read`."""
    film_group(app).command("read")(read_film)


def read_film(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="视频文件")],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 列出读到的每一行字和结论")] = False,
    config: Annotated[Path, typer.Option(help="配置文件，其中可写 ffmpeg 的路径")] = HERE,
) -> None:
    """读视频画面上的字：有没有字幕、简体还是繁体，片尾有没有主创名单和素材来源。只作提示，机器会看漏、看错。

    退出码：0 读完了；2 没有装画面识字，或不是能读的视频。

    例：./xinshi film read 作品.mp4
    """
    try:
        if lacking():
            raise Unusable(
                "没有装画面识字。要用的话，请带上 XINSHI_EXTRAS=ocr 再运行一次，例如：XINSHI_EXTRAS=ocr ./xinshi doctor"
            )
        reading = asyncio.run(_read(file, binaries_of(config)))
    except Unusable as refusal:
        refuse(str(refusal))
    except NotAFilm as reason:
        fault = unreadable(reason.reason, reason.facts)
        refuse(said(fault.key, fault.facts))
    except Unread:
        refuse("没能在规定的时间和内存里读出画面上的字，片子可能太大或已损坏。请自己看一遍字幕和片尾。")
    except OSError as error:
        refuse(f"打不开“{error.filename or file}”（{error.strerror}）。请核对文件名和权限。")
    else:
        _show(reading, as_json=as_json)


async def _read(file: Path, binaries: Binaries) -> Reading:
    with tempfile.TemporaryDirectory(prefix="xinshi-film-") as made:
        folder = Path(made)
        return await read(file, folder, await read_header(file, folder, binaries), binaries)


def _show(reading: Reading, *, as_json: bool) -> None:
    findings = tuple(notes(reading, _EVERYTHING))
    if as_json:
        told = [
            {**plain, "says": said(each.key, each.facts)}
            for plain, each in zip(plain_findings(findings), findings, strict=True)
        ]
        typer.echo(json.dumps({**plain_reading(reading), "findings": told}, ensure_ascii=False, indent=2))
        return
    for finding in findings:
        typer.echo(f"· {said(finding.key, finding.facts)}")
