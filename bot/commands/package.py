"""`./xinshi package build` and `./xinshi package check`: a work as the organiser wants it mailed, made and judged."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import app as roof
from bot import config as settings
from bot.commands.people import HERE, ConfigFile, open_app
from bot.commands.stop import Stop, stopped
from bot.commands.verdicts import FITS, REFUSED, SIGNS, Unusable, notice_of, refuse, said
from documents.letter import LARGEST, UnreadableLetter, read_letter
from rules.findings import plain_findings, refused
from rules.letters import Letter, judge_letter, track_of
from rules.notice import Notice
from rules.spans import spoken_size
from rules.tracks import Track
from scheduler.packing import Incomplete, Parcel
from storage.parcels import filed


def register(app: typer.Typer) -> None:
    """Mount the commands in the group `package`."""
    group = typer.Typer(help="报送包：按通知的要求打包，检查报送邮件。", no_args_is_help=True)
    group.command("build")(build)
    group.command("check")(check)
    app.add_typer(group, name="package")


@stopped
def build(
    number: Annotated[str, typer.Argument(help="作品的编号，如 XA-B0001")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="放到哪个目录")] = Path(),
    config: ConfigFile = HERE,
) -> None:
    """把一件作品打成报送包：申报表、扫描件、视频按通知的要求命名，连同写好的邮件。

    例：./xinshi package build XA-B0001 --out 报送/
    """
    asyncio.run(_build(settings.load(config), number.strip().upper(), out))


async def _build(config: settings.Config, number: str, out: Path) -> None:
    for campaign in config.campaigns:
        async with open_app(config, campaign) as app:
            if await _built(app, number, out):
                return
    raise Stop(f"没有编号为“{number}”的作品；配置里的活动有：{'、'.join(config.campaigns)}。")


async def _built(app: roof.App, number: str, out: Path) -> bool:
    work = await filed(app.database, number=number)
    if work is None or work.campaign not in app.notices:
        return False
    await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".xinshi-package-", dir=out) as made:
        try:
            parcel = await app.packer.pack(work, Path(made))
        except Incomplete as lacks:
            raise Stop(said(lacks.key, lacks.facts)) from None
        for path in (parcel.zip, parcel.mail):
            if path is not None:
                await asyncio.to_thread(shutil.move, path, out / path.name)
    _say_built(parcel, out)
    return True


def _say_built(parcel: Parcel, out: Path) -> None:
    typer.echo(f"已打包到“{out / parcel.zip.name}”，共 {len(parcel.pieces)} 个文件，{spoken_size(parcel.size)}。")
    for piece in parcel.pieces:
        typer.echo(f"· {piece.name}（{spoken_size(piece.size)}）")
    if parcel.to:
        typer.echo(f"收件人：{parcel.to}\n主题：{parcel.subject}")
    if parcel.mail is not None:
        typer.echo(f"写好的邮件：“{out / parcel.mail.name}”")
    elif parcel.to:
        typer.echo("附件太大，一封邮件放不下，没有另做邮件；请用网盘或“大附件”发送。")


def check(
    campaign: Annotated[str, typer.Argument(help="活动的编号，如 weifang-2023")],
    file: Annotated[Path, typer.Argument(metavar="FILE.eml", help="存成 .eml 的邮件")],
    track: Annotated[str, typer.Option(help="按哪个赛道检查；不写则看有没有视频")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 列出读到的内容和结论")] = False,
) -> None:
    """检查一封报送邮件：主题、收件人、附件齐不齐、格式和文件名，一次说全。

    退出码：0 符合（可能有提醒）；1 要修改；2 打不开，或不是邮件。

    例：./xinshi package check weifang-2023 报送.eml
    """
    try:
        notice = _notice(campaign)
        letter = read_letter(_bytes(file))
        chosen = _track(notice, letter, track)
    except Unusable as refusal:
        refuse(str(refusal))
    except UnreadableLetter as refusal:
        refuse(said(refusal.key, refusal.facts))
    else:
        findings = judge_letter(notice, chosen, letter)
        _show(chosen, letter, plain_findings(findings), as_json=as_json)
        raise typer.Exit(REFUSED if refused(findings) else FITS)


def _notice(campaign: str) -> Notice:
    notice = notice_of(campaign)
    if notice.mail is None or not notice.entered:
        raise Unusable(f"活动 {campaign} 没有用邮件报送的作品，没有可以对照的要求。")
    return notice


def _bytes(file: Path) -> bytes:
    """The file, no more of it than is read at all."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(f"打不开“{file}”（{error.strerror}）。请核对文件名、路径和权限。") from None


def _track(notice: Notice, letter: Letter, key: str) -> Track:
    if not key:
        return track_of(notice, letter)
    found = [track for track in notice.entered if track.key == key]
    if not found:
        raise Unusable(f"没有赛道“{key}”；{notice.id} 有：{'、'.join(track.key for track in notice.entered)}。")
    return found[0]


def _show(track: Track, letter: Letter, findings: list[dict[str, Any]], *, as_json: bool) -> None:
    for finding in findings:
        finding["says"] = said(finding["key"], finding["facts"])
    if as_json:
        files = [{"name": file.name, "size": file.size, "kind": file.kind} for file in letter.files]
        told = {
            "track": track.key, "subject": letter.subject, "to": list(letter.to), "files": files,
            "links": list(letter.links), "findings": findings,
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(f"按“{track.label}”检查，附件 {len(letter.files)} 个，主题：{letter.subject or '（没有）'}")
    for finding in findings:
        typer.echo(f"{SIGNS[finding['verdict']]} {finding['says']}")
    if not any(finding["verdict"] in ("refuse", "warn") for finding in findings):
        typer.echo("✓ 符合要求。")
