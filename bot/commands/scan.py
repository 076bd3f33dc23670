"""`./xinshi scan check`: a stamped scan measured and judged by a notice, in the sentences that a liaison would read."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.verdicts import FITS, REFUSED, SIGNS, UNREADABLE, Unusable, notice_of, refuse, said
from media.scan import measure
from rules.codes import read_code, shown
from rules.scan_judge import Asked
from rules.scans import Scan
from scheduler.scans import asked_of, scan_facts


def register(app: typer.Typer) -> None:
    """Mount the command in the group `scan`."""
    group = typer.Typer(help="盖章扫描件：检查、合成一份 PDF。", no_args_is_help=True)
    group.callback()(_group)
    group.command("check")(check_scan)
    app.add_typer(group, name="scan")


def _group() -> None:
    """盖章扫描件：检查、合成一份 PDF。"""


def check_scan(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="PDF 或照片，按页的顺序")],
    campaign: Annotated[str, typer.Option(help="按哪个活动的要求，如 xian-2024")] = "",
    form: Annotated[str, typer.Option(help="哪个赛道或哪张表，如 case")] = "",
    code: Annotated[str, typer.Option(help="应有的版本码，与页脚的二维码核对")] = "",
    pages: Annotated[int, typer.Option(min=0, help="应有几页；不知道就不写")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 列出测得的数据和结论")] = False,
    out: Annotated[Path | None, typer.Option(metavar="OUT.pdf", help="把合成的一份 PDF 存到这里")] = None,
) -> None:
    """检查盖章扫描件：能不能看清、有没有认出红色印章、盖章的是哪一版；几张照片合成一份 PDF。

    退出码：0 可以用（可能有提醒）；1 要修改；2 有文件打不开。

    例：./xinshi scan check 第1页.jpg 第2页.jpg --campaign xian-2024 --form case --out 扫描件.pdf
    """
    try:
        asked = _asked(campaign, form, code, pages)
        scan, facts = asyncio.run(_checked(files, asked, out))
    except Unusable as refusal:
        refuse(str(refusal))
    except OSError as error:
        refuse(f"打不开或写不了“{error.filename or files[0]}”（{error.strerror}）。请核对文件名、路径和权限。")
    else:
        _show(facts, as_json=as_json)
        raise typer.Exit(_code(scan, facts))


def _asked(campaign: str, form: str, code: str, pages: int) -> Asked:
    expected = read_code(code) if code else ""
    if expected is None:
        raise Unusable(f"版本码“{code}”不对：应是页脚印的 10 个字母和数字，如 7K3F9-QZ2MX。")
    if not campaign:
        if form:
            raise Unusable("写了 --form，还要用 --campaign 写明是哪个活动。")
        return Asked(code=expected, pages=pages, prints=None)
    notice = notice_of(campaign)
    keys = {track.key: track.form.key for track in notice.tracks if track.form is not None}
    keys = {**{each.key: each.key for each in notice.forms}, **keys}
    if form not in keys:
        raise Unusable(f"请用 --form 写明是哪张表；{campaign} 有：{'、'.join(keys) or '（没有表）'}。")
    return asked_of(notice, keys[form], code=expected, pages=pages, prints=None)


async def _checked(files: list[Path], asked: Asked, out: Path | None) -> tuple[Scan, dict[str, Any]]:
    for file in files:
        # A folder or a file without rights is the typist's mistake and not a scan that is refused.
        with file.open("rb"):
            pass
    with tempfile.TemporaryDirectory(prefix="xinshi-scan-") as folder:
        scan, kept = await measure([(file, file.name) for file in files], Path(folder))
        if kept is not None and out is not None:
            shutil.copyfile(kept, out)
    facts = scan_facts(scan, asked)
    return scan, facts


def _show(facts: dict[str, Any], *, as_json: bool) -> None:
    for finding in facts["findings"]:
        finding["says"] = said(finding["key"], finding["facts"])
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    if facts["pages"]:
        code = f"，版本码 {shown(facts['code'])}" if facts["code"] else ""
        seals = f"，识别到红色印章 {facts['seals']} 枚" if facts["seals"] else ""
        typer.echo(f"{facts['pages']} 页{seals}{code}")
    for finding in facts["findings"]:
        typer.echo(f"{SIGNS[finding['verdict']]} {finding['says']}")
    if not any(finding["verdict"] in ("refuse", "warn") for finding in facts["findings"]):
        typer.echo("✓ 可以用。")


def _code(scan: Scan, facts: dict[str, Any]) -> int:
    if not scan.pages or any(file.why for file in scan.files):
        return UNREADABLE
    return REFUSED if facts["refused"] else FITS
