"""`./xinshi film check`: a film measured and judged by a notice, in the sentences that a liaison would read."""

from __future__ import annotations

import asyncio
import hashlib
import json
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.commands.verdicts import FITS, REFUSED, SIGNS, UNREADABLE, Unusable, notice_of, refuse, said
from media.binaries import Binaries, NoBinary, find
from rules.film_judge import length_of
from rules.findings import Finding, refused
from rules.measured import Measured
from rules.spans import decimal, spoken_length, spoken_rate, spoken_weight
from rules.tracks import Track
from scheduler.films import Report, check, facts

HERE = settings.ROOT / "config.toml"


def register(app: typer.Typer) -> None:
    """Mount the command as `film check`."""
    film_group(app).command("check")(check_film)


def film_group(app: typer.Typer) -> typer.Typer:
    """The group `film` of this app; made when it is first asked for."""
    for info in app.registered_groups:
        if info.name == "film" and info.typer_instance is not None:
            return info.typer_instance
    group = typer.Typer(help="视频：按通知检查，读画面上的字。", no_args_is_help=True)
    app.add_typer(group, name="film")
    return group


def check_film(
    campaign: Annotated[str, typer.Argument(help="活动，如 xian-2024")],
    track: Annotated[str, typer.Argument(help="赛道，如 video")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="视频文件")],
    category: Annotated[str, typer.Option(help="类别，如 纪实类；不同类别时长不同时用")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 列出测得的数据和结论")] = False,
    sheet: Annotated[Path | None, typer.Option(metavar="OUT.jpg", help="把 12 张截图存到这里")] = None,
    preview: Annotated[Path | None, typer.Option(metavar="OUT.mp4", help="把预览小片存到这里")] = None,
    config: Annotated[Path, typer.Option(help="配置文件，其中可写 ffmpeg 的路径")] = HERE,
) -> None:
    """按通知检查视频：先看文件信息，再从头到尾解一遍，所有问题一次说清；装了画面识字的，也看字幕和片尾。

    退出码：0 符合（可能有提醒）；1 要修改；2 不是能读的视频。

    例：./xinshi film check xian-2024 video 作品.mp4
    """
    try:
        chosen, binaries = _track(campaign, track), binaries_of(config)
        last = asyncio.run(_checked(file, chosen, binaries, category or None, quiet=as_json))
        _save(sheet, last.sheet)
        _save(preview, last.preview)
    except Unusable as refusal:
        refuse(str(refusal))
    except OSError as error:
        refuse(f"打不开“{error.filename or file}”（{error.strerror}）。请核对文件名和权限。")
    else:
        _show(last, file, as_json=as_json)
        raise typer.Exit(_code(last))


def _track(campaign: str, track: str) -> Track:
    films = {each.key: each for each in notice_of(campaign).tracks if each.film}
    if track not in films:
        asked = f"收视频的有：{'、'.join(films)}" if films else "这个活动不收视频"
        raise Unusable(f"{campaign} 里没有收视频的赛道“{track}”。{asked}。")
    return films[track]


def binaries_of(config: Path) -> Binaries:
    """The programs that the settings name. Raises `Unusable`."""
    try:
        media = settings.load(config).media
        return find(media.ffmpeg, media.ffprobe)
    except settings.BadConfig as wrong:
        raise Unusable(str(wrong)) from None
    except NoBinary:
        raise Unusable("找不到 ffmpeg。请核对配置里 [media] 写的路径，或装上 ffmpeg。") from None


async def _checked(file: Path, track: Track, binaries: Binaries, category: str | None, *, quiet: bool) -> Report:
    last: Report | None = None
    assert track.film is not None, "only tracks with a rule for films are chosen"
    async with aclosing(check(file, file.name, track.film, binaries, category, track.checks)) as reports:
        async for report in reports:
            last = report
            if report.stage == "header" and report.measured and not quiet:
                typer.echo(_headline(report.measured))
                typer.echo("正在从头到尾检查……", err=True)
    if last is None:
        raise RuntimeError("expected at least one report of a check, got none")
    return last


def _headline(measured: Measured) -> str:
    """What was measured, in one line."""
    sound = measured.sound_codec or "没有声音"
    rate = f"{decimal(measured.frame_rate)} 帧/秒，" if measured.frame_rate else ""
    bits = f"，{spoken_rate(measured.bit_rate)}" if measured.bit_rate else ""
    return (
        f"{measured.container}，{spoken_weight(measured.size)}，{spoken_length(length_of(measured))}，"
        f"画面 {measured.shown}，{rate}{measured.video_codec}，{sound}{bits}"
    )


def _show(report: Report, file: Path, *, as_json: bool) -> None:
    if as_json:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest() if report.is_readable else ""
        told = facts(report) | {"name": file.name, "sha256": digest}
        told["findings"] = [
            {**plain, "says": said(each.key, each.facts)} for plain, each in _pairs(told["findings"], report.findings)
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if all(finding.verdict == "note" for finding in report.findings):
        typer.echo("✓ 符合通知的要求。")
    for finding in report.findings:
        typer.echo(f"{SIGNS[finding.verdict]} {said(finding.key, finding.facts)}")


def _pairs(plain: list[dict[str, object]], findings: tuple[Finding, ...]) -> zip[tuple[dict[str, object], Finding]]:
    return zip(plain, findings, strict=True)


def _code(report: Report) -> int:
    if not report.is_readable:
        return UNREADABLE
    return REFUSED if refused(report.findings) else FITS


def _save(path: Path | None, data: bytes) -> None:
    if path and data:
        path.write_bytes(data)
